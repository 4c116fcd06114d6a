//! A transport that cannot run.

use std::io;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use nuncio_core::dispatch::Notice;
use nuncio_core::event::{Event, EventKind, LinkState};
use nuncio_core::features::Features;
use nuncio_core::house::{Attachment, Clock, Overseer, attach};
use nuncio_core::plugin::Order;
use nuncio_core::services::Counters;
use nuncio_core::store::memory::MemoryStore;
use nuncio_core::transport::{Link, Transport, TransportError};
use nuncio_policy::Network;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::house_under;

#[derive(Debug)]
struct Broken(Network);

impl Transport for Broken {
    fn network(&self) -> &Network {
        &self.0
    }

    fn kind(&self) -> &'static str {
        "broken"
    }

    fn features(&self) -> Features {
        Features::default()
    }

    fn run(self: Box<Self>, _: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        let disk = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let network = self.0;
        let why = "cannot read `ca.pem`".to_owned();
        std::future::ready(Err(TransportError { network, why, source: Some(disk) })).boxed()
    }
}

/// Hears why a network cannot be used.
#[derive(Debug)]
struct Ear(Mutex<mpsc::Sender<String>>);

impl Overseer for Ear {
    fn saw(&self, event: &Event) {
        if let EventKind::Link(LinkState::Failed { why }) = &event.kind {
            self.0.lock().unwrap().try_send(why.clone()).unwrap();
        }
    }
    fn noticed(&self, _: &Notice) {}
    fn counted(&self, _: Counters) {}
    fn ordered(&self, _: Order) {}
}

#[tokio::test]
async fn the_end_of_a_transport_is_told_with_all_that_lies_behind_it() {
    let (tell, mut told) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let ear = Arc::new(Ear(Mutex::new(tell)));
    let (house, door) = house_under(ear, Arc::new(MemoryStore::new()), cancel.clone());
    let broken = Attachment {
        network: "irc".parse().unwrap(),
        make: Box::new(|| Ok(Box::new(Broken("irc".parse().unwrap())))),
        machine: false,
        window: 1,
        random: || 0.5,
    };
    tokio::select! {
        () = house.run() => {}
        () = attach(broken, door, Clock::system(), cancel) => {}
        why = told.recv() => assert_eq!(why.unwrap(), "cannot read `ca.pem`: no such file"),
    }
}
