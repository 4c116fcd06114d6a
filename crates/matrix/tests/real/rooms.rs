//! Where the bot goes without anybody's asking, on a real server.

use anyhow::{Result, ensure};
use nuncio_core::event::{EventKind, RoomState};
use nuncio_testkit::matrix::text;
use serde_json::json;

use crate::{
    again::{Running, room},
    bot::{BOT, Bot},
};

impl Running {
    pub(crate) async fn enters(&mut self, wanted: &str) -> Result<()> {
        self.event(|event| match event.kind {
            EventKind::Room { room, state: RoomState::Joined } if room.room() == wanted => Some(()),
            _ => None,
        })
        .await
    }

    pub(crate) async fn does_not_stay(&mut self, wanted: &str) -> Result<String> {
        self.event(|event| match event.kind {
            EventKind::Room { room, state: RoomState::Refused { why } }
                if room.room() == wanted =>
            {
                Some(why)
            }
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn whoever_is_removed_comes_back_and_whoever_is_banned_does_not() -> Result<()> {
    comes_back(Bot::new().await?).await
}

pub(crate) async fn comes_back(bot: Bot) -> Result<()> {
    let (mut host, room) = room(&bot).await?;
    let mut running = Running::start(bot.configured("rejoin_after = \"1s\"")?, Vec::new());
    running.enters(&room).await?;
    host.act(&room, "kick", &json!({ "user_id": BOT, "reason": "try" })).await?;
    running.enters(&room).await?;
    host.say(&room, "!again").await?;
    while running.said().await?.0 != "!again" {}
    host.act(&room, "ban", &json!({ "user_id": BOT })).await?;
    running
        .event(|event| match event.kind {
            EventKind::Room { state: RoomState::Left { why }, .. } => Some(why),
            _ => None,
        })
        .await?;
    running.stop().await
}

#[tokio::test]
async fn an_upgrade_is_followed_and_an_impostor_is_not() -> Result<()> {
    follows(Bot::new().await?).await
}

pub(crate) async fn follows(bot: Bot) -> Result<()> {
    let (mut host, room) = room(&bot).await?;
    let mut running = Running::start(bot.configured("")?, Vec::new());
    running.enters(&room).await?;
    // A room that does not say that it goes on where this one ended.
    let impostor = host.create(&json!({ "preset": "public_chat" })).await?;
    host.set(&room, "m.room.tombstone", &json!({ "body": "x", "replacement_room": impostor }))
        .await?;
    let why = running.does_not_stay(&impostor).await?;
    ensure!(why == format!("it does not say that it follows `{room}`"), "{why}");
    let new = host.upgrade(&room, "11").await?;
    running.enters(&new).await?;
    host.say(&new, "!moved").await?;
    while running.said().await?.0 != "!moved" {}
    running.stop().await
}

#[tokio::test]
async fn an_invitation_of_a_stranger_is_turned_down_and_a_restricted_room_is_entered() -> Result<()>
{
    let bot = Bot::new().await?;
    let (mut host, home) = room(&bot).await?;
    // Whoever is in the one room may enter the other.
    let rule = json!({ "join_rule": "restricted", "allow": [{ "type": "m.room_membership", "room_id": home }] });
    let restricted = host
        .create(&json!({
            "preset": "private_chat", "room_alias_name": "inner",
            "initial_state": [{ "type": "m.room.join_rules", "state_key": "", "content": rule }],
        }))
        .await?;
    let keys = "decline_after = \"0s\"\nreceipts = true";
    let proof = "password = \"secret\"\naccept_invites = []\nrooms = ";
    let mut running = Running::start(bot.alone(proof, "[\"#test:localhost\"]")?, Vec::new());
    running.enters(&home).await?;
    running.stop().await?;
    let rooms = format!("{proof}[\"#test:localhost\", \"#inner:localhost\"]\n");
    let mut running = Running::start(bot.alone(&rooms, keys)?, Vec::new());
    running.enters(&restricted).await?;
    let said = host.say(&home, "!read").await?;
    let read = host.expect(|event| {
        text(event, "/type") == "m.receipt"
            && event.pointer("/content").is_some_and(|content| content.get(&said).is_some())
    });
    read.await?;

    let private = host.open_direct(BOT).await?;
    let declined = host.expect(|event| {
        text(event, "/room_id") == private
            && text(event, "/state_key") == BOT
            && text(event, "/content/membership") == "leave"
    });
    let declined = declined.await?;
    ensure!(
        text(&declined, "/content/reason") == "nobody whom I follow asks me here",
        "{declined}"
    );
    running.stop().await
}
