//! The running of the bot, as conversations.

use nuncio_plugins::house;
use nuncio_sdk::features::{Features, Support};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Order;

#[tokio::test]
async fn only_owners_end_or_reload_the_bot() {
    let bot = Bot::with(house::plugin());
    for command in
        ["stop", "restart", "reload", "log level debug", "config set a 1", "config reset a"]
    {
        bot.ann(command).await.is_refused();
        bot.sudoer(command).await.is_refused();
    }
    for command in ["log tail", "outbox list", "config show", "config diff"] {
        bot.ann(command).await.is_refused();
    }
    assert_eq!(bot.orders().await, []);
    bot.owner("reload").await.says("Reading my configuration again.");
    bot.owner("restart").await.says("Back in a moment.");
    bot.owner("stop").await.says("Goodbye.");
    assert_eq!(bot.orders().await, [Order::Reload, Order::Restart, Order::Stop]);
}

#[tokio::test]
async fn configuration_is_shown_set_and_reset() {
    let bot = Bot::with(house::plugin()).config("bot.prefix", "'!'").config("bot.name", "'nuncio'");
    bot.owner("config show bot").await.says("bot.name\nbot.prefix");
    bot.owner("config show bot.prefix").await.says("bot.prefix = '!'");
    bot.owner("config show bit").await.says("There is no key bit in my configuration. …");
    bot.owner("config set bot.prefix '.'").await.says("bot.prefix is set; it applies at once.");
    bot.owner("config diff").await.says("bot.prefix = '.' (was '!')");
    bot.owner("config set bot.prefix [").await.says("`[` is no TOML value.");
    bot.owner("config reset bot.prefix")
        .await
        .says("bot.prefix is as my files say again; it applies at once.");
    bot.owner("config diff").await.says("Nothing was set from chat.");
}

#[tokio::test]
async fn the_log_is_shown_from_its_end() {
    let bot = Bot::with(house::plugin());
    for line in ["one", "two", "three"] {
        bot.log(line).await;
    }
    bot.sudoer("log tail 2").await.says("two\nthree");
    bot.sudoer("log tail 0").await.mentions("a whole number from 1 to 50");
    bot.owner("log level loud").await.mentions("`error`, `warn`, `info`, `debug`, `trace`");
    bot.owner("log level debug").await.says("I log at level debug now.");
    bot.owner("log level").await.says("I log at level debug.");
}

#[tokio::test]
async fn what_could_not_be_sent_is_listed_and_sent_again() {
    let mute = Features { rooms: Support::Absent, private: Support::Native, ..Features::default() };
    let bot = Bot::with(house::plugin()).on(mute);
    bot.person("sudoer").in_room("#tea").asks("!outbox list").await.says_nothing();
    let listed = bot.sudoer("outbox list").await;
    listed.says("memory/e…#0 to r:memory:#tea, 2026-11-22 12:00:00 UTC: not sent: this network has no rooms");
    let key = listed.text().split(' ').next().unwrap().to_owned();
    bot.ann(&format!("outbox discard {key}")).await.is_refused();
    bot.sudoer(&format!("outbox resend {key}")).await.says(&format!("Sending {key} again."));
    bot.sudoer("outbox discard nothing").await.says("Nothing in my outbox is called nothing. …");
    bot.sudoer(&format!("outbox discard {key}")).await.says(&format!("{key} is forgotten."));
    assert_eq!(bot.orders().await.len(), 2);
}
