//! What is said, and what becomes of it.

use proptest::prelude::*;

use super::{Chat, check_online};

const RFC: &str = "CASEMAPPING=rfc1459";

/// In `#a`, with these extensions.
#[track_caller]
fn check_in_room(caps: &str, log: &str) {
    let log = format!("<< :bot!~bot@host.example JOIN #a\n-- we are in r:irc:#a\n{log}");
    check_online("rooms = [\"#a\"]", caps, RFC, &log);
}

#[test]
fn without_an_echo_a_delivery_is_sent() {
    check_in_room(
        "batch",
        "
        do say #a **hi** there
        >> PRIVMSG #a :\\u{2}hi\\u{2} there
        -- delivery 1: sent
        do emote #a waves
        >> PRIVMSG #a :\\u{1}ACTION waves\\u{1}
        -- delivery 2: sent
        do notice #a careful
        >> NOTICE #a :careful
        -- delivery 3: sent
        do say #a ```
        -- delivery 4: sent
        ",
    );
}

#[test]
fn with_an_echo_it_is_confirmed_and_compared() {
    check_in_room(
        "echo-message message-tags",
        "
        do say #a hi
        >> PRIVMSG #a :hi
        do say #a **bold**
        >> PRIVMSG #a :\\u{2}bold
        << @msgid=m1 :bot!~bot@host.example PRIVMSG #a :hi
        -- delivery 1: confirmed as m1
        << @msgid=m2 :bot!~bot@host.example PRIVMSG #a :bold
        -- delivery 2: confirmed as m2, without styling
        do say #a a long story
        >> PRIVMSG #a :a long story
        << :bot!~bot@host.example PRIVMSG #a :a long
        -- delivery 3: confirmed, without the end
        do say #a hi
        >> PRIVMSG #a :hi
        << :s 404 bot #a :Cannot send to channel (+m)
        -- delivery 4: failed: the server refused it: Cannot send to channel (+m)
        do say #a hi
        >> PRIVMSG #a :hi
        ++ 29
        ++ 1
        -- delivery 5: in doubt: the server did not confirm it in time
        do say #a hi
        >> PRIVMSG #a :hi
        cut reset by peer
        -- delivery 6: in doubt: reset by peer
        -- offline: reset by peer
        do say #a hi
        -- delivery 7: failed, again at once: not connected
        ",
    );
}

#[test]
fn with_labels_each_line_finds_its_answer() {
    check_in_room(
        "batch echo-message labeled-response message-tags",
        "
        do say #a one
        >> @label=1 PRIVMSG #a :one
        do say #a two
        >> @label=2 PRIVMSG #a :two
        do say #a three
        >> @label=3 PRIVMSG #a :three
        << @label=2;msgid=m2 :bot!~bot@host.example PRIVMSG #a :two
        -- delivery 2: confirmed as m2
        << @label=1 :s 404 bot #a :no
        -- delivery 1: failed: the server refused it: no
        << @label=3 :s ACK
        -- delivery 3: in doubt: the server took it and passed nothing on: it may be filtered
        ",
    );
    check_in_room(
        "batch labeled-response",
        "
        do say #a one
        >> @label=1 PRIVMSG #a :one
        << @label=1 :s ACK
        -- delivery 1: confirmed
        ",
    );
}

#[test]
fn lines_and_long_texts_become_several_messages() {
    let mut chat = Chat::new("rooms = [\"#a\"]");
    chat.register("echo-message", RFC);
    chat.play("<< :bot!~bot@host.example JOIN #a");
    chat.log.clear();
    let words = "word ".repeat(150);
    chat.play(&format!("do say #a {words}"));
    let prefix = ":bot!~bot@host.example ";
    let sent: Vec<String> = chat.log.drain(..).skip(1).collect();
    assert_eq!(sent.len(), 2);
    for line in &sent {
        let line = line.strip_prefix(">> ").expect("a line");
        assert!(prefix.len() + line.len() + 2 <= 512 && line.ends_with("word"), "{line}");
        chat.play(&format!("<< {prefix}{line}"));
    }
    assert_eq!(chat.log.last().map(String::as_str), Some("-- delivery 1: confirmed"));
    // A longer host leaves less room, from the next line on.
    chat.play("<< :s 396 bot a.very.much.longer.host.example :is now your displayed host");
    chat.play(&format!("do say #a {}", "x".repeat(600)));
    let line =
        chat.log.iter().rev().nth(1).and_then(|line| line.strip_prefix(">> ")).expect("a line");
    assert_eq!(":bot!~bot@a.very.much.longer.host.example ".len() + line.len() + 2, 512);
}

#[test]
fn linelen_gives_more_room() {
    let room = |isupport: &str| {
        let mut chat = Chat::new("");
        chat.register("batch", isupport);
        chat.session.features().max_text_bytes.expect("a limit")
    };
    assert_eq!(room("LINELEN=1024") - room(RFC), 512);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is said, no line is longer than the server passes on, and no word is lost.
    #[test]
    fn nothing_is_cut_and_nothing_lost(text in "[a-zé𝄞 ]{1,900}", host in "[a-z.]{1,63}") {
        let mut chat = Chat::new("rooms = [\"#a\"]");
        chat.register("batch", RFC);
        chat.play(&format!("<< :bot!~bot@{host} JOIN #a"));
        chat.log.clear();
        chat.play(&format!("do say #a x{text}"));
        let sent: Vec<&str> = chat.log.iter().filter_map(|line| line.strip_prefix(">> ")).collect();
        for line in &sent {
            let whole = format!(":bot!~bot@{host} {line}\r\n");
            prop_assert!(whole.len() <= 512);
        }
        let heard: String = sent.iter().filter_map(|line| line.split_once(" :")).map(|(_, text)| text).collect();
        let letters = |text: &str| text.replace(' ', "");
        prop_assert_eq!(letters(&heard), letters(&format!("x{text}")));
    }
}
