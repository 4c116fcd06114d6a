//! What we say, and what becomes of it.

use super::check;

#[test]
fn a_room_shows_what_we_said() {
    check(
        "",
        "
        do say MUC *hi*
        >> <message id='k1' to='MUC' type='groupchat'><body>_hi_</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        << <message type='groupchat' from='MUC/annie' id='k1'><body>_hi_</body></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: _hi_ [*hi*]
        << <message type='groupchat' from='MUC/bot' id='k1'><body>_hi_</body><stanza-id xmlns='urn:xmpp:sid:0' by='evil.test' id='0'/><stanza-id xmlns='urn:xmpp:sid:0' by='MUC' id='9'/></message>
        -- delivery 1: confirmed as 9 (k1)
        do emote MUC waves
        >> <message id='k2' to='MUC' type='groupchat'><body>/me waves</body><origin-id xmlns='urn:xmpp:sid:0' id='k2'/></message>
        << <message type='groupchat' from='MUC/bot' id='other'><body>/me waves</body><origin-id xmlns='urn:xmpp:sid:0' id='k2'/></message>
        -- delivery 2: confirmed as other (other)
        ",
    );
}

#[test]
fn our_server_says_that_it_has_what_is_private() {
    check(
        "",
        "
        do say ann@example.org \\*3*
        >> <message id='k1' to='ann@example.org' type='chat'><body>*3*</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/><unstyled xmlns='urn:xmpp:styling:0'/></message>
        written k1
        acked k1
        -- delivery 1: confirmed as k1
        acked k1
        ",
    );
}

#[test]
fn a_server_that_confirms_nothing_is_handed_it() {
    check(
        "",
        "
        online without acks
        >> <presence/>
        >> <presence to='MUC/bot'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>
        -- we are bot
        -- online
        do say ann@example.org hi
        >> <message id='k1' to='ann@example.org' type='chat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        written k1
        -- delivery 1: sent
        ",
    );
}

#[test]
fn a_refusal_counts_from_whoever_it_went_to() {
    check(
        "",
        "
        do say MUC hi
        >> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        << <message type='error' from='eve@evil.test' id='k1'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
        << <message type='error' from='MUC' id='k1'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no voice</text></error></message>
        -- delivery 1: failed: we may not do that there (no voice)
        do say ann@example.org hi
        >> <message id='k2' to='ann@example.org' type='chat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k2'/></message>
        lost k2
        -- delivery 2: failed for now: no way
        ",
    );
}

#[test]
fn what_is_open_when_the_stream_begins_anew_is_in_doubt() {
    check(
        "",
        "
        do say MUC hi
        >> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        suspended
        -- offline: the connection was cut
        do say MUC more
        -- delivery 2: failed, again at once: not connected
        online
        >> <presence/>
        >> <presence to='MUC/bot'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>
        -- delivery 1: in doubt: the connection was cut before the server had confirmed it
        -- we are bot
        -- online
        ",
    );
}

#[test]
fn what_nobody_answers_is_in_doubt_after_a_while() {
    check(
        "",
        "
        do say MUC hi
        >> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        ++ 29
        ++ 1
        -- delivery 1: in doubt: nothing came back of it in 30 s
        ",
    );
}

#[test]
fn an_answer_through_a_room_goes_to_whoever_asked_and_not_to_his_nick() {
    check(
        "",
        "
        do say MUC/annie_(7.1) psst
        >> <message id='k1' to='MUC/annie' type='chat'><body>psst</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        acked k1
        -- delivery 1: confirmed as k1
        << <presence type='unavailable' from='MUC/annie'>X{none none}</presence>
        -- annie=u:xmpp:ann@example.org leaves r:xmpp:a@muc.example.org
        << <presence from='MUC/annie'>X{none participant}</presence>
        -- annie? joins r:xmpp:a@muc.example.org
        do say MUC/annie_(7.1) psst
        -- delivery 2: failed: `a@muc.example.org/annie` has left, and the nick may be another's now
        ",
    );
}

#[test]
fn rooms_are_joined_and_left_when_asked() {
    check(
        "",
        "
        do join b@muc.example.org x
        >> <presence to='b@muc.example.org/bot'><x xmlns='http://jabber.org/protocol/muc'><password>x</password><history maxstanzas='0'/></x></presence>
        << <presence type='error' from='b@muc.example.org/bot'><error type='auth'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>
        -- delivery 1: failed: cannot join `b@muc.example.org`: it wants another password: set `password` in `rooms`
        -- we may not enter r:xmpp:b@muc.example.org: it wants another password: set `password` in `rooms`
        do leave MUC bye
        >> <presence to='MUC/bot' type='unavailable'><status>bye</status></presence>
        << <presence type='unavailable' from='MUC/bot'>X{none none 110}</presence>
        -- delivery 2: confirmed
        -- we are not in r:xmpp:a@muc.example.org: we left
        do say MUC hi
        -- delivery 3: failed: we are not in `a@muc.example.org`: join it first
        ",
    );
}

#[test]
fn a_room_is_kept_in_order() {
    check(
        "",
        "
        do kick MUC annie flood
        >> <iq id='q2' to='MUC' type='set'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='annie' role='none'><reason>flood</reason></item></query></iq>
        << <iq type='result' id='q2' from='eve@evil.test'/>
        << <iq type='error' id='q2' from='MUC'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
        -- delivery 1: failed: we may not do that there
        do topic MUC new
        >> <message id='k2' to='MUC' type='groupchat'><subject>new</subject></message>
        << <message type='groupchat' from='MUC/bot' id='k2'><subject>new</subject></message>
        -- delivery 2: confirmed
        do notice MUC hi
        -- delivery 3: unsupported: failed: this network has no notices
        ",
    );
}
