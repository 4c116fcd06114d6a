//! How something is said, and when.

use super::check;

#[test]
fn forms_of_speech() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie'><body>/me waves</body></message>
        -- annie=u:xmpp:ann@example.org does in r:xmpp:a@muc.example.org: waves
        << <message type='headline' from='ann@example.org'><body>news</body></message>
        -- ann=u:xmpp:ann@example.org notes in ann@example.org in private on xmpp: news
        << <message type='chat' from='ann@example.org/1'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
        << <message type='groupchat' from='MUC/annie'><subject>new</subject></message>
        << <message type='chat' from='ann@example.org/1'><body xml:lang='de'>hallo</body><body>hello</body></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: hello
        ",
    );
}

#[test]
fn history_ends_with_the_subject_whatever_stamps_say() {
    check(
        "",
        "
        cut gone
        -- offline: gone
        online
        >> <presence/>
        >> <presence to='MUC/bot'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>
        -- we are bot
        -- online
        << <presence from='MUC/annie'>X{none participant ann@example.org/1}</presence>
        << <presence from='MUC/bot'>X{none participant 110}</presence>
        >> <iq id='q2' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/annie'><body>!restart</body><delay xmlns='urn:xmpp:delay' from='MUC' stamp='2026-11-22T11:00:00Z'/></message>
        -- history: annie? says in r:xmpp:a@muc.example.org: !restart
        << <message type='groupchat' from='MUC'><subject/></message>
        << <message type='groupchat' from='MUC/annie'><body>spam</body><delay xmlns='urn:xmpp:delay' from='MUC' stamp='2026-11-22T11:00:00Z'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: spam
        ",
    );
}

#[test]
fn only_our_own_server_says_that_something_was_said_before() {
    check(
        "",
        "
        << <message type='chat' from='ann@example.org/1'><body>while you slept</body><delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-11-22T11:00:00Z'/></message>
        -- history: ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: while you slept
        << <message type='chat' from='ann@example.org/1'><body>now</body><delay xmlns='urn:xmpp:delay' from='evil.test' stamp='2026-11-22T11:00:00Z'/></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: now
        ",
    );
}

#[test]
fn invitations_say_who_asks() {
    check(
        "",
        "
        << <message from='b@muc.example.org'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='ann@example.org/1'/></x></message>
        -- u:xmpp:ann@example.org invites us to r:xmpp:b@muc.example.org
        << <message from='b@muc.evil.test'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='ann@example.org/1'/></x></message>
        -- u:xmpp:ann@example.org (claimed) invites us to r:xmpp:b@muc.evil.test
        << <message from='bob@example.org/1'><x xmlns='jabber:x:conference' jid='b@muc.example.org'/></message>
        -- u:xmpp:bob@example.org invites us to r:xmpp:b@muc.example.org
        << <message from='MUC/annie'><x xmlns='jabber:x:conference' jid='b@muc.example.org'/></message>
        << <message from='bob@example.org/1'><x xmlns='jabber:x:conference' jid='a b@'/></message>
        ",
    );
}
