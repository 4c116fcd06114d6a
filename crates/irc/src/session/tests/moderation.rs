//! Keeping a channel in order.

use nuncio_core::{action::Action, event::MessageId};

use super::check_online;

const ROOM: &str = "rooms = [\"#a\"]";
const NAMES: &str = "
    << :bot!~bot@host JOIN #a
    -- we are in r:irc:#a
    << :s 353 bot = #a :@bot eve ann
    << :s 366 bot #a :End of /NAMES list.
";

/// `ban WHO why`, `unban WHO`, `promote WHO POWER`, `demote WHO POWER`, `redact ID why`,
/// `invite WHO`.
pub(super) fn action(verb: &str, rest: &str) -> Action {
    let (who, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let reason = (!rest.is_empty()).then(|| rest.to_owned());
    let power = || rest.parse().expect("a power");
    match verb {
        "ban" => Action::Ban { who: who.into(), reason },
        "unban" => Action::Unban { who: who.into() },
        "promote" => Action::Promote { who: who.into(), power: power() },
        "demote" => Action::Demote { who: who.into(), power: power() },
        "redact" => Action::Redact { target: MessageId::new(who), reason },
        "invite" => Action::Invite { who: who.into(), reason },
        other => panic!("not a delivery: {other}"),
    }
}

#[track_caller]
fn check_in_room(isupport: &str, log: &str) {
    let isupport = format!("CHANTYPES=# {isupport}");
    check_online(ROOM, "", &isupport, &format!("{NAMES}{log}"));
}

#[test]
fn a_ban_is_of_the_host_where_we_have_seen_it_and_ends_the_stay() {
    check_in_room(
        "PREFIX=(ov)@+",
        "
        << :eve!~e@evil.test PRIVMSG #a :spam
        -- eve? says in r:irc:#a: spam
        do ban #a eve go away
        >> MODE #a +b *!*@evil.test
        >> KICK #a eve :go away
        >> PING :nuncio-1
        << :bot!~bot@host MODE #a +b *!*@evil.test
        << :bot!~bot@host KICK #a eve :go away
        -- delivery 1: confirmed
        -- eve? is kicked from r:irc:#a (go away)
        << :s PONG s :nuncio-1
        do ban #a ann
        >> MODE #a +b ann!*@*
        >> KICK #a ann :ann
        >> PING :nuncio-2
        << :s 482 bot #a :You're not channel operator
        -- delivery 2: failed: the server refused it: You're not channel operator
        << :s 482 bot #a :You're not channel operator
        << :s PONG s :nuncio-2
        do ban #a *!*@*.evil.test spam
        >> MODE #a +b *!*@*.evil.test
        >> PING :nuncio-3
        << :s PONG s :nuncio-3
        -- delivery 3: confirmed
        ",
    );
}

#[test]
fn a_ban_is_lifted_by_mask_or_nick() {
    check_in_room(
        "PREFIX=(ov)@+",
        "
        << :eve!~e@evil.test PRIVMSG #a :spam
        -- eve? says in r:irc:#a: spam
        do unban #a eve
        >> MODE #a -bb *!*@evil.test eve!*@*
        >> PING :nuncio-1
        << :bot!~bot@host MODE #a -b *!*@evil.test
        -- delivery 1: confirmed
        << :s PONG s :nuncio-1
        do unban #a ann!*@*
        >> MODE #a -b ann!*@*
        >> PING :nuncio-2
        << :s PONG s :nuncio-2
        -- delivery 2: confirmed
        ",
    );
}

#[test]
fn a_rank_is_the_letter_that_the_server_has_for_it() {
    check_in_room(
        "PREFIX=(qov)~@+",
        "
        do promote #a ann voice
        >> MODE #a +v ann
        >> PING :nuncio-1
        << :bot!~bot@host MODE #a +v ann
        -- delivery 1: confirmed
        do promote #a ann voice
        >> MODE #a +v ann
        >> PING :nuncio-2
        << :s PONG s :nuncio-1
        << :s PONG s :nuncio-2
        -- delivery 2: confirmed
        do demote #a Ann owner
        >> MODE #a -q Ann
        >> PING :nuncio-3
        << :s 482 bot #a :You're not a channel owner
        -- delivery 3: failed: the server refused it: You're not a channel owner
        do promote #a nobody op
        >> MODE #a +o nobody
        >> PING :nuncio-4
        << :s 401 bot Nobody :No such nick/channel
        -- delivery 4: failed: the server refused it: No such nick/channel
        do promote #a ann halfop
        -- delivery 5: unsupported: failed: this network has no halfop
        do promote #a :x op
        -- delivery 6: failed: `:x` cannot stand in `MODE`: it must not be empty, hold a blank or begin with `:`
        ",
    );
}

#[test]
fn people_are_asked_in_and_nothing_is_taken_back() {
    check_in_room(
        "PREFIX=(ov)@+",
        "
        do invite #a bob come in
        >> INVITE bob #a
        >> PING :nuncio-1
        << :s 341 bot bob #a
        -- delivery 1: confirmed
        do invite #a ann
        >> INVITE ann #a
        >> PING :nuncio-2
        << :s 443 bot ann #a :is already on channel
        -- delivery 2: failed: the server refused it: is already on channel
        do invite #a nobody
        >> INVITE nobody #a
        >> PING :nuncio-3
        << :s 401 bot nobody :No such nick
        -- delivery 3: failed: the server refused it: No such nick
        do redact #a m1 spam
        -- delivery 4: unsupported: failed: this network has no redact
        do promote ann bob voice
        -- delivery 5: failed: that is done in a room
        ",
    );
}

#[test]
fn what_changes_nothing_is_done_and_a_refusal_may_name_the_person_alone() {
    check_in_room(
        "PREFIX=(ov)@+",
        "
        do topic #a News: none
        >> TOPIC #a :News: none
        >> PING :nuncio-1
        << :s PONG s :nuncio-1
        -- delivery 1: confirmed
        do kick #a nobody enough
        >> KICK #a nobody :enough
        >> PING :nuncio-2
        << :s 401 bot nobody :No such nick
        -- delivery 2: failed: the server refused it: No such nick
        << :s PONG s :nuncio-2
        ",
    );
}

#[test]
fn a_reason_is_as_long_as_the_server_passes_on_and_a_topic_not_longer() {
    check_in_room(
        "PREFIX=(ov)@+ KICKLEN=10 TOPICLEN=12",
        "
        do kick #a eve wüstes treiben
        >> KICK #a eve :wüstes tr
        >> PING :nuncio-1
        << :bot!~bot@host KICK #a eve :wüstes tr
        -- delivery 1: confirmed, without the end
        -- eve? is kicked from r:irc:#a (wüstes tr)
        << :s PONG s :nuncio-1
        do topic #a more than that
        -- delivery 2: failed: a topic has at most 12 bytes here, not 14
        ",
    );
    let long = "y".repeat(600);
    let log = format!(
        "
        do leave #a {long}
        >> PART #a :{}
        << :bot!~bot@host PART #a
        -- delivery 1: confirmed, without the end
        -- we are not in r:irc:#a: we left
        ",
        "y".repeat(486)
    );
    check_in_room("", &log);
}
