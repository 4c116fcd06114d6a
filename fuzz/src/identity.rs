//! Identities: what is read is shown so that it is read as the same again.

use nuncio_policy::Networks;

/// Reads the bytes as an identity.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let networks = Networks::new();
    let Ok(identity) = networks.parse(text) else { return };
    let shown = identity.to_string();
    let again = networks.parse(&shown).expect("what is shown can be read");
    assert_eq!(again, identity, "`{text}` is shown as `{shown}`, which is another");
    let separates = |c: char| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';');
    assert!(!shown.contains(separates), "`{shown}` would be several fields of a rule");
}
