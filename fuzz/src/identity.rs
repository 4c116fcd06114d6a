//! Identities and capabilities: what is read is shown so that it is read as the same again.

use nuncio_policy::{Capability, Hostmask, Networks};

/// Reads the bytes as an identity, as a capability and as a hostmask.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let networks = Networks::new();
    check_capability(text, &networks);
    if let Some(Hostmask { nick, user, host }) = Hostmask::parse(text) {
        assert_eq!(format!("{nick}!{user}@{host}"), text);
    }
    let Ok(identity) = networks.parse(text) else { return };
    let shown = identity.to_string();
    let again = networks.parse(&shown).expect("what is shown can be read");
    assert_eq!(again, identity, "`{text}` is shown as `{shown}`, which is another");
    let separates = |c: char| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';');
    assert!(!shown.contains(separates), "`{shown}` would be several fields of a rule");
}

fn check_capability(text: &str, networks: &Networks) {
    let irc = "irc".parse().expect("a network");
    let read = [Capability::parse(text, networks), Capability::parse_said(text, networks, &irc)];
    for capability in read.into_iter().flatten() {
        let shown = capability.to_string();
        let again = Capability::parse(&shown, networks).expect("what is shown can be read");
        assert_eq!(again, capability, "`{text}` is shown as `{shown}`, which is another");
    }
}
