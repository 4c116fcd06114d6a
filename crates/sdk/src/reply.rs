//! What a command answers, and what else it wants done.

use nuncio_core::action::{Action, Output};
use nuncio_core::content::Content;
use nuncio_core::event::{Form, MessageId};
use nuncio_core::file::File;
use nuncio_core::place::Place;
use nuncio_core::plugin::{self, Effects, Note, Order, SessionChange};
use nuncio_core::spoken::Spoken;
use nuncio_policy::{Change, Power, RoomId};
use serde::Serialize;
use smol_str::SmolStr;

use crate::{Error, Result};

/// What a command answers, and what else it wants done: all of it happens, or none.
///
/// ```
/// use nuncio_sdk::prelude::*;
///
/// /// Counts how often it was asked.
/// #[command(level = "everyone")]
/// async fn count(ctx: &Context) -> Result {
///     let count = ctx.value::<u64>("count").await?.unwrap_or(0) + 1;
///     Ok(reply!["That makes {count}."].keep("count", &count))
/// }
/// ```
#[derive(Debug, Default)]
#[must_use = "a reply that is not returned says nothing"]
pub struct Reply {
    effects: Effects,
    broken: Option<Error>,
}

impl Reply {
    /// Says nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Says a text as it is.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::from(Content::text(text))
    }

    /// Says something more, in a message of its own.
    pub fn and(mut self, content: impl Into<Content>) -> Self {
        self.effects.replies.push(content.into().into());
        self
    }

    /// Says it as an action, like `/me`.
    pub fn emote(mut self) -> Self {
        for reply in &mut self.effects.replies {
            reply.form = Form::Emote;
        }
        self
    }

    /// Answers with a file and what is to be said of it, which may be nothing. Where the network
    /// takes no files, that and the file's name are said.
    ///
    /// ```
    /// use nuncio_sdk::prelude::*;
    ///
    /// /// Draws a dot.
    /// #[command(level = "everyone")]
    /// fn dot() -> Result {
    ///     let svg = "<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>";
    ///     let file = File::new("dot.svg", "image/svg+xml", svg.as_bytes())?;
    ///     Ok(Reply::none().file(file, "A black dot."))
    /// }
    /// ```
    pub fn file(mut self, file: File, caption: impl Into<Content>) -> Self {
        let caption = caption.into().into();
        self.effects.replies.push(plugin::Reply { file: Some(file), ..caption });
        self
    }

    /// Reacts to the message that asked; where the network has no reactions, it is said, unless
    /// there is something else to say.
    pub fn react(mut self, emoji: impl Into<SmolStr>) -> Self {
        self.effects.reactions.push(emoji.into());
        self
    }

    /// Keeps what it says last as a [`Spoken`] under a key of the plugin's values, once it has
    /// arrived, so that it can be [changed](Reply::edit) or [taken back](Reply::retract) later.
    /// Where the network has no name for it, the key is forgotten.
    ///
    /// ```
    /// use nuncio_sdk::prelude::*;
    ///
    /// /// Sets the score that was shown last.
    /// #[command(level = "everyone")]
    /// async fn score(ctx: &Context, points: i64) -> Result {
    ///     let shown = Content::text(format!("{points} points"));
    ///     Ok(match ctx.value::<Spoken>("shown").await? {
    ///         Some(last) => Reply::none().edit(&last, shown),
    ///         None => Reply::from(shown).keep_spoken("shown"),
    ///     })
    /// }
    /// ```
    pub fn keep_spoken(mut self, key: impl Into<String>) -> Self {
        if let Some(last) = self.effects.replies.last_mut() {
            last.keep_as = Some(key.into());
        }
        self
    }

    /// Changes what we said, which policy decides as `action.edit` there.
    pub fn edit(self, spoken: &Spoken, content: impl Into<Content>) -> Self {
        let Spoken { place, id } = spoken.clone();
        self.act(place, Action::Edit { target: id, content: content.into() })
    }

    /// Takes back what we said, which policy decides as `action.retract` there.
    pub fn retract(self, spoken: &Spoken) -> Self {
        let Spoken { place, id } = spoken.clone();
        self.act(place, Action::Retract { target: id })
    }

    /// Shows somewhere that we are writing, or no longer, which policy decides as `action.typing`
    /// there. What we say there ends it. A network without typing notices shows nothing.
    ///
    /// ```
    /// use nuncio_sdk::prelude::*;
    ///
    /// /// Begins what takes its time.
    /// #[command(level = "everyone")]
    /// fn begin(ctx: &Context) -> Reply {
    ///     Reply::none().typing(ctx.place().clone(), true)
    /// }
    /// ```
    pub fn typing(self, place: Place, on: bool) -> Self {
        self.act(place, Action::Typing { on })
    }

    /// Says something in a room, which policy decides as `action.send` there.
    pub fn send(self, room: RoomId, content: impl Into<Content>) -> Self {
        self.output(Output::say(Place::Room(room), content.into()))
    }

    /// Sends a file to a room, which policy decides as `action.file` there. A network that takes no
    /// files does not send it.
    pub fn send_file(self, room: RoomId, file: File, caption: impl Into<Content>) -> Self {
        self.act(Place::Room(room), Action::File { file, caption: caption.into() })
    }

    /// Enters a room, which policy decides as `action.join` there.
    pub fn join(self, room: RoomId) -> Self {
        self.act(Place::Room(room.clone()), Action::Join { room, key: None })
    }

    /// Leaves a room, which policy decides as `action.leave` there.
    pub fn leave(self, room: RoomId, reason: Option<String>) -> Self {
        self.act(Place::Room(room.clone()), Action::Leave { room, reason })
    }

    /// Removes somebody from a room, which policy decides as `action.kick` there.
    pub fn kick(self, room: RoomId, who: impl Into<SmolStr>, reason: Option<String>) -> Self {
        self.act(Place::Room(room), Action::Kick { who: who.into(), reason })
    }

    /// Removes somebody from a room for good, which policy decides as `action.ban` there.
    pub fn ban(self, room: RoomId, who: impl Into<SmolStr>, reason: Option<String>) -> Self {
        self.act(Place::Room(room), Action::Ban { who: who.into(), reason })
    }

    /// Lets somebody into a room again, which policy decides as `action.unban` there.
    pub fn unban(self, room: RoomId, who: impl Into<SmolStr>) -> Self {
        self.act(Place::Room(room), Action::Unban { who: who.into() })
    }

    /// Gives somebody power in a room, which policy decides as `action.promote` there.
    pub fn promote(self, room: RoomId, who: impl Into<SmolStr>, power: Power) -> Self {
        self.act(Place::Room(room), Action::Promote { who: who.into(), power })
    }

    /// Takes power in a room from somebody, which policy decides as `action.demote` there.
    pub fn demote(self, room: RoomId, who: impl Into<SmolStr>, power: Power) -> Self {
        self.act(Place::Room(room), Action::Demote { who: who.into(), power })
    }

    /// Takes back what somebody said in a room, which policy decides as `action.redact` there.
    pub fn redact(self, room: RoomId, target: MessageId, reason: Option<String>) -> Self {
        self.act(Place::Room(room), Action::Redact { target, reason })
    }

    /// Asks somebody into a room, which policy decides as `action.invite` there.
    pub fn invite(self, room: RoomId, who: impl Into<SmolStr>, reason: Option<String>) -> Self {
        self.act(Place::Room(room), Action::Invite { who: who.into(), reason })
    }

    /// Has a room show a message where everybody finds it, which policy decides as `action.pin` there.
    pub fn pin(self, room: RoomId, target: MessageId) -> Self {
        self.act(Place::Room(room), Action::Pin { target })
    }

    /// Has a room show a message so no longer, which policy decides as `action.unpin` there.
    pub fn unpin(self, room: RoomId, target: MessageId) -> Self {
        self.act(Place::Room(room), Action::Unpin { target })
    }

    /// Does something at a place, which policy decides under the action's own name.
    pub fn act(self, to: Place, action: Action) -> Self {
        self.output(Output { action, ..Output::say(to, Content::default()) })
    }

    /// Keeps a value of the plugin under a key.
    pub fn keep<T: Serialize + ?Sized>(mut self, key: impl Into<String>, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.effects.values.push((key.into(), Some(bytes))),
            Err(error) => self.broken = Some(error.into()),
        }
        self
    }

    /// Forgets the value of the plugin under a key.
    pub fn forget(mut self, key: impl Into<String>) -> Self {
        self.effects.values.push((key.into(), None));
        self
    }

    /// Asks the house to do something. Heeded from the standard plugins only.
    pub fn order(mut self, order: Order) -> Self {
        self.effects.orders.push(order);
        self
    }

    /// Asks the house to change what is managed of the policy, as whoever asks may; the house says
    /// what came of it. Heeded from the standard plugins only.
    pub fn change(mut self, change: Change) -> Self {
        self.effects.change = Some(Box::new(change));
        self
    }

    /// Asks the house to begin or end the session of whoever asks; he is answered once that is so.
    /// With a [change](Reply::change), the session follows it. Heeded from the standard plugins only.
    pub fn session(mut self, change: SessionChange) -> Self {
        self.effects.session = Some(Box::new(change));
        self
    }

    /// Puts a note into the audit log, or says that whoever asks could not prove what he was to
    /// prove. Heeded from the standard plugins only.
    pub fn note(mut self, note: Note) -> Self {
        self.effects.note = Some(note);
        self
    }

    fn output(mut self, output: Output) -> Self {
        self.effects.outputs.push(output);
        self
    }

    pub(crate) fn into_effects(self) -> Result<Effects> {
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self.effects),
        }
    }
}

