//! Rules: a list is refused with a place in its text, or decides every request by its last match.

use jiff::Timestamp;
use nuncio_policy::{
    CommandId, Declared, Diagnostic, Level, Networks, Policy, Registry, Request, Speaker, Texts,
    decide,
};

/// Reads the bytes as a `bw_list`.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let (alone, diagnostics) = match compile(Texts::One(text.to_owned())) {
        Ok((policy, diagnostics)) => (Some(policy), diagnostics),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty(), "a list is refused without a reason");
            (None, diagnostics)
        }
    };
    for diagnostic in diagnostics {
        if let Some(span) = diagnostic.location.span {
            let place = text.get(span.clone());
            assert!(place.is_some(), "{span:?} is no place in the list");
            let place = place.unwrap_or_default();
            // What separates rules and fields belongs to none of them.
            let separates = |sign: char| sign == ';' || sign.is_whitespace();
            assert_eq!(place.trim_matches(separates), place, "{span:?} is more than what is wrong");
        }
    }
    let Some(alone) = alone else { return };
    assert!(!allows(&alone, &Level::Sudo), "a list of rules gave a right");
    allows(&alone, &Level::Everyone);
    // Whatever stands before it, a last rule about everything decides.
    for (last, expected) in [("b * *", false), ("w * *", true)] {
        let texts = Texts::Many(vec![text.to_owned(), last.to_owned()]);
        if let Ok((policy, _)) = compile(texts) {
            assert_eq!(
                allows(&policy, &Level::Everyone),
                expected,
                "`{last}` is not the last word"
            );
        }
    }
}

fn compile(bw_list: Texts) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    let declared = Declared { bw_list, owners: Some(Vec::new()), ..Declared::default() };
    Policy::compile(&declared, &Networks::new(), &Registry::unknown(), 1)
}

fn allows(policy: &Policy, level: &Level) -> bool {
    let user = Networks::new().parse_user("u:irc:ann").expect("it is one");
    let command = CommandId::new("shell", "run").expect("it is one");
    let request = Request::new(Speaker::verified(user), command, Timestamp::UNIX_EPOCH);
    decide(policy, request.at_level(level.clone())).is_ok()
}
