//! What the dispatcher itself says to people.

use std::time::Duration;

use nuncio_policy::{
    AccountName, ChangeError, CommandId, Explanation, Person, Plan, Refusal, RoomId, Scope,
};

use super::Allowance;
use crate::command::{AliasError, CommandTree, ResolveError, Used};
use crate::content::{Block, Content, Inline};
use crate::moment::whole_seconds;
use crate::plugin::{Order, Reply};
use crate::trigger::Trigger;

fn say(inlines: impl IntoIterator<Item = Inline>) -> Content {
    Content::new([Block::paragraph(inlines)])
}

/// The refusal of a command, and how to learn more: in words that mean this command, as typed.
pub(super) fn refused(refusal: &Refusal, commands: &CommandTree) -> Content {
    let because = because(&refusal.explanation());
    if refusal.command().plugin() == "action" {
        let place = refusal.target().map(|room| format!(" in {room}")).unwrap_or_default();
        return say([
            Inline::text("I may not "),
            Inline::code(refusal.command().as_str()),
            Inline::text(format!("{place} for you ({because}). Nothing was done.")),
        ]);
    }
    if commands.get(refusal.command()).is_none() {
        // What nobody declares, such as the question of what is no command, has no name to ask by.
        return say([Inline::text(format!("You may not run that here ({because})."))]);
    }
    let command = commands.spoken(refusal.command());
    say([
        Inline::text("You may not run "),
        Inline::code(&command),
        Inline::text(format!(" here ({because}). ")),
        Inline::text("Ask "),
        Inline::code(format!("why {command}")),
        Inline::text(" for the reasons."),
    ])
}

/// The refusal of what an alias leads to, for its author: what stands against him is not told.
pub(super) fn refused_author(
    refusal: &Refusal,
    commands: &CommandTree,
) -> impl Fn(&Used) -> Content {
    move |Used { name, author }| {
        let author = match author {
            Some(_) if refusal.speaker().is_nobody() => "its author is no more".to_owned(),
            Some(author) => format!("its author, {author}, may not run that here"),
            None => "its author is no more".to_owned(),
        };
        say([
            Inline::text("You may run "),
            Inline::code(commands.spoken(refusal.command())),
            Inline::text(", but the alias "),
            Inline::code(name.as_str()),
            Inline::text(format!(" may not: {author}.")),
        ])
    }
}

/// Whoever wrote an alias may not make the change that it leads to.
pub(super) fn unchanged_by_author(Used { name, author }: &Used) -> Content {
    let author = author.as_ref().map(|author| format!(", {author},")).unwrap_or_default();
    say([
        Inline::text("The alias "),
        Inline::code(name.as_str()),
        Inline::text(format!(" may not change that: its author{author} may not.")),
    ])
}

/// A command that was cut off by a crash, and is not run again.
pub(super) fn interrupted(command: &CommandId, commands: &CommandTree) -> Content {
    say([
        Inline::text("I was stopped while I was at "),
        Inline::code(commands.spoken(command)),
        Inline::text(
            ". Nothing of it was kept, and it was not run again: repeat it if you still want it.",
        ),
    ])
}

/// A command that came while we were away and is not run late.
pub(super) fn too_late(command: &CommandId, commands: &CommandTree) -> Content {
    say([
        Inline::text("I was away when you asked for "),
        Inline::code(commands.spoken(command)),
        Inline::text(". Repeat it if you still want it."),
    ])
}

/// A command that is for private only, said where others read it too.
pub(super) fn in_private(command: &CommandId, commands: &CommandTree) -> Content {
    say([
        Inline::text("Say "),
        Inline::code(commands.spoken(command)),
        Inline::text(
            " to me in private: I did nothing. Others could read what you wrote here; if there was \
             a password in it, choose another.",
        ),
    ])
}

pub(super) fn too_many(bound: usize) -> Content {
    say([Inline::text(format!(
        "You have {bound} commands waiting already; this one was not taken."
    ))])
}

pub(super) fn busy() -> Content {
    say([Inline::text("I am too busy to take that now. Try again in a moment.")])
}

/// Somebody says too much, and is met with silence.
pub(super) fn flooded(allowance: Allowance, span: Duration, room: Option<&RoomId>) -> Content {
    let Allowance { most, ignored } = allowance;
    let here = room.map_or("", |_| " here");
    say([Inline::text(format!(
        "That is more than {most} within {}: I ignore you{here} for {}.",
        period(span),
        period(ignored),
    ))])
}

