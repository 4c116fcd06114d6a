//! Getting into rooms, and back into them.

use super::check_online;

const RFC: &str = "CASEMAPPING=rfc1459";

#[test]
fn a_kick_is_followed_by_a_later_and_later_return() {
    check_online(
        "rooms = [\"#a\"]",
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :ann!a@h KICK #a bot :shoo
        -- we are not in r:irc:#a: ann kicked us
        ++ 9
        ++ 1
        >> JOIN #a
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :ann!a@h KICK #a bot
        -- we are not in r:irc:#a: ann kicked us
        ++ 19
        ++ 1
        >> JOIN #a
        << :s 474 bot #a :Cannot join channel (+b)
        -- we may not enter r:irc:#a: we are banned from it (Cannot join channel (+b))
        ++ 60
        >> PING :nuncio
        << :s PONG s nuncio
        do say #a hi
        -- delivery 1: failed: we are not in `#a`: we are banned from it (Cannot join channel (+b))
        << :ann!a@h INVITE bot #a
        >> JOIN #a
        -- u:irc:ann!a@h (claimed) invites us to r:irc:#a
        ",
    );
}

#[test]
fn rejoin_can_be_switched_off() {
    check_online(
        "rooms = [\"#a\"]\nrejoin = false",
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :ann!a@h KICK #a bot :shoo
        -- we are not in r:irc:#a: ann kicked us
        ++ 30
        do say #a hi
        -- delivery 1: failed: we are not in `#a`: ann kicked us
        ",
    );
}

#[test]
fn every_refusal_can_be_read() {
    let table = [
        (403, "there is no such room: check its name"),
        (405, "we are in too many rooms: leave one"),
        (437, "it cannot be joined for now"),
        (471, "it is full"),
        (473, "it is invite-only: have us invited"),
        (474, "we are banned from it"),
        (475, "its key is another one: set `key` in `rooms`"),
        (476, "a room cannot be called so here"),
        (477, "it wants a registered account: set `sasl`"),
        (489, "it wants everybody to use TLS"),
    ];
    for (code, why) in table {
        check_online(
            "rooms = [\"#A\"]",
            "batch",
            RFC,
            &format!(
                "
                << :s {code} bot #a :words
                -- we may not enter r:irc:#a: {why} (words)
                << :s {code} bot #a :words
                "
            ),
        );
    }
}

#[test]
fn a_full_room_is_tried_again_and_a_silent_server_asked_again() {
    check_online(
        "rooms = [\"#a\", \"#b\"]\nping_timeout = \"1h\"",
        "batch",
        RFC,
        "
        << :s 471 bot #a :full
        -- we may not enter r:irc:#a: it is full (full)
        ++ 30
        >> JOIN #a
        << :s 471 bot #a :full
        -- we may not enter r:irc:#a: it is full (full)
        ++ 30
        >> JOIN #b
        ++ 30
        >> JOIN #a
        ",
    );
}

#[test]
fn joins_are_batched_within_a_line() {
    let rooms: Vec<String> =
        (0..9).map(|number| format!("\"#{}{number}\"", "x".repeat(90))).collect();
    let name = |number: u32| format!("#{}{number}", "x".repeat(90));
    let join = |numbers: std::ops::Range<u32>| {
        format!(">> JOIN {}", numbers.map(name).collect::<Vec<_>>().join(","))
    };
    let mut chat = super::Chat::new(&format!("rooms = [{}]", rooms.join(",")));
    chat.play("connect");
    chat.play("<< :s 001 bot :hi");
    chat.play("<< :s 005 bot TARGMAX=JOIN: :x");
    chat.log.clear();
    chat.play("<< :s 422 bot :no motd");
    let sent: Vec<&String> = chat.log.iter().filter(|line| line.starts_with(">>")).collect();
    assert_eq!(sent, [&join(0..4), &join(4..8), &join(8..9)]);
}

#[test]
fn a_cut_connection_leads_back_into_every_room() {
    check_online(
        "rooms = [\"#a\"]",
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        do join #b k
        >> JOIN #b k
        << :bot!~bot@host JOIN #b
        -- delivery 1: confirmed
        -- we are in r:irc:#b
        do join #gone
        >> JOIN #gone
        do leave #gone
        -- delivery 3: sent
        cut the server went away
        -- delivery 2: in doubt: the server went away
        -- offline: the server went away
        ++ 5
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot
        << :s 001 bot :hi
        << :s 422 bot :no motd
        >> JOIN #b,#a k
        -- we are bot
        -- online
        leave so long
        >> QUIT :so long
        ",
    );
}

#[test]
fn joining_and_leaving_are_answered_by_the_server() {
    check_online(
        "",
        "batch",
        RFC,
        "
        do join #a
        >> JOIN #a
        << :s 475 bot #a :Cannot join channel (+k)
        -- delivery 1: failed: cannot join `#a`: its key is another one: set `key` in `rooms` (Cannot join channel (+k))
        -- we may not enter r:irc:#a: its key is another one: set `key` in `rooms` (Cannot join channel (+k))
        do join #a right
        >> JOIN #a right
        << :bot!~bot@host JOIN #a
        -- delivery 2: confirmed
        -- we are in r:irc:#a
        do join #a
        -- delivery 3: sent
        do kick #a eve be good
        >> KICK #a eve :be good
        >> PING :nuncio-1
        << :s 482 bot #a :You're not channel operator
        -- delivery 4: failed: the server refused it: You're not channel operator
        do topic #a all is well
        >> TOPIC #a :all is well
        >> PING :nuncio-2
        << :bot!~bot@host TOPIC #a :all is well
        -- delivery 5: confirmed
        do leave #a bye now
        >> PART #a :bye now
        << :bot!~bot@host PART #a :bye now
        -- delivery 6: confirmed
        -- we are not in r:irc:#a: we left
        do say #a hi
        -- delivery 7: failed: we are not in `#a`: join it first
        do typing #a
        -- delivery 8: unsupported: failed: this network has no typing
        ",
    );
}

#[test]
fn what_somebody_else_says_a_room_is_about_is_told() {
    check_online(
        "rooms = [\"#a\"]",
        "",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 332 bot #a :What it was about before
        << :ann!a@h TOPIC #a :\u{2}Today\u{2}: tea
        -- ann? says what r:irc:#a is about: \"Today: tea\"
        << :ann!a@h TOPIC #a :
        -- ann? says what r:irc:#a is about: \"\"
        << :bot!~bot@host TOPIC #a :ours
        << :ann!a@h TOPIC #elsewhere :x
        << TOPIC #a :nobody's
        ",
    );
}
