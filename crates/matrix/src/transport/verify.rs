//! Verifications as the library carries them out, and who asks for one.

use futures_util::future::BoxFuture;
use matrix_sdk::{
    Client,
    encryption::verification::{
        CancelInfo, SasState, SasVerification, VerificationRequest, VerificationRequestState,
    },
    ruma::{
        OwnedUserId, UserId,
        events::key::verification::{VerificationMethod, cancel::CancelCode},
    },
};
use nuncio_core::event::{Outcome, QuestionId, Shown, Symbol, Verdict};
use serde::Deserialize;

use super::{
    failure::{Failure, chain},
    keeper::Standing,
    keys,
    source::Synced,
};
use crate::session::{Progress, Request, Session, Step};

/// The verifications that are under way, by the questions that they are about.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    open: Vec<Proof>,
    steps: Vec<(QuestionId, Step)>,
}

#[derive(Debug, Clone)]
struct Proof {
    question: QuestionId,
    request: VerificationRequest,
    /// What both sides compare, once one has begun. The request forgets it when the other side says
    /// that all is done, whether it is or not.
    sas: Option<SasVerification>,
}

impl Proof {
    fn new(question: QuestionId, request: VerificationRequest) -> Self {
        Self { question, request, sas: None }
    }
}

/// What was done about one, and for which output.
#[derive(Debug)]
pub(super) struct Done {
    question: QuestionId,
    what: What,
    /// The one that was begun.
    begun: Option<VerificationRequest>,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Asked,
    Judged(Verdict),
    Stepped,
}

/// What is under way about a verification.
pub(super) type Doing = BoxFuture<'static, (Done, Result<(), Failure>)>;

impl Proofs {
    /// Begins what a request asks for, if it is about one.
    pub(super) fn begin(
        &self,
        client: &Client,
        request: &Request,
        standing: Standing,
    ) -> Option<Doing> {
        match request {
            Request::Prove { question, who } => {
                let (client, question, who) = (client.clone(), question.clone(), who.clone());
                Some(Box::pin(async move {
                    let (begun, result) = match Box::pin(ask(&client, &who, standing)).await {
                        Ok(begun) => (Some(begun), Ok(())),
                        Err(failure) => (None, Err(failure)),
                    };
                    (Done { question, what: What::Asked, begun }, result)
                }))
            }
            Request::Judge { question, verdict, .. } => {
                let (client, proof) = (client.clone(), self.find(question));
                let (question, verdict) = (question.clone(), *verdict);
                Some(Box::pin(async move {
                    let result = Box::pin(judge(&client, proof, verdict, standing)).await;
                    (Done { question, what: What::Judged(verdict), begun: None }, result)
                }))
            }
            _ => None,
        }
    }

    /// The next that is to be done of our own accord.
    pub(super) fn next_step(&mut self) -> Option<Doing> {
        let (question, step) = self.steps.pop()?;
        let proof = self.find(&question);
        Some(Box::pin(async move {
            let result = Box::pin(take(proof, step)).await;
            (Done { question, what: What::Stepped, begun: None }, result)
        }))
    }

    /// Somebody's devices ask us.
    pub(super) fn asked(&mut self, session: &mut Session, requests: &[VerificationRequest]) {
        for request in requests {
            if let Some(question) = session.asked(request.other_user_id()) {
                self.open.push(Proof::new(question, request.clone()));
            }
        }
    }

    /// Tells the session what became of something.
    pub(super) fn done(&mut self, session: &mut Session, done: Done, result: &Result<(), Failure>) {
        let Done { question, what, begun } = done;
        let why = result.as_ref().err().map(Failure::why);
        let outcome = why.as_deref().map_or(Ok(()), Err);
        match what {
            What::Asked => session.prove_ended(&question, outcome),
            What::Judged(verdict) => session.judge_ended(&question, verdict, outcome),
            What::Stepped => session.step_ended(&question, outcome),
        }
        self.open.extend(begun.map(|begun| Proof::new(question, begun)));
        self.look(session);
    }

    /// Tells the session how far each has come, and drops what is over.
    pub(super) fn look(&mut self, session: &mut Session) {
        session.end_questions();
        for proof in &mut self.open {
            let progress = progress(proof);
            let step = session.proceeds(&proof.question, progress);
            self.steps.extend(step.map(|step| (proof.question.clone(), step)));
        }
        self.open.retain(|proof| session.is_asked(&proof.question));
    }

    /// Forgets all: the library has too.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn find(&self, question: &QuestionId) -> Option<Proof> {
        self.open.iter().find(|known| known.question == *question).cloned()
    }
}

/// Who asks us, in what a sync brought.
pub(super) async fn asking(client: &Client, news: &Synced) -> Vec<VerificationRequest> {
    let mut asked: Vec<(OwnedUserId, String)> = Vec::new();
    asked.extend(news.to_device.iter().filter_map(|sent| flow(sent.event.json().get())));
    let rooms = news.rooms.joined.values().flat_map(|room| &room.timeline.events);
    asked.extend(rooms.filter_map(|event| flow(event.raw().json().get())));
    let (mut requests, mut may_look) = (Vec::new(), true);
    for (who, flow) in asked.into_iter().filter(|(who, _)| Some(&**who) != client.user_id()) {
        match client.encryption().get_verification_request(&who, &flow).await {
            Some(request) if !request.we_started() => requests.push(request),
            // The library heeds nobody whose devices it has not heard of; when he asks again it has.
            None if std::mem::take(&mut may_look) => {
                tracing::debug!(%who, "A device asks us that is not known.");
                client.encryption().request_user_identity(&who).await.ok();
            }
            _ => {}
        }
    }
    requests
}