/// A length of time as people write it: `90s`, `5m`, `2h`.
fn period(length: Duration) -> String {
    match length.as_secs() {
        seconds if seconds > 0 && seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        seconds if seconds > 0 && seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

pub(super) fn cooling_down(left: Duration) -> Content {
    let seconds = whole_seconds(left);
    say([Inline::text(format!("Not so fast: again in {seconds} s."))])
}

pub(super) fn broken(number: &str) -> Content {
    say([
        Inline::text(
            "Something broke on my side, and nothing was done. My operator finds it in the log as ",
        ),
        Inline::code(number),
        Inline::text("."),
    ])
}

pub(super) fn not_stored() -> Content {
    say([Inline::text("I could not write that down, so nothing was done. My operator knows.")])
}

/// What of the policy was changed, and how to undo it.
pub(super) fn changed(plan: &Plan) -> Content {
    let mut inlines = vec![Inline::text(sentence(&plan.outcome()))];
    for note in plan.notes() {
        inlines.push(Inline::text(format!(" {}", sentence(note))));
    }
    if let Some(undo) = plan.undo() {
        inlines.extend([
            Inline::text(" To undo it: "),
            Inline::code(undo.to_string()),
            Inline::text("."),
        ]);
    }
    say(inlines)
}

/// Why nothing of the policy was changed.
pub(super) fn unchanged(error: &ChangeError) -> Content {
    say([Inline::text(sentence(&error.to_string()))])
}

/// A grant has had its time.
pub(super) fn grant_ended(to: &Person, what: &Scope) -> Content {
    say([Inline::text(format!("The time of {to} for {what} is over."))])
}

/// What was typed is no command, or not one alone.
pub(super) fn not_understood(error: &AliasError) -> Content {
    let mut inlines = vec![Inline::text(sentence(&error.to_string()))];
    if matches!(error, AliasError::NotFound(ResolveError::Unknown { meant, .. }) if meant.is_empty())
    {
        inlines.extend([
            Inline::text(" "),
            Inline::code("help"),
            Inline::text(" lists those that you may run."),
        ]);
    }
    say(inlines)
}

/// Somebody hides what he says even from us.
pub(super) fn unreadable(by: &str) -> Content {
    say([Inline::text(format!(
        "I cannot read that: it is encrypted with {by}, which I do not speak. Turn it off for this \
         conversation, and say it again."
    ))])
}

/// A text as a sentence. An identity keeps its letters.
fn sentence(text: &str) -> String {
    let end = if text.ends_with(['?', '.', '!']) { "" } else { "." };
    if text.split(' ').next().is_some_and(|word| word.contains(':')) {
        return format!("{text}{end}");
    }
    let mut characters = text.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}{end}", characters.as_str())
}

/// Why a network is not asked something; of the author of an alias what stands against him is not
/// told.
pub(super) fn not_asked(refusal: &Refusal, author: Option<&Used>) -> String {
    let place = refusal.target().map(|room| format!(" about {room}")).unwrap_or_default();
    let for_whom = match author {
        Some(used) => format!("for the author of the alias {}", used.name),
        None => format!("for you ({})", because(&refusal.explanation())),
    };
    format!("I may not ask {}{place} {for_whom}.", refusal.command())
}

/// The layer and the entry that decided, for people and for the audit log.
pub(super) fn because(explanation: &Explanation) -> String {
    explanation.because().to_string()
}

/// The password that somebody identified himself by is not the account's any more.
pub(super) fn another_password(account: &AccountName) -> Content {
    say([Inline::text(format!(
        "{account} has got another password meanwhile. Identify yourself with that one."
    ))])
}

/// Nobody would tell us when whoever asks is gone.
pub(super) fn out_of_sight() -> Content {
    say([Inline::text(
        "I could not see you leave, and whoever has your name after you would be taken for you. \
         Join a room that I am in first.",
    )])
}

/// An order to the house, for the audit log: never a value, which may be private.
pub(super) fn order(order: &Order) -> String {
    match order {
        Order::Restart => "restart".into(),
        Order::Stop => "stop".into(),
        Order::Reload => "reload".into(),
        Order::Set { key, value: Some(_) } => format!("set {key}"),
        Order::Set { key, value: None } => format!("reset {key}"),
        Order::LogLevel(level) => format!("log level {level}"),
        Order::Resend(key) => format!("resend {key}"),
        Order::Discard(key) => format!("discard {key}"),
    }
}

/// An answer whose file the network does not take: it says what it would have said, and that.
pub(super) fn without_file(reply: Reply) -> Reply {
    let Reply { content, form, file, keep_as } = reply;
    let content = match &file {
        Some(file) => content.and(&say([
            Inline::text("(This network takes no files: "),
            Inline::code(file.name()),
            Inline::text(" stays here.)"),
        ])),
        None => content,
    };
    Reply { content, form, file: None, keep_as }
}

/// A session is nobody else's to begin or to end.
pub(super) fn through_alias() -> Content {
    say([Inline::text("Say that yourself: no alias says who you are.")])
}

/// Which aliases led to what was done, for the audit log.
pub(super) fn by_alias(trigger: &Trigger) -> String {
    if trigger.used().is_empty() { String::new() } else { format!(" by {trigger}") }
}
