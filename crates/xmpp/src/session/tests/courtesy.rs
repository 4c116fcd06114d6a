//! Receipts and chat states.

use super::check;

#[test]
fn a_receipt_is_for_who_may_know_that_we_are_there() {
    check(
        "accept_subscriptions = [\"example.org\"]",
        "
        << <message type='chat' from='ann@example.org/1' id='1'><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>
        >> <message to='ann@example.org/1' type='chat'><received xmlns='urn:xmpp:receipts' id='1'/></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: hi
        << <message type='chat' from='ann@example.org/1'><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: hi
        << <message type='chat' from='MUC/annie' id='2'><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>
        >> <message to='MUC/annie' type='chat'><received xmlns='urn:xmpp:receipts' id='2'/></message>
        -- annie=u:xmpp:ann@example.org says in a@muc.example.org/annie (7.1) in private on xmpp: hi
        << <message type='groupchat' from='MUC/annie' id='3'><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi
        << <message type='chat' from='ann@example.org/1' id='4'><received xmlns='urn:xmpp:receipts' id='k1'/></message>
        ",
    );
    check(
        "",
        "
        << <message type='chat' from='ann@example.org/1' id='1'><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: hi
        ",
    );
}

#[test]
fn that_we_write_is_shown_to_who_shows_that_he_does() {
    check(
        "",
        "
        do typing ann@example.org on
        -- delivery 1: unsupported: failed: this network has no typing notices for who never showed one
        << <message type='chat' from='ann@example.org/1'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
        do typing ann@example.org on
        >> <message id='k2' to='ann@example.org' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/></message>
        acked k2
        -- delivery 2: confirmed as k2
        do say ann@example.org hi
        >> <message id='k3' to='ann@example.org' type='chat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k3'/><active xmlns='http://jabber.org/protocol/chatstates'/></message>
        do typing MUC off
        >> <message id='k4' to='MUC' type='groupchat'><paused xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/></message>
        << <message type='groupchat' from='MUC/bot' id='k4'><paused xmlns='http://jabber.org/protocol/chatstates'/></message>
        -- delivery 4: confirmed as k4 (k4)
        ",
    );
}
