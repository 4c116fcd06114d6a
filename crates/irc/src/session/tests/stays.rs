//! From where somebody can be in session, and when he is gone.

use super::check_stays;

const RFC: &str = "CASEMAPPING=rfc1459";

#[test]
fn whoever_shares_a_room_and_speaks_stays_until_he_quits() {
    check_stays(
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot @ann bob
        << :ann!a@h PRIVMSG bot :in private
        -- ann? (at 7.1) says in ann in private on irc: in private
        << :Ann!a@h PRIVMSG #a :in the room
        -- Ann? (at 7.1) says in r:irc:#a: in the room
        << :eve!e@h PRIVMSG bot :from nowhere
        -- eve? says in eve in private on irc: from nowhere
        << :bob!b@h QUIT :never said a word
        -- bob? leaves the network (never said a word)
        << :ann!a@h QUIT :bye
        -- ann? (at 7.1) leaves the network (bye)
        -- gone: 7.1
        << :ann!a@h PRIVMSG bot :again
        -- ann? says in ann#2 in private on irc: again
        << :ann!a@h JOIN #a
        -- ann? joins r:irc:#a
        << :ann!a@h PRIVMSG #a :the same name is another stay
        -- ann? (at 7.2) says in r:irc:#a: the same name is another stay
        ",
    );
}

#[test]
fn whoever_is_called_otherwise_or_logs_out_is_gone() {
    check_stays(
        "account-notify chghost",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :ann!a@h JOIN #a
        -- ann? joins r:irc:#a
        << :ann!a@h PRIVMSG #a :1
        -- ann? (at 7.1) says in r:irc:#a: 1
        << :ann!a@h NICK Ann
        -- ann? (at 7.1) is Ann now
        << :Ann!a@h NICK eve
        -- Ann? (at 7.1) is eve now
        -- gone: 7.1
        << :eve!a@h PRIVMSG #a :2
        -- eve? (at 7.2) says in r:irc:#a: 2
        << :eve!a@h CHGHOST a cloak
        -- gone: 7.2
        << :eve!a@cloak PRIVMSG #a :3
        -- eve? (at 7.3) says in r:irc:#a: 3
        << :eve!a@cloak ACCOUNT Eve
        << :eve!a@cloak ACCOUNT *
        -- gone: 7.3
        << :eve!a@cloak PRIVMSG #a :4
        -- eve? (at 7.4) says in r:irc:#a: 4
        << :eve!a@elsewhere PRIVMSG #a :a host that changed without a word
        -- eve? (at 7.5) says in r:irc:#a: a host that changed without a word
        -- gone: 7.4
        << :eve!a@h JOIN #b
        -- eve? joins r:irc:#b
        ",
    );
}

#[test]
fn whoever_is_in_no_room_of_ours_any_more_is_gone() {
    check_stays(
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :bot!~bot@host JOIN #b
        -- we are in r:irc:#b
        << :s 353 bot = #a :bot ann bob cat
        << :s 353 bot = #b :bot ann
        << :ann!a@h PRIVMSG bot :1
        -- ann? (at 7.1) says in ann in private on irc: 1
        << :bob!b@h PRIVMSG bot :2
        -- bob? (at 7.2) says in bob in private on irc: 2
        << :cat!c@h PRIVMSG bot :3
        -- cat? (at 7.3) says in cat in private on irc: 3
        << :ann!a@h PART #a
        -- ann? (at 7.1) leaves r:irc:#a
        << :op!o@h KICK #a bob :out
        -- bob? is kicked from r:irc:#a (out)
        -- gone: 7.2
        << :bob!b@h PRIVMSG bot :out of sight
        -- bob? says in bob in private on irc: out of sight
        << :op!o@h KICK #a bot :you too
        -- we are not in r:irc:#a: op kicked us
        -- gone: 7.3
        << :bot!~bot@host PART #b
        -- we are not in r:irc:#b: we left
        -- gone: 7.1
        ",
    );
}

#[test]
fn a_netsplit_ends_the_stay_of_each() {
    check_stays(
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot ann bob
        << :ann!a@h PRIVMSG #a :1
        -- ann? (at 7.1) says in r:irc:#a: 1
        << :s BATCH +x netsplit a.example b.example
        << @batch=x :ann!a@h QUIT :a.example b.example
        -- ann? (at 7.1) leaves the network (a.example b.example)
        -- gone: 7.1
        << @batch=x :bob!b@h QUIT :a.example b.example
        -- bob? leaves the network (a.example b.example)
        << :s BATCH -x
        ",
    );
}

#[test]
fn no_stay_outlives_our_connection_and_none_is_of_what_was_said_before() {
    check_stays(
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot ann bob
        << :s BATCH +x chathistory #a
        << @batch=x :ann!old@h PRIVMSG #a :yesterday
        -- history: ann? says in r:irc:#a: yesterday
        << :s BATCH -x
        << :ann!a@h PRIVMSG #a :today
        -- ann? (at 7.1) says in r:irc:#a: today
        cut by nobody
        -- offline: by nobody
        ",
    );
}

#[test]
fn where_names_are_compared_by_an_unknown_rule_nobody_stays_anywhere() {
    check_stays(
        "batch",
        "CASEMAPPING=rfc8265",
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot ann
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        ",
    );
}
