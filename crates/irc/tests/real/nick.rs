//! A nick in use, and taken back.

use anyhow::Result;
use nuncio_testkit::{
    irc::Client,
    server::{InspIrcd, NgIrcd, Options},
};

use crate::bot::{Bot, transport};

#[tokio::test]
async fn a_nick_in_use_is_taken_back_when_the_server_says_it_is_free() -> Result<()> {
    let server = InspIrcd::start(Options::default()).await?;
    let squatter = Client::to(server.addr()).nick("bot").connect().await?;
    let keys = "alternative_nicks = [\"bot_\"]";
    let mut bot = Bot::start(transport(server.addr(), false, keys)?);
    bot.called("bot_").await?;
    squatter.quit().await?;
    bot.called("bot").await?;
    bot.stop().await
}

#[tokio::test]
async fn a_nick_in_use_is_taken_back_when_its_holder_leaves_the_room() -> Result<()> {
    let server = NgIrcd::start().await?;
    let squatter = Client::to(server.addr()).nick("bot").join("#a").connect().await?;
    let mut bot = Bot::start(transport(server.addr(), false, "rooms = [\"#a\"]")?);
    bot.called("bot1").await?;
    bot.joined("#a").await?;
    squatter.quit().await?;
    bot.called("bot").await?;
    bot.stop().await
}
