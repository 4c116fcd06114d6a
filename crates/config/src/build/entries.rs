//! Single values: from chat, from the environment, from the command line.

use figment::value::{Tag, Value};
use nuncio_core::store::SettingWrite;

use super::Builder;
use crate::mark::Mark;
use crate::merge::Part;
use crate::path::KeyPath;
use crate::problem::{At, Finding};
use crate::source::{Home, Layer, Source};
use crate::value;

/// The single values of all layers that hold such.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    /// From the store, the oldest first.
    pub(crate) settings: Vec<SettingWrite>,
    /// The whole environment; only names with `NUNCIO_` count.
    pub(crate) environment: Vec<(String, String)>,
    /// `key=value`, as given to `--set`.
    pub(crate) sets: Vec<String>,
}

impl Entries {
    pub(super) fn read(self, builder: &mut Builder) {
        for setting in self.settings {
            builder.setting(setting);
        }
        for (name, text) in self.environment {
            builder.variable(&name, text);
        }
        for set in self.sets {
            builder.set(&set);
        }
    }
}

const PREFIX: &str = "NUNCIO_";

impl Builder {
    fn setting(&mut self, setting: SettingWrite) {
        let Some(value) = setting.value else { return };
        let home = Home::Chat { who: setting.by, when: setting.at };
        let source = self.marks.source(Source::new(Layer::Chat, home, value));
        let path = match setting.key.parse::<KeyPath>() {
            Ok(path) if path.is_policy() => {
                return self.stale(source, format!("`{path}` is policy, and not set from chat"));
            }
            Ok(path) => path,
            Err(error) => return self.stale(source, error.to_string()),
        };
        self.text(source, &path);
    }

    /// A value from chat that cannot be used stops nothing.
    fn stale(&mut self, source: usize, message: String) {
        self.mask_all(source);
        self.findings.push(Finding::warning(At::Span(source, 0..0), message));
    }

    fn mask_all(&mut self, source: usize) {
        if let Some(source) = self.marks.sources.get_mut(source) {
            source.mask(0..source.text.len());
        }
    }

    /// A name without `__` is no key, for all keys are in tables. It is a warning alone: where a
    /// service is called nuncio, Kubernetes gives each of its containers a `NUNCIO_PORT`.
    fn variable(&mut self, name: &str, text: String) {
        let Some(key) = name.strip_prefix(PREFIX) else { return };
        let key = key.to_ascii_lowercase();
        if !key.contains("__") {
            let finding =
                Finding::warning(At::Nowhere, format!("`{name}` is no key, and is ignored"));
            let tables = self.tree.root.known();
            let table = key
                .split('_')
                .next()
                .and_then(|first| tables.clone().find(|table| *table == first));
            let help = table.map(|table| {
                format!("`__` stands between levels: `{PREFIX}{}__…`", table.to_ascii_uppercase())
            });
            return self.findings.push(finding.help(help));
        }
        let source = Source::new(Layer::Environment, Home::Variable(name.to_owned()), text);
        let source = self.marks.source(source);
        self.text(source, &KeyPath::names(key.split("__")));
    }

    fn set(&mut self, set: &str) {
        let (path, text) = match KeyPath::prefix(set) {
            Ok((path, rest)) => match rest.trim_start().strip_prefix('=') {
                Some(text) => (path, text.to_owned()),
                None => {
                    return self
                        .malformed_set(&path.to_string(), "a `=` and the value are missing");
                }
            },
            // The error would quote what follows, which may be a secret.
            Err(_) => return self.malformed_set("", "its key cannot be read"),
        };
        let source = Source::new(Layer::Set, Home::Argument(path.to_string()), text);
        let source = self.marks.source(source);
        self.text(source, &path);
    }

    fn malformed_set(&mut self, key: &str, message: &str) {
        let finding = Finding::new(At::Nowhere, format!("`--set {key}…`: {message}"));
        self.findings.push(finding.help(Some("write `--set key=value`")));
    }

    /// A value that stays text until its key asks for something else.
    fn text(&mut self, source: usize, path: &KeyPath) {
        let tag = self.whole(source);
        let text = self.marks.sources.get(source).map(|source| source.text.clone());
        self.entry(source, path, Value::String(tag, text.unwrap_or_default()));
    }

    fn entry(&mut self, source: usize, path: &KeyPath, value: Value) {
        let tag = self.whole(source);
        if let Some(dict) = value::nest(path, value, tag) {
            return self.parts.push(Part { source, dict });
        }
        let message = format!("`{path}` is an element of a list: set the whole list");
        let mut finding = Finding::new(At::Span(source, 0..0), message);
        if self.chat_source(&finding).is_some() {
            finding = finding.into_warning();
        }
        self.mask_all(source);
        self.findings.push(finding);
    }

    /// The mark of a text that is one value.
    fn whole(&mut self, source: usize) -> Tag {
        let end = self.marks.sources.get(source).map_or(0, |source| source.text.len());
        self.marks.mark(Mark { source, key: 0..end, value: 0..end, adds: false })
    }
}
