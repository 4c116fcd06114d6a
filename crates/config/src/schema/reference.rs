//! Every key as a page for people.

use nuncio_core::config::{Key, OnReload};

use super::Schema;
use super::keys::KEYS;
use crate::check::fit::wanted;

const HEAD: &str = "\
# Keys

Made from what is declared in the code; a test keeps this page and `config/example.toml` complete.

A key under *network and room too* may also be set in `[network.<name>]` and in `[room.\"r:…\"]`, there
without `bot.`, and the most specific holds. *A change* applies live, or connects the one network
anew, or waits for a restart of the bot.
";

impl Schema {
    /// All keys as a page of Markdown: a section for each table, with a row for each key.
    pub fn reference(&self) -> String {
        let mut sections: Vec<(String, Vec<(&str, &Key)>)> = Vec::new();
        for key in KEYS {
            let (table, name) = key.path.split_once('.').unwrap_or(("", key.path));
            let title = format!("`[{table}]`");
            match sections.last_mut() {
                Some((last, rows)) if *last == title => rows.push((name, key)),
                _ => sections.push((title, vec![(name, key)])),
            }
        }
        for (kind, keys) in &self.kinds {
            let title = format!("`[network.<name>]` of kind `{kind}`");
            sections.push((title, keys.iter().map(|key| (key.path, key)).collect()));
        }
        for (name, keys) in self.plugins.iter().filter(|(_, keys)| !keys.is_empty()) {
            let title = format!("`[plugin.{name}]`");
            sections.push((title, keys.iter().map(|key| (key.path, key)).collect()));
        }
        let sections = sections.iter().map(|(title, rows)| section(title, rows));
        std::iter::once(HEAD.to_owned()).chain(sections).collect()
    }
}

fn section(title: &str, rows: &[(&str, &Key)]) -> String {
    let rows: String = rows.iter().map(|(name, key)| row(name, key)).collect();
    format!("\n## {title}\n\n| key | value | default | a change | |\n|---|---|---|---|---|\n{rows}")
}

fn row(name: &str, key: &Key) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let default = key.default.map(|default| format!("`{default}`")).unwrap_or_default();
    let change = match key.on_reload {
        OnReload::Live => "live",
        OnReload::Reconnect => "reconnects",
        OnReload::Restart => "restart",
    };
    let scoped = if key.scoped { " *Network and room too.*" } else { "" };
    format!(
        "| `{}` | {} | {} | {change} | {}{scoped} |\n",
        cell(name),
        cell(&wanted(&key.ty)),
        cell(&default),
        cell(key.doc)
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::schema;

    #[test]
    fn each_key_has_a_row_in_the_section_of_its_table() {
        let page = schema().reference();
        let rows = page.lines().filter(|line| line.starts_with("| `") || line.starts_with("##"));
        let (names, rows): (Vec<_>, Vec<_>) = rows.partition(|line| line.starts_with("##"));
        insta::assert_snapshot!(names.join("\n"), @r"
        ## `[bot]`
        ## `[network]`
        ## `[plugin]`
        ## `[rename]`
        ## `[policy]`
        ## `[store]`
        ## `[log]`
        ## `[limits]`
        ## `[network.<name>]` of kind `irc`
        ## `[plugin.dice]`
        ");
        assert_eq!(rows.len(), schema().keys().count());
    }
}
