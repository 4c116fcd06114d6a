//! The `bw_list`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Compiler;
use crate::bw_list::{Defines, Parser, Rule};
use crate::declared::Texts;
use crate::identity::Identity;
use crate::policy::{Compiled, Names};

impl Compiler {
    pub(super) fn rules(&mut self, texts: &Texts, defines: &BTreeMap<String, String>) {
        let path = self.root.key("bw_list");
        let Compiled { networks, registry, people, .. } = &self.made;
        let names = Names { networks, registry, people };
        let mut parser = Parser { defines: Defines(defines), names, report: &mut self.report };
        let parsed: Vec<_> =
            texts.iter(&path).flat_map(|(path, text)| parser.rules(&path, text)).collect();
        for rule in parsed {
            self.rule(rule);
        }
    }

    fn rule(&mut self, rule: Rule) {
        let Compiled { people, places, rules, .. } = &mut self.made;
        let (people, places) = (Arc::make_mut(people), Arc::make_mut(places));
        Arc::make_mut(rules).push(rule, |who, fresh| match who {
            Identity::User(_) | Identity::Account(_) => people.sender(who, fresh),
            Identity::Room(_) | Identity::Network(_) => places.sender(who, fresh),
        });
    }
}
