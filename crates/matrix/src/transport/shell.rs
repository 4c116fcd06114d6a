//! The loop around the session: it reads, writes, waits, and decides nothing.

use std::{
    collections::VecDeque,
    pin::{Pin, pin},
    time::Duration,
};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use matrix_sdk::{
    Client,
    ruma::{api::client::presence::set_presence, presence::PresenceState},
};
use nuncio_core::{
    backoff::Backoff, bucket::Bucket, delivery::Delivery, event::Event, moment::Moment,
    receipt::Receipt, transport::Link,
};
use nuncio_policy::Network;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};

use super::{
    Matrix, errands,
    failure::Failure,
    keeper::Standing,
    lanes::Lanes,
    limits::{Class, Limits},
    login::Login,
    pull::{Pulled, Puller},
    questions::Asked,
    traffic::Flights,
    verify::Proofs,
};
use crate::session::{Ending, Session};

/// How long the server may take to answer what is on its way when we go.
const FAREWELL: Duration = Duration::from_secs(3);

/// Everything that one network needs to live.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) network: Network,
    /// None while it is being used.
    pub(super) login: Option<Login>,
    pub(super) link: Link,
    pub(super) backoff: Backoff,
    /// Events that the house has no room for yet. While there are any, the server is not asked.
    pub(super) events: VecDeque<Event>,
    /// Kept over cuts, until the server knows our session no more.
    pub(super) client: Option<Client>,
    pub(super) session: Session,
    pub(super) clear_reactions: bool,
    pub(super) max_download: u64,
    pub(super) standing: Standing,
    pub(super) flood: Bucket,
    pub(super) began: Instant,
    pub(super) lanes: Lanes<Delivery>,
    pub(super) limits: Limits,
    pub(super) proofs: Proofs,
}

type Pull = Pin<Box<dyn Future<Output = (Puller, Result<Pulled, Failure>)> + Send>>;

impl Shell {
    pub(super) fn new(matrix: Matrix, link: Link) -> Self {
        let Matrix { network, settings, flood, login } = matrix;
        let now = Moment { wall: Timestamp::now(), uptime: Duration::ZERO };
        let (clear_reactions, max_download) = (settings.clear_reactions, settings.max_download);
        let mut session = Session::new(network.clone(), settings, fastrand::u64(..), now);
        session.resume(&link.cursors);
        Self {
            session,
            network,
            login: Some(login),
            link,
            backoff: Backoff::default(),
            events: VecDeque::new(),
            client: None,
            clear_reactions,
            max_download,
            standing: Standing::default(),
            flood,
            began: Instant::now(),
            lanes: Lanes::default(),
            limits: Limits::default(),
            proofs: Proofs::default(),
        }
    }

    /// Connects again and again until cancelled, or until only a person can help.
    pub(super) async fn live(mut self) -> Result<(), String> {
        loop {
            let ending = match self.connect().await {
                None => return Ok(()),
                Some(Err(ending)) => ending,
                Some(Ok(client)) => {
                    let began = Instant::now();
                    let ending = Box::pin(self.serve(&client)).await;
                    self.backoff.session_lasted(began.elapsed());
                    ending
                }
            };
            self.settle(|lanes| lanes.give_up("the connection was cut before the server's answer"));
            self.session().closed(&ending);
            self.collect();
            self.link.pass(&mut self.events);
            if self.link.cancel.is_cancelled() {
                return Ok(());
            }
            if let Ending::Refused(why) = ending {
                return Err(why);
            }
            if !self.rest().await {
                return Ok(());
            }
        }
    }

    /// A connection from its first sync to its last.
    async fn serve(&mut self, client: &Client) -> Ending {
        let login = self.login.as_ref().map(|login| (login.account().clone(), login.tally()));
        let Some((account, tally)) = login else {
            return Ending::Again("the login is in use".to_owned());
        };
        let is_first = !std::mem::take(&mut self.link.cursors).is_empty();
        let heard = self.session.heard().collect();
        let puller = match Puller::new(client.clone(), account, tally, heard, is_first).await {
            Ok(puller) => puller,
            Err(failure) => return Ending::Refused(failure.why()),
        };
        let ending = Box::pin(self.converse(client, puller)).await;
        match ending {
            Err(Failure::LoggedOut { soft }) => {
                self.client = None;
                self.proofs.clear();
                self.session().lose_questions("the server has ended our session");
                if let Some(mut login) = self.login.take() {
                    Box::pin(login.forget(client.clone(), soft)).await;
                    self.login = Some(login);
                }
                Ending::Again("the server has ended our session".to_owned())
            }
            Err(failure) => {
                self.heed(Class::Connect, &failure);
                Ending::Again(failure.why())
            }
            Ok(()) => {
                farewell(client).await;
                Ending::Again("we left".to_owned())
            }
        }
    }

