//! The laws of identities, and the table of what is one.

use nuncio_policy::{
    AccountName, Capability, CaseMapping, CommandId, Hostmask, Identity, Network, Networks, RoomId,
    Speaker, Trust, UserId,
};
use proptest::prelude::*;

fn networks() -> Networks {
    Networks::new().with("oftc".parse().unwrap(), CaseMapping::Ascii, Trust::Account)
}

fn mapping() -> impl Strategy<Value = CaseMapping> {
    prop_oneof![
        Just(CaseMapping::Bytes),
        Just(CaseMapping::Ascii),
        Just(CaseMapping::Rfc1459),
        Just(CaseMapping::Jid),
    ]
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back_as_the_same_user(name in "\\PC{1,20}|[ -~\t]{1,20}", mapping in mapping()) {
        let network: Network = "net".parse().unwrap();
        let networks = Networks::new().with(network.clone(), mapping, Trust::Account);
        let Ok(user) = UserId::new(&network, &name, mapping) else { return Ok(()) };
        prop_assert!(!user.to_string().contains([' ', ',', ';', '\t', '\n']));
        prop_assert_eq!(networks.parse_user(&user.to_string()).unwrap(), user);
        if let Ok(room) = RoomId::new(&network, &name, mapping) {
            prop_assert_eq!(networks.parse_room(&room.to_string()).unwrap(), room);
        }
    }

    #[test]
    fn the_case_of_ascii_letters_never_tells_two_users_apart(name in "[a-zA-Z\\[\\]^~{}|]{1,12}") {
        let network: Network = "irc".parse().unwrap();
        for mapping in [CaseMapping::Ascii, CaseMapping::Rfc1459] {
            let id = |name: &str| UserId::new(&network, name, mapping).unwrap();
            prop_assert_eq!(id(&name.to_ascii_uppercase()), id(&name.to_ascii_lowercase()));
        }
        let raw = |name: &str| UserId::new(&network, name, CaseMapping::Bytes).unwrap();
        let kept = raw(&name);
        prop_assert_eq!(kept.user(), &name);
    }

    #[test]
    fn no_text_breaks_a_parser(text in "\\PC{0,40}|[urpa]:[a-z]{0,4}:?[!-~]{0,30}|-?#[a-z]{0,3},-{0,2}[ -~]{0,4}|[a!@]{0,8}") {
        if let Ok(identity) = networks().parse(&text) {
            prop_assert_eq!(networks().parse(&identity.to_string()).unwrap(), identity);
        }
        let on = "irc".parse().unwrap();
        for read in [Capability::parse(&text, &networks()), Capability::parse_said(&text, &networks(), &on)] {
            let Ok(capability) = read else { continue };
            let again = Capability::parse(&capability.to_string(), &networks());
            prop_assert_eq!(again.unwrap(), capability);
        }
        if let Some(Hostmask { nick, user, host }) = Hostmask::parse(&text) {
            prop_assert_eq!(format!("{nick}!{user}@{host}"), text.clone());
        }
        if let Ok(command) = text.parse::<CommandId>() {
            prop_assert_eq!(command.to_string().parse::<CommandId>().unwrap(), command);
        }
    }
}

#[test]
fn each_kind_of_network_has_its_own_canonical_form() {
    let cases = [
        ("u:irc:Bob[away]", "u:irc:bob{away}"),
        ("u:irc:Bob!~b@Host.Example", "u:irc:bob!~b@host.example"),
        ("u:oftc:Bob[away]", "u:oftc:bob[away]"),
        ("u:xmpp:Ann@Example.ORG", "u:xmpp:ann@example.org"),
        ("u:xmpp:room@muc.example.org/Some%20Nick", "u:xmpp:room@muc.example.org/Some%20Nick"),
        ("u:matrix:@Ann:example.org", "u:matrix:@Ann:example.org"),
        ("u:socket:uid/1000", "u:socket:uid/1000"),
        ("u:console:local", "u:console:local"),
        ("r:irc:#Nuncio", "r:irc:#nuncio"),
        ("r:matrix:!r1:hs", "r:matrix:!r1:hs"),
        ("r:xmpp:ROOM@conf.s.com", "r:xmpp:room@conf.s.com"),
        ("p:irc", "p:irc"),
        ("a:Ann", "a:ann"),
    ];
    for (text, canonical) in cases {
        assert_eq!(networks().parse(text).unwrap().to_string(), canonical);
    }
}

#[test]
fn what_is_no_identity_is_refused_with_what_to_write() {
    let message = |text: &str| networks().parse(text).unwrap_err().to_string();
    insta::assert_snapshot!(message("bob"), @"`bob` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`");
    insta::assert_snapshot!(message("u:xmpp"), @"`u:xmpp` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`");
    insta::assert_snapshot!(message("u:xmpp:"), @"a user or room has at least one character");
    insta::assert_snapshot!(message("p:xmpp:junk"), @"`xmpp:junk` is not a network's name; write the name in `[network.NAME]`: lower-case letters, digits, `-` and `_`");
    insta::assert_snapshot!(message("a:"), @"`` is not an account's name; write letters, digits, `-`, `_` and `.`");
    insta::assert_snapshot!(message("r:xmpp:room@conf.s.com/Sibyl"), @"`room@conf.s.com/Sibyl` has a resource; write the bare JID");
    insta::assert_snapshot!(message("u:xmpp:a@b@c"), @"`a@b@c` is not an address, which looks like `name@server`: second @ found before parsing the resource");
    insta::assert_snapshot!(message("u:irc:a b"), @"`a b` holds a bare ' '; write it as `%20`");
    let kind = networks().parse_user("r:irc:#a").unwrap_err().to_string();
    insta::assert_snapshot!(kind, @"`r:irc:#a` does not name a user, `u:NETWORK:USER`");
}

#[test]
fn an_occupants_address_is_never_verified() {
    let occupant = networks().parse_user("u:xmpp:room@muc.example.org/ann").unwrap();
    assert!(occupant.is_occupant());
    let speaker = Speaker::verified(occupant.clone());
    assert_eq!(speaker.verified_id(), None);
    assert!(speaker.identities().eq([&occupant]));
}

#[test]
fn a_speaker_holds_each_identity_once_and_the_verified_one_first() {
    let id = |text: &str| networks().parse_user(text).unwrap();
    let speaker = Speaker::verified(id("u:irc:ann"))
        .observing(id("u:irc:Ann"))
        .observing(id("u:irc:ann!a@host"));
    assert!(speaker.identities().eq([&id("u:irc:ann"), &id("u:irc:ann!a@host")]));
    assert_eq!(speaker.network().unwrap().as_str(), "irc");
    assert_eq!(speaker.observing(id("u:oftc:ann")).network(), None);
}

#[test]
fn an_account_reads_with_and_without_its_letter() {
    let ann: AccountName = "Ann".parse().unwrap();
    assert_eq!(networks().parse("a:ann").unwrap(), Identity::Account(ann));
}
