//! What help says.

use std::collections::BTreeMap;

use super::{Command, CommandTree, Kind, Need, Parameter};
use crate::content::{Block, Content, Inline};

/// How many aliases are shown among the commands.
const MAX_ALIASES: usize = 50;

impl CommandTree {
    /// The list of commands that somebody may run, a line for each plugin, whose name may always
    /// stand before the command's, and one for aliases.
    pub fn help(
        &self,
        may_run: impl Fn(&Command) -> bool,
        aliases: impl IntoIterator<Item = String>,
    ) -> Content {
        let mut plugins: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for command in self.iter().filter(|command| !command.hidden && may_run(command)) {
            plugins.entry(command.id.plugin()).or_default().push(command.spoken());
        }
        if plugins.is_empty() {
            return Content::text("There is nothing here that you may run.");
        }
        let lines = plugins.into_iter().map(|(plugin, commands)| {
            [Inline::strong(plugin), Inline::text(format!(": {}", commands.join(", ")))]
        });
        let mut aliases = aliases.into_iter();
        let mut shown: Vec<String> = aliases.by_ref().take(MAX_ALIASES).collect();
        if aliases.next().is_some() {
            shown.push("…".to_owned());
        }
        let shown = (!shown.is_empty())
            .then(|| [Inline::strong("aliases"), Inline::text(format!(": {}", shown.join(", ")))]);
        let lines = lines.chain(shown);
        let more = [
            Inline::text("Say "),
            Inline::code("help PLUGIN COMMAND"),
            Inline::text(" to read more about one."),
        ];
        Content::new([Block::bullets(lines), Block::paragraph(more)])
    }
}

impl Command {
    /// All that is to be known about the command: how it is used ([`CommandTree::usage`]), what it
    /// does, what it takes, examples.
    pub fn help(&self, usage: &str) -> Content {
        let mut blocks = vec![Block::paragraph([
            Inline::code(usage),
            Inline::text(format!(": {}", self.summary)),
        ])];
        blocks.extend(Content::markdown(&self.details).blocks().iter().cloned());
        let parameters: Vec<_> = self.signature.parameters().iter().map(describe).collect();
        if !parameters.is_empty() {
            blocks.push(Block::bullets(parameters));
        }
        let aliases: Vec<_> =
            self.aliases.iter().map(|alias| alias.path().replace('.', " ")).collect();
        let facts = [
            (!aliases.is_empty()).then(|| format!("Also: {}.", aliases.join(", "))),
            Some(format!("Level: {}.", self.level)),
            self.cooldown.map(|cooldown| format!("Again after {} s.", cooldown.as_secs())),
            self.private.then(|| "In private only.".to_owned()),
        ];
        let facts: Vec<_> = facts.into_iter().flatten().collect();
        blocks.push(Block::paragraph([Inline::text(facts.join(" "))]));
        if !self.examples.is_empty() {
            let lines: Vec<_> = self.examples.iter().map(|example| example.line.as_str()).collect();
            blocks.push(Block::paragraph([Inline::text("For example:")]));
            blocks.push(Block::code(lines.join("\n")));
        }
        Content::new(blocks)
    }
}

/// A parameter in a line: its name, what it takes, what it means.
fn describe(parameter: &Parameter) -> Vec<Inline> {
    let switch = parameter.flag && parameter.kind == Kind::Bool;
    let takes = if switch { String::new() } else { format!(" {}.", parameter.kind.expected()) };
    let doc = if parameter.doc.is_empty() { "" } else { &format!(" {}", parameter.doc) };
    let default = match &parameter.need {
        Need::Default(default) => format!(" `{default}` unless said otherwise."),
        _ => String::new(),
    };
    let name = if parameter.flag {
        format!("--{}", parameter.flag_name())
    } else {
        parameter.name.to_string()
    };
    vec![Inline::code(name), Inline::text(format!(":{takes}{doc}{default}"))]
}