    async fn converse(&mut self, client: &Client, puller: Puller) -> Result<(), Failure> {
        let (cancel, events) = (self.link.cancel.clone(), self.link.events.clone());
        let (mut flights, mut online) = (Flights::new(), false);
        let mut asked = Asked::default();
        let mut pull: Option<Pull> = Some(Box::pin(puller.pull(true)));
        let mut idle: Option<Puller> = None;
        let mut leave: Option<Instant> = None;
        let mut alarm = pin!(sleep_until(Instant::now()));
        loop {
            self.session().end_questions();
            self.collect();
            self.link.pass(&mut self.events);
            if leave.is_some() {
                self.events.clear();
                if self.lanes.is_empty() {
                    return Ok(());
                }
            } else if self.events.is_empty()
                && let Some(puller) = idle.take()
            {
                pull = Some(Box::pin(puller.pull(false)));
            }
            if online {
                self.launch(client, &mut flights, leave.is_none());
            }
            let wake = leave.into_iter().chain(self.wake(leave.is_none())).min();
            if let Some(wake) = wake.filter(|wake| *wake < alarm.deadline() || alarm.is_elapsed()) {
                alarm.as_mut().reset(wake);
            }
            let takes = online && leave.is_none() && self.takes_deliveries();
            tokio::select! {
                biased;
                () = cancel.cancelled(), if leave.is_none() => {
                    leave = Some(Instant::now() + FAREWELL);
                    (pull, idle) = (None, None);
                    self.settle(Lanes::give_up_waiting);
                }
                () = &mut alarm, if wake.is_some() => {
                    if leave.is_some_and(|at| Instant::now() >= at) {
                        return Ok(());
                    }
                }
                Some((flight, result)) = flights.next() => self.landed(flight, result)?,
                slot = events.reserve(), if !self.events.is_empty() => match slot {
                    Ok(slot) => self.pass_event(slot),
                    Err(_) => cancel.cancel(),
                },
                delivery = self.link.deliveries.next(), if takes => match delivery {
                    Some(delivery) => self.deliver(delivery),
                    None => cancel.cancel(),
                },
                slower = asked.next() => self.rest_asking(slower),
                Some(question) = self.link.questions.next(), if self.asks(online, &asked, leave) => {
                    self.ask(client, &asked, question);
                }
                (puller, pulled) = pulled(&mut pull), if pull.is_some() => {
                    pull = None;
                    let pulled = pulled?;
                    if !online {
                        online = true;
                        self.online(client).await;
                    }
                    self.hear(&pulled);
                    idle = Some(puller);
                }
            }
        }
    }

    async fn online(&mut self, client: &Client) {
        let name = timeout(FAREWELL, client.account().get_display_name()).await;
        let name = name.ok().and_then(Result::ok).flatten();
        let rooms = client.joined_rooms().into_iter().map(|room| room.room_id().to_string());
        self.session().online(name.as_deref(), rooms);
        errands::open(client, self.session()).await;
        self.collect();
        tracing::info!(
            network = %self.network, device = ?client.device_id(), "Logged in."
        );
    }

    /// Takes what a sync brought.
    fn hear(&mut self, pulled: &Pulled) {
        self.standing = pulled.standing;
        let now = self.now();
        self.proofs.asked(self.session.at(now), &pulled.requests);
        self.proofs.look(self.session.at(now));
        let session = self.session();
        for (what, count) in &pulled.counts {
            session.counted(what, *count);
        }
        for why in &pulled.alarms {
            session.alarm(why);
        }
        for (room, last) in &pulled.left {
            session.left(room.as_str(), last);
        }
        for update in &pulled.updates {
            session.update(update);
        }
        for (room, state) in &pulled.invites {
            session.invited(room.as_str(), state.iter().map(String::as_str));
        }
        self.collect();
    }

    /// When something is to be done even if nothing comes.
    fn wake(&self, enters: bool) -> Option<Instant> {
        let now = self.began.elapsed();
        let flood = Some(self.flood.ready_at(now)).filter(|at| *at > now);
        let room = self.session.deadline().filter(|_| enters);
        let next = room.into_iter().chain(flood).chain(self.limits.next(now)).min()?;
        // A room that is due waits for the limit, which is then the later of both.
        Some(self.began + next.max(flood.unwrap_or_default()))
    }

    pub(super) fn session(&mut self) -> &mut Session {
        let now = self.now();
        self.session.at(now)
    }

    pub(super) fn now(&self) -> Moment {
        Moment { wall: Timestamp::now(), uptime: self.began.elapsed() }
    }

    /// Keeps what the session learnt until the house has room for it.
    pub(super) fn collect(&mut self) {
        self.events.extend(self.session.events());
    }

    pub(super) fn settle(
        &mut self,
        what: impl FnOnce(&mut Lanes<Delivery>) -> Vec<(Delivery, Receipt)>,
    ) {
        for (delivery, receipt) in what(&mut self.lanes) {
            delivery.settle(receipt);
        }
    }

    /// Passes on an event that the house has room for now.
    fn pass_event(&mut self, slot: mpsc::Permit<'_, Event>) {
        if let Some(event) = self.events.pop_front() {
            slot.send(event);
        }
    }
}

/// What a pull that is under way brings.
async fn pulled(pull: &mut Option<Pull>) -> (Puller, Result<Pulled, Failure>) {
    match pull {
        Some(pull) => pull.await,
        None => std::future::pending().await,
    }
}

/// Shows that we are gone. What the server does not take in that time it is not told.
async fn farewell(client: &Client) {
    let Some(user) = client.user_id() else { return };
    let gone = set_presence::v3::Request::new(user.to_owned(), PresenceState::Offline);
    timeout(FAREWELL / 3, client.send(gone).into_future()).await.ok();
}
