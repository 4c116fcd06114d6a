//! What is heard.

use super::check_online;

const RFC: &str = "CASEMAPPING=rfc1459 STATUSMSG=@+";

#[test]
fn speech_notices_and_actions_are_told_apart() {
    check_online(
        "rooms = [\"#A\"]",
        "batch",
        RFC,
        "
        << :bot!~bot@host JOIN #A
        -- we are in r:irc:#a
        << :ann!a@h PRIVMSG #a :!ping
        -- ann? says in r:irc:#a: !ping
        << :ann!a@h PRIVMSG @#a :ops only
        -- ann? says in r:irc:#a: ops only
        << :ann!a@h NOTICE #a :pong
        -- ann? notes in r:irc:#a: pong
        << :ann!a@h PRIVMSG #a :\u{1}ACTION waves\u{1}
        -- ann? does in r:irc:#a: waves
        << :ann!a@h PRIVMSG #a :\u{2}bold\u{2} \u{3}04,05red\u{7}
        -- ann? says in r:irc:#a: bold red
        << :irc.example NOTICE bot :*** motd
        << :bot!~bot@host PRIVMSG #a :!ping
        -- we, bot? says in r:irc:#a: !ping
        << :x!y@z PRIVMSG $$* :to all
        -- x? says in x in private on irc: to all
        ",
    );
}

#[test]
fn questions_about_the_client_are_answered_but_not_often() {
    let version = env!("CARGO_PKG_VERSION");
    check_online(
        "",
        "batch",
        RFC,
        &format!(
            "
        << :ann!a@h PRIVMSG bot :\u{1}VERSION\u{1}
        >> NOTICE ann :\\u{{1}}VERSION nuncio {version}\\u{{1}}
        << :ann!a@h PRIVMSG bot :\u{1}PING 12 34\u{1}
        >> NOTICE ann :\\u{{1}}PING 12 34\\u{{1}}
        << :ann!a@h PRIVMSG bot :\u{1}DCC SEND x\u{1}
        << :ann!a@h PRIVMSG #a :\u{1}VERSION\u{1}
        << :ann!a@h NOTICE bot :\u{1}VERSION\u{1}
        << :ann!a@h PRIVMSG bot :\u{1}VERSION\u{1}
        >> NOTICE ann :\\u{{1}}VERSION nuncio {version}\\u{{1}}
        << :eve!e@h PRIVMSG bot :\u{1}VERSION\u{1}
        << :eve!e@h PRIVMSG bot :\u{1}VERSION\u{1}
        "
        ),
    );
}

#[test]
fn history_is_history_in_its_batch_and_by_its_date() {
    check_online(
        "rooms = [\"#a\"]",
        "batch server-time",
        RFC,
        "
        << @time=2026-11-22T12:00:00.000Z :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << :s BATCH +x chathistory #a
        << @batch=x;time=2026-11-21T12:00:00.000Z :ann!a@h PRIVMSG #a :!old
        -- history: ann? says in r:irc:#a: !old
        << @batch=x :s BATCH +y other
        << @batch=y :ann!a@h PRIVMSG #a :!old
        -- history: ann? says in r:irc:#a: !old
        << :s BATCH -x
        << :s BATCH +z znc.in/playback #a
        << @batch=z :ann!a@h PRIVMSG #a :!old
        -- history: ann? says in r:irc:#a: !old
        << :ann!a@h PRIVMSG #a :!new
        -- ann? says in r:irc:#a: !new
        ",
    );
    check_online(
        "rooms = [\"#a\"]",
        "server-time",
        RFC,
        "
        << @time=2026-11-22T12:00:00.000Z :bot!~bot@host JOIN #a
        -- we are in r:irc:#a
        << @time=2026-11-22T11:59:59.999Z :ann!a@h PRIVMSG #a :!old
        -- history: ann? says in r:irc:#a: !old
        << @time=2026-11-22T12:00:00.000Z :ann!a@h PRIVMSG #a :!new
        -- ann? says in r:irc:#a: !new
        << @time=nonsense :ann!a@h PRIVMSG #a :!new
        -- ann? says in r:irc:#a: !new
        ",
    );
}

#[test]
fn a_private_answer_goes_to_the_same_connection_alone() {
    check_online(
        "",
        "batch chghost",
        RFC,
        "
        << :Ann!a@h PRIVMSG bot :!ping
        -- Ann? says in ann in private on irc: !ping
        << :ann!a@h CHGHOST a cloak
        << :ann!a@cloak NICK Ann2
        -- ann? is Ann2 now
        do say ann pong
        >> PRIVMSG Ann2 :pong
        -- delivery 1: sent
        << :ann!eve@h PRIVMSG bot :!secret
        -- ann? says in ann#2 in private on irc: !secret
        do say ann secret
        >> PRIVMSG Ann2 :secret
        -- delivery 2: sent
        << :ann2!a@cloak QUIT :bye
        -- ann2? leaves the network (bye)
        do say ann late
        -- delivery 3: failed: `ann` has left, and his nick may be another's now
        do say ann#2 there
        >> PRIVMSG ann :there
        -- delivery 4: sent
        do notice bob hello
        >> NOTICE bob :hello
        -- delivery 5: sent
        ",
    );
}

#[test]
fn event_keys_are_the_servers_or_ours() {
    let keys = |caps: &str, lines: &[&str]| -> Vec<String> {
        let mut chat = super::Chat::new("");
        chat.register(caps, RFC);
        let mut keys = Vec::new();
        for line in lines {
            let mut framer = crate::wire::Framer::default();
            let mut received = Vec::new();
            framer.feed(format!("{line}\r\n").as_bytes(), |_, line| {
                received.push(crate::wire::Received::parse(line));
            });
            for line in received {
                chat.session.step(super::Input::Line(line), chat.now);
            }
            keys.extend(chat.session.effects().filter_map(|effect| match effect {
                super::Effect::Event(event) => Some(event.key.to_string()),
                _ => None,
            }));
        }
        keys
    };
    let lines = [
        "@msgid=abc :a!b@c PRIVMSG bot :x",
        "@+msgid=d :a!b@c PRIVMSG bot :x",
        "@msgid=:7.1 :a!b@c PRIVMSG bot :x",
    ];
    let seen = keys("message-tags", &lines);
    assert_eq!(seen[0], "abc");
    assert!(seen[1].starts_with(":7.") && seen[2].starts_with(":7.") && seen[1] != seen[2]);
    assert!(keys("batch", &lines).iter().all(|key| key.starts_with(":7.")));
}

#[test]
fn half_a_message_is_nobodys_word() {
    let long = "x".repeat(600);
    check_online(
        "",
        "batch",
        RFC,
        &format!(
            "<< :ann!a@h PRIVMSG bot :!delete {long}\n-- unknown: a message that was too long"
        ),
    );
}
