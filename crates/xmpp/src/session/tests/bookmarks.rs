//! Bookmarks of our account.

use super::check;

const CONFIG: &str = "bookmarks = true";
const JOIN: &str = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";

/// `B{room autojoin nick}` is an item, and `PUSH{…}` what our server says of some.
#[track_caller]
fn check_bookmarks(config: &str, log: &str) {
    let mut log = log.replace("JOIN", JOIN);
    while let Some((before, rest)) = log.split_once("B{") {
        let (item, after) = rest.split_once('}').expect("an end");
        let words: Vec<&str> = item.split(' ').collect();
        let [room, autojoin, nick] = words[..] else { panic!("{item}") };
        log = format!(
            "{before}<item id='{room}'><conference xmlns='urn:xmpp:bookmarks:1' \
             autojoin='{autojoin}'><nick>{nick}</nick></conference></item>{after}"
        );
    }
    let log = log.replace("EVENT[", "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'>");
    let log = log.replace(
        "ITEMS[",
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>",
    );
    let log = log.replace("]EVENT", "</items></event>").replace("]ITEMS", "</items></pubsub>");
    check(config, &log);
}

#[test]
fn rooms_that_are_to_be_joined_are_joined_and_left_again() {
    check_bookmarks(
        CONFIG,
        "
        << <iq type='result' id='q1' from='bot@example.org'>ITEMS[B{b@muc.example.org true herald}B{c@muc.example.org false x}B{nonsense true x}B{a@muc.example.org true other}]ITEMS</iq>
        >> <presence to='b@muc.example.org/herald'>JOIN</presence>
        << <presence from='b@muc.example.org/herald'>X{none participant 110}</presence>
        >> <iq id='q3' to='b@muc.example.org' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are herald in r:xmpp:b@muc.example.org
        -- we are in r:xmpp:b@muc.example.org
        << <message type='headline' from='bot@example.org'>EVENT[B{c@muc.example.org 1 x}]EVENT</message>
        >> <presence to='c@muc.example.org/x'>JOIN</presence>
        << <message type='headline' from='bot@example.org'>EVENT[<retract id='b@muc.example.org'/><retract id='a@muc.example.org'/>]EVENT</message>
        >> <presence to='b@muc.example.org/herald' type='unavailable'/>
        << <message type='headline' from='bot@example.org'>EVENT[<retract id='b@muc.example.org'/>]EVENT</message>
        << <presence type='unavailable' from='b@muc.example.org/herald'>X{none none 110}</presence>
        -- we are not in r:xmpp:b@muc.example.org: we left
        ++ 10
        ",
    );
}

#[test]
fn nobody_else_says_what_our_account_has_bookmarked() {
    check_bookmarks(
        CONFIG,
        "
        << <message type='headline' from='eve@example.org'>EVENT[B{b@muc.evil.test true x}]EVENT<body>x</body></message>
        << <message type='headline' from='bot@example.org/other'>EVENT[B{b@muc.evil.test true x}]EVENT</message>
        << <message type='headline' from='example.org'>EVENT[B{b@muc.evil.test true x}]EVENT</message>
        << <message from='MUC/annie'>EVENT[B{b@muc.evil.test true x}]EVENT</message>
        << <iq type='result' id='q1' from='eve@example.org'>ITEMS[B{b@muc.evil.test true x}]ITEMS</iq>
        ++ 10
        ",
    );
}

#[test]
fn they_are_nothing_to_us_unless_the_configuration_says_so() {
    check_bookmarks(
        "",
        "
        << <message type='headline' from='bot@example.org'>EVENT[B{b@muc.example.org true x}]EVENT</message>
        ++ 10
        ",
    );
}

#[test]
fn a_command_goes_before_a_bookmark() {
    check_bookmarks(
        CONFIG,
        "
        << <message type='headline' from='bot@example.org'>EVENT[B{b@muc.example.org true x}]EVENT</message>
        >> <presence to='b@muc.example.org/x'>JOIN</presence>
        do join b@muc.example.org
        << <message type='headline' from='bot@example.org'>EVENT[<retract id='b@muc.example.org'/>]EVENT</message>
        << <presence from='b@muc.example.org/x'>X{none participant 110}</presence>
        >> <iq id='q3' to='b@muc.example.org' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- delivery 1: confirmed
        -- we are x in r:xmpp:b@muc.example.org
        -- we are in r:xmpp:b@muc.example.org
        ",
    );
}
