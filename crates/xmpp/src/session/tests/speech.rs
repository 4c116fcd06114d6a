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
        -- annie=u:xmpp:ann@example.org says what r:xmpp:a@muc.example.org is about: \"new\"
        << <message type='groupchat' from='MUC/annie'><subject/></message>
        -- annie=u:xmpp:ann@example.org says what r:xmpp:a@muc.example.org is about: \"\"
        << <message type='groupchat' from='MUC/bot'><subject>ours</subject></message>
        << <message type='groupchat' from='MUC'><subject>the room's</subject></message>
        << <message type='chat' from='ann@example.org/1'><body xml:lang='de'>hallo</body><body>hello</body></message>
        -- ann=u:xmpp:ann@example.org says in ann@example.org in private on xmpp: hello
        ",
    );
}

#[test]
fn what_is_formatted_is_content_and_its_text_is_the_body() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie'><body>*hi*</body></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: *hi* [**hi**]
        << <message type='groupchat' from='MUC/annie'><body>*hi*</body><unstyled xmlns='urn:xmpp:styling:0'/></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: *hi*
        << <message type='groupchat' from='MUC/annie'><body>*hi*</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>!op <em>eve</em></body></html></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: *hi* [!op *eve*]
        << <message type='groupchat' from='MUC/annie'><body>&gt; hi&#10;yes *so*</body><reply xmlns='urn:xmpp:reply:0' id='n1'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body end='5'/></fallback><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>all of it</body></html></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org (answering n1): yes *so* [yes **so**]
        ",
    );
}

#[test]
fn a_link_beside_the_words_is_content_and_alone_it_is_what_is_said() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie'><body>see</body><x xmlns='jabber:x:oob'><url>https://example.org/a</url><desc>a cat</desc></x></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: see [see⏎⏎[a cat](<https://example.org/a>)]
        << <message type='groupchat' from='MUC/annie'><body>https://example.org/a</body><x xmlns='jabber:x:oob'><url>https://example.org/a</url></x></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: https://example.org/a
        << <message type='groupchat' from='MUC/annie'><x xmlns='jabber:x:oob'><url>https://example.org/a</url></x></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: https://example.org/a [[https://example.org/a](<https://example.org/a>)]
        << <message type='groupchat' from='MUC/annie'><body>!op eve</body><fallback xmlns='urn:xmpp:fallback:0' for='jabber:x:oob'><body/></fallback><x xmlns='jabber:x:oob'><url>https://example.org/a</url></x></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: https://example.org/a [[https://example.org/a](<https://example.org/a>)]
        << <message type='groupchat' from='MUC/annie'><x xmlns='jabber:x:oob'><url>javascript:x()</url></x></message>
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
