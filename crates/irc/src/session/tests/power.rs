//! Who has power in a room when he speaks there.

use super::check_online;

const MODES: &str = "CASEMAPPING=rfc1459 PREFIX=(qaohv)~&@%+ CHANMODES=IXbeg,k,FJLl,mnst";

#[test]
fn names_says_it_and_modes_change_it() {
    check_online(
        "rooms = [\"#a\"]",
        "multi-prefix userhost-in-names",
        MODES,
        "
        << :bot!~bot@host JOIN #A
        -- we are in r:irc:#a
        << :s 353 bot = #A :bot @+ann!a@h
        << :ann!a@h PRIVMSG #a :too early
        -- ann? says in r:irc:#a: too early
        << :s 353 bot = #A :~eve +bob carl
        << :s 366 bot #A :End of /NAMES list.
        << :ann!a@h PRIVMSG #a :hi
        -- ann?, op of r:irc:#a, says in r:irc:#a: hi
        << :eve!e@h PRIVMSG #a :hi
        -- eve?, owner of r:irc:#a, says in r:irc:#a: hi
        << :carl!c@h PRIVMSG #a :hi
        -- carl? says in r:irc:#a: hi
        << :eve!e@h MODE #a -o+bJhl-k ANN *!*@x 5:3 carl 9 key
        << :ann!a@h PRIVMSG #a :hi
        -- ann?, voice of r:irc:#a, says in r:irc:#a: hi
        << :Carl!c@h NOTICE #A :hi
        -- Carl?, halfop of r:irc:#a, notes in r:irc:#a: hi
        << :eve!e@h PRIVMSG bot :hi
        -- eve? says in eve in private on irc: hi
        << :s MODE bot +i
        << :s MODE #a +ntF-q 3:3 eve
        << :eve!e@h PRIVMSG #a :hi
        -- eve? says in r:irc:#a: hi
        ",
    );
}

#[test]
fn power_goes_with_the_connection_and_not_with_the_nick() {
    check_online(
        "rooms = [\"#a\"]",
        "multi-prefix",
        MODES,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot @ann @bob @carl
        << :s 366 bot #a :End of /NAMES list.
        << :ann!a@h NICK eve
        -- ann? is eve now
        << :eve!a@h PRIVMSG #a :hi
        -- eve?, op of r:irc:#a, says in r:irc:#a: hi
        << :ann!x@y JOIN #a
        -- ann? joins r:irc:#a
        << :ann!x@y PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << :bob!b@h PART #a
        -- bob? leaves r:irc:#a
        << :bob!b@h PRIVMSG #a :from outside
        -- bob? says in r:irc:#a: from outside
        << :eve!a@h QUIT :bye
        -- eve? leaves the network (bye)
        << :eve!x@y JOIN #a
        -- eve? joins r:irc:#a
        << :eve!x@y PRIVMSG #a :hi
        -- eve? says in r:irc:#a: hi
        << :s KICK #a carl
        -- carl? is kicked from r:irc:#a
        << :carl!x@y JOIN #a
        -- carl? joins r:irc:#a
        << :carl!x@y PRIVMSG #a :hi
        -- carl? says in r:irc:#a: hi
        ",
    );
}

#[test]
fn our_own_return_and_what_cannot_be_read_leave_nobody_with_power() {
    let long = "x".repeat(600);
    check_online(
        "rooms = [\"#a\"]\nrejoin_after = \"1s\"",
        "multi-prefix",
        MODES,
        &format!(
            "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot @ann
        << :s 366 bot #a :End of /NAMES list.
        << :ann!a@h KICK #a bot :shoo
        -- we are not in r:irc:#a: ann kicked us
        ++ 1
        >> JOIN #a
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << :s 353 bot = #a :bot @ann
        << :s 366 bot #a :End of /NAMES list.
        << :s MODE #a +Z-o x ann
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << :s 366 bot #a :End of /NAMES list.
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << :ann!a@h KICK #a bot :shoo
        -- we are not in r:irc:#a: ann kicked us
        ++ 2
        >> JOIN #a
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot @ann
        << :s 366 bot #a :End of /NAMES list.
        << :s MODE #a -b {long}
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        "
        ),
    );
}

#[test]
fn names_that_are_compared_by_another_rule_leave_nobody_with_power() {
    check_online(
        "rooms = [\"#a\"]",
        "multi-prefix",
        "CASEMAPPING=ascii PREFIX=(ov)@+",
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot @ann
        << :s 366 bot #a :End of /NAMES list.
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        ",
    );
}
