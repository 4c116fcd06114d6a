//! Whose device proves that it is his: with another client of the library as the person, who sees
//! what the bot's owner sees.

mod device;

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use matrix_sdk::{
    Client,
    config::SyncSettings,
    encryption::verification::{
        SasState, SasVerification, VerificationRequest, VerificationRequestState,
    },
    ruma::{
        UserId as MatrixUserId,
        events::key::verification::{VerificationMethod, cancel::CancelCode},
    },
};
use nuncio_core::{
    action::Action,
    event::{EventKind, Outcome, Question, QuestionState, Shown, Verdict},
    place::{Address, Place},
};
use nuncio_policy::{CaseMapping, UserId};
use nuncio_testkit::{
    DEADLINE,
    conformance::{House, Subject as _},
    matrix::{Person, text},
};
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    bot::{BOT, SLIDING},
    encrypted::Encrypted,
    keys::client,
};

const EVE: &str = "@eve:localhost";

/// Less than a sync waits for something to happen.
const SOON: Duration = Duration::from_secs(15);

/// A bot with keys of its own, and Eve, who has hers.
struct Scene {
    house: House<Encrypted>,
    eve: Client,
    /// The bot's account, as its server sees it.
    bots: Person,
}

impl Scene {
    /// `more`: keys that the bot has besides.
    async fn open(more: &'static str) -> Result<Self> {
        let mut subject = Encrypted::start().await?;
        subject.bot.more = more;
        subject.bot.server.add_user("eve", "secret").await?;
        let eve = client(&subject.bot, "eve", true).await?;
        let transport = subject.bot.configured("flood = { per_second = 0 }")?;
        let mut house = House::with(subject, transport, 1024).await?;
        // Only then are the bot's keys on the server.
        house
            .event("it is in its room", |event| {
                matches!(event.kind, EventKind::Room { .. }).then_some(())
            })
            .await?;
        // Her client, the library as well, heeds nobody whose devices it has not heard of.
        eve.encryption().request_user_identity(&MatrixUserId::parse(BOT)?).await?;
        let bots = Person::login(house.subject.bot.server.addr(), "bot", "secret").await?;
        Ok(Self { house, eve, bots })
    }

    /// An owner says something, and the bot's side has done it.
    async fn act(&mut self, who: &str, action: Action) -> Result<()> {
        let place = Place::private("matrix".parse()?, Address::new(who));
        let key = self.house.act(&place, action).await?;
        let receipt = self.house.receipt(&key).await?;
        ensure!(receipt.is_delivered(), "it was not done: {receipt:?}");
        Ok(())
    }

    /// An owner, on the console, has somebody asked.
    async fn ask(&mut self, who: &str) -> Result<()> {
        let tell = Place::private("console".parse()?, Address::new("local"));
        let id = UserId::new(&"matrix".parse()?, who, CaseMapping::Bytes)?;
        self.act(who, Action::Verify { who: id, tell }).await
    }

    async fn judge(&mut self, question: &Question, verdict: Verdict) -> Result<()> {
        let id = question.id.clone();
        self.act(question.about.user(), Action::Judge { question: id, verdict }).await
    }

    /// The next that is told of a question and is so.
    async fn told(&mut self, is: impl Fn(&QuestionState) -> bool) -> Result<Question> {
        let told = self.house.event("a question is so far", |event| match event.kind {
            EventKind::Question(question) if is(&question.state) => Some(*question),
            _ => None,
        });
        told.await
    }

    async fn shown(&mut self) -> Result<(Question, Shown)> {
        let question = self.told(|state| matches!(state, QuestionState::Open { .. })).await?;
        let QuestionState::Open { shown, .. } = question.state.clone() else {
            bail!("it is not open")
        };
        Ok((question, shown))
    }

    async fn ended(&mut self) -> Result<Question> {
        self.told(|state| matches!(state, QuestionState::Ended(_))).await
    }

    /// Whether the bot has signed Eve's name, as its server keeps it.
    async fn has_signed(&self, who: &str) -> Result<bool> {
        let keys = self.bots.keys_of(who).await?;
        let master = keys.get("master_keys").and_then(|keys| keys.get(who));
        let signed = master.and_then(|key| key.get("signatures")?.get(BOT));
        Ok(signed.and_then(Value::as_object).is_some_and(|signed| !signed.is_empty()))
    }

    /// Waits until it has. By sliding sync that leaves with the next sync, and not at the end of one.
    async fn signs(&self, who: &str) -> Result<()> {
        let signs = async {
            while !self.has_signed(who).await? {}
            Ok(())
        };
        timeout(DEADLINE, signs).await.context("it does not sign")?
    }
}

