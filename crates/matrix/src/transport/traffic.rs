//! What goes out: deliveries, errands, verifications and questions, as the limits let them leave.

use std::time::Duration;

use futures_util::{future::BoxFuture, stream::FuturesUnordered};
use matrix_sdk::Client;
use nuncio_core::{action::Action, delivery::Delivery, query::Question};
use tokio::time::Instant;

use super::{
    carry, errands,
    failure::Failure,
    limits::Class,
    questions::{Asked, Asking, Slower},
    shell::Shell,
    verify,
};
use crate::session::{Errand, Request};

/// What is on its way to the server.
pub(super) enum Flight {
    /// A request of an output.
    Output(u64, Class),
    /// Something of our own accord.
    Errand(Errand),
    /// Something about a verification, and the output that asked for it.
    Proof(Option<u64>, Box<verify::Done>),
}

/// All that is on its way.
pub(super) type Flights =
    FuturesUnordered<BoxFuture<'static, (Flight, Result<Option<String>, Failure>)>>;

impl Shell {
    /// Lets leave what the flood limit lets pass.
    pub(super) fn launch(&mut self, client: &Client, flights: &mut Flights, enters: bool) {
        let now = self.began.elapsed();
        while self.flood.ready_at(now) <= now {
            let lets = |class| self.limits.lets(class, now);
            let enters = enters && lets(Class::Enter);
            if let Some((number, request)) = self.lanes.next(|request| lets(request.into())) {
                let class = Class::from(&request);
                if let Some(doing) = self.proofs.begin(client, &request, self.standing) {
                    flights.push(prove(Some(number), doing));
                } else {
                    let (client, clear) = (client.clone(), self.clear_reactions);
                    let carried = carry::carry(client, request, clear, self.standing);
                    flights.push(Box::pin(async move {
                        (Flight::Output(number, class), carried.await)
                    }));
                }
            } else if let Some(doing) = self.proofs.next_step() {
                flights.push(prove(None, doing));
            } else if enters && let Some(errand) = self.session().next_errand() {
                flights.push(fly(client.clone(), errand));
            } else {
                return;
            }
            self.flood.take(now).ok();
        }
    }

    /// What became of what was on its way.
    pub(super) fn landed(
        &mut self,
        flight: Flight,
        result: Result<Option<String>, Failure>,
    ) -> Result<(), Failure> {
        let logged_out = match &result {
            Err(failure @ Failure::LoggedOut { .. }) => Some(failure.clone()),
            _ => None,
        };
        match flight {
            Flight::Output(number, class) => {
                if let Err(failure) = &result {
                    self.heed(class, failure);
                }
                self.settle(|lanes| lanes.done(number, result).into_iter().collect());
            }
            Flight::Proof(number, done) => {
                let (now, result) = (self.now(), result.map(|_| ()));
                self.proofs.done(self.session.at(now), *done, &result);
                let result = result.map(|()| None);
                self.settle(|lanes| {
                    number.and_then(|number| lanes.done(number, result)).into_iter().collect()
                });
                self.collect();
            }
            Flight::Errand(errand) => {
                if let Err(failure) = &result {
                    self.heed(Class::Enter, failure);
                }
                let outcome = result.as_ref().map(Option::as_deref).map_err(Failure::setback);
                self.session().errand_ended(&errand, outcome);
                self.collect();
            }
        }
        logged_out.map_or(Ok(()), Err)
    }

    /// Takes a delivery, whose turn comes in its lane.
    pub(super) fn deliver(&mut self, delivery: Delivery) {
        let speaker = delivery.speaker();
        let job = match &delivery.output().action {
            Action::Verify { who, tell } => self.session().verify(who, speaker, tell),
            Action::Judge { question, verdict } => self.session().judge(question, *verdict),
            _ => self.session.act(delivery.key(), delivery.output()),
        };
        self.collect();
        match job {
            Ok(job) => self.lanes.push(delivery, job),
            Err(receipt) => delivery.settle(receipt),
        }
    }

    /// Whether a question that is taken now can go out now.
    pub(super) fn asks(&self, online: bool, asked: &Asked, leave: Option<Instant>) -> bool {
        let now = self.began.elapsed();
        online && leave.is_none() && asked.has_room() && self.flood.ready_at(now) <= now
    }

    /// Asks the server, unless what it counts with that rests.
    pub(super) fn ask(&mut self, client: &Client, asked: &Asked, question: Question) {
        let now = self.began.elapsed();
        match self.limits.asks(question.query(), now) {
            Ok(class) => {
                self.flood.take(now).ok();
                let (client, network) = (client.clone(), self.network.clone());
                let asking = Asking { client, network, max_download: self.max_download };
                asked.push(asking, class, question);
            }
            Err(why) => question.answer(Err(why)),
        }
    }

    /// Rests where the server asked for it in its answer to a question.
    pub(super) fn rest_asking(&mut self, slower: Option<Slower>) {
        if let Some((class, wait)) = slower {
            self.limits.limit(class, Some(wait), self.began.elapsed());
        }
    }

    /// Whether a delivery that is taken now can go out now.
    pub(super) fn takes_deliveries(&self) -> bool {
        let now = self.began.elapsed();
        let is_let = |request: &Request| self.limits.lets(request.into(), now);
        self.lanes.has_room() && !self.lanes.is_ready(is_let) && self.flood.ready_at(now) <= now
    }

    /// Rests where the server asks for it.
    pub(super) fn heed(&mut self, class: Class, failure: &Failure) {
        if let Failure::Limited(delay) = failure {
            self.limits.limit(class, *delay, self.began.elapsed());
        }
    }

    /// How long the server asked us not to come back.
    pub(super) fn barred(&self) -> Duration {
        self.limits.rest(Class::Connect, self.began.elapsed())
    }
}

fn fly(
    client: Client,
    errand: Errand,
) -> BoxFuture<'static, (Flight, Result<Option<String>, Failure>)> {
    Box::pin(async move {
        let done = Box::pin(errands::run(&client, &errand)).await;
        (Flight::Errand(errand), done)
    })
}

fn prove(
    number: Option<u64>,
    doing: verify::Doing,
) -> BoxFuture<'static, (Flight, Result<Option<String>, Failure>)> {
    Box::pin(async move {
        let (done, result) = doing.await;
        (Flight::Proof(number, Box::new(done)), result.map(|()| None))
    })
}
