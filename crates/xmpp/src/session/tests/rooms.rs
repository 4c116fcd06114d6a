//! Into rooms, and out of them.

use super::check;

const JOIN: &str = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";

#[track_caller]
fn check_join(config: &str, log: &str) {
    check(config, &log.replace("JOIN", JOIN));
}

#[test]
fn a_room_has_a_name_of_ours_and_a_password() {
    check(
        "rooms = [{ jid = \"a@muc.example.org\", nick = \"herald\", password = \"x\" }]",
        "
        online
        >> <presence/>
        >> <presence to='MUC/herald'><x xmlns='http://jabber.org/protocol/muc'><password>x</password><history maxstanzas='0'/></x></presence>
        -- we are bot
        -- online
        << <presence from='MUC/herald'>X{owner moderator 110 201}</presence>
        >> <iq id='q1' to='MUC' type='set'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>
        >> <iq id='q2' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are herald in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        ",
    );
}

#[test]
fn a_name_that_is_taken_is_followed_by_others() {
    check_join(
        "",
        "
        online
        >> <presence/>
        >> <presence to='MUC/bot'>JOIN</presence>
        -- we are bot
        -- online
        << <presence type='error' from='MUC/bot'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>
        >> <presence to='MUC/bot_'>JOIN</presence>
        << <presence from='MUC/bot_'>X{none participant 110}</presence>
        >> <iq id='q1' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot_ in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        ",
    );
}

#[test]
fn a_refusal_says_what_to_do_and_whether_it_is_tried_again() {
    check_join(
        "",
        "
        online
        >> <presence/>
        >> <presence to='MUC/bot'>JOIN</presence>
        -- we are bot
        -- online
        << <presence type='error' from='MUC/bot'><error type='wait'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>too many</text></error></presence>
        -- we may not enter r:xmpp:a@muc.example.org: it is full, or there are no rooms there (too many)
        ++ 29
        ++ 1
        >> <presence to='MUC/bot'>JOIN</presence>
        << <presence type='error' from='MUC/bot'><error type='auth'><registration-required xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>
        -- we may not enter r:xmpp:a@muc.example.org: it is for members only: have us made one
        ++ 10000
        << <message from='MUC'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='ann@example.org/1'/></x></message>
        >> <presence to='MUC/bot'>JOIN</presence>
        -- u:xmpp:ann@example.org invites us to r:xmpp:a@muc.example.org
        ",
    );
}

#[test]
fn a_room_that_does_not_answer_is_asked_again() {
    check_join(
        "",
        "
        online
        >> <presence/>
        >> <presence to='MUC/bot'>JOIN</presence>
        -- we are bot
        -- online
        ++ 59
        ++ 1
        >> <presence to='MUC/bot'>JOIN</presence>
        ",
    );
}

