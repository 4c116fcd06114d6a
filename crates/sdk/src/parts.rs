//! What [`command`](macro@crate::command) and [`plugin!`](crate::plugin) write: a command as a constant, and a call.
//!
//! Nothing here is for a plugin's author to use.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::command::{self, Arguments, Command, Repeat, Signature, SignatureError};
use nuncio_core::plugin::{Call, Effects, Failure};
use nuncio_policy::{CommandError, CommandId, Level};

pub use nuncio_core::command::Late;

use crate::argument::{Arity, Kind, Parameter};
use crate::{Context, IntoReply, Result};

/// What a command returns in the end, some time later.
pub type Outcome = Pin<Box<dyn Future<Output = Result<Effects, Failure>> + Send>>;

/// A command: the type that stands beside its function.
pub trait Part {
    /// What it is.
    const SPEC: Spec;

    /// Reads its arguments and calls its function.
    fn call(input: Input) -> Outcome;
}

/// What a command is.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its dotted path in the plugin.
    pub path: &'static str,
    /// Its other names.
    pub aliases: &'static [&'static str],
    /// Who may run it; the macro has parsed it.
    pub level: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What more there is to say, as Markdown.
    pub details: &'static str,
    /// What it asks for, in order.
    pub parameters: &'static [ParameterSpec],
    /// How it is used.
    pub examples: &'static [Example],
    /// How long a person waits until the next time.
    pub cooldown: Option<Duration>,
    /// Whether it may be run again where a crash cut it off.
    pub repeat_is_safe: bool,
    /// What becomes of it when it was said while the bot was away.
    pub late: Late,
    /// Whether it is taken in private only.
    pub private: bool,
    /// Whether help and suggestions leave it out.
    pub hidden: bool,
}

/// Something said, and its answer, in which `…` stands for any text.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What is said.
    pub said: &'static str,
    /// What is answered.
    pub answer: &'static str,
}

/// What a parameter asks for.
#[derive(Clone, Copy, Debug)]
pub struct ParameterSpec {
    name: &'static str,
    about: &'static str,
    kind: Kind,
    arity: Arity,
}

impl ParameterSpec {
    /// A parameter of a type.
    pub const fn of<T: Parameter>(name: &'static str, about: &'static str) -> Self {
        Self { name, about, kind: T::KIND, arity: T::ARITY }
    }

    /// The same, with a number between the bounds.
    ///
    /// # Panics
    /// While the plugin is compiled, where there is no such number.
    #[must_use]
    pub const fn within(mut self, least: Option<i64>, most: Option<i64>) -> Self {
        assert!(matches!(self.kind, Kind::Integer { .. }), "only a whole number has a range");
        if let Kind::Integer { min, max } = self.kind {
            let min = if let Some(least) = least { least } else { min };
            let max = if let Some(most) = most { most } else { max };
            assert!(min <= max, "no number is in this range");
            self.kind = Kind::Integer { min, max };
        }
        self
    }

    fn parameter(&self) -> command::Parameter {
        let kind = match self.kind {
            Kind::Word => command::Kind::Word,
            Kind::Text => command::Kind::Text,
            Kind::Secret => command::Kind::Secret,
            Kind::Integer { min, max } => command::Kind::Integer { min, max },
            Kind::Number => command::Kind::Number,
            Kind::Duration => command::Kind::Duration,
            Kind::Flag => command::Kind::Bool,
            Kind::Choice(words) => {
                command::Kind::Choice(words.iter().map(|&word| word.into()).collect())
            }
            Kind::Room => command::Kind::Room,
            Kind::User => command::Kind::User,
            Kind::Command => command::Kind::Command,
        };
        let parameter = command::Parameter::new(self.name, kind).doc(self.about);
        match (self.kind, self.arity) {
            (Kind::Flag, _) => parameter.flag(),
            (_, Arity::One) => parameter,
            (_, Arity::Optional) => parameter.optional(),
            (_, Arity::Many) => parameter.repeated(0),
        }
    }
}

impl Spec {
    /// The command as the house knows it.
    ///
    /// # Errors
    /// When a name is none or the parameters make no signature; the macros refuse such ones.
    pub fn command(&self, plugin: &str) -> Result<Command, DefectError> {
        let id = |path: &&str| CommandId::new(plugin, path);
        let example = |example: &Example| command::Example {
            line: example.said.to_owned(),
            answer: Some(example.answer.to_owned()),
        };
        Ok(Command {
            aliases: self.aliases.iter().map(id).collect::<Result<_, _>>()?,
            signature: Signature::new(
                self.parameters.iter().map(ParameterSpec::parameter).collect(),
            )?,
            // The macro has parsed it; what could not be read would be the owners' alone.
            level: self.level.parse().unwrap_or(Level::Owner),
            details: self.details.to_owned(),
            examples: self.examples.iter().map(example).collect(),
            cooldown: self.cooldown,
            repeat: if self.repeat_is_safe { Repeat::Safe } else { Repeat::Once },
            late: self.late,
            private: self.private,
            hidden: self.hidden,
            ..Command::new(id(&self.path)?, self.summary)
        })
    }
}

/// A command that cannot be: a defect of the macros.
#[derive(Debug, thiserror::Error)]
pub enum DefectError {
    /// A name is none.
    #[error(transparent)]
    Name(#[from] CommandError),
    /// The parameters make no signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// What a call brings: its context and its arguments.
#[derive(Debug)]
pub struct Input {
    context: Context,
    arguments: Arguments,
}

impl Input {
    pub(crate) fn new(call: Call, arguments: Arguments) -> Self {
        Self { context: Context::new(Arc::new(call)), arguments }
    }

    /// Who asks, where and when.
    pub fn context(&self) -> Context {
        self.context.clone()
    }

    /// Reads an argument.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn argument<T: Parameter>(&self, name: &str) -> Result<T, Failure> {
        Ok(T::read_all(self.arguments.all(name).cloned().collect())?)
    }
}

/// What a function returned, as an answer.
///
/// # Errors
/// Why there is none.
pub fn answer<T: IntoReply>(returned: T) -> Result<Effects, Failure> {
    Ok(returned.into_reply()?.into_effects()?)
}

/// Refuses a parameter that leaves nothing for the next one.
///
/// # Panics
/// While the plugin is compiled, where that is so.
pub const fn check_not_last<T: Parameter>() {
    assert!(
        !matches!(T::KIND, Kind::Text),
        "an argument that takes the rest of the line is the last one"
    );
    assert!(
        !matches!(T::ARITY, Arity::Many),
        "an argument that takes any number of values is the last one"
    );
}

/// Refuses a command whose names are taken.
///
/// # Panics
/// While the plugin is compiled, where that is so.
pub const fn check_unique(mut before: &[&Spec], spec: &Spec) {
    while let [other, rest @ ..] = before {
        assert!(
            !holds(other, spec.path) && !any_held(other, spec.aliases),
            "another command of this plugin has this name"
        );
        before = rest;
    }
}

const fn any_held(spec: &Spec, mut names: &[&str]) -> bool {
    while let [name, rest @ ..] = names {
        if holds(spec, name) {
            return true;
        }
        names = rest;
    }
    false
}

/// Whether a name is a command's path or an alias of it.
const fn holds(spec: &Spec, name: &str) -> bool {
    let mut aliases = spec.aliases;
    while let [alias, rest @ ..] = aliases {
        if is_same(alias, name) {
            return true;
        }
        aliases = rest;
    }
    is_same(spec.path, name)
}

const fn is_same(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        if *first != *second {
            return false;
        }
        (left, right) = (left_rest, right_rest);
    }
    left.is_empty() && right.is_empty()
}
