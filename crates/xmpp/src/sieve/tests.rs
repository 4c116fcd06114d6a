use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use xmpp_parsers::minidom::Element;

use super::{Filter, MAX_DEPTH, MAX_STANZA, MAX_TAG, Sieve};

const HELLO: &str = "<?xml version='1.0'?><s:stream xmlns='jabber:client' \
                     xmlns:s='http://etherx.jabber.org/streams' version='1.0'>";

fn filter(chunks: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (String, Filter) {
    let (mut filter, mut out) = (Filter::default(), Vec::new());
    for chunk in chunks {
        filter.feed(chunk.as_ref(), &mut out);
    }
    (String::from_utf8(out).expect("text"), filter)
}

/// What goes on of a stanza.
fn stanza(xml: &str) -> String {
    let (out, _) = filter([HELLO, xml]);
    out.strip_prefix(HELLO).expect("the hello goes on").to_owned()
}

fn nested(depth: usize) -> String {
    format!("<message>{}x{}</message>", "<a>".repeat(depth), "</a>".repeat(depth))
}

fn depth(element: &Element) -> usize {
    1 + element.children().map(depth).max().unwrap_or(0)
}

/// Reads a whole stream, and closes it first.
fn parse(stream: &str) -> Element {
    let (_, stream) = stream.split_once("?>").expect("a declaration");
    format!("{stream}</s:stream>").parse().expect("it is well-formed")
}

#[test]
fn what_is_honest_goes_on_as_it_is() {
    for xml in [
        "<message><body>a &lt; b</body></message> <iq/>\n",
        "<message a='>' b=\"'/>\"><b a='/'></b><c a = '1' /></message>",
        "<message><body><![CDATA[<x> ]] ]> ]]]></body></message>",
        &nested(MAX_DEPTH - 2),
        &format!("<message><a b='{}'/></message>", "y".repeat(MAX_TAG - 9)),
    ] {
        assert_eq!(stanza(xml), xml);
    }
    let restart = format!("{HELLO}{HELLO}{}", nested(MAX_DEPTH - 2));
    assert_eq!(stanza(&restart), restart);
}

#[test]
fn what_is_too_deep_or_too_long_is_left_out() {
    assert_eq!(stanza(&nested(100_000)), nested(MAX_DEPTH - 2).replace('x', ""));
    let long = "y".repeat(10_000);
    for (xml, left) in [
        ("<message><a b='LONG'>x<c/></a><b/></message>", "<message><b/></message>"),
        ("<message><a b='LONG'/>x</message>", "<message>x</message>"),
        ("<message><LONG>x</LONG></message>", "<message></message>"),
        ("<iq a='LONG'><b><iq/></b></iq><iq/>", "<message/><iq/>"),
        ("<iq a='LONG'/><iq/>", "<message/><iq/>"),
    ] {
        assert_eq!(stanza(&xml.replace("LONG", &long)), left, "{xml}");
    }
}

#[test]
fn a_stanza_ends_in_bounded_time_whatever_is_in_it() {
    for many in ["x", "<a/>", "<a>x</a>", "<![CDATA[x]]>", "<![CDATA[]]]]>"] {
        let much = many.repeat((MAX_STANZA + 1000) / many.len());
        let out = stanza(&format!("<message>{much}</message><iq/>"));
        assert!((MAX_STANZA..MAX_STANZA + 100).contains(&out.len()), "{many}: {}", out.len());
        assert!(out.ends_with("</message><iq/>"), "{many}");
    }
    let data = format!("<message><![CDATA[{}]]></message>", "]x".repeat(MAX_STANZA / 2 + 1000));
    parse(&format!("{HELLO}{}", stanza(&data)));
}

#[test]
fn a_stream_error_is_heard() {
    let error = "<s:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></s:error>";
    let (_, mut heard) = filter([HELLO, "<message><error/></message>", error, "</s:stream>"]);
    assert_eq!(heard.take_error().as_deref(), Some(error.as_bytes()));
    let (_, mut none) = filter([HELLO, "<message type='error'><s:error/></message>"]);
    assert_eq!(none.take_error(), None);
    let long = format!("<s:error>{}</s:error>", "<a/>".repeat(10_000));
    assert!(filter([HELLO, &long]).1.take_error().is_some_and(|error| error.len() <= 4096));
}

#[tokio::test]
async fn reading_goes_on_behind_what_is_left_out() {
    let (ours, mut theirs) = duplex(64);
    let (mut sieve, heard) = Sieve::with_last_words(ours);
    let xml = format!("{HELLO}{}<s:error><a/></s:error>", nested(10_000));
    let write = async {
        theirs.write_all(xml.as_bytes()).await.expect("it is read");
        drop(theirs);
    };
    let mut read = String::new();
    let ((), done) = tokio::join!(write, sieve.read_to_string(&mut read));
    done.expect("it can be read");
    assert_eq!(read, filter([&xml]).0);
    assert_eq!(heard.await.expect("an error"), b"<s:error><a/></s:error>");
}

/// A tree, which may be deeper and longer than what goes on.
fn tree() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("<a/>".to_owned()),
        Just("t &amp; t".to_owned()),
        Just("<![CDATA[<a>]]>".to_owned()),
        Just(format!("<a b='{}'/>", "'y>".replace('\'', "").repeat(3000))),
        Just(format!("{}{}", "<d>".repeat(80), "</d>".repeat(80))),
    ];
    leaf.prop_recursive(20, 60, 4, |inner| {
        prop::collection::vec(inner, 0..4)
            .prop_map(|inner| format!("<n c='/>'>{}</n>", inner.concat()))
    })
}

proptest! {
    #[test]
    fn whatever_comes_stays_well_formed_and_becomes_shallow(
        stanzas in prop::collection::vec(tree(), 1..6),
    ) {
        let stanzas: Vec<_> =
            stanzas.iter().map(|inner| format!("<message>{inner}</message>")).collect();
        let stream = format!("{HELLO}{}", stanzas.concat());
        let (out, _) = filter([&stream]);
        let read = parse(&out);
        prop_assert!(depth(&read) <= MAX_DEPTH);
        prop_assert_eq!(read.children().count(), stanzas.len());
        prop_assert_eq!(filter([&out]).0, out, "it is sieved twice");
    }

    #[test]
    fn it_does_not_matter_where_chunks_end(bytes in "(<[?!/a-c:]{0,3}[ '\"=]{0,2}(/>|>)?|[\\[\\]CDATA<>!]{1,9}|x){0,40}") {
        prop_assert_eq!(filter([&bytes]).0, filter(bytes.as_bytes().chunks(1)).0);
    }
}
