//! Accounts, owners and sudoers.

use std::collections::BTreeMap;

use super::Compiler;
use crate::declared::DeclaredAccount;
use crate::diagnostic::Problem;
use crate::explanation::Entry;
use crate::identity::{Identity, IdentityError};
use crate::policy::Standing;
use crate::{AccountName, Declared, KeyPath};

/// Who owns a bot whose files name nobody: whoever sits at its console.
const DEFAULT_OWNER: &str = "u:console:local";

impl Compiler<'_> {
    pub(super) fn accounts(&mut self, accounts: &BTreeMap<String, DeclaredAccount>) {
        let table = self.root.key("account");
        for (name, account) in accounts {
            let path = table.key(name);
            let number = match name.parse::<AccountName>() {
                Ok(name) => self.people.declare(name),
                Err(error) => {
                    self.report.say(&path, None, Problem::error(error));
                    continue;
                }
            };
            let Some(number) = number else {
                let problem = Problem::error(format!("`{name}` is declared twice"));
                self.report.say(&path, None, problem.help("case does not tell accounts apart"));
                continue;
            };
            for (index, text) in account.identities.iter().enumerate() {
                self.identify(&path.key("identities").index(index), text, number);
            }
        }
    }

    fn identify(&mut self, path: &KeyPath, text: &str, number: u32) {
        let parsed = self.networks.parse_user(text);
        let Some(id) = self.report.keep(path, text, parsed) else { return };
        if let Some(problem) = self.nobody(&Identity::User(id.clone())) {
            return self.report.say_of(path, text, problem);
        }
        if let Err(other) = self.people.identify(id, number) {
            let problem = Problem::error(format!("`{text}` is an identity of `{other}` already"));
            self.report.say_of(path, text, problem.help("an identity names one person"));
        }
    }

    pub(super) fn standings(&mut self, declared: &Declared) {
        let default = [DEFAULT_OWNER.to_owned()];
        let owners = declared.owners.as_deref().unwrap_or(&default);
        for (standing, key, texts) in [
            (Standing::Owner, "owners", owners),
            (Standing::Sudoer, "sudoers", declared.sudoers.as_slice()),
        ] {
            for (index, text) in texts.iter().enumerate() {
                let path = self.root.key(key).index(index);
                if let Some(who) = self.person(&path, text) {
                    let entry = Entry { text: who.to_string().into(), path };
                    self.people.stand(standing, &who, entry);
                }
            }
        }
    }

    /// Reads a user or an account to whom something is given, or says what is wrong with it.
    pub(super) fn person(&mut self, path: &KeyPath, text: &str) -> Option<Identity> {
        let parsed = self.networks.parse(text);
        let who = self.report.keep(path, text, parsed)?;
        let problem = match &who {
            Identity::User(_) | Identity::Account(_) => self.nobody(&who),
            Identity::Room(_) | Identity::Network(_) => Some(Problem::error(IdentityError::Kind {
                text: text.into(),
                wanted: "a person, `u:NETWORK:USER` or `a:ACCOUNT`",
            })),
        };
        if let Some(problem) = problem {
            self.report.say_of(path, text, problem);
            return None;
        }
        if let Some(unknown) = self.names().check_identity(&who) {
            self.report.say_of(path, text, unknown);
        }
        Some(who)
    }

    /// What is wrong with an identity that can never be verified.
    fn nobody(&self, who: &Identity) -> Option<Problem> {
        let Identity::User(id) = who else { return None };
        if id.is_occupant() {
            let text = id.user().into();
            let problem = Problem::error(IdentityError::Resource { text });
            return Some(problem.help("nothing vouches for who sits behind a nick"));
        }
        self.networks.is_mask(id).then(|| {
            Problem::error(format!("`{id}` is a mask, which anybody may come to match"))
                .help("name the services account")
        })
    }
}
