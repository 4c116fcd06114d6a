//! Who is in a room, for whoever asks.

use super::check_online;

#[test]
fn the_members_of_a_room_are_told_with_their_power_and_what_vouches_for_them() {
    check_online(
        "rooms = [\"#a\"]",
        "account-notify extended-join multi-prefix",
        "PREFIX=(ohv)@%+ CHANMODES=b,k,l,i",
        "
        who #a
        -- no answer: I am not in #a
        << :bot!~bot@host JOIN #a * :bot
        -- we are in r:irc:#a
        who #a
        -- no answer: the server has not said yet who is there
        << :s 353 bot = #a :bot Bob @+ann
        << :s 366 bot #a :End of /NAMES list.
        << :ann!a@h ACCOUNT Ann
        who #A
        -- there: ann=u:irc:ann (op), bob?, we, bot?
        << :s MODE #a +v bob
        << :Bob!b@h PRIVMSG #a :hi
        -- Bob?, voice of r:irc:#a, says in r:irc:#a: hi
        << :ann!a@h PART #a
        -- ann=u:irc:ann leaves r:irc:#a
        who #a
        -- there: bob? (voice), we, bot?
        cut it is gone
        -- offline: it is gone
        who #a
        -- no answer: there is no connection to irc now
        ",
    );
}

#[test]
fn without_notice_of_changes_nobody_is_vouched_for() {
    check_online(
        "rooms = [\"#a\"]",
        "extended-join",
        "PREFIX=(o)@ CHANMODES=b,k,l,i",
        "
        << :bot!~bot@host JOIN #a * :bot
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot
        << :s 366 bot #a :End of /NAMES list.
        << :ann!a@h JOIN #a Ann :Ann
        -- ann? joins r:irc:#a
        who #a
        -- there: ann?, we, bot?
        ",
    );
}
