//! The `bw_list`.

use std::collections::BTreeMap;

use super::Compiler;
use crate::bw_list::{Defines, Parser};
use crate::declared::Texts;
use crate::policy::Names;

impl Compiler<'_> {
    pub(super) fn rules(&mut self, texts: &Texts, defines: &BTreeMap<String, String>) {
        let Self { networks, registry, report, people, rules, root, .. } = self;
        let path = root.key("bw_list");
        let names = Names { networks, registry, people };
        let mut parser = Parser { defines: Defines(defines), names, report };
        let parsed: Vec<_> =
            texts.iter(&path).flat_map(|(path, text)| parser.rules(&path, text)).collect();
        for rule in parsed {
            rules.push(rule, |who, fresh| people.sender(who, fresh));
        }
    }
}
