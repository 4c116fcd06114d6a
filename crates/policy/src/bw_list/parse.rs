//! From text to rules: strict, and with a hint for what is probably meant.

use std::ops::Range;

use smol_str::SmolStr;

use super::{Colour, Defines, Rule, Who};
use crate::KeyPath;
use crate::command::CommandPattern;
use crate::diagnostic::{Problem, Report};
use crate::explanation::Entry;
use crate::identity::{Identity, IdentityError};
use crate::policy::Names;

/// Reads rules, and says what is wrong with them.
pub(crate) struct Parser<'a> {
    pub(crate) defines: Defines<'a>,
    pub(crate) names: Names<'a>,
    pub(crate) report: &'a mut Report,
}

/// What is said of a rule: which bytes of the expanded list, and what.
struct Remark(Range<usize>, Problem);

/// The fields of a rule.
type Fields = (Colour, Vec<Who>, Vec<CommandPattern>);

/// How to write a name in the field that says who.
const WHO: &str = "write `*`, `p:NETWORK`, `r:NETWORK:ROOM`, `u:NETWORK:USER` or `a:ACCOUNT`";

/// What is probably meant where the field that says who names commands.
const SWAPPED: &str = "the second field says who; did you swap the fields?";

impl Parser<'_> {
    /// Reads the rules of one text, separated by `;`; a rule that is wrong is told and left out.
    pub(crate) fn rules(&mut self, path: &KeyPath, text: &str) -> Vec<Rule> {
        let expanded = match self.defines.expand(text) {
            Ok(expanded) => expanded,
            Err(error) => {
                self.report.say(path, Some(error.span), error.problem);
                return Vec::new();
            }
        };
        let whole = Part { text: &expanded.text, at: 0 };
        let mut rules = Vec::new();
        for part in whole.split(|character| character == ';').map(Part::trim) {
            if part.text.is_empty() {
                continue;
            }
            let mut remarks = Vec::new();
            match self.read(part, &mut remarks) {
                Ok((colour, from, commands)) => {
                    let written = text.get(expanded.source(part.span())).unwrap_or(part.text);
                    let entry = Entry { text: one_line(written), origin: path.clone().into() };
                    rules.push(Rule { colour, from, commands, entry });
                }
                Err(remark) => remarks.push(remark),
            }
            for Remark(span, problem) in remarks {
                self.report.say(path, Some(expanded.source(span)), problem);
            }
        }
        rules
    }

    fn read(&self, rule: Part<'_>, remarks: &mut Vec<Remark>) -> Result<Fields, Remark> {
        let fields: Vec<Part<'_>> =
            rule.split(char::is_whitespace).filter(|field| !field.text.is_empty()).collect();
        let &[colour, from, commands] = fields.as_slice() else {
            let help = match fields.len() {
                0..=2 => "write `b FROM ID` or `w FROM ID`",
                _ => "join several names by commas without blanks, and rules by `;`",
            };
            let problem = Problem::error(format!("a rule has three fields, not {}", fields.len()));
            return Err(rule.remark(problem.help(help)));
        };
        let colour = match colour.text {
            "b" => Colour::Black,
            "w" => Colour::White,
            text => {
                let problem = Problem::error(format!("`{text}` is not a colour"));
                return Err(colour.remark(problem.help("write `b` to forbid or `w` to lift")));
            }
        };
        let swapped = commands.items().all(|item| looks_like_who(item.text));
        let from = from.items().map(|item| self.who(item, swapped, remarks));
        Ok((colour, from.collect::<Result<_, _>>()?, self.commands(commands, remarks)?))
    }

    fn who(&self, item: Part<'_>, swapped: bool, remarks: &mut Vec<Remark>) -> Result<Who, Remark> {
        let problem = match self.names.networks.parse(item.text) {
            _ if item.text == "*" => return Ok(Who::Anyone),
            Ok(Identity::User(user)) if user.is_occupant() => {
                Problem::error(IdentityError::Resource { text: item.text.into() })
                    .help("nothing vouches for who sits behind a nick")
            }
            Ok(Identity::User(user)) if self.names.networks.is_mask(&user) => {
                Problem::error(format!("`{}` is a mask, and a rule names one identity", item.text))
                    .help("ignore a mask with `[[policy.ignore]]`")
            }
            Ok(identity) => {
                let unknown = self.names.check_identity(&identity);
                remarks.extend(unknown.map(|problem| item.remark(problem)));
                return Ok(Who::Named(identity));
            }
            Err(_) if item.text.is_empty() => {
                Problem::error("a name is missing beside a comma").help(WHO)
            }
            Err(IdentityError::Form { .. }) => {
                let help = if swapped { SWAPPED } else { WHO };
                Problem::error(format!("`{}` does not say who", item.text)).help(help)
            }
            Err(error) => Problem::error(error),
        };
        Err(item.remark(problem))
    }

    fn commands(
        &self,
        field: Part<'_>,
        remarks: &mut Vec<Remark>,
    ) -> Result<Vec<CommandPattern>, Remark> {
        let mut commands = Vec::new();
        for item in field.items() {
            if item.text.is_empty() {
                remarks.push(item.remark(Problem::warning("a name is missing beside a comma")));
                continue;
            }
            if item.text != "*" && looks_like_who(item.text) {
                let problem = Problem::error(format!("`{}` names no command", item.text));
                let help = "the third field says which commands; did you swap the fields?";
                return Err(item.remark(problem.help(help)));
            }
            let pattern = item.text.parse::<CommandPattern>();
            let pattern = pattern.map_err(|error| item.remark(Problem::error(error)))?;
            let unknown = self.names.check_pattern(&pattern);
            remarks.extend(unknown.map(|problem| item.remark(problem)));
            commands.push(pattern);
        }
        if commands.is_empty() {
            let problem = Problem::error("no command is named").help("write `*` for all of them");
            return Err(field.remark(problem));
        }
        Ok(commands)
    }
}

fn looks_like_who(text: &str) -> bool {
    text == "*" || ["u:", "r:", "p:", "a:"].iter().any(|form| text.starts_with(form))
}

fn one_line(text: &str) -> SmolStr {
    SmolStr::new(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A part of an expanded list: its text, and where it begins.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Part<'a> {
    fn split(self, separator: fn(char) -> bool) -> impl Iterator<Item = Part<'a>> {
        let mut at = self.at;
        self.text.split_inclusive(separator).map(move |piece| {
            let part = Part { text: piece.trim_end_matches(separator), at };
            at += piece.len();
            part
        })
    }

    /// The names between commas; one more, empty, after a comma at the end.
    fn items(self) -> impl Iterator<Item = Part<'a>> {
        let last = Part { text: "", at: self.at + self.text.len() };
        let ends_open = self.text.ends_with(',');
        self.split(|character| character == ',').chain(ends_open.then_some(last))
    }

    fn trim(self) -> Self {
        let text = self.text.trim_start();
        Part { text: text.trim_end(), at: self.at + (self.text.len() - text.len()) }
    }

    fn span(self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    fn remark(self, problem: Problem) -> Remark {
        Remark(self.span(), problem)
    }
}
