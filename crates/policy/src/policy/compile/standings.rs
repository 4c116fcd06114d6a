//! Owners, sudoers, and everybody else to whom something is given.

use std::sync::Arc;

use super::Compiler;
use crate::diagnostic::Problem;
use crate::explanation::Entry;
use crate::identity::{Identity, IdentityError};
use crate::policy::Standing;
use crate::{Declared, KeyPath};

/// Who owns a bot whose files name nobody: whoever sits at its console.
const DEFAULT_OWNER: &str = "u:console:local";

impl Compiler {
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
                    let entry = Entry { text: who.to_string().into(), origin: path.into() };
                    Arc::make_mut(&mut self.made.people).stand(standing, &who, entry);
                }
            }
        }
    }

    /// Reads a user or an account to whom something is given, or says what is wrong with it.
    pub(super) fn person(&mut self, path: &KeyPath, text: &str) -> Option<Identity> {
        let who = self.user_or_account(path, text)?;
        if let Some(problem) = self.nobody(&who) {
            self.report.say_of(path, text, problem);
            return None;
        }
        Some(who)
    }

    /// Reads a user or an account, or says what is wrong with it.
    pub(super) fn user_or_account(&mut self, path: &KeyPath, text: &str) -> Option<Identity> {
        let parsed = self.made.networks.parse(text);
        let who = self.report.keep(path, text, parsed)?;
        if matches!(who, Identity::Room(_) | Identity::Network(_)) {
            let wanted = "a person, `u:NETWORK:USER` or `a:ACCOUNT`";
            let problem = Problem::error(IdentityError::Kind { text: text.into(), wanted });
            self.report.say_of(path, text, problem);
            return None;
        }
        if let Some(unknown) = self.names().check_identity(&who) {
            self.report.say_of(path, text, unknown);
        }
        Some(who)
    }

    /// What is wrong with an identity that can never be verified.
    pub(super) fn nobody(&self, who: &Identity) -> Option<Problem> {
        let Identity::User(id) = who else { return None };
        if id.is_occupant() {
            let text = id.user().into();
            let problem = Problem::error(IdentityError::Resource { text });
            return Some(problem.help("nothing vouches for who sits behind a nick"));
        }
        self.made.networks.is_mask(id).then(|| {
            Problem::error(format!("`{id}` is a mask, which anybody may come to match"))
                .help("name the services account")
        })
    }
}
