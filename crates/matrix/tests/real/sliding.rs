//! The same, read by sliding sync.

use anyhow::Result;
use nuncio_core::{
    event::{EventKind, RoomState},
    transport::Transport,
};
use nuncio_testkit::{conformance::Subject, server::Synapse, transport_conformance};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    again::{self, Running, room},
    bot::{BOT, Bot, SLIDING, transport},
    conformance::OnSynapse,
    encrypted::Encrypted,
    knocks, late,
    liar::{Answer, Liar, said, slide, slide_all},
    rooms,
};

transport_conformance!(Sliding<OnSynapse>);

mod sealed {
    use super::{Encrypted, Sliding, transport_conformance};

    transport_conformance!(Sliding<Encrypted>: delivery, order, marks);
}

/// A homeserver whose bot reads by sliding sync.
struct Sliding<S>(S);

trait HasBot: Subject {
    fn bot(&mut self) -> &mut Bot;
}

impl HasBot for OnSynapse {
    fn bot(&mut self) -> &mut Bot {
        &mut self.bot
    }
}

impl HasBot for Encrypted {
    fn bot(&mut self) -> &mut Bot {
        &mut self.bot
    }
}

impl<S: HasBot> Subject for Sliding<S> {
    type Peer = S::Peer;

    async fn start() -> Result<Self> {
        let mut subject = S::start().await?;
        subject.bot().more = SLIDING;
        Ok(Self(subject))
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.0.transport()
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.0.paced(per_second)
    }

    async fn peer(&mut self) -> Result<S::Peer> {
        self.0.peer().await
    }

    async fn cut(&mut self) -> Result<()> {
        self.0.cut().await
    }

    async fn mend(&mut self) -> Result<()> {
        self.0.mend().await
    }
}

#[tokio::test]
async fn what_was_said_meanwhile_is_late_and_the_device_is_the_same() -> Result<()> {
    again::meanwhile(Bot::sliding().await?).await
}

