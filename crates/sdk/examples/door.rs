//! A plugin that is told a secret: the guide in `docs/plugins.md` explains it.

use nuncio_sdk::prelude::*;

/// Tells me the word that opens the door.
#[command(private, level = "everyone")]
fn door(word: &Secret) -> Result {
    match word.expose().len() {
        0..8 => Err(refuse!["That is too short for a secret."]),
        _ => Ok(reply!["I shall remember it."]),
    }
}
plugin!(house: door);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_is_for_private() {
        let bot = Bot::with(plugin());
        bot.ann("door 'open sesame'").await.says("I shall remember it.");
        bot.ann("door open sesame").await.mentions("Usage").omits("sesame");
        let in_room = bot.person("ann").in_room("#tea");
        in_room.asks("!door 'open sesame'").await.mentions("in private").omits("sesame");
    }
}
