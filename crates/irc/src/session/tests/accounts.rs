//! What verifies a speaker, and until when.

use super::check_online;

const ROOMS: &str = "rooms = [\"#a\", \"#b\"]";
const RFC: &str = "CASEMAPPING=rfc1459 WHOX";

#[test]
fn with_account_tag_each_message_says_it_and_its_absence_says_logged_out() {
    check_online(
        ROOMS,
        "account-notify account-tag extended-join",
        RFC,
        "
        << :bot!~bot@host JOIN #a bot :x
        -- we are in r:irc:#a
        << @account=Ann :ann!a@h JOIN #a Ann :Ann
        -- ann=u:irc:ann joins r:irc:#a
        << @account=Ann :ann!a@h PRIVMSG #a :hi
        -- ann=u:irc:ann says in r:irc:#a: hi
        << :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << @account=* :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << @account :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        << @account=Ann :eve!e@h PRIVMSG bot :it is me
        -- eve=u:irc:ann says in eve in private on irc: it is me
        << @+account=Ann :eve!e@h PRIVMSG #a :I am ann
        -- eve? says in r:irc:#a: I am ann
        ",
    );
}

#[test]
fn without_account_tag_what_we_were_told_holds_until_we_are_told_otherwise() {
    check_online(
        ROOMS,
        "account-notify extended-join",
        RFC,
        "
        << :bot!~bot@host JOIN #a * :x
        >> WHO #a %tna,152
        -- we are in r:irc:#a
        << :s 353 bot = #a :bot @ann +bob
        << :s 354 bot 152 ann Ann
        << :s 354 bot 152 bob 0
        << :s 354 bot 99 bob Ann
        << :ann!a@h PRIVMSG #a :known by WHOX
        -- ann=u:irc:ann says in r:irc:#a: known by WHOX
        << :bob!b@h PRIVMSG #a :logged out
        -- bob? says in r:irc:#a: logged out
        << :bob!b@h ACCOUNT Bob
        << :bob!b@h PRIVMSG #a :logged in
        -- bob=u:irc:bob says in r:irc:#a: logged in
        << :bob!b@h ACCOUNT *
        << :bob!b@h PRIVMSG #a :logged out
        -- bob? says in r:irc:#a: logged out
        << :cat!c@h JOIN #a Cat :Cat
        -- cat=u:irc:cat joins r:irc:#a
        << :cat!c@h NICK tac
        -- cat=u:irc:cat is tac now
        << :tac!c@h PRIVMSG #a :forgotten with the nick
        -- tac? says in r:irc:#a: forgotten with the nick
        << :ann!a@h QUIT :bye
        -- ann=u:irc:ann leaves the network (bye)
        << :ann!e@h JOIN #a * :not Ann
        -- ann? joins r:irc:#a
        << :ann!e@h PRIVMSG #a :somebody else
        -- ann? says in r:irc:#a: somebody else
        ",
    );
}

#[test]
fn an_account_is_forgotten_with_the_last_shared_room() {
    check_online(
        ROOMS,
        "account-notify extended-join",
        "CASEMAPPING=rfc1459",
        "
        << :bot!~bot@host JOIN #a * :x
        -- we are in r:irc:#a
        << :bot!~bot@host JOIN #b * :x
        -- we are in r:irc:#b
        << :ann!a@h JOIN #a Ann :Ann
        -- ann=u:irc:ann joins r:irc:#a
        << :ann!a@h JOIN #b Ann :Ann
        -- ann=u:irc:ann joins r:irc:#b
        << :ann!a@h PART #a
        -- ann=u:irc:ann leaves r:irc:#a
        << :ann!a@h PRIVMSG bot :still here
        -- ann=u:irc:ann says in ann in private on irc: still here
        << :op!o@h KICK #b ann :out
        -- ann? is kicked from r:irc:#b (out)
        << :ann!a@h PRIVMSG bot :out of sight
        -- ann? says in ann in private on irc: out of sight
        ",
    );
}

#[test]
fn a_server_that_would_not_tell_of_a_logout_vouches_for_nobody() {
    check_online(
        "rooms = [\"#a\"]",
        "extended-join",
        RFC,
        "
        << :bot!~bot@host JOIN #a * :x
        -- we are in r:irc:#a
        << :ann!a@h JOIN #a Ann :Ann
        -- ann? joins r:irc:#a
        << @account=Ann :ann!a@h PRIVMSG #a :not negotiated
        -- ann? says in r:irc:#a: not negotiated
        ",
    );
}

#[test]
fn another_trust_takes_the_mask_or_the_nick() {
    let log = "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :Ann!a@h PRIVMSG #a :hi";
    let config = |trust: &str| format!("rooms = [\"#a\"]\ntrust = \"{trust}\"");
    check_online(
        &config("hostmask"),
        "batch",
        RFC,
        &format!("{log}\n-- Ann=u:irc:ann!a@h says in r:irc:#a: hi"),
    );
    check_online(
        &config("nick"),
        "batch",
        RFC,
        &format!("{log}\n-- Ann=u:irc:ann says in r:irc:#a: hi"),
    );
}
