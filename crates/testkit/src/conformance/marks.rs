//! What is done to messages, by the bot and to the bot, in rooms and in private.

use anyhow::{Context as _, Result, ensure};
use nuncio_core::{
    action::{Action, Output},
    content::Content,
    event::{EventKind, Message, MessageId},
    features::{Features, Support},
    place::Place,
    receipt::{Receipt, Stage},
};

use super::{House, Mark, Party as _, Subject};

/// A house whose network claims something, and somebody on it.
async fn open<S: Subject>(
    claimed: impl FnOnce(&Features) -> Support,
) -> Result<Option<(House<S>, S::Peer)>> {
    let mut house = House::<S>::open().await?;
    if !claimed(&house.subject.transport()?.features()).is_present() {
        return Ok(None);
    }
    let (peer, _) = house.meet().await?;
    Ok(Some((house, peer)))
}

/// What the peer says where both are, or to the bot alone, as the transport tells of it.
async fn said<S: Subject>(
    house: &mut House<S>,
    peer: &mut S::Peer,
    text: &str,
    private: bool,
) -> Result<(Message, MessageId)> {
    if private {
        peer.whisper(text).await?;
    } else {
        peer.say(text).await?;
    }
    let message = house.message().await?;
    ensure!(message.text == text, "`{text}` was said, and `{}` was heard", message.text);
    let id = message.id.clone().context("a message that can be spoken of has a name")?;
    Ok((message, id))
}

/// Says something, and returns the network's name of it.
async fn told<S: Subject>(
    house: &mut House<S>,
    peer: &mut S::Peer,
    to: &Place,
    text: &str,
) -> Result<MessageId> {
    let receipt = house.tell(to, text).await?;
    let heard = peer.hear().await?;
    ensure!(heard == text, "`{text}` was said, and `{heard}` was heard");
    let Receipt { stage: Stage::Confirmed { id: Some(id) }, .. } = receipt else {
        anyhow::bail!("what can be changed has a name, and its receipt says {receipt:?}");
    };
    Ok(id)
}

/// Does something to a message, which must arrive, and returns what the peer sees of it.
async fn done<S: Subject>(
    house: &mut House<S>,
    peer: &mut S::Peer,
    output: Output,
) -> Result<Mark> {
    let key = house.hand_over(output).await?;
    let receipt = house.receipt(&key).await?;
    ensure!(receipt.is_delivered(), "it did not go out: {receipt:?}");
    peer.marked().await
}

fn acts(to: &Place, action: Action) -> Output {
    Output { action, ..Output::say(to.clone(), Content::default()) }
}

/// An answer is shown as one to the message that it is about, and one to the bot's says so.
///
/// # Errors
/// When it does not.
pub async fn a_reply_shows_what_it_answers<S: Subject>() -> Result<()> {
    let Some((mut house, mut peer)) = open::<S>(|has| has.replies).await? else { return Ok(()) };
    for private in [false, true] {
        let (question, id) = said(&mut house, &mut peer, "a question", private).await?;
        let answer = Output::say(question.place.clone(), Content::text("an answer"));
        let seen = done(&mut house, &mut peer, Output { about: Some(id), ..answer }).await?;
        ensure!(seen == Mark::Reply("an answer".to_owned()), "a reply was seen as {seen:?}");
        let ours = told(&mut house, &mut peer, &question.place, "a statement").await?;
        peer.mark(&Mark::Reply("indeed".to_owned())).await?;
        let reply = house.message().await?;
        ensure!(reply.text == "indeed", "a reply was heard as `{}`", reply.text);
        ensure!(reply.reply_to == Some(ours), "it answers {:?}", reply.reply_to);
    }
    Ok(())
}

