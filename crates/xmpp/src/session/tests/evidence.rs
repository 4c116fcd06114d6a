//! Who is verified.

use super::check;

#[test]
fn our_server_vouches_for_who_speaks_in_private() {
    check(
        "",
        "
        << <message type='chat' from='Bob@Example.org/phone' id='1'><body>hi</body></message>
        -- bob=u:xmpp:bob@example.org says in bob@example.org in private on xmpp: hi
        << <message from='bob@example.org'><body>hi</body></message>
        -- bob=u:xmpp:bob@example.org says in bob@example.org in private on xmpp: hi
        << <message type='chat'><body>nobody says</body></message>
        << <message type='chat' from='other.net'><body>a server says</body></message>
        ",
    );
}

#[test]
fn a_room_shows_who_an_occupant_is_and_a_nick_does_not() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/ann@example.org'>X{none participant}</presence>
        -- ann@example.org? joins r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/ann@example.org'><body>hi</body></message>
        -- ann@example.org? says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/annie'>X{none participant}</presence>
        << <message type='groupchat' from='MUC/annie'><body>hidden now</body></message>
        -- annie? says in r:xmpp:a@muc.example.org: hidden now
        ",
    );
}

#[test]
fn whoever_takes_a_nick_is_not_who_had_it() {
    check(
        "",
        "
        << <presence type='unavailable' from='MUC/annie'>X{none none}</presence>
        -- annie=u:xmpp:ann@example.org leaves r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/annie'><body>nobody is there</body></message>
        -- annie? says in r:xmpp:a@muc.example.org: nobody is there
        << <presence from='MUC/annie'>X{none participant eve@other.net/1}</presence>
        -- annie=u:xmpp:eve@other.net joins r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:eve@other.net says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn a_foreign_service_verifies_nobody() {
    check(
        "rooms = [\"b@muc.evil.test\"]",
        "
        online
        >> <presence/>
        >> <presence to='b@muc.evil.test/bot'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>
        -- we are bot
        -- online
        << <presence from='b@muc.evil.test/ann'>X{owner moderator ann@example.org/1}</presence>
        << <presence from='b@muc.evil.test/bot'>X{none participant 110}</presence>
        >> <iq id='q1' to='b@muc.evil.test' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot in r:xmpp:b@muc.evil.test
        -- we are in r:xmpp:b@muc.evil.test
        << <message type='groupchat' from='b@muc.evil.test/ann'><body>!restart</body></message>
        -- ann?, owner of r:xmpp:b@muc.evil.test, says in r:xmpp:b@muc.evil.test: !restart
        << <message type='chat' from='b@muc.evil.test/ann'><body>!restart</body></message>
        -- ann?, owner of r:xmpp:b@muc.evil.test, says in b@muc.evil.test/ann (7.1) in private on xmpp: !restart
        ",
    );
}

#[test]
fn a_room_that_hides_who_its_people_are_verifies_nobody_from_then_on() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC'>X{none none 173}</message>
        >> <iq id='q2' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie? says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn a_private_message_through_a_room_belongs_to_the_room() {
    check(
        "",
        "
        << <message type='chat' from='MUC/annie' id='1'><body>psst</body></message>
        -- annie=u:xmpp:ann@example.org says in a@muc.example.org/annie (7.1) in private on xmpp: psst
        << <message type='chat' from='MUC/nobody'><body>psst</body></message>
        << <message type='chat' from='b@muc.other.net/x'><body>psst</body><x xmlns='http://jabber.org/protocol/muc#user'/></message>
        << <message type='chat' from='b@muc.example.org/x'><body>nor without its mark, where rooms are</body></message>
        << <message type='chat' from='MUC'><body>psst</body></message>
        ",
    );
}

#[test]
fn what_somebody_else_is_to_have_said_counts_for_nothing() {
    check(
        "",
        "
        << <message type='chat' from='bot@example.org'><body>x</body><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='ann@example.org/1' type='chat'><body>!restart</body></message></forwarded></received></message>
        << <message type='chat' from='eve@other.net/1'><received xmlns='urn:xmpp:carbons:2'/><body>!restart</body></message>
        << <message type='error' from='ann@example.org/1'><body>!restart</body><error type='cancel'/></message>
        << <message type='chat' from='eve@other.net/1'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='ann@example.org/1'><body>!restart</body></message></forwarded></message>
        ",
    );
}

#[test]
fn what_we_said_ourselves_is_marked() {
    check(
        "",
        "
        << <message type='groupchat' from='MUC/bot' id='other'><body>hi</body></message>
        -- we, bot? says in r:xmpp:a@muc.example.org: hi
        << <message type='chat' from='bot@example.org/2'><body>hi</body></message>
        -- we, bot=u:xmpp:bot@example.org says in bot@example.org in private on xmpp: hi
        << <presence from='MUC/twin'>X{none participant bot@example.org/2}</presence>
        -- twin=u:xmpp:bot@example.org joins r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/twin'><body>hi</body></message>
        -- we, twin=u:xmpp:bot@example.org says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn affiliation_and_role_are_power() {
    check(
        "",
        "
        << <presence from='MUC/annie'>X{owner moderator ann@example.org/1}</presence>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie=u:xmpp:ann@example.org, owner of r:xmpp:a@muc.example.org, says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/annie'>X{admin moderator}</presence>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie?, admin of r:xmpp:a@muc.example.org, says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/annie'>X{none moderator}</presence>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie?, op of r:xmpp:a@muc.example.org, says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/annie'>X{member participant}</presence>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie? says in r:xmpp:a@muc.example.org: hi
        << <iq type='result' id='q1' from='MUC'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='muc_moderated'/></query></iq>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie?, voice of r:xmpp:a@muc.example.org, says in r:xmpp:a@muc.example.org: hi
        << <presence from='MUC/annie'>X{none visitor}</presence>
        << <message type='groupchat' from='MUC/annie'><body>hi</body></message>
        -- annie? says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn two_answers_to_who_somebody_is_are_none() {
    check(
        "",
        "
        << <presence from='MUC/x'>X{owner moderator ann@example.org/1}X{none none}</presence>
        -- x? joins r:xmpp:a@muc.example.org
        << <message type='groupchat' from='MUC/x'><body>hi</body></message>
        -- x? says in r:xmpp:a@muc.example.org: hi
        ",
    );
}
