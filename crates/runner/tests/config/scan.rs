//! Where the values of a TOML text stand, found without any of the code that is tested.
//!
//! It reads what `config/example.toml` uses: no text over several lines, and no mistakes.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A value's path, and its line and column.
type Found = (String, (usize, usize));

/// Every value that is no table, in the order of the text; elements of lists one by one.
pub(crate) fn scan(text: &str) -> Vec<Found> {
    let mut scanner = Scanner { rest: text.chars().peekable(), at: (1, 1), found: Vec::new() };
    let mut table = String::new();
    let mut lists: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(char) = scanner.next_but_space() {
        if char != '[' {
            scanner.entry(&table);
            continue;
        }
        scanner.take();
        let is_list = scanner.eat('[');
        table = scanner.key();
        if is_list {
            let count = lists.entry(table.clone()).or_default();
            table = format!("{table}[{count}]");
            *count += 1;
        }
        while scanner.eat(']') {}
    }
    scanner.found
}

struct Scanner<'a> {
    rest: Peekable<Chars<'a>>,
    at: (usize, usize),
    found: Vec<Found>,
}

impl Scanner<'_> {
    fn take(&mut self) -> Option<char> {
        let char = self.rest.next()?;
        self.at = if char == '\n' { (self.at.0 + 1, 1) } else { (self.at.0, self.at.1 + 1) };
        Some(char)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let is_next = self.rest.peek() == Some(&wanted);
        is_next && self.take().is_some()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(char) = self.rest.peek().copied().filter(|char| wanted(*char)) {
            taken.push(char);
            self.take();
        }
        taken
    }

    /// Skips blanks, line ends and comments.
    fn next_but_space(&mut self) -> Option<char> {
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.peek() != Some(&'#') {
                return self.rest.peek().copied();
            }
            self.take_while(|char| char != '\n');
        }
    }

    fn key(&mut self) -> String {
        let mut key = self.name();
        while self.eat('.') {
            key = format!("{key}.{}", self.name());
        }
        key
    }

    fn name(&mut self) -> String {
        match self.rest.peek() {
            Some('"' | '\'') => {
                let name = self.text();
                let bare = |char: char| char.is_ascii_alphanumeric() || "_-".contains(char);
                if name.chars().all(bare) { name } else { format!("\"{name}\"") }
            }
            _ => self.take_while(|char| char.is_ascii_alphanumeric() || "_-".contains(char)),
        }
    }

    fn text(&mut self) -> String {
        let quote = self.take().unwrap_or_default();
        let mut text = String::new();
        while let Some(char) = self.take().filter(|char| *char != quote) {
            text.push(char);
            if char == '\\' && quote == '"' {
                text.extend(self.take());
            }
        }
        text
    }

    fn entry(&mut self, table: &str) {
        let key = self.key();
        self.next_but_space();
        self.eat('=');
        self.next_but_space();
        self.value(&if table.is_empty() { key } else { format!("{table}.{key}") });
    }

    fn value(&mut self, path: &str) {
        let at = self.at;
        match self.rest.peek() {
            Some('[') => self.list(path),
            Some('{') => self.table(path),
            Some('"' | '\'') => {
                self.text();
                self.found.push((path.to_owned(), at));
            }
            _ => {
                self.take_while(|char| !char.is_whitespace() && !",]}#".contains(char));
                self.found.push((path.to_owned(), at));
            }
        }
    }

    fn list(&mut self, path: &str) {
        self.take();
        for index in 0.. {
            if self.next_but_space() == Some(']') {
                break;
            }
            self.value(&format!("{path}[{index}]"));
            self.next_but_space();
            self.eat(',');
        }
        self.take();
    }

    fn table(&mut self, path: &str) {
        self.take();
        while self.next_but_space().is_some_and(|char| char != '}') {
            self.entry(path);
            self.next_but_space();
            self.eat(',');
        }
        self.take();
    }
}
