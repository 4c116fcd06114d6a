//! A transport that knows nothing of what it was handed before the process was killed.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use nuncio_core::action::Output;
use nuncio_core::content::Content;
use nuncio_core::delivery::OutputKey;
use nuncio_core::dispatch::{Input, Notice};
use nuncio_core::event::Event;
use nuncio_core::features::Features;
use nuncio_core::house::{Attachment, Clock, Overseer, attach};
use nuncio_core::place::Place;
use nuncio_core::plugin::Order;
use nuncio_core::services::Counters;
use nuncio_core::store::memory::MemoryStore;
use nuncio_core::store::{Draft, OutboxRow, OutboxState};
use nuncio_core::transport::{Link, Transport, TransportError};
use nuncio_policy::{AuditNumber, CommandId, Level, Network, Networks, Speaker};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::house_under;

#[derive(Debug)]
struct Forgetful(Network);

impl Transport for Forgetful {
    fn network(&self) -> &Network {
        &self.0
    }

    fn kind(&self) -> &'static str {
        "forgetful"
    }

    fn features(&self) -> Features {
        Features::default()
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        async move {
            link.cancel.cancelled().await;
            Ok(())
        }
        .boxed()
    }
}

/// Hears what is dead.
#[derive(Debug)]
struct Ear(mpsc::Sender<Notice>);

impl Overseer for Ear {
    fn saw(&self, _: &Event) {}
    fn noticed(&self, notice: &Notice) {
        self.0.try_send(notice.clone()).unwrap();
    }
    fn counted(&self, _: Counters) {}
    fn ordered(&self, _: Order) {}
}

fn handed(network: &Network) -> OutboxRow {
    let room = Networks::new().parse_room(&format!("r:{network}:#a")).unwrap();
    let (place, text) = (Place::Room(room.clone()), Content::text("pong"));
    let bob = Networks::new().parse_user(&format!("u:{network}:bob")).unwrap();
    let draft = Draft {
        output: Output::say(place, text),
        speaker: Speaker::claimed([bob]),
        room: Some(room),
        target: None,
        command: CommandId::literal("test.ping"),
        level: Level::Everyone,
        refusal: false,
        keep_as: None,
        used: Vec::new(),
    };
    let (key, state) = (OutputKey::stored("k1"), OutboxState::Handed);
    OutboxRow { key, draft, at: jiff::Timestamp::UNIX_EPOCH, state, attempts: 1 }
}

#[tokio::test]
async fn a_transport_that_knows_nothing_says_so_at_once() {
    let (tell, mut told) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let (house, door) =
        house_under(Arc::new(Ear(tell)), Arc::new(MemoryStore::new()), cancel.clone());
    let network: Network = "irc".parse().unwrap();
    let outbox = vec![handed(&network)];
    let features = Features::default();
    let events = async {
        door.tell(Input::Network { network: network.clone(), features, machine: false }).await;
        let (interrupted, cursors) = (Vec::new(), Vec::new());
        let audited = AuditNumber::default();
        door.tell(Input::Restored { outbox, interrupted, audited, cursors }).await;
        let name = network.clone();
        let attachment = Attachment {
            network,
            make: Box::new(move || Ok(Box::new(Forgetful(name.clone())))),
            machine: false,
            window: 1,
            random: || 0.0,
        };
        attach(attachment, door.clone(), Clock::system(), cancel.clone()).await;
    };
    tokio::select! {
        () = house.run() => panic!("the house closed"),
        () = events => panic!("the transport ended"),
        notice = told.recv() => {
            let Some(Notice::Undelivered { why, .. }) = notice else { panic!("{notice:?}") };
            assert_eq!(why, "in doubt: the bot ended while it was being sent");
        }
    }
}
