//! Rules: a list is refused with a place in its text, or decides every request.

use jiff::Timestamp;
use nuncio_policy::{
    CommandId, Declared, Level, Networks, Policy, Registry, Request, Speaker, Texts, decide,
};

/// Reads the bytes as a `bw_list`.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let networks = Networks::new();
    let declared = Declared {
        bw_list: Texts::One(text.to_owned()),
        owners: Some(Vec::new()),
        ..Declared::default()
    };
    let (policy, diagnostics) = match Policy::compile(&declared, &networks, &Registry::unknown(), 1)
    {
        Ok((policy, diagnostics)) => (Some(policy), diagnostics),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty(), "a list is refused without a reason");
            (None, diagnostics)
        }
    };
    for diagnostic in diagnostics {
        if let Some(span) = diagnostic.location.span {
            assert!(text.get(span.clone()).is_some(), "{span:?} is no place in the list");
        }
    }
    let Some(policy) = policy else { return };
    for level in [Level::Everyone, Level::Sudo] {
        let user = networks.parse_user("u:irc:ann").expect("it is one");
        let command = CommandId::new("shell", "run").expect("it is one");
        let request = Request::new(Speaker::verified(user), command, Timestamp::UNIX_EPOCH)
            .at_level(level.clone());
        let allowed = decide(&policy, request).is_ok();
        assert!(!allowed || level == Level::Everyone, "a list of rules gave a right");
    }
}