#[test]
fn after_a_kick_we_come_back_and_after_a_ban_we_do_not() {
    check_join(
        "",
        "
        << <presence type='unavailable' from='MUC/bot'>X{none none \"flood\" 307 110}</presence>
        -- we are not in r:xmpp:a@muc.example.org: we were kicked: flood
        ++ 10
        >> <presence to='MUC/bot'>JOIN</presence>
        << <presence from='MUC/bot'>X{none participant 110}</presence>
        >> <iq id='q2' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        << <presence type='unavailable' from='MUC/bot'>X{none none 307}</presence>
        -- we are not in r:xmpp:a@muc.example.org: we were kicked
        ++ 19
        ++ 1
        >> <presence to='MUC/bot'>JOIN</presence>
        << <presence from='MUC/bot'>X{none participant 110}</presence>
        >> <iq id='q3' to='MUC' type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
        -- we are bot in r:xmpp:a@muc.example.org
        -- we are in r:xmpp:a@muc.example.org
        << <presence type='unavailable' from='MUC/bot'>X{outcast none 301 110}</presence>
        -- we are not in r:xmpp:a@muc.example.org: we were banned
        ++ 10000
        do say MUC hi
        -- delivery 1: failed: we are not in `a@muc.example.org`: we were banned
        ",
    );
}

#[test]
fn a_service_that_shuts_down_is_waited_for() {
    check_join(
        "rejoin = false",
        "
        << <presence type='unavailable' from='MUC/bot'>X{none none 332 110}</presence>
        -- we are not in r:xmpp:a@muc.example.org: the service shuts down
        do say MUC hi
        -- delivery 1: failed for now: we are not in `a@muc.example.org` yet
        ++ 30
        >> <presence to='MUC/bot'>JOIN</presence>
        ",
    );
}

#[test]
fn a_room_that_lost_us_is_joined_again() {
    check_join(
        "",
        "
        do say MUC hi
        >> <message id='k1' to='MUC' type='groupchat'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='k1'/></message>
        << <message type='error' from='MUC' id='k1'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
        -- delivery 1: failed for now: we are not in the room any more
        -- we are not in r:xmpp:a@muc.example.org: the room lost us
        ++ 1
        >> <presence to='MUC/bot'>JOIN</presence>
        ",
    );
}

#[test]
fn a_room_that_is_gone_says_where_its_people_went() {
    check(
        "",
        "
        << <presence type='unavailable' from='MUC/bot'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/><destroy jid='b@muc.example.org'><reason>moved</reason></destroy><status code='110'/></x></presence>
        -- we are not in r:xmpp:a@muc.example.org: the room is gone, its people went to `b@muc.example.org`: moved
        ++ 10000
        ",
    );
}

#[test]
fn people_come_and_go() {
    check(
        "",
        "
        << <presence from='MUC/bob'>X{none participant}</presence>
        -- bob? joins r:xmpp:a@muc.example.org
        << <presence from='MUC/bob'><show>away</show>X{none participant}</presence>
        << <presence type='unavailable' from='MUC/bob'>X{none participant rob 303}</presence>
        -- bob? is rob now
        << <presence from='MUC/rob'>X{none participant}</presence>
        << <presence type='unavailable' from='MUC/rob'>X{none none \"rude\" 307}</presence>
        -- rob? is kicked from r:xmpp:a@muc.example.org (rude)
        << <presence type='unavailable' from='MUC/annie'><status>bye</status>X{none none}</presence>
        -- annie=u:xmpp:ann@example.org leaves r:xmpp:a@muc.example.org (bye)
        << <presence from='b@muc.example.org/x'>X{none participant}</presence>
        << <presence from='ann@example.org/1'/>
        ",
    );
}

#[test]
fn we_may_be_called_otherwise() {
    check(
        "",
        "
        << <presence type='unavailable' from='MUC/bot'>X{none participant herald 303 110}</presence>
        -- we are herald in r:xmpp:a@muc.example.org
        << <presence from='MUC/herald'>X{none participant 110}</presence>
        << <message type='groupchat' from='MUC/herald'><body>hi</body></message>
        -- we, herald? says in r:xmpp:a@muc.example.org: hi
        ",
    );
}

#[test]
fn leave_is_taken_of_rooms_and_server() {
    check(
        "",
        "
        leave bye
        >> <presence to='MUC/bot' type='unavailable'><status>bye</status></presence>
        >> <presence type='unavailable'/>
        << <presence type='unavailable' from='MUC/bot'>X{none none 110}</presence>
        -- we are not in r:xmpp:a@muc.example.org: we left
        ++ 10000
        ",
    );
}

/// Each condition of XEP-0045 §7.2 and RFC 6120 §8.3.3 that a join may meet.
#[test]
fn every_refusal_says_what_to_do() {
    for (condition, says) in [
        ("not-authorized", "it wants another password: set `password` in `rooms`"),
        ("forbidden", "we are banned from it"),
        ("not-allowed", "rooms may not be made there, or not by us"),
        ("registration-required", "it is for members only: have us made one"),
        ("service-unavailable", "it is full, or there are no rooms there"),
        ("gone", "the room is gone"),
        ("jid-malformed", "our name cannot be used there: set another `nick`"),
        ("policy-violation", "its rules keep us out"),
        ("remote-server-not-found", "its server cannot be found: check the address"),
        ("resource-constraint", "it cannot be joined for now"),
        ("a-condition-of-tomorrow", "it cannot be joined for now"),
    ] {
        check_join(
            "",
            &format!(
                "
                online
                >> <presence/>
                >> <presence to='MUC/bot'>JOIN</presence>
                -- we are bot
                -- online
                << <presence type='error' from='MUC/bot'><error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>
                -- we may not enter r:xmpp:a@muc.example.org: {says}
                "
            ),
        );
    }
}

#[test]
fn a_room_that_is_not_open_yet_is_tried_again() {
    let locked = "<< <presence type='error' from='MUC/bot'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";
    // If it was we who made it, and were cut off before it was open.
    let opens = |id| {
        format!(
            "<iq id='{id}' to='MUC' type='set'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>"
        )
    };
    let (first, second) = (opens("q1"), opens("q2"));
    check_join(
        "",
        &format!(
            "
            online
            >> <presence/>
            >> <presence to='MUC/bot'>JOIN</presence>
            -- we are bot
            -- online
            {locked}
            >> {first}
            -- we may not enter r:xmpp:a@muc.example.org: there is no such room yet: check its address
            ++ 1
            >> <presence to='MUC/bot'>JOIN</presence>
            {locked}
            >> {second}
            -- we may not enter r:xmpp:a@muc.example.org: there is no such room yet: check its address
            ++ 1
            ++ 1
            >> <presence to='MUC/bot'>JOIN</presence>
            "
        ),
    );
}

#[test]
fn a_room_that_wants_our_registered_name_is_asked_for_it() {
    let info = "http://jabber.org/protocol/disco#info";
    let refused = "<< <presence type='error' from='MUC/bot'><error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";
    check_join(
        "",
        &format!(
            "
            online
            >> <presence/>
            >> <presence to='MUC/bot'>JOIN</presence>
            -- we are bot
            -- online
            {refused}
            >> <iq id='q1' to='MUC' type='get'><query xmlns='{info}' node='x-roomuser-item'/></iq>
            << <iq type='result' id='q1' from='MUC'><query xmlns='{info}' node='x-roomuser-item'><identity category='conference' name='herald' type='text'/></query></iq>
            >> <presence to='MUC/herald'>JOIN</presence>
            {}
            -- we may not enter r:xmpp:a@muc.example.org: it wants us to be called as we are registered there: set that `nick`
            ",
            refused.replace("MUC/bot", "MUC/herald")
        ),
    );
}

#[test]
fn an_address_without_a_name_is_no_rooms() {
    check(
        "",
        "
        do join muc.tea
        -- delivery 1: failed: `muc.tea` is no room's address: a room is `room@service`
        ",
    );
}
