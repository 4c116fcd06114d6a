//! What a server says when it ends a stream (RFC 6120 §4.9), in words for the operator.

use xmpp_parsers::{minidom::Element, ns};

/// Why the server ended a stream, and what can be done; `error` is its stream error as written.
/// None where it cannot be read.
///
/// None of it is for good: whoever is not welcome any more learns that from the next login.
pub(crate) fn explain(error: &[u8]) -> Option<String> {
    let error = read(str::from_utf8(error).ok()?)?;
    let said = || error.children().filter(|child| child.ns() == ns::XMPP_STREAMS);
    let condition = said().find(|child| child.name() != "text")?;
    let words = said().find(|child| child.name() == "text").map(Element::text);
    let ours = match condition.name() {
        "conflict" => {
            "another client took our place: give each a `resource` of its own, or leave it out"
                .to_owned()
        }
        // Not followed: where we connect to is the operator's word, or the domain's.
        "see-other-host" => {
            let host: String = condition.text().trim().chars().take(256).collect();
            format!("the server wants us at `{host}`: set that as `address`")
        }
        "host-gone" | "host-unknown" => "the server does not serve our domain any more".to_owned(),
        "not-authorized" => "the server does not let us in any more".to_owned(),
        "policy-violation" => "something that we did is against a rule of the server's".to_owned(),
        "resource-constraint" => "the server has no room for us".to_owned(),
        "system-shutdown" => "the server shuts down".to_owned(),
        "connection-timeout" => "the server had not heard of us for too long".to_owned(),
        "undefined-condition" => "the server closed the stream".to_owned(),
        other => format!("the server closed the stream with `{other}`"),
    };
    let words = words.map(|words| words.trim().chars().take(256).collect::<String>());
    Some(match words.filter(|words| !words.is_empty()) {
        Some(words) => format!("{ours} ({words})"),
        None => ours,
    })
}

/// Reads the element outside of its stream, which says what its prefix means.
fn read(error: &str) -> Option<Element> {
    let name = error.strip_prefix('<')?.split([' ', '>', '/']).next()?;
    let prefix = name.split_once(':').map(|(prefix, _)| format!("xmlns:{prefix}='{}'", ns::STREAM));
    let prefix = prefix.unwrap_or_default();
    let stream = format!("<x xmlns='{}' {prefix}>{error}</x>", ns::JABBER_CLIENT);
    let stream: Element = stream.parse().ok()?;
    stream.children().next().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(inner: &str) -> String {
        let inner = inner.replace(' ', " xmlns='urn:ietf:params:xml:ns:xmpp-streams' ");
        let error = format!("<stream:error>{inner}</stream:error>");
        explain(error.as_bytes()).unwrap_or_else(|| "nothing".to_owned())
    }

    #[test]
    fn each_condition_says_what_can_be_done() {
        for (error, words) in [
            (
                "<conflict />",
                "another client took our place: give each a `resource` of its own, or leave it out",
            ),
            ("<system-shutdown /><text >bye</text>", "the server shuts down (bye)"),
            (
                "<see-other-host >evil.test:5222</see-other-host>",
                "the server wants us at `evil.test:5222`: set that as `address`",
            ),
            ("<bad-format /><text >\n</text>", "the server closed the stream with `bad-format`"),
            ("<conflict xmlns='x'/>", "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(check(error), words, "{error}");
        }
    }

    #[test]
    fn what_is_no_error_says_nothing() {
        for bytes in
            [&b""[..], b"<", b"<error>", b"\xff", b"<:error/>", b"<a:b:c/>", b"<e><x/></e>"]
        {
            assert_eq!(explain(bytes), None);
        }
        let plain = "<error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>";
        assert!(explain(plain.as_bytes()).is_some());
    }
}