/// What the bot said is changed, and what the peer said is known to be.
///
/// # Errors
/// When it is not.
pub async fn an_edit_changes_what_was_said<S: Subject>() -> Result<()> {
    let Some((mut house, mut peer)) = open::<S>(|has| has.edits).await? else { return Ok(()) };
    for private in [false, true] {
        let (message, id) = said(&mut house, &mut peer, "tpyo", private).await?;
        let to = &message.place;
        let target = told(&mut house, &mut peer, to, "fisrt").await?;
        for text in ["first", "second"] {
            let edit = Action::Edit { target: target.clone(), content: Content::text(text) };
            let seen = done(&mut house, &mut peer, acts(to, edit)).await?;
            ensure!(seen == Mark::Edit(text.to_owned()), "an edit was seen as {seen:?}");
        }
        peer.mark(&Mark::Edit("typo".to_owned())).await?;
        let edit = house.event("something was changed", |event| match event.kind {
            EventKind::Edit(edit) if !edit.own => Some(edit),
            _ => None,
        });
        let edit = edit.await?;
        ensure!(edit.text == "typo" && edit.id == Some(id), "an edit was heard as {edit:?}");
    }
    Ok(())
}

/// What the bot said is taken back, and what the peer said is known to be.
///
/// # Errors
/// When it is not.
pub async fn a_retraction_takes_it_back<S: Subject>() -> Result<()> {
    let Some((mut house, mut peer)) = open::<S>(|has| has.retractions).await? else {
        return Ok(());
    };
    for private in [false, true] {
        let (message, id) = said(&mut house, &mut peer, "a secret", private).await?;
        let target = told(&mut house, &mut peer, &message.place, "nonsense").await?;
        let retract = acts(&message.place, Action::Retract { target });
        let seen = done(&mut house, &mut peer, retract).await?;
        ensure!(seen == Mark::Retraction, "a retraction was seen as {seen:?}");
        peer.mark(&Mark::Retraction).await?;
        let retracted = house.event("something was taken back", |event| match event.kind {
            EventKind::Retraction(retraction) => Some(retraction.target),
            _ => None,
        });
        let retracted = retracted.await?;
        ensure!(retracted == id, "{id:?} was taken back, and {retracted:?} was heard of");
    }
    Ok(())
}

/// The bot's reaction is to the peer's message, and the peer's to the bot's.
///
/// # Errors
/// When it is to none, or to another.
pub async fn a_reaction_is_to_what_was_said<S: Subject>() -> Result<()> {
    let Some((mut house, mut peer)) = open::<S>(|has| has.reactions).await? else { return Ok(()) };
    for private in [false, true] {
        let (message, target) = said(&mut house, &mut peer, "good news", private).await?;
        let react = Action::React { target, emoji: "👍".into() };
        let seen = done(&mut house, &mut peer, acts(&message.place, react)).await?;
        ensure!(seen == Mark::Reaction("👍".to_owned()), "a reaction was seen as {seen:?}");
        let ours = told(&mut house, &mut peer, &message.place, "more of it").await?;
        peer.mark(&Mark::Reaction("🦔".to_owned())).await?;
        let reaction = house.event("somebody reacted", |event| match event.kind {
            EventKind::Reaction(reaction) => Some(reaction),
            _ => None,
        });
        let reaction = reaction.await?;
        let right = reaction.target == ours && reaction.emoji == "🦔";
        ensure!(right, "a reaction to {ours:?} was heard as {reaction:?}");
    }
    Ok(())
}

/// That the bot writes is shown, and that it no longer does.
///
/// # Errors
/// When it is not.
pub async fn typing_is_shown<S: Subject>() -> Result<()> {
    let Some((mut house, mut peer)) = open::<S>(|has| has.typing).await? else { return Ok(()) };
    for private in [false, true] {
        let (message, _) = said(&mut house, &mut peer, "well?", private).await?;
        for on in [true, false] {
            let key = house.act(&message.place, Action::Typing { on }).await?;
            let receipt = house.receipt(&key).await?;
            ensure!(receipt.is_delivered(), "it did not go out: {receipt:?}");
            ensure!(peer.typing().await? == on, "{on} was seen as the contrary");
        }
    }
    Ok(())
}
