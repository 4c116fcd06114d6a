//! Extensions, login, welcome, and an end in good time.

use super::check;

#[test]
fn a_server_without_extensions_lets_us_in() {
    check(
        "rooms = [\"#a\", \"#b\", { name = \"#key\", key = \"k\" }]\nrealname = \"A bot\"",
        "
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :A bot
        << :s 421 * CAP :Unknown command
        << PING :cookie
        >> PONG :cookie
        << :s 001 bot :Welcome to the net bot!~bot@host
        << :s 005 bot CASEMAPPING=rfc1459 NETWORK=Net :are supported
        << :s 375 bot :motd
        << :s 376 bot :end
        >> JOIN #key,#a,#b k
        -- we are bot
        -- online
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        ",
    );
}

#[test]
fn extensions_are_listed_over_several_lines_and_asked_for() {
    check(
        "",
        "
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot
        << :s CAP * LS * :multi-prefix sasl=PLAIN extended-join
        << :s CAP * LS :account-notify account-tag draft/other=1 server-time
        >> CAP REQ :account-notify account-tag extended-join multi-prefix server-time
        << :s CAP * NAK :account-notify account-tag extended-join multi-prefix server-time
        >> CAP REQ :account-notify
        >> CAP REQ :account-tag
        >> CAP REQ :extended-join
        >> CAP REQ :multi-prefix
        >> CAP REQ :server-time
        << :s CAP * ACK :account-notify
        << :s CAP * NAK :account-tag
        << :s CAP * ACK :extended-join
        << :s CAP * ACK :multi-prefix
        << :s CAP * ACK :server-time
        >> CAP END
        << :s CAP bot NEW :batch sasl
        >> CAP REQ :batch
        ",
    );
}

#[test]
fn the_login_goes_before_the_welcome() {
    check(
        "sasl = { mechanism = \"plain\", account = \"jilles\", password = \"sesame\" }",
        "
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot
        << :s CAP * LS :sasl=EXTERNAL,PLAIN batch
        >> CAP REQ :batch sasl
        << :s CAP bot ACK :batch sasl
        >> AUTHENTICATE PLAIN
        << AUTHENTICATE +
        >> AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU=
        << :s 900 bot bot!b@h jilles :You are now logged in as jilles
        << :s 903 bot :SASL authentication successful
        >> CAP END
        ",
    );
}

#[test]
fn a_refused_login_is_given_up_and_a_missing_one_is_tried_again() {
    let plain = "sasl = { mechanism = \"plain\", password = \"x\" }";
    let head = "
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot";
    check(
        plain,
        &format!(
            "{head}
        << :s CAP * LS :sasl
        >> CAP REQ :sasl
        << :s CAP * ACK :sasl
        >> AUTHENTICATE PLAIN
        << AUTHENTICATE +
        >> AUTHENTICATE Ym90AGJvdAB4
        << :s 904 bot :Invalid password
        -- give up: the server refused our login (Invalid password): check `sasl`
        "
        ),
    );
    check(
        plain,
        &format!(
            "{head}
        << :s CAP * LS :sasl=EXTERNAL
        >> CAP REQ :sasl
        << :s CAP * ACK :sasl
        -- give up: the server does not take `PLAIN`: change `sasl.mechanism`
        "
        ),
    );
    check(
        plain,
        &format!(
            "{head}
        << :s CAP * LS :batch
        >> CAP REQ :batch
        << :s CAP * ACK :batch
        -- close: the server offers no login (SASL) now, and `sasl` is configured
        "
        ),
    );
    check(
        plain,
        &format!(
            "{head}
        << :s 001 bot :hi
        -- close: the server let us in without our login, which `sasl` asks for
        "
        ),
    );
}

#[test]
fn external_names_the_mechanism_and_nothing_else() {
    check(
        "sasl = { mechanism = \"external\" }\nclient_cert = \"x.pem\"\npassword = \"a b\"",
        "
        connect
        -- connecting
        >> PASS :a b
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot
        << :s CAP * LS :sasl=EXTERNAL
        >> CAP REQ :sasl
        << :s CAP * ACK :sasl
        >> AUTHENTICATE EXTERNAL
        << AUTHENTICATE +
        >> AUTHENTICATE +
        << :s 903 bot :ok
        >> CAP END
        << :s 464 bot :Password incorrect
        -- give up: the server refused our password (Password incorrect): check `password`
        ",
    );
}

#[test]
fn a_server_that_never_welcomes_us_is_left() {
    check(
        "",
        "
        connect
        -- connecting
        >> CAP LS 302
        >> NICK bot
        >> USER bot 0 * :bot
        ++ 59
        ++ 1
        -- close: the server did not welcome us within 60 s
        ",
    );
}

#[test]
fn a_silent_server_is_asked_and_then_left() {
    super::check_online(
        "ping_timeout = \"100s\"",
        "batch",
        "CASEMAPPING=rfc1459",
        "
        ++ 49
        ++ 1
        >> PING :nuncio
        << :irc.example PONG irc.example nuncio
        ++ 49
        ++ 1
        >> PING :nuncio
        ++ 49
        ++ 1
        -- close: the server was silent for 100 s
        ",
    );
}

#[test]
fn nobody_is_verified_where_the_case_mapping_is_another() {
    super::check_online(
        "rooms = [\"#a\"]",
        "account-tag",
        "CASEMAPPING=ascii",
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << @account=Ann :ann!a@h PRIVMSG #a :hi
        -- ann? says in r:irc:#a: hi
        ",
    );
    super::check_online(
        "rooms = [\"#a\"]\ncasemapping = \"ascii\"",
        "account-tag",
        "CASEMAPPING=ascii",
        "
        << :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << @account=Ann :ann!a@h PRIVMSG #a :hi
        -- ann=u:irc:ann says in r:irc:#a: hi
        ",
    );
}

#[test]
fn what_makes_no_sense_is_unknown_and_changes_nothing() {
    super::check_online(
        "",
        "batch",
        "CASEMAPPING=rfc1459",
        "
        << :only
        -- unknown: a line that is no message
        << :s WEIRD a b
        -- unknown: WEIRD
        << JOIN
        -- unknown: JOIN
        << :x!y@z JOIN
        -- unknown: JOIN
        << :s 001 eve :again
        << :s 433
        << PRIVMSG
        -- unknown: PRIVMSG
        << PING x
        >> PONG :x
        << ERROR :Closing link
        -- close: the server closed the connection: Closing link
        ",
    );
}
