//! A plugin written in Rust, as the house takes it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use nuncio_core::config::Key;
use nuncio_core::event::Event;
use nuncio_core::plugin::{Call, Cause, Effects, Failure, Handler, Manifest, Plugin};
use nuncio_policy::{CommandId, Level};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::parts::{Input, Outcome, Part};
use crate::{Context, Result as Answer};

/// A plugin made of functions; [`plugin!`](crate::plugin) writes one.
pub struct Native {
    manifest: Manifest,
    calls: FxHashMap<SmolStr, fn(Input) -> Outcome>,
    answers: FxHashMap<SmolStr, fn(&Context, &Event) -> Answer>,
}

impl Native {
    /// A plugin without commands.
    pub fn new(name: &str, about: &str, keys: &[Key]) -> Self {
        let manifest = Manifest {
            name: name.into(),
            about: about.to_owned(),
            keys: keys.to_vec(),
            ..Manifest::default()
        };
        Self { manifest, calls: FxHashMap::default(), answers: FxHashMap::default() }
    }

    /// The same plugin with a command more.
    #[must_use]
    pub fn with<P: Part>(mut self) -> Self {
        match P::SPEC.command(&self.manifest.name) {
            Ok(command) => {
                self.calls.insert(P::SPEC.path.into(), P::call);
                self.manifest.commands.push(command);
            }
            // The macros refuse what leads here.
            Err(error) => tracing::error!(%error, path = P::SPEC.path, "A command was left out."),
        }
        self
    }

    /// The same plugin, which does something about events as well. What it answers goes where the
    /// event's cause is.
    #[must_use]
    pub fn on(mut self, handler: Handler, answer: fn(&Context, &Event) -> Answer) -> Self {
        self.answers.insert(handler.path.clone(), answer);
        self.manifest.handlers.push(handler);
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Its commands, each with the level that it declares.
    pub fn commands(&self) -> impl Iterator<Item = (&CommandId, &Level)> {
        self.manifest.commands.iter().map(|command| (&command.id, &command.level))
    }
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("name", &self.manifest.name).finish_non_exhaustive()
    }
}

impl Native {
    fn answer(&self, call: Call, event: &Event) -> Result<Effects, Failure> {
        let path = call.permit().command().path();
        let Some(answer) = self.answers.get(path) else {
            return Err(Failure::Internal(format!("the plugin has no handler `{path}`")));
        };
        Ok(answer(&Context::new(Arc::new(call)), event)?.into_effects()?)
    }
}

#[async_trait]
impl Plugin for Native {
    fn manifest(&self) -> Manifest {
        self.manifest.clone()
    }

    async fn call(&self, call: Call) -> Result<Effects, Failure> {
        let arguments = match call.cause.clone() {
            Cause::Command(arguments) => arguments,
            Cause::Event(event) => return self.answer(call, &event),
            Cause::Watch(_) => {
                return Err(Failure::Internal(
                    "a plugin without watchers was called by one".into(),
                ));
            }
        };
        let commands = call.services.policy.commands();
        let path = commands.declared(call.permit().command()).path();
        let Some(run) = self.calls.get(path) else {
            return Err(Failure::Internal(format!("the plugin has no command `{path}`")));
        };
        run(Input::new(call, arguments)).await
    }
}