/// Who asks, and under which name, where an event is such a question: sent to our device, or in a
/// room.
fn flow(json: &str) -> Option<(OwnedUserId, String)> {
    #[derive(Deserialize)]
    struct Told {
        sender: OwnedUserId,
        r#type: String,
        event_id: Option<String>,
        content: Content,
    }
    #[derive(Deserialize)]
    struct Content {
        msgtype: Option<String>,
        transaction_id: Option<String>,
    }
    const REQUEST: &str = "m.key.verification.request";
    if !json.contains(REQUEST) {
        return None;
    }
    let event: Told = serde_json::from_str(json).ok()?;
    let flow = match (event.r#type.as_str(), event.content.msgtype.as_deref()) {
        (REQUEST, _) => event.content.transaction_id,
        ("m.room.message", Some(REQUEST)) => event.event_id,
        _ => None,
    };
    flow.map(|flow| (event.sender, flow))
}

async fn ask(
    client: &Client,
    who: &UserId,
    standing: Standing,
) -> Result<VerificationRequest, Failure> {
    check_keys(client, standing).await?;
    let identity = client.encryption().request_user_identity(who).await?;
    let Some(identity) = identity else {
        return Err(refused("he has no signing keys, and so there is nothing to sign"));
    };
    let asked = identity.request_verification_with_methods(vec![VerificationMethod::SasV1]);
    Box::pin(asked).await.map_err(|error| Failure::Refused(chain(&error)))
}

/// A failure is final: half of what an answer is may have arrived, and no repeat says the rest.
async fn judge(
    client: &Client,
    proof: Option<Proof>,
    verdict: Verdict,
    standing: Standing,
) -> Result<(), Failure> {
    let Some(Proof { request, sas, .. }) = proof else { return Err(refused("it is over")) };
    let result = match verdict {
        Verdict::TakeUp => match check_keys(client, standing).await {
            Ok(()) => request.accept_with_methods(vec![VerificationMethod::SasV1]).await,
            Err(failure) => {
                request.cancel().await.ok();
                return Err(failure);
            }
        },
        Verdict::Cancel => request.cancel().await,
        Verdict::Same | Verdict::Differs => {
            let Some(sas) = sas else { return Err(refused("it is over")) };
            match verdict {
                Verdict::Same => Box::pin(sas.confirm()).await,
                _ => sas.mismatch().await,
            }
        }
    };
    if let Err(error) = result {
        request.cancel().await.ok();
        return Err(Failure::Refused(Failure::from(error).why()));
    }
    Ok(())
}

async fn take(proof: Option<Proof>, step: Step) -> Result<(), Failure> {
    let Some(Proof { request, sas, .. }) = proof else { return Ok(()) };
    let result = match step {
        Step::Begin => request.start_sas().await.map(drop),
        Step::Accept => match sas {
            Some(sas) => sas.accept().await,
            None => Ok(()),
        },
    };
    result.map_err(Failure::from)
}

/// Whoever signs somebody needs the keys to do it with.
async fn check_keys(client: &Client, standing: Standing) -> Result<(), Failure> {
    if standing == Standing::Ours && keys::are_ours(client).await {
        return Ok(());
    }
    Err(refused(
        "the account's own signing keys are not ours, or nobody knows yet whether they are",
    ))
}

fn refused(why: &str) -> Failure {
    Failure::Refused(why.to_owned())
}

fn progress(proof: &mut Proof) -> Progress {
    let request = &proof.request;
    match request.state() {
        VerificationRequestState::Transitioned { verification } => proof.sas = verification.sas(),
        VerificationRequestState::Ready { other_device_data, .. } if request.we_started() => {
            return Progress::Ready { device: other_device_data.device_id().to_string() };
        }
        // Where both are over, the verification says why.
        VerificationRequestState::Cancelled(info) if proof.sas.is_none() => {
            return Progress::Over(cancelled(&info));
        }
        _ => {}
    }
    proof.sas.as_ref().map_or(Progress::Waiting, compares)
}

fn compares(sas: &SasVerification) -> Progress {
    let device = || sas.other_device().device_id().to_string();
    match sas.state() {
        SasState::Started { .. } if !sas.we_started() => Progress::Begun { device: device() },
        SasState::KeysExchanged { emojis, decimals: (first, second, third) } => {
            let symbol = |emoji: matrix_sdk::encryption::verification::Emoji| Symbol {
                sign: emoji.symbol.into(),
                word: emoji.description.into(),
            };
            let symbols = emojis.map(|shown| shown.emojis.map(symbol).into());
            let symbols = symbols.unwrap_or_default();
            let numbers = vec![first, second, third];
            Progress::Shown { device: device(), shown: Shown { symbols, numbers } }
        }
        SasState::Done { verified_identities, .. } => {
            Progress::Over(if verified_identities.is_empty() {
                Outcome::Device
            } else {
                Outcome::Person
            })
        }
        SasState::Cancelled(info) => Progress::Over(cancelled(&info)),
        _ => Progress::Waiting,
    }
}

fn cancelled(info: &CancelInfo) -> Outcome {
    match info.cancel_code() {
        CancelCode::MismatchedSas => Outcome::Differs,
        CancelCode::Timeout => Outcome::Unanswered,
        _ => {
            let whose = if info.cancelled_by_us() { "we" } else { "the other side" };
            Outcome::Cancelled { why: format!("{whose} gave it up: {}", info.reason()) }
        }
    }
}
