//! `[policy.access]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Compiler;
use crate::command::Scope;
use crate::declared::Texts;
use crate::diagnostic::Problem;
use crate::explanation::Entry;
use crate::identity::Identity;
use crate::policy::AccessEntry;
use crate::{CommandId, KeyPath, Level};

impl Compiler {
    pub(super) fn access(&mut self, table: &BTreeMap<String, Texts>) {
        for (key, texts) in table {
            let path = self.root.key("access").key(key);
            let scope = match key.parse::<Scope>() {
                Ok(scope) => scope,
                Err(error) => {
                    let problem = Problem::error(error);
                    let help = "name a plugin, or a command in full, `PLUGIN.COMMAND`";
                    self.report.say(&path, None, problem.help(help));
                    continue;
                }
            };
            if let Some(problem) = self.names().check_scope(&scope) {
                self.report.say(&path, None, problem);
            }
            if key.parse::<CommandId>().is_ok_and(|command| command.is_reserved()) {
                let problem = Problem::warning(format!("`{scope}` is reserved for owners"));
                self.report.say(&path, None, problem.help("the entry has no effect; remove it"));
            }
            let entry = self.access_entry(&path, texts);
            Arc::make_mut(&mut self.made.access).insert(&scope, entry);
        }
    }

    fn access_entry(&mut self, path: &KeyPath, texts: &Texts) -> AccessEntry {
        let words: Vec<&str> = texts.iter(path).map(|(_, text)| text).collect();
        let mut access = AccessEntry {
            levels: Vec::new(),
            users: FxHashSet::default(),
            accounts: FxHashSet::default(),
            entry: Entry { text: words.join(", ").into(), origin: path.clone().into() },
        };
        for (path, text) in texts.iter(path) {
            if !["u:", "a:", "r:", "p:"].iter().any(|form| text.starts_with(form)) {
                access.levels.extend(self.report.keep(&path, text, text.parse::<Level>()));
                continue;
            }
            match self.person(&path, text) {
                Some(Identity::User(user)) => {
                    access.users.insert(user);
                }
                Some(Identity::Account(name)) => {
                    access.accounts.extend(self.made.people.account_number(&name));
                }
                Some(Identity::Room(_) | Identity::Network(_)) | None => {}
            }
        }
        access
    }
}
