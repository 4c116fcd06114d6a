//! Rules of the `bw_list`: an owner's to give.

use super::desk::{ALREADY, declared, key_of, not_there};
use super::{Desk, Verdict};
use crate::bw_list::{Defines, Parser, Rule, SaidRule};
use crate::diagnostic::{Report, Severity};
use crate::managed::{Change, ChangeError, Fact, ManagedKey};
use crate::policy::Names;
use crate::{Entry, KeyPath, Origin, Policy};

/// The longest rule, in bytes.
const MAX_BYTES: usize = 1024;

impl Policy {
    /// Reads one rule as somebody says it in chat.
    ///
    /// The definitions of the file are not known there: `%(name)s` is to be written out.
    ///
    /// # Errors
    ///
    /// What is wrong with it; unknown names are, too.
    pub fn read_rule(&self, text: &str) -> Result<SaidRule, ChangeError> {
        if text.len() > MAX_BYTES {
            let what = text.chars().take(64).collect();
            return Err(ChangeError::Long { what, max: MAX_BYTES });
        }
        let compiled = self.compiled();
        let (mut report, defines) = (Report::default(), std::collections::BTreeMap::new());
        let names = Names {
            networks: &compiled.networks,
            registry: &compiled.registry,
            people: &compiled.people,
        };
        let mut parser = Parser { defines: Defines(&defines), names, report: &mut report };
        let rules = parser.rules(&KeyPath::root("rule"), text);
        let mut said = report.into_diagnostics();
        said.sort_by_key(|said| std::cmp::Reverse(said.severity));
        let wrong = said.into_iter().find(|said| said.severity != Severity::Warning);
        if let Some(wrong) = wrong {
            return Err(ChangeError::Name { message: wrong.message, help: wrong.help });
        }
        match <[Rule; 1]>::try_from(rules) {
            Ok([rule]) => Ok(rule.into()),
            Err(_) => Err(ChangeError::Name {
                message: "that is not one rule".to_owned(),
                help: Some("write `b FROM ID` or `w FROM ID`".to_owned()),
            }),
        }
    }
}

impl Policy {
    /// Reads which rule somebody says in chat is to be removed: the number of one from chat, or its
    /// text.
    ///
    /// # Errors
    ///
    /// When there is no such rule, or a file declares it.
    pub fn read_rule_to_remove(&self, text: &str) -> Result<Change, ChangeError> {
        if let Ok(number) = text.trim().parse() {
            return Ok(Change::RemoveRule { number });
        }
        let wanted = self.read_rule(text)?;
        if let Some(number) = self.managed().rule_number(&wanted) {
            return Ok(Change::RemoveRule { number });
        }
        let same = |rule: &&Rule| SaidRule::from((*rule).clone()) == wanted;
        match self.compiled().all_rules().find(same).and_then(|rule| key_of(&rule.entry)) {
            Some(key) => Err(declared(&wanted, key.clone())),
            None => Err(not_there(format_args!("no rule says `{wanted}`"))),
        }
    }
}

impl Desk<'_> {
    /// Says which declared rules it overrules.
    pub(super) fn add_rule(&self, rule: &SaidRule) -> Result<Vec<String>, ChangeError> {
        self.owners_only()?;
        let new =
            rule.at(Entry { text: "".into(), origin: Origin::Declared(KeyPath::root("rule")) });
        if self
            .compiled
            .all_rules()
            .next_back()
            .is_some_and(|last| SaidRule::from(last.clone()) == *rule)
        {
            return Err(ALREADY);
        }
        let overruled = |old: &&Rule| old.colour != new.colour && new.overlaps(old);
        let note = |old: &Rule| format!("it overrules {} wherever both match", old.entry);
        Ok(self.compiled.all_rules().filter(overruled).map(note).collect())
    }

    pub(super) fn remove_rule(&self, number: u32) -> Verdict {
        self.owners_only()?;
        if self.managed().contains(&ManagedKey::rule(number)) {
            return Ok(());
        }
        Err(not_there(format_args!("no rule from chat has the number {number}")))
    }
}

impl crate::Managed {
    /// The number of the last rule from chat that says exactly this.
    pub fn rule_number(&self, wanted: &SaidRule) -> Option<u32> {
        let number = |fact: &Fact| match fact {
            Fact::Rule { number, rule } if rule == wanted => Some(*number),
            _ => None,
        };
        self.of_kind("rule").filter_map(|(_, kept, _)| number(&kept.fact)).max()
    }
}
