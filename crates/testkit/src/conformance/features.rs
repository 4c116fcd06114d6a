//! A transport claims what its network can do, and does what it claims.

use anyhow::{Result, bail, ensure};
use nuncio_core::{
    action::Action,
    content::Content,
    event::{EventKind, Form, MessageId},
    features::{Features, Support},
    receipt::Fidelity,
};
use nuncio_policy::{CaseMapping, Power, UserId};

use super::{House, Party as _, Subject, text::squeeze};

/// An action that its network does not have is refused as such, and nothing of it is sent.
///
/// # Errors
/// When a receipt claims anything else, or the peer hears of it.
pub async fn what_is_absent_is_unsupported_and_nothing_goes_out<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let features = house.subject.transport()?.features();
    let (mut peer, place) = house.meet().await?;
    let nobody = UserId::new(place.network(), "nobody", CaseMapping::Bytes)?;
    let verify = Action::Verify { who: nobody, tell: place.clone() };
    for (name, action) in absent(&features, verify) {
        let key = house.act(&place, action).await?;
        let receipt = house.receipt(&key).await?;
        let refused = receipt.fidelity == Fidelity::Unsupported && !receipt.is_delivered();
        ensure!(refused, "{name} is absent, and yet its receipt says {receipt:?}");
    }
    house.tell(&place, "marker").await?;
    let heard = peer.hear().await?;
    ensure!(heard == "marker", "something absent went out: `{heard}`");
    Ok(())
}

/// The actions of which the network has nothing.
fn absent(features: &Features, verify: Action) -> Vec<(&'static str, Action)> {
    let target = || MessageId::new("conformance-target");
    let content = || Content::text("should not be heard");
    let say = |form| Action::Say { content: content(), form };
    [
        (features.reactions, "a reaction", Action::React { target: target(), emoji: "👍".into() }),
        (features.edits, "an edit", Action::Edit { target: target(), content: content() }),
        (features.retractions, "a retraction", Action::Retract { target: target() }),
        (features.typing, "typing", Action::Typing { on: true }),
        (features.moderation, "a topic", Action::Topic { text: "should not be seen".into() }),
        (features.bans, "a ban", Action::Ban { who: "nobody".into(), reason: None }),
        (features.powers, "power", Action::Promote { who: "nobody".into(), power: Power::Voice }),
        (features.redactions, "a redaction", Action::Redact { target: target(), reason: None }),
        (features.invites, "an invitation", Action::Invite { who: "nobody".into(), reason: None }),
        (features.pins, "a pin", Action::Pin { target: target() }),
        (features.verifications, "a verification", verify),
        (features.emotes, "an emote", say(Form::Emote)),
        (features.notices, "a notice", say(Form::Notice)),
    ]
    .into_iter()
    .filter(|(support, ..)| *support == Support::Absent)
    .map(|(_, name, action)| (name, action))
    .collect()
}

/// Every form of speech that is present arrives with its words.
///
/// # Errors
/// When one does not.
pub async fn forms_that_are_present_arrive<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let features = house.subject.transport()?.features();
    let (mut peer, place) = house.meet().await?;
    let forms = [
        (Support::Native, Form::Text),
        (features.emotes, Form::Emote),
        (features.notices, Form::Notice),
    ];
    for (_, form) in forms.into_iter().filter(|(support, _)| support.is_present()) {
        let text = format!("said as {form:?}");
        let key = house.speak(&place, &text, form).await?;
        let receipt = house.receipt(&key).await?;
        ensure!(receipt.is_delivered(), "{form:?} is present, and yet {receipt:?}");
        let heard = peer.hear().await?;
        // An emulated form may add to the words, and may not lose any.
        ensure!(squeeze(&heard).contains(&squeeze(&text)), "{form:?} arrived as `{heard}`");
    }
    Ok(())
}

/// Where the network shows us what we said, it comes marked as our own.
///
/// # Errors
/// When it comes as somebody else's.
pub async fn own_words_are_marked<S: Subject>() -> Result<()> {
    let mut house = House::<S>::open().await?;
    let (mut peer, place) = house.meet().await?;
    house.tell(&place, "our own words").await?;
    peer.hear().await?;
    peer.say("the end").await?;
    loop {
        let message = house.event("somebody spoke", |event| match event.kind {
            EventKind::Message(message) => Some(message),
            _ => None,
        });
        let message = message.await?;
        match message.text.as_str() {
            "the end" if message.own => bail!("somebody else's words are marked as our own"),
            "the end" => return Ok(()),
            _ => ensure!(message.own, "our own words came back as somebody else's: {message:?}"),
        }
    }
}
