//! The console: the terminal at which the bot was started, as a network of one.

mod input;

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use nuncio_core::action::{Action, Output};
use nuncio_core::content::Rendered;
use nuncio_core::delivery::Delivery;
use nuncio_core::event::{Event, EventKind, Form, LinkState, Message, Timing};
use nuncio_core::features::{Features, Support};
use nuncio_core::place::{Address, Place};
use nuncio_core::receipt::{Receipt, Retry};
use nuncio_core::transport::{Link, Transport, TransportError};
use nuncio_policy::{CaseMapping, Network, Speaker, UserId};
use smol_str::SmolStr;
use tokio::sync::mpsc;

use self::input::Keyboard;
use crate::names::{ConnId, Names};
use crate::screen::Screen;
use crate::terminal::Terminal;
use crate::transport::Catalogue;

/// The console's name, which is the same in every house.
pub fn network() -> Network {
    Network::console()
}

/// The console, as a transport.
///
/// Whoever sits at a terminal is `u:console:local`, verified; whatever else standard input is, its
/// lines are said by the same name, claimed. The end of input ends the console's hearing and
/// nothing else: what is to be printed is still printed.
#[derive(Debug)]
pub struct Console {
    network: Network,
    bot: SmolStr,
    catalogue: Arc<dyn Catalogue>,
    screen: Screen,
    history: Option<PathBuf>,
    terminal: Terminal,
}

impl Console {
    /// The console of the bot of this name. What is logged through the same screen appears above
    /// the prompt; `history` is where the prompt keeps its own.
    pub fn new(
        bot: SmolStr,
        catalogue: Arc<dyn Catalogue>,
        screen: Screen,
        history: Option<PathBuf>,
    ) -> Self {
        let terminal = Terminal::of_stdout();
        Self { network: network(), bot, catalogue, screen, history, terminal }
    }
}

impl Transport for Console {
    fn network(&self) -> &Network {
        &self.network
    }

    fn kind(&self) -> &'static str {
        "console"
    }

    fn features(&self) -> Features {
        let styled = self.terminal.has_styles();
        let styling = if styled { Support::Native } else { Support::Absent };
        Features {
            private: Support::Native,
            styling,
            code: styling,
            links: Support::Emulated,
            multiline: Support::Native,
            emotes: Support::Emulated,
            notices: Support::Emulated,
            // Whoever sits at the terminal.
            lasting_peers: Support::Native,
            ..Features::default()
        }
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        Box::pin(async move {
            let keyboard = Keyboard::open(&self);
            let keyboard = keyboard.map_err(|error| TransportError {
                network: self.network.clone(),
                why: "standard input cannot be read".into(),
                source: Some(error),
            })?;
            Running { console: *self, keyboard, link }.run().await;
            Ok(())
        })
    }
}

/// The console while it is open.
struct Running {
    console: Console,
    keyboard: Keyboard,
    link: Link,
}

impl Running {
    async fn run(self) {
        let Self { console, mut keyboard, link } = self;
        let Link { events, mut deliveries, cancel, .. } = link;
        let voice = Voice::new(console.network.clone(), keyboard.is_terminal(), events);
        let hearing = async {
            voice.tell(0, EventKind::Link(LinkState::Online)).await;
            for number in 1.. {
                voice.say(number, keyboard.next().await).await;
            }
        };
        // Neither side waits for the other.
        let printing = async {
            while let Some(delivery) = deliveries.next().await {
                console.print(delivery).await;
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => {}
            () = hearing => {}
            () = printing => {}
        }
        while let Some(delivery) = deliveries.try_next() {
            delivery
                .settle(Receipt::failed("the console closes", Retry::Untried(Receipt::A_MOMENT)));
        }
    }
}

impl Console {
    async fn print(&self, delivery: Delivery) {
        let Output { to, action, .. } = delivery.output();
        let Action::Say { content, form } = action else {
            let what = action.command().path().to_owned();
            return delivery.settle(Receipt::unsupported(&what));
        };
        if !to.is_private() {
            return delivery.settle(Receipt::unsupported("rooms"));
        }
        let Rendered { output, losses } = self.terminal.show(content, *form, &self.bot);
        delivery.settle(match self.screen.print(output).await {
            Ok(()) => Receipt::sent().with_losses(losses),
            Err(error) => {
                Receipt::failed(format!("the terminal took nothing: {error}"), Retry::Never)
            }
        });
    }
}

/// Who speaks at the console, as the house hears him.
struct Voice {
    network: Network,
    names: Names,
    speaker: Speaker,
    place: Place,
    events: mpsc::Sender<Event>,
}

impl Voice {
    fn new(network: Network, is_terminal: bool, events: mpsc::Sender<Event>) -> Self {
        let speaker = Self::speaker(&network, is_terminal);
        let place = Place::private(network.clone(), Address::new("local"));
        Self { network, names: Names::new(), speaker, place, events }
    }

    /// Who speaks: somebody where a person sits at a terminal, else nobody that is vouched for.
    fn speaker(network: &Network, is_terminal: bool) -> Speaker {
        match UserId::new(network, "local", CaseMapping::Bytes) {
            Ok(local) if is_terminal => Speaker::verified(local),
            // Nothing is wrong with this name; if there were, nobody would be the safe answer.
            local => Speaker::claimed(local),
        }
    }

    async fn say(&self, number: u64, text: String) {
        let message = Message {
            id: Some(self.names.message(ConnId::NONE, number)),
            speaker: self.speaker.clone(),
            name: "you".into(),
            place: self.place.clone(),
            reply_to: None,
            form: Form::Text,
            own: false,
            text,
            content: None,
            files: Vec::new(),
        };
        self.tell(number, EventKind::Message(message)).await;
    }

    async fn tell(&self, number: u64, kind: EventKind) {
        let event = Event {
            network: self.network.clone(),
            key: self.names.event(ConnId::NONE, number),
            at: Timestamp::now(),
            timing: Timing::Live,
            mark: None,
            kind,
        };
        // Without a house there is nobody to tell.
        drop(self.events.send(event).await);
    }
}

#[cfg(test)]
mod tests;
