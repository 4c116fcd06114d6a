//! The supervisor of a transport: one that returned or panicked is made anew.

use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use nuncio_policy::Network;
use smol_str::format_smolstr;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Ask, Clock, Door, Outlet};
use crate::backoff::Backoff;
use crate::delivery::Deliveries;
use crate::dispatch::Input;
use crate::event::{Event, EventKey, EventKind, LinkState, Timing};
use crate::query::Questions;
use crate::transport::{Link, Transport, TransportError};

/// A network that is to be attached to the house.
pub struct Attachment {
    /// Its name.
    pub network: Network,
    /// Makes its transport, once for each start; or says what is in the way, in words for the
    /// operator.
    pub make: Box<dyn Fn() -> Result<Box<dyn Transport>, String> + Send + Sync>,
    /// Whether machines talk on it rather than people (the socket).
    pub machine: bool,
    /// How many deliveries it holds at once.
    pub window: usize,
    /// Gives a number in `0.0..1.0`, for the backoff.
    pub random: fn() -> f64,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment").field("network", &self.network).finish_non_exhaustive()
    }
}

/// Runs a network's transport until cancelled; one that returned or panicked is reported, and made
/// anew after its backoff.
pub async fn attach(attachment: Attachment, door: Door, clock: Clock, cancel: CancellationToken) {
    let network = attachment.network.clone();
    let mut backoff = Backoff::default();
    let mut starts = 0_u64;
    loop {
        let started = clock.now().uptime;
        let why = match (attachment.make)() {
            Err(why) => why,
            Ok(transport) => match run(transport, &attachment, &door, &cancel).await {
                _ if cancel.is_cancelled() => return,
                Ok(Ok(())) => "it ended by itself".to_owned(),
                Ok(Err(error)) => error.whole(),
                Err(_) => "it broke; the log has the panic".to_owned(),
            },
        };
        tracing::error!(%network, %why, "A network's transport ended; it will be started again.");
        starts += 1;
        say_offline(&door, &clock, &network, starts, why).await;
        backoff.session_lasted(clock.now().uptime.saturating_sub(started));
        let pause = backoff.next((attachment.random)());
        tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One life of a transport; the outer error is a panic.
async fn run(
    mut transport: Box<dyn Transport>,
    attachment: &Attachment,
    door: &Door,
    cancel: &CancellationToken,
) -> std::thread::Result<Result<(), TransportError>> {
    let Attachment { network, machine, window, .. } = attachment;
    let (network, machine) = (network.clone(), *machine);
    let features = transport.features();
    door.tell(Input::Network { network: network.clone(), features, machine }).await;
    let (tx, rx) = mpsc::channel((*window).max(1));
    let (asks, questions) = Questions::new(door.generation());
    let outlet = Outlet { deliveries: tx, questions: asks };
    door.ask(Ask::Attach(network.clone(), outlet)).await;
    transport.look_for(door.doubtful(network.clone()).await);
    let link = Link {
        events: door.events(),
        deliveries: Deliveries::new(rx, door.generation()),
        questions,
        cursors: door.cursors(network.clone()).await,
        cancel: cancel.child_token(),
    };
    let ended = AssertUnwindSafe(transport.run(link)).catch_unwind().await;
    door.ask(Ask::Detach(network)).await;
    ended
}

async fn say_offline(door: &Door, clock: &Clock, network: &Network, starts: u64, why: String) {
    let event = Event {
        network: network.clone(),
        key: EventKey::new(format_smolstr!("supervisor-{starts}")),
        at: clock.now().wall,
        timing: Timing::Live,
        mark: None,
        kind: EventKind::Link(LinkState::Failed { why }),
    };
    if door.events().send(event).await.is_err() {
        tracing::debug!("The house has closed.");
    }
}
