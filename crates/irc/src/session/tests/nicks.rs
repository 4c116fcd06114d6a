//! Our own nick.

use super::{check, check_online};

#[test]
fn a_nick_in_use_is_replaced_and_taken_back() {
    check(
        "alternative_nicks = [\"bot_\"]",
        "
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot
        << :s CAP * LS :
        >> CAP END
        << :s 433 * bot :Nickname is already in use
        >> NICK bot_
        << :s 433 * bot_ :Nickname is already in use
        >> NICK bot1
        << :s 432 * bot1 :Erroneous nickname
        >> NICK bot2
        << :s 001 bot2 :Welcome
        << :s 005 bot2 NICKLEN=9 MONITOR=10 :are supported
        << :s 422 bot2 :no motd
        >> MONITOR + bot
        -- we are bot2
        -- online
        ++ 30
        >> NICK bot
        << :s 433 bot2 bot :Nickname is already in use
        << :s 731 bot2 :bot
        >> NICK bot
        << :bot2!~b@h NICK :bot
        >> MONITOR - bot
        -- we are bot
        ++ 29
        ++ 31
        >> PING :nuncio
        << :s PONG s nuncio
        ",
    );
}

#[test]
fn whoever_has_our_nick_gives_it_up() {
    let online = "
        << :bot!~bot@host NICK :guest
        -- we are guest";
    check_online(
        "",
        "batch",
        "CASEMAPPING=rfc1459",
        &format!(
            "{online}
        << :Bot!x@y QUIT :bye
        >> NICK bot
        -- Bot? leaves the network (bye)
        << :guest!~bot@host NICK bot
        -- we are bot
        "
        ),
    );
    check_online(
        "regain = false",
        "batch",
        "CASEMAPPING=rfc1459",
        &format!(
            "{online}
        << :Bot!x@y NICK other
        -- Bot? is other now
        "
        ),
    );
}

#[test]
fn there_is_an_end_to_nicks() {
    let head = "connect\n-- connecting\n>> CAP LS 302\n>> NICK bot\n>> USER bot 0 * :bot\n";
    let tries = (1..=20).map(|n| format!("<< :s 433 * bot :in use\n>> NICK bot{n}\n"));
    let log = head.to_owned() + &tries.collect::<String>();
    check("", &format!("{log}<< :s 433 * bot :in use\n-- close: no nick can be had: in use\n"));
}
