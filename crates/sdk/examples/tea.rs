//! A plugin that makes tea: arguments, configuration, and refusals.
use nuncio_sdk::prelude::*;

/// What there is.
#[derive(Clone, Copy, Debug, Choice)]
enum Tea {
    Green,
    EarlGrey,
}

const KEYS: &[Key] =
    &[Key::new("cups", Type::Integer { min: 1, max: 8 }, "What the kettle holds.")
        .default("4")
        .scoped()];

/// Makes tea.
///
/// Mint tea is not on the menu.
///
/// ```chat
/// > tea earl-grey 2 --milk
/// 2 cups of earl-grey with milk, ready in 3 minutes.
/// > tea green
/// 1 cup of green, ready in 3 minutes.
/// > tea mint
/// … is not one of …
/// ```
#[command(path = "tea", level = "everyone", aliases = ["brew"], cooldown = "30s")]
fn make_tea(
    ctx: &Context,
    kind: Tea,
    /// How many cups.
    #[range(1..)]
    cups: Option<u8>,
    milk: bool,
) -> Result {
    let (cups, most) = (cups.unwrap_or(1), ctx.setting::<u8>("cups")?.unwrap_or(1));
    if cups > most {
        return Err(refuse!["The kettle holds **{most}** cups."]);
    }
    let s = if cups == 1 { "" } else { "s" };
    let milk = if milk { " with milk" } else { "" };
    Ok(reply!["{cups} cup{s} of *{kind}*{milk}, ready in 3 minutes."])
}

plugin! {
    /// Makes tea for everybody.
    kitchen: make_tea;
    keys = KEYS;
}

#[tokio::test]
async fn the_kettle_has_a_size() {
    let bot = Bot::with(plugin()).config("plugin.kitchen.cups", "2");
    bot.ann("tea green 3").await.says("The kettle holds 2 cups.");
    bot.ann("tea green 0").await.mentions("a whole number from 1 to 255");
}

#[tokio::test]
async fn one_waits_for_the_next_pot() {
    let bot = Bot::with(plugin());
    bot.ann("tea green").await.says("1 cup of green, …");
    bot.ann("brew green").await.says("Not so fast: again in 30 s.");
    bot.person("bob").in_room("#kitchen").asks("!tea green").await.says("1 cup of green, …");
    bot.wait(Duration::from_secs(30)).await;
    bot.ann("tea green").await.says("1 cup of green, …");
}