#[tokio::test]
async fn what_a_sync_leaves_out_is_asked_for() -> Result<()> {
    again::left_out(Bot::sliding().await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_key_comes_late_is_not_lost_with_a_kill() -> Result<()> {
    late::comes_late(SLIDING).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_device_of_the_account_has_is_asked_of_it() -> Result<()> {
    late::asks_another(SLIDING).await
}

#[tokio::test]
async fn whoever_is_removed_comes_back_and_whoever_is_banned_does_not() -> Result<()> {
    rooms::comes_back(Bot::sliding().await?).await
}

#[tokio::test]
async fn the_bot_knocks_and_is_let_in() -> Result<()> {
    knocks::lets_in(Bot::sliding().await?).await
}

#[tokio::test]
async fn an_upgrade_is_followed_and_an_impostor_is_not() -> Result<()> {
    rooms::follows(Bot::sliding().await?).await
}

/// The library keeps one token for both ways, and only `/sync` goes on from the other's.
#[tokio::test]
async fn sync_goes_on_where_sliding_sync_ended_and_not_the_other_way_round() -> Result<()> {
    let mut bot = Bot::sliding().await?;
    let (mut host, room) = room(&bot).await?;
    let mut first = Running::start(bot.configured("")?, Vec::new());
    host.meets(&room, BOT).await?;
    host.say(&room, "!live").await?;
    let cursor = loop {
        let (said, _, cursor) = first.said().await?;
        if said == "!live" {
            break cursor;
        }
    };
    first.stop().await?;
    for number in 0..110 {
        host.say(&room, &format!("!away {number}")).await?;
    }
    bot.more = "";
    let mut second = Running::start(bot.configured("")?, cursor.into_iter().collect());
    for number in 0..110 {
        assert_eq!(second.said().await?.0, format!("!away {number}"));
    }
    second.stop().await?;
    bot.more = SLIDING;
    let why = Running::start(bot.configured("")?, Vec::new()).failed().await?;
    let wanted = "the store was read by `/sync`, from which sliding sync cannot go on";
    assert!(why.starts_with(wanted), "{why}");
    assert_eq!(host.devices(BOT).await?, 1);
    Ok(())
}

/// A server tells a position that it does not know nothing of rooms that we have left ourselves.
#[tokio::test]
async fn whoever_is_in_a_room_no_more_knows_it() -> Result<()> {
    let none: &[Value] = &[];
    let liar = Liar::start([
        slide_all("0", &[("!gone:localhost", none), ("!r:localhost", none)]),
        forgotten(),
        slide("1", &[]),
    ]);
    let (liar, folder) = (liar.await?, TempDir::new()?);
    let keys = format!("password = \"secret\"{SLIDING}");
    let mut running = Running::start(transport(liar.addr, &keys, folder.path())?, Vec::new());
    let mut lives = 0;
    let gone = running.event(|event| match standing(event.kind)? {
        (room, true) => {
            lives += usize::from(room == "!r:localhost");
            None
        }
        (room, false) => Some(room),
    });
    assert_eq!(gone.await?, "!gone:localhost");
    assert_eq!(lives, 2, "it is told when the position is forgotten");
    running.stop().await
}

/// Whether we are in a room.
fn standing(event: EventKind) -> Option<(String, bool)> {
    match event {
        EventKind::Room { room, state: RoomState::Joined } => Some((room.room().to_owned(), true)),
        EventKind::Room { room, state: RoomState::Left { .. } } => {
            Some((room.room().to_owned(), false))
        }
        _ => None,
    }
}

fn forgotten() -> Answer {
    let answer = r#"{"errcode":"M_UNKNOWN_POS","error":"Unknown position"}"#;
    Answer::Says(400, answer.to_owned())
}

/// Each room is told anew then: what was heard is not heard again, and nothing is left out.
#[tokio::test]
async fn a_position_that_the_server_has_forgotten_is_no_matter() -> Result<()> {
    let first = said("$first", "!first");
    let second = said("$second", "!second");
    let liar = Liar::start([
        slide("0", &[]),
        slide("1", &[first, second.clone()]),
        forgotten(),
        slide("2", &[second.clone(), said("$third", "!third")]),
        // A count that no machine holds.
        Answer::Says(
            200,
            json!({ "pos": "3", "lists": { "all": { "count": 1_u64 << 40 } }, "rooms": {} })
                .to_string(),
        ),
        Answer::Says(200, "[]".to_owned()),
        slide("4", &[second, said("$third", "!third"), said("$fourth", "!fourth")]),
    ]);
    let (liar, folder) = (liar.await?, TempDir::new()?);
    let keys = format!("password = \"secret\"{SLIDING}");
    let mut running = Running::start(transport(liar.addr, &keys, folder.path())?, Vec::new());
    for wanted in ["!first", "!second", "!third", "!fourth"] {
        assert_eq!(running.said().await?.0, wanted);
    }
    running.stop().await
}

/// Which rooms we are in is asked for with each connection; what its first sync tells is told once.
#[tokio::test]
async fn what_is_told_first_is_not_lost_with_the_list_of_rooms() -> Result<()> {
    let first = said("$first", "!first");
    let liar = Liar::start_refusing(
        "/joined_rooms",
        2,
        [
            slide("0", &[]),
            slide("1", std::slice::from_ref(&first)),
            forgotten(),
            slide("2", &[first, said("$second", "!second")]),
        ],
    );
    let (liar, folder) = (liar.await?, TempDir::new()?);
    let keys = format!("password = \"secret\"{SLIDING}");
    let mut running = Running::start(transport(liar.addr, &keys, folder.path())?, Vec::new());
    for wanted in ["!first", "!second"] {
        assert_eq!(running.said().await?.0, wanted);
    }
    running.stop().await
}

#[tokio::test]
async fn a_server_without_it_is_told() -> Result<()> {
    let server = Synapse::start_with("experimental_features: { msc3575_enabled: false }").await?;
    server.add_user("bot", "secret").await?;
    let bot = Bot { server, folder: TempDir::new()?, more: SLIDING };
    let why = Running::start(bot.configured("")?, Vec::new()).failed().await?;
    assert_eq!(why, "the homeserver has no sliding sync (MSC4186): use `sync = \"classic\"`");
    Ok(())
}
