//! A session gives what its account has, and no more.

use nuncio_policy::{AccountName, Request, decide};
use proptest::prelude::*;
use proptest::sample::select;

use super::{ACCOUNTS, asked, compile, declared, request};

/// Somebody of whom no policy says anything, on the network of an identity.
fn proxy(id: &str) -> &'static str {
    match id.split(':').nth(1) {
        Some("xmpp") => "u:xmpp:proxy@example.org",
        Some("matrix") => "u:matrix:@proxy:hs",
        _ => "u:irc:proxy",
    }
}

proptest! {
    #[test]
    fn a_session_gives_no_more_than_an_identity_of_the_account(
        declared in declared(), ask in asked(), name in select(&ACCOUNTS[..]),
    ) {
        let (mut declared, mut ask) = (declared, ask);
        ask.claimed.extend(ask.verified.take());
        let proxy = proxy(&ask.claimed[0]);
        declared.account.get_mut(name).unwrap().identities.push(proxy.to_owned());
        let policy = compile(&declared);
        let account: AccountName = name.parse().unwrap();
        let by_session = {
            let request = request(&ask);
            let speaker = request.speaker.clone().in_session(account);
            Request { speaker, ..request }
        };
        ask.verified = Some(proxy.to_owned());
        prop_assert!(
            decide(&policy, request(&ask)).is_ok() || decide(&policy, by_session).is_err()
        );
    }
}
