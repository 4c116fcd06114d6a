//! `[policy.account]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Compiler;
use crate::capability::{AccountSet, Held};
use crate::declared::DeclaredAccount;
use crate::diagnostic::Problem;
use crate::explanation::Entry;
use crate::identity::{Identity, Trust};
use crate::policy::{Account, Notes, Standing};
use crate::{AccountName, KeyPath};

impl Compiler {
    pub(super) fn accounts(&mut self, accounts: &BTreeMap<String, DeclaredAccount>) {
        let table = self.root.key("account");
        for (key, account) in accounts {
            let path = table.key(key);
            let name = match key.parse::<AccountName>() {
                Ok(name) => name,
                Err(error) => {
                    self.report.say(&path, None, Problem::error(error));
                    continue;
                }
            };
            let set = &account.capabilities;
            let (mut held, owner) = self.account_set(&path.key("capabilities"), set);
            self.declared_member(&path.key("roles"), &account.roles, &name, &mut held);
            let DeclaredAccount { ignore, secure, .. } = *account;
            let person =
                Account { name: name.clone(), notes: Notes::default(), ignore, secure, held };
            let Some(number) = Arc::make_mut(&mut self.made.people).declare(person) else {
                let problem = Problem::error(format!("`{key}` is declared twice"));
                self.report.say(&path, None, problem.help("case does not tell accounts apart"));
                continue;
            };
            if let Some(path) = owner {
                let entry =
                    Entry { text: format!("owner, held by {name}").into(), origin: path.into() };
                Arc::make_mut(&mut self.made.people).stand(
                    Standing::Owner,
                    &Identity::Account(name),
                    entry,
                );
            }
            for (index, text) in account.identities.iter().enumerate() {
                self.identify(&path.key("identities").index(index), text, number);
            }
        }
    }

    /// Reads the set of an account, and says where it holds `owner`.
    fn account_set(&mut self, path: &KeyPath, texts: &[String]) -> (Held, Option<KeyPath>) {
        let mut set = AccountSet::default();
        let mut owner = None;
        self.fill(path, texts, |path, capability| {
            if capability.is_ownership() {
                owner = Some(path.clone());
            }
            set.add(capability)
        });
        let (held, owns) = set.into_parts();
        (held, owner.filter(|_| owns))
    }

    fn identify(&mut self, path: &KeyPath, text: &str, number: u32) {
        let parsed = self.made.networks.parse_user(text);
        let Some(id) = self.report.keep(path, text, parsed) else { return };
        let trust = self.made.networks.trust(id.network());
        if self.made.networks.is_mask(&id) && trust == Trust::Hostmask {
            return Arc::make_mut(&mut self.made.people).identify_mask(id, number);
        }
        let who = Identity::User(id.clone());
        if let Some(problem) = self.nobody(&who) {
            return self.report.say_of(path, text, problem);
        }
        if let Some(unknown) = self.names().check_identity(&who) {
            self.report.say_of(path, text, unknown);
        }
        if let Err(other) = Arc::make_mut(&mut self.made.people).identify(&id, number) {
            let problem = Problem::error(format!("`{text}` is an identity of `{other}` already"));
            self.report.say_of(path, text, problem.help("an identity names one person"));
        }
    }
}
