//! What a reply quotes of the message that it answers, for clients that do not know replies
//! (XEP-0461 §3.1, XEP-0428).
//!
//! It is cut off before anybody looks for a command. Whoever sends it says how far it goes, and
//! others read all of it: so it is cut only where every reader sees that it is a quotation, and the
//! rest begins a line. Nothing that stands in it can have been a command, and nothing behind it can
//! become one that others read otherwise.

use xmpp_parsers::minidom::Element;

use super::xml::{FALLBACK, REPLY, attribute};

/// A reply's own words.
pub(super) fn without_quote<'a>(body: &'a str, payloads: &[Element]) -> &'a str {
    quoted(payloads).and_then(|end| own_words(body, end)).unwrap_or(body)
}

/// How many code points the quotation has that stands before a reply's own words, if one does.
fn quoted(payloads: &[Element]) -> Option<usize> {
    let is_ours = |payload: &&Element| {
        payload.is("fallback", FALLBACK) && attribute(payload, "for") == Some(REPLY)
    };
    let fallback = one(payloads.iter().filter(is_ours))?;
    let range = one(fallback.children().filter(|child| child.is("body", FALLBACK)))?;
    let begins = attribute(range, "start").is_none_or(|start| start == "0");
    attribute(range, "end")?.parse().ok().filter(|_| begins)
}

fn one<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

/// What stands behind the first `end` code points, if those are whole lines of quotation and
/// something does.
fn own_words(body: &str, end: usize) -> Option<&str> {
    let (at, _) = body.char_indices().nth(end)?;
    let (quote, rest) = body.split_at_checked(at)?;
    let rest = if quote.ends_with('\n') { rest } else { rest.strip_prefix('\n')? };
    let mut lines = quote.lines();
    let is_quote = quote.starts_with('>') && lines.all(|line| line.starts_with('>'));
    (is_quote && !rest.trim().is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(body: &str, fallback: &str, own: &str) {
        let payload = |attributes: &str| -> Element {
            format!("<fallback xmlns='urn:xmpp:fallback:0' {attributes}</fallback>")
                .parse()
                .expect("XML")
        };
        let payloads: Vec<_> = fallback.split('|').map(payload).collect();
        assert_eq!(without_quote(body, &payloads), own, "{body:?} {fallback}");
    }

    #[test]
    fn a_quotation_is_cut_off_and_nothing_else() {
        let quote = "> żółw:\n> !ping\n!pong";
        let all = "for='urn:xmpp:reply:0'><body start='0' end='16'/>";
        check(quote, all, "!pong");
        check(quote, "for='urn:xmpp:reply:0'><body end='16'/>", "!pong");
        check(quote, "for='urn:xmpp:reply:0'><body end='15'/>", "!pong");
        for not in [
            // It is for something else, or goes no further than a part of a line.
            "for='urn:xmpp:x'><body start='0' end='16'/>",
            "for='urn:xmpp:reply:0'><body start='0' end='14'/>",
            // It does not begin where the text does.
            "for='urn:xmpp:reply:0'><body start='1' end='16'/>",
            // Nothing is left, or it goes beyond, or is no number.
            "for='urn:xmpp:reply:0'><body start='0' end='21'/>",
            "for='urn:xmpp:reply:0'><body start='0' end='99999999999999999999'/>",
            "for='urn:xmpp:reply:0'><body start='0' end='-1'/>",
            "for='urn:xmpp:reply:0'><body start='0'/>",
            "for='urn:xmpp:reply:0'><body end='16'/><body end='8'/>",
        ] {
            check(quote, not, quote);
        }
        check(quote, &format!("{all}|{all}"), quote);
        // What others read as somebody's own words stays.
        check("no\n!op eve", "for='urn:xmpp:reply:0'><body end='3'/>", "no\n!op eve");
        check("> a\nno\n!op", "for='urn:xmpp:reply:0'><body end='7'/>", "> a\nno\n!op");
        check("> a!op eve", "for='urn:xmpp:reply:0'><body end='3'/>", "> a!op eve");
        check("> a\n\n", "for='urn:xmpp:reply:0'><body end='4'/>", "> a\n\n");
    }

    proptest! {
        /// Whatever the sender says, own words begin a line, and only quoted lines stand before.
        #[test]
        fn own_words_are_the_end_of_what_others_read(body in "[>!aż \n]{0,30}", end in 0_usize..40) {
            if let Some(own) = own_words(&body, end) {
                let before = body.strip_suffix(own).expect("an end");
                prop_assert!(before.ends_with('\n'));
                prop_assert!(before.lines().all(|line| line.starts_with('>')));
            }
        }
    }
}