impl<T: Into<Content>> From<T> for Reply {
    fn from(content: T) -> Self {
        Self::none().and(content)
    }
}

/// What a command may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an answer",
    label = "a command cannot return this",
    note = "return text, `Content`, `Reply` or `()`, or an `Option` or `Result` of one of them; \
            the error of a `Result` is `nuncio_sdk::Error`"
)]
pub trait IntoReply {
    /// The answer.
    ///
    /// # Errors
    /// Why there is none.
    fn into_reply(self) -> Result;
}

impl IntoReply for Reply {
    fn into_reply(self) -> Result {
        Ok(self)
    }
}

impl IntoReply for () {
    fn into_reply(self) -> Result {
        Ok(Reply::none())
    }
}

impl<T: IntoReply> IntoReply for Option<T> {
    fn into_reply(self) -> Result {
        self.map_or_else(|| Ok(Reply::none()), T::into_reply)
    }
}

impl<T: IntoReply, E: Into<Error>> IntoReply for Result<T, E> {
    fn into_reply(self) -> Result {
        self.map_err(Into::into)?.into_reply()
    }
}

macro_rules! contents {
    ($($content:ty)*) => {
        $(impl IntoReply for $content {
            fn into_reply(self) -> Result {
                Ok(Reply::from(self))
            }
        })*
    };
}

contents! { &'static str String Content }
