//! The house: what its loop takes, and how it closes.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod broken;
mod doubtful;
mod stuck;

use std::sync::Arc;
use std::time::Duration;

use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::CommandTree;
use nuncio_core::dispatch::{Dispatcher, FloodLimits, Limits, Manners, Notice};
use nuncio_core::event::{Event, EventKey, EventKind, Form, Message, Timing};
use nuncio_core::house::{Clock, Door, House, Overseer, Parts, Plugins};
use nuncio_core::place::{Address, Place};
use nuncio_core::plugin::Order;
use nuncio_core::rules::Rules;
use nuncio_core::scoped::Scoped;
use nuncio_core::services::Counters;
use nuncio_core::store::Store;
use nuncio_core::store::memory::MemoryStore;
use nuncio_policy::{Declared, Network, Networks, Policy, Registry, Speaker};
use tokio_util::sync::CancellationToken;

use stuck::StuckStore;

#[derive(Debug)]
struct Nobody;

impl Overseer for Nobody {
    fn saw(&self, _: &Event) {}
    fn noticed(&self, _: &Notice) {}
    fn counted(&self, _: Counters) {}
    fn ordered(&self, _: Order) {}
}

fn house(store: Arc<dyn Store>, cancel: CancellationToken) -> (House, Door) {
    house_under(Arc::new(Nobody), store, cancel)
}

fn house_under(
    overseer: Arc<dyn Overseer>,
    store: Arc<dyn Store>,
    cancel: CancellationToken,
) -> (House, Door) {
    let declared = Declared::default();
    let policy = Policy::compile(&declared, &Networks::new(), &Registry::unknown(), 1).unwrap().0;
    let manners = Manners {
        prefix: Scoped::everywhere("!".into()),
        by_name: Scoped::everywhere(true),
        answer_unknown: Scoped::everywhere(true),
        name: "nuncio".into(),
    };
    let catalogue = Arc::new(Catalogue {
        commands: Arc::new(CommandTree::build([], []).unwrap()),
        watchers: Vec::new(),
        handlers: Vec::new(),
        trusted: [].into_iter().collect(),
    });
    let clock = Clock::system();
    let rules = Arc::new(Rules::new(&policy, Arc::clone(&catalogue), clock));
    let limits = Limits { floods: FloodLimits::OFF, ..Limits::default() };
    let dispatcher = Dispatcher::new(policy, catalogue, manners, limits);
    let plugins = Plugins::default();
    House::new(Parts { dispatcher, rules, store, plugins, overseer, clock }, cancel)
}

/// Somebody says what is no command, and is answered.
fn said(number: usize) -> Event {
    let network: Network = "irc".parse().unwrap();
    let bob = Networks::new().parse_user("u:irc:bob").unwrap();
    let message = Message {
        id: None,
        speaker: Speaker::claimed([bob]),
        name: "bob".into(),
        place: Place::private(network.clone(), Address::new("bob")),
        reply_to: None,
        form: Form::Text,
        own: false,
        text: "nothing".into(),
        content: None,
        files: Vec::new(),
    };
    Event {
        network,
        key: EventKey::new(number.to_string()),
        at: jiff::Timestamp::UNIX_EPOCH,
        timing: Timing::Live,
        mark: None,
        kind: EventKind::Message(message),
    }
}

#[tokio::test]
async fn a_house_that_closes_does_not_wait_for_what_it_will_not_hear() {
    let cancel = CancellationToken::new();
    let (house, door) = house(Arc::new(MemoryStore::new()), cancel.clone());
    door.events().try_send(said(0)).unwrap();
    cancel.cancel();
    tokio::time::timeout(House::GRACE / 2, house.run()).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_written_is_not_heard() {
    let (house, door) = house(Arc::new(StuckStore), CancellationToken::new());
    let events = door.events();
    let feed = async {
        for number in 0..50_000 {
            let sent = events.send(said(number));
            if tokio::time::timeout(Duration::from_millis(500), sent).await.is_err() {
                return number;
            }
        }
        50_000
    };
    tokio::select! {
        () = house.run() => {}
        heard = feed => assert!(heard < 10_000, "{heard} events were heard"),
    }
}
