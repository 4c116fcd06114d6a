//! The shipped default layer and the declared keys say the same.

use std::collections::BTreeMap;

use nuncio_config::{Layer, Loader, Schema, Show};
use nuncio_core::config::OnReload;

#[test]
fn the_default_layer_sets_each_declared_default_and_nothing_else() {
    let declared = Schema::new();
    let declared =
        declared.keys().filter_map(|(path, key)| Some(format!("{path} = {}", key.default?)));
    let mut declared: Vec<String> = declared.collect();
    declared.sort();
    let config = Loader::new(Schema::new()).load().unwrap();
    assert_eq!(config.show(Show::default()).lines().collect::<Vec<_>>(), declared);
    assert!(config.warnings().is_empty());
    for path in config.paths() {
        assert_eq!(config.origin(&path).unwrap().place.layer(), Layer::Default);
    }
}

#[test]
fn each_key_says_what_a_change_takes() {
    let mut by_reload: BTreeMap<OnReload, Vec<String>> = BTreeMap::new();
    for (path, key) in Schema::new().keys() {
        by_reload.entry(key.on_reload).or_default().push(path);
    }
    let lines = by_reload
        .into_iter()
        .map(|(on_reload, paths)| format!("{on_reload:?}:\n  {}", paths.join("\n  ")));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    Live:
      bot.prefix
      bot.address_by_name
      bot.unknown_commands
      plugin.<name>.access
      rename.<command>
      policy.bw_list
      policy.default_allow
      policy.default_ignore
      policy.auto_register
      policy.default_capabilities
      policy.registered_capabilities
      policy.owners
      policy.sudoers
      policy.access.<target>
      policy.define.<name>
      policy.account.<name>.identities
      policy.account.<name>.capabilities
      policy.account.<name>.roles
      policy.account.<name>.ignore
      policy.account.<name>.secure
      policy.role.<name>.capabilities
      policy.room.<room>.default_allow
      policy.room.<room>.capabilities
      policy.room.<room>.unset
      policy.room.<room>.lobotomized
      policy.power.<place>.owner
      policy.power.<place>.admin
      policy.power.<place>.op
      policy.power.<place>.halfop
      policy.power.<place>.voice
      policy.grant
      policy.grant[].to
      policy.grant[].what
      policy.grant[].until
      policy.grant[].elevate
      policy.ignore
      policy.ignore[].who
      policy.ignore[].room
      policy.ignore[].until
      policy.disable
      policy.disable[].command
      policy.disable[].room
      log.level
      limits.deadline
      limits.calls
      limits.lane
      limits.outbox
      limits.outbox_life
      limits.flood_span
      limits.flood_commands
      limits.flood_ignored
      limits.flood_invalid
      limits.flood_invalid_ignored
      limits.session
    Reconnect:
      network.<name>.kind
    Restart:
      bot.name
      store.path
      store.durability
      store.keep_journal
      store.keep_audit
      log.format
      log.file
      limits.window
    ");
}