/// Follows what happens until something is so.
async fn until<T>(client: &Client, what: &str, is: impl Fn() -> Option<T>) -> Result<T> {
    let follow = async {
        loop {
            if let Some(found) = is() {
                return Ok(found);
            }
            client.sync_once(SyncSettings::new().timeout(Duration::from_secs(1))).await?;
            for room in client.invited_rooms() {
                room.join().await?;
            }
        }
    };
    timeout(DEADLINE, follow).await.with_context(|| format!("never: {what}"))?
}

/// The next that somebody asks, in a room or to the device.
async fn asked_by(client: &Client, who: &str) -> Result<VerificationRequest> {
    let who = MatrixUserId::parse(who)?;
    let follow = async {
        loop {
            let settings = SyncSettings::new().timeout(Duration::from_secs(1));
            let news = client.sync_once(settings).await?;
            for room in client.invited_rooms() {
                room.join().await?;
            }
            let rooms = news.rooms.joined.values().flat_map(|room| &room.timeline.events);
            let rooms = rooms.map(|event| event.raw().json().get().to_owned());
            let device = news.to_device.iter().map(|event| event.as_raw().json().get().to_owned());
            for event in rooms.chain(device) {
                let event: Value = serde_json::from_str(&event)?;
                for flow in ["/event_id", "/content/transaction_id"] {
                    let flow = text(&event, flow);
                    let known = client.encryption().get_verification_request(&who, flow).await;
                    if let Some(request) = known.filter(|request| !request.we_started()) {
                        return Ok(request);
                    }
                }
            }
        }
    };
    timeout(DEADLINE, follow).await.context("nobody asks")?
}

/// What both sides compare, as soon as one has begun.
async fn compared(client: &Client, request: &VerificationRequest) -> Result<SasVerification> {
    let is = || match request.state() {
        VerificationRequestState::Transitioned { verification } => verification.sas(),
        _ => None,
    };
    until(client, "something is compared", is).await
}

/// The same signs and the same numbers, with the same names.
async fn sees(client: &Client, sas: &SasVerification, shown: &Shown) -> Result<()> {
    let is = || sas.emoji().zip(sas.decimals());
    let (signs, (first, second, third)) = until(client, "something is shown", is).await?;
    let signs: Vec<_> = signs.iter().map(|sign| (sign.symbol, sign.description)).collect();
    let ours = shown.symbols.iter().map(|symbol| (symbol.sign.as_str(), symbol.word.as_str()));
    assert_eq!(ours.collect::<Vec<_>>(), signs);
    assert_eq!(shown.numbers, [first, second, third]);
    Ok(())
}

/// Whether she has signed the bot's name.
async fn trusts_bot(client: &Client) -> Result<bool> {
    let identity = client.encryption().request_user_identity(&MatrixUserId::parse(BOT)?).await?;
    Ok(identity.context("the bot has signing keys")?.is_verified())
}

