//! A plugin that looks into files: `docs/plugins.md` speaks of it.

use nuncio_sdk::prelude::*;

/// Counts the words of the file that came with it.
#[command]
async fn words(ctx: &Context) -> Result {
    let Some(file) = ctx.files().first() else { return Err(refuse!["Send a file with it."]) };
    let fetched = ctx.fetch_within(file, 65_536).await?;
    let count = String::from_utf8_lossy(fetched.bytes()).split_whitespace().count();
    let name = fetched.name();
    Ok(reply!["{count} words in {name}."])
}

plugin!(words: words);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_words_of_a_file_are_counted() {
        let bot = Bot::with(plugin());
        let sam = bot.person("sudoer").with_file("a.txt", "text/plain", b"one two three");
        sam.asks("words").await.says("3 words in a.txt.");
        bot.sudoer("words").await.says("Send a file with it.");
    }
}
