//! `config/example.toml` and `docs/config.md` hold every key that there is, and no other.

mod scan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nuncio_config::{
    Config, Files, Home, KeyPath, Loader, Origin, Problems, Schema, Step, UnknownNames,
};
use nuncio_core::plugin::Plugin;
use nuncio_policy::Registry;

/// All keys: those of every transport and of every standard plugin.
fn schema() -> Schema {
    let schema = Schema::new()
        .transport("irc", nuncio_irc::config::KEYS)
        .transport("matrix", nuncio_matrix::config::KEYS)
        .transport("socket", nuncio_socket::config::KEYS)
        .transport("xmpp", nuncio_xmpp::config::KEYS);
    nuncio_plugins::standard()
        .iter()
        .map(Plugin::manifest)
        .fold(schema, |schema, manifest| schema.plugin(&manifest.name, &manifest.keys))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn example() -> Result<Config, Problems> {
    let files = Files::One(root().join("config/example.toml"));
    Loader { files, ..Loader::new(schema()) }.load()
}

/// Whether a path leads to or into a declared key.
fn is_in(path: &KeyPath, declared: &str) -> bool {
    let mut steps = path.steps().iter();
    declared.split('.').all(|part| {
        let name = part.trim_end_matches("[]");
        let named =
            matches!(steps.next(), Some(Step::Name(step)) if step == name || name.starts_with('<'));
        let mut lists = 0..part.matches("[]").count();
        named && lists.all(|_| matches!(steps.next(), Some(Step::Index(_))))
    })
}

fn is_from_example(origin: &Origin) -> bool {
    matches!(origin.place.home(), Home::File(_))
}

#[test]
fn the_example_sets_every_key_and_nothing_unknown() {
    let config = example().unwrap();
    assert_eq!(config.warnings().to_string(), "");
    let set: Vec<KeyPath> = config
        .paths()
        .filter(|path| config.origin(path).as_ref().is_some_and(is_from_example))
        .collect();
    let missing = |(declared, _): &(String, _)| !set.iter().any(|path| is_in(path, declared));
    let missing: Vec<String> =
        schema().keys().filter(missing).map(|(declared, _)| declared).collect();
    assert_eq!(missing, [""; 0], "not in config/example.toml");
}

#[test]
fn the_policy_of_the_example_has_nothing_wrong_with_it() {
    let compiled = example().unwrap().compile_policy(&Registry::unknown(), 1, UnknownNames::Fail);
    let warnings = compiled.map_or_else(|problems| problems, |(_, warnings)| warnings);
    assert_eq!(warnings.to_string(), "");
}

#[test]
fn every_value_of_the_example_knows_its_line_and_column() {
    let config = example().unwrap();
    let text = std::fs::read_to_string(root().join("config/example.toml")).unwrap();
    let scanned: BTreeMap<String, (usize, usize)> = scan::scan(&text).into_iter().collect();
    let known: BTreeMap<String, (usize, usize)> = config
        .paths()
        .filter_map(|path| {
            let origin = config.origin(&path).filter(is_from_example)?;
            Some((path.to_string(), (origin.place.line(), origin.place.column())))
        })
        .collect();
    assert!(scanned.len() > 90, "the scan found {} values", scanned.len());
    assert!(scanned.contains_key("network.irc.rooms[1].key.file"));
    assert!(scanned.contains_key(r#"room."r:irc:#herald".prefix"#));
    assert!(scanned.contains_key("network.socket.tokens[1].token.env"));
    assert_eq!(known, scanned);
}

/// `NUNCIO_UPDATE_DOCS=1 cargo test -p nuncio --test config` writes the page anew.
#[test]
fn the_page_of_all_keys_is_up_to_date() {
    let (page, path) = (schema().reference(), root().join("docs/config.md"));
    if std::env::var_os("NUNCIO_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let missing = |in_one: &str, of: &str| -> Vec<String> {
        of.lines()
            .filter(|line| !in_one.lines().any(|other| other == *line))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        missing(&written, &page),
        [""; 0],
        "not in docs/config.md, which the command above writes"
    );
    assert!(written == page, "docs/config.md has lines that are no more, or others in their place");
}