const METHODS: [VerificationMethod; 1] = [VerificationMethod::SasV1];

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_has_somebody_asked_and_both_see_the_same() -> Result<()> {
    let mut scene = Scene::open("").await?;
    let eve = scene.eve.clone();
    assert!(!trusts_bot(&eve).await? && !scene.has_signed(EVE).await?);
    scene.ask(EVE).await?;
    let request = asked_by(&eve, BOT).await?;
    request.accept_with_methods(METHODS.to_vec()).await?;
    let sas = compared(&eve, &request).await?;
    sas.accept().await?;
    // Both need each other to come so far.
    let ((question, shown), ()) = tokio::try_join!(
        scene.shown(),
        until(&eve, "something is shown", || sas.can_be_presented().then_some(()))
    )?;
    sees(&eve, &sas, &shown).await?;
    let device = eve.device_id().context("she is logged in")?;
    assert_eq!(question.device.as_deref(), Some(device.as_str()));
    assert_eq!(question.about.user(), EVE);
    assert!(!scene.has_signed(EVE).await?, "nobody has said that it is the same");
    scene.judge(&question, Verdict::Same).await?;
    assert!(!scene.has_signed(EVE).await?, "she has yet to say so");
    sas.confirm().await?;
    let (ended, ()) =
        tokio::try_join!(scene.ended(), until(&eve, "it is done", || sas.is_done().then_some(())))?;
    assert_eq!(ended.state, QuestionState::Ended(Outcome::Person));
    assert!(scene.has_signed(EVE).await? && trusts_bot(&eve).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_answered_when_an_owner_has_it_taken_up() -> Result<()> {
    answers("").await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_answered_by_sliding_sync() -> Result<()> {
    answers(SLIDING).await
}

async fn answers(more: &'static str) -> Result<()> {
    let mut scene = Scene::open(more).await?;
    let eve = scene.eve.clone();
    let identity = eve.encryption().request_user_identity(&MatrixUserId::parse(BOT)?).await?;
    let identity = identity.context("the bot has signing keys")?;
    let request = identity.request_verification_with_methods(METHODS.to_vec()).await?;
    let asks = scene.told(|state| *state == QuestionState::Requested).await?;
    assert_eq!(asks.by.verified_id().map(UserId::user), Some(EVE));
    assert_eq!(asks.place, None);
    // Where he is no owner, it stays like this.
    for _ in 0..3 {
        eve.sync_once(SyncSettings::new().timeout(Duration::ZERO)).await?;
    }
    assert!(matches!(request.state(), VerificationRequestState::Created { .. }));
    is_taken_up(scene, &asks, &request).await
}

/// An owner has taken up what Eve asked, both begin, and each signs the other.
async fn is_taken_up(
    mut scene: Scene,
    asks: &Question,
    request: &VerificationRequest,
) -> Result<()> {
    let eve = scene.eve.clone();
    scene.judge(asks, Verdict::TakeUp).await?;
    until(&eve, "it is taken up", || request.is_ready().then_some(())).await?;
    let sas = request.start_sas().await?.context("it begins")?;
    let shown = async {
        tokio::try_join!(
            scene.shown(),
            until(&eve, "something is shown", || sas.can_be_presented().then_some(()))
        )
    };
    let shown = timeout(SOON, shown).await.context("it is not shown before a sync ends")?;
    let ((question, shown), ()) = shown?;
    assert_eq!(question.id, asks.id);
    sees(&eve, &sas, &shown).await?;
    sas.confirm().await?;
    assert!(!scene.has_signed(EVE).await?, "no owner has said that it is the same");
    scene.judge(&question, Verdict::Same).await?;
    let (ended, ()) =
        tokio::try_join!(scene.ended(), until(&eve, "it is done", || sas.is_done().then_some(())))?;
    assert_eq!(ended.state, QuestionState::Ended(Outcome::Person));
    scene.signs(EVE).await?;
    assert!(trusts_bot(&eve).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_said_and_nobody_is_signed() -> Result<()> {
    let mut scene = Scene::open("").await?;
    let eve = scene.eve.clone();
    scene.ask(EVE).await?;
    let request = asked_by(&eve, BOT).await?;
    request.accept_with_methods(METHODS.to_vec()).await?;
    let sas = compared(&eve, &request).await?;
    sas.accept().await?;
    let ((question, _), ()) = tokio::try_join!(
        scene.shown(),
        until(&eve, "something is shown", || sas.can_be_presented().then_some(()))
    )?;
    sas.confirm().await?;
    scene.judge(&question, Verdict::Differs).await?;
    let cancelled = || match sas.state() {
        SasState::Cancelled(info) => Some(info),
        _ => None,
    };
    let info = until(&eve, "it is given up", cancelled).await?;
    assert!(!info.cancelled_by_us());
    assert_eq!(*info.cancel_code(), CancelCode::MismatchedSas);
    assert_eq!(scene.ended().await?.state, QuestionState::Ended(Outcome::Differs));
    assert!(!scene.has_signed(EVE).await? && !trusts_bot(&eve).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_declines_is_not_signed_and_can_be_asked_again() -> Result<()> {
    let mut scene = Scene::open("").await?;
    let eve = scene.eve.clone();
    for _ in 0..2 {
        scene.ask(EVE).await?;
        asked_by(&eve, BOT).await?.cancel().await?;
        let ended = scene.ended().await?;
        let QuestionState::Ended(Outcome::Cancelled { why }) = ended.state else {
            bail!("it ended otherwise: {ended:?}")
        };
        assert!(why.starts_with("the other side gave it up"), "{why}");
    }
    scene.house.subject.bot.server.add_user("keyless", "secret").await?;
    let tell = Place::private("console".parse()?, Address::new("local"));
    let who = UserId::new(&"matrix".parse()?, "@keyless:localhost", CaseMapping::Bytes)?;
    let key = scene.house.act(&tell_there(&who)?, Action::Verify { who, tell }).await?;
    assert!(!scene.house.receipt(&key).await?.is_delivered());
    let ended = scene.ended().await?;
    let QuestionState::Ended(Outcome::Cancelled { why }) = ended.state else {
        bail!("it ended otherwise: {ended:?}")
    };
    assert!(why.contains("no signing keys"), "{why}");
    Ok(())
}

fn tell_there(who: &UserId) -> Result<Place> {
    Ok(Place::private("matrix".parse()?, Address::new(who.user())))
}
