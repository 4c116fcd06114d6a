//! What a room has pinned, on a real server.

use anyhow::{Context as _, Result, ensure};
use nuncio_core::{
    action::Action,
    event::MessageId,
    receipt::{Receipt, Retry, Stage},
};
use nuncio_testkit::{matrix::Person, matrix::text};
use serde_json::{Value, json};

use crate::{bot::BOT, conformance::OnSynapse, files::open};

const PINNED: &str = "m.room.pinned_events";

/// Lets somebody do in a room what its creator lets people of this level do.
pub(crate) async fn give(host: &Person, room: &str, who: &str, level: u8) -> Result<()> {
    let mut levels = host.state(room, "m.room.power_levels").await?;
    let users = levels.pointer_mut("/users").context("nobody has power")?;
    users.as_object_mut().context("nobody has power")?.insert(who.to_owned(), level.into());
    host.set(room, "m.room.power_levels", &levels).await
}

#[tokio::test]
async fn a_message_is_pinned_where_the_room_lets_us() -> Result<()> {
    let (mut house, place) = open::<OnSynapse>(|on| &on.room).await?;
    let room = house.subject.room.clone();
    let mut host = Person::login(house.subject.bot.server.addr(), "host", "secret").await?;
    let (first, second) = (host.say(&room, "first").await?, host.say(&room, "second").await?);
    let pin = |target: &str| Action::Pin { target: MessageId::new(target) };
    let unpin = |target: &str| Action::Unpin { target: MessageId::new(target) };

    let key = house.act(&place, pin(&first)).await?;
    match house.receipt(&key).await? {
        Receipt { stage: Stage::Failed { why, retry: Retry::Never }, .. } => {
            ensure!(why.contains("M_FORBIDDEN") && why.contains("permission"), "{why}");
        }
        other => anyhow::bail!("{other:?}"),
    }

    give(&host, &room, BOT, 50).await?;
    // The second is pinned before a sync tells of the first.
    let keys = [house.act(&place, pin(&first)).await?, house.act(&place, pin(&second)).await?];
    for key in &keys {
        let receipt = house.receipt(key).await?;
        ensure!(matches!(receipt.stage, Stage::Confirmed { id: Some(_) }), "{receipt:?}");
    }
    ensure!(host.state(&room, PINNED).await? == json!({ "pinned": [first, second] }));

    for (action, id, left) in [
        (pin(&second), None, json!([first, second])),
        (unpin(&first), Some(()), json!([second])),
        (unpin(&first), None, json!([second])),
    ] {
        let key = house.act(&place, action).await?;
        let receipt = house.receipt(&key).await?;
        let Stage::Confirmed { id: made } = &receipt.stage else {
            anyhow::bail!("{receipt:?}");
        };
        ensure!(made.is_some() == id.is_some(), "{receipt:?}");
        ensure!(host.state(&room, PINNED).await? == json!({ "pinned": left }));
    }
    let told: Vec<Value> = host.history(&room).await?;
    let changes = told.iter().filter(|event| text(event, "/type") == PINNED).count();
    ensure!(changes == 3, "what is so already is not said again: {changes}");
    Ok(())
}
