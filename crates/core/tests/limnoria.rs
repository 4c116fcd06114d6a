//! How far our command language is Limnoria's: vectors that the real code answered.
//!
//! Ours may differ, and each row in which it does is shown here.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use nuncio_core::command::{Addressing, Words, recognise};
use nuncio_policy::CaseMapping;
use serde::Deserialize;
use serde_json::Value;
use smol_str::SmolStr;

#[derive(Deserialize)]
struct Row {
    kind: String,
    text: String,
    expected: Value,
    #[serde(default)]
    bot_nick: SmolStr,
    #[serde(default)]
    target: SmolStr,
    prefix_chars: Option<SmolStr>,
    #[serde(default)]
    prefix_strings: Vec<SmolStr>,
    #[serde(default)]
    nicks: Vec<SmolStr>,
    by_nick: Option<bool>,
    #[serde(default)]
    by_nick_at_end: bool,
    /// What it is said by: `PRIVMSG`, where a row does not say.
    #[serde(default)]
    command: SmolStr,
    #[serde(default)]
    brackets: String,
    #[serde(default)]
    pipe: bool,
    #[serde(default)]
    quotes: String,
}

impl Row {
    /// What of a message is a command for us.
    fn addressed(&self) -> String {
        if self.command == "NOTICE" {
            // The dispatcher looks for no command in a notice.
            return String::new();
        }
        let own = [self.bot_nick.clone()].into_iter().chain(self.nicks.iter().cloned());
        let names: Vec<SmolStr> =
            if self.by_nick.unwrap_or(true) { own.collect() } else { Vec::new() };
        let sign = self.prefix_chars.clone().unwrap_or_else(|| "@".into());
        let found = [sign].iter().chain(&self.prefix_strings).find_map(|prefix| {
            let private = self.target == self.bot_nick;
            let mapping = CaseMapping::Rfc1459;
            recognise(&self.text, &Addressing { prefix, names: &names, mapping, private })
        });
        let said = found.and_then(|found| self.text.get(found.at..));
        said.map(|said| said.trim_end().to_owned()).unwrap_or_default()
    }

    /// The words of a line; none if it is not one.
    fn words(&self) -> Option<Vec<String>> {
        let mut words = Words::new(self.text.as_str(), 0);
        let mut taken = Vec::new();
        while let Some(word) = words.next_word().ok()? {
            taken.push(word.text);
        }
        Some(taken)
    }

    /// What was asked, what Limnoria answers, and what we do.
    fn difference(&self) -> Option<String> {
        let expected = self.expected.get("value").cloned();
        let (got, how) = if self.kind == "addressed" {
            let end = if self.by_nick_at_end { ", name at the end" } else { "" };
            (Some(Value::from(self.addressed())), format!("{}{end}", self.target))
        } else {
            let pipe = if self.pipe { " |" } else { "" };
            (self.words().map(Value::from), format!("{}{pipe} {}", self.brackets, self.quotes))
        };
        let show = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        let text = format!("{:?} ({how})", self.text);
        let (theirs, ours) = (show(expected.as_ref()), show(got.as_ref()));
        (got != expected).then(|| format!("{text}: {theirs}, here {ours}"))
    }
}

fn run(kind: &str) -> String {
    let lines = include_str!("vectors/limnoria_language.jsonl").lines();
    let rows = lines.map(|line| serde_json::from_str::<Row>(line).unwrap());
    let rows: Vec<Row> = rows.filter(|row| row.kind == kind).collect();
    let differences: Vec<String> = rows.iter().filter_map(Row::difference).collect();
    let agree = rows.len() - differences.len();
    format!("{agree} of {} agree\n{}", rows.len(), differences.join("\n"))
}

#[test]
fn the_bot_is_addressed_as_there_but_for_these() {
    insta::assert_snapshot!(run("addressed"), @r#"
    38 of 52 agree
    "@@foo" (#c): "@foo", here ""
    "bot: foo" (bot, name at the end): "bot: foo", here "foo"
    "bot, foo" (bot): "bot, foo", here "foo"
    "bot foo" (bot): "bot foo", here "foo"
    "bot foo" (bot, name at the end): "bot foo", here "foo"
    "bot:foo" (#c): "", here "foo"
    "hey bot" (#c, name at the end): "hey", here ""
    "foo, bot" (#c, name at the end): "foo", here ""
    "foo bot" (#c, name at the end): "foo", here ""
    "foo; bot " (#c, name at the end): "foo", here ""
    "foo; bot " (bot): "foo; bot ", here "foo; bot"
    "!!foo" (bot, name at the end): "!!foo", here ""
    "!! foo" (bot): "!! foo", here ""
    "bot> foo" (#c, name at the end): "foo", here ""
    "#);
}

#[test]
fn a_line_has_the_words_as_there_but_for_these() {
    insta::assert_snapshot!(run("tokenize"), @r#"
    37 of 62 agree
    "foo 'bar baz'" ( "): ["foo","'bar","baz'"], here ["foo","bar baz"]
    "foo 'bar baz'" (<> "): ["foo","'bar","baz'"], here ["foo","bar baz"]
    "foo \"\\t\\x41\"" ([] | "): ["foo","\tA"], here ["foo","\t\\x41"]
    "foo \"\\t\\x41\"" (<> "): ["foo","\tA"], here ["foo","\t\\x41"]
    "foo [bar]" ([] | "'`): ["foo",["bar"]], here ["foo","[bar]"]
    "foo [bar [baz]]" ([] | "): ["foo",["bar",["baz"]]], here ["foo","[bar","[baz]]"]
    "foo [bar [baz]]" ([] | "'`): ["foo",["bar",["baz"]]], here ["foo","[bar","[baz]]"]
    "[foo]" ([] "): [["foo"]], here ["[foo]"]
    "[foo]" ([] | "): [["foo"]], here ["[foo]"]
    "foo[bar]" ([] | "): ["foo",["bar"]], here ["foo[bar]"]
    "foo bar]" ([] | "): nothing, here ["foo","bar]"]
    "foo | bar" ([] | "): ["bar",["foo"]], here ["foo","|","bar"]
    "foo | bar" ([] | "'`): ["bar",["foo"]], here ["foo","|","bar"]
    "| foo" ([] | "'`): nothing, here ["|","foo"]
    "foo||bar" ([] | "): nothing, here ["foo||bar"]
    "foo||bar" ([] | "'`): nothing, here ["foo||bar"]
    "foo | bar [baz | quux]" ([] "): ["foo","|","bar",["baz","|","quux"]], here ["foo","|","bar","[baz","|","quux]"]
    "a \"b | c\" | d" ([] | "'`): ["d",["a","b | c"]], here ["a","b | c","|","d"]
    "a [b [c [d e] f] g] h" ([] "): ["a",["b",["c",["d","e"],"f"],"g"],"h"], here ["a","[b","[c","[d","e]","f]","g]","h"]
    "a [b [c [d e] f] g] h" ([] | "'`): ["a",["b",["c",["d","e"],"f"],"g"],"h"], here ["a","[b","[c","[d","e]","f]","g]","h"]
    "[a] [b]" ([] | "): [["a"],["b"]], here ["[a]","[b]"]
    "[a] [b]" ([] | "'`): [["a"],["b"]], here ["[a]","[b]"]
    "a \"b\"c" ([] "): ["a","b","c"], here ["a","bc"]
    "a \"b\"c" ([] | "): ["a","b","c"], here ["a","bc"]
    "a `b c`" ([] | "'`): ["a","b c"], here ["a","`b","c`"]
    "#);
}
