//! Rich text as Matrix writes it: a plain body, and beside it HTML (`org.matrix.custom.html`).

mod html;
mod read;

use nuncio_core::content::{
    Block, Content, Encode, Inline, Limits, Line, Loss, Losses, Palette, Part, Splitter, Style,
};
use nuncio_policy::Network;

pub use self::read::read;

/// The most bytes of text and HTML in one message, as JSON writes them.
///
/// An event has at most 65,536 bytes (Matrix specification, Client-Server API, Size limits).
/// Encryption makes four of three, and signatures and references need their room.
pub const MAX_BYTES: usize = 40_000;

/// The most messages that one answer becomes; the rest is left out, and the receipt says so.
pub const MAX_PARTS: usize = 64;

/// What a line can show when a text has to be split.
const PALETTE: Palette = Palette { styles: Style::ALL, mentions: false };

/// One message on its way out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Its words.
    pub text: String,
    /// The same with all that the words do not show, where there is any such thing.
    pub html: Option<String>,
    /// The accounts that it calls.
    pub mentions: Vec<String>,
}

/// Writes a content for a network, as one message if it fits and as several if not.
pub fn write(content: &Content, network: &Network) -> (Vec<Body>, Losses) {
    if content.is_empty() {
        return (Vec::new(), Losses::NONE);
    }
    let written = html::write(content, network);
    let text = content.to_plain();
    let html = (!is_plain(content)).then_some(written.html);
    let whole = Body { text, html, mentions: written.mentions };
    if whole.bytes() <= MAX_BYTES {
        return (vec![whole], written.losses);
    }
    split(content)
}

impl Body {
    fn bytes(&self) -> usize {
        json_bytes(&self.text) + self.html.as_deref().map_or(0, json_bytes)
    }

    fn of(part: &Part) -> Self {
        let text: Vec<String> = part.lines.iter().map(Line::text).collect();
        let is_plain = part.spans().all(|span| span.style.is_plain());
        let html: Vec<String> = part.lines.iter().map(html::line).collect();
        Self {
            text: text.join("\n"),
            html: (!is_plain).then(|| html.join("<br>")),
            mentions: Vec::new(),
        }
    }
}

fn split(content: &Content) -> (Vec<Body>, Losses) {
    let limits = Limits { max_bytes: MAX_BYTES, max_lines: usize::MAX, max_parts: MAX_PARTS };
    let mut words = Splitter::new(content.lines(PALETTE));
    let json = Json { html: !is_plain(content) };
    let mut bodies = Vec::new();
    while let Some(part) = words.next_part(&limits, &json) {
        bodies.push(Body::of(&part));
    }
    (bodies, words.losses())
}

/// Measures a line as JSON writes it: in words, and in HTML where that is written as well.
struct Json {
    html: bool,
}

impl Encode for Json {
    fn line_bytes(&self, line: &Line) -> usize {
        let text: usize = line.spans().iter().map(|span| json_bytes(&span.text)).sum();
        text + if self.html { json_bytes(&html::line(line)) } else { 0 }
    }

    fn break_bytes(&self) -> usize {
        "\\n<br>".len()
    }
}

/// The bytes of a text between the quotes of a JSON string.
fn json_bytes(text: &str) -> usize {
    let bytes = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\t' | b'\r' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(bytes).sum()
}

/// Whether the words alone say everything.
fn is_plain(content: &Content) -> bool {
    let is_words = |inline: &Inline| matches!(inline, Inline::Text(_) | Inline::Break);
    let is_words = |block: &Block| match block {
        Block::Paragraph(inlines) => inlines.iter().all(is_words),
        _ => false,
    };
    content.blocks().iter().all(is_words)
}

/// What a content lost before it came here.
fn lost(content: &Content) -> Losses {
    if content.is_truncated() { Loss::Truncated.into() } else { Losses::NONE }
}

#[cfg(test)]
mod tests {
    use nuncio_core::content::{HeadingLevel, Mark};
    use nuncio_policy::{CaseMapping, UserId};
    use proptest::prelude::*;

    use super::*;

    fn network() -> Network {
        "matrix".parse().expect("a name")
    }

    fn shown(content: &Content) -> String {
        let (bodies, losses) = write(content, &network());
        let one = |body: &Body| {
            let html = body.html.as_deref().unwrap_or("-");
            format!("{:?} | {html} | {}", body.text, body.mentions.join(" "))
        };
        let bodies: Vec<String> = bodies.iter().map(one).collect();
        format!("{} | {losses}", bodies.join("\n"))
    }

    #[test]
    fn plain_text_has_no_html() {
        insta::assert_snapshot!(shown(&Content::text("a <b>\nc")), @r#""a <b>\nc" | - |  |"#);
    }

    #[test]
    fn every_node_has_its_tag() {
        insta::assert_snapshot!(shown(&Content::markdown("**a** *b* `<c>` ~~d~~ [e](https://x.y/?a=1&b)")), @r#""a b <c> d e (https://x.y/?a=1&b)" | <strong>a</strong> <em>b</em> <code>&lt;c&gt;</code> <del>d</del> <a href="https://x.y/?a=1&amp;b">e</a> |  |"#);
        insta::assert_snapshot!(shown(&Content::markdown("# t\n\np\n\n- a\n- b\n\n3. c\n\n> q\n\n---\n\n```rust\nlet x = 1 < 2;\n```")), @r#""t\n\np\n\n- a\n- b\n\n3. c\n\n> q\n\n---\n\nlet x = 1 < 2;" | <h1>t</h1><p>p</p><ul><li>a</li><li>b</li></ul><ol start="3"><li>c</li></ol><blockquote><p>q</p></blockquote><hr><pre><code class="language-rust">let x = 1 &lt; 2;</code></pre> |  |"#);
        let spoiler = Inline::marked(Mark::Spoiler, "dies");
        let underline = Inline::marked(Mark::Underline, "u");
        insta::assert_snapshot!(shown(&Content::line([spoiler, underline])), @r#""diesu" | <span data-mx-spoiler>dies</span><u>u</u> |  |"#);
        let heading = Block::heading(HeadingLevel::H3, [Inline::text("h")]);
        insta::assert_snapshot!(shown(&heading.into()), @r#""h" | <h3>h</h3> |  |"#);
    }

    #[test]
    fn who_is_mentioned_is_called_if_he_is_of_this_network() {
        let ann = UserId::new(&network(), "@ann/x:example.org", CaseMapping::Bytes).expect("ann");
        let bob = UserId::new(&"irc".parse().expect("a name"), "bob", CaseMapping::default());
        let content = Content::line([
            Inline::mention(ann, "<Ann>"),
            Inline::mention(bob.expect("bob"), "bob"),
        ]);
        insta::assert_snapshot!(shown(&content), @r#""<Ann>bob" | <a href="https://matrix.to/#/@ann%2Fx:example.org">&lt;Ann&gt;</a>bob | @ann/x:example.org | mention"#);
    }

    proptest! {
        /// However long a text is, each message keeps to the limit, and no word is lost.
        #[test]
        fn a_message_keeps_to_its_limit(text in "[a<&\"\\\\ żó\n*]{0,60}", times in 1_usize..1_500) {
            let text = text.repeat(times);
            let (bodies, losses) = write(&Content::text(&text), &network());
            for body in &bodies {
                prop_assert!(body.bytes() <= MAX_BYTES);
            }
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            let said: String = bodies.iter().map(|body| squeeze(&body.text)).collect();
            if !losses.contains(Loss::Truncated) {
                prop_assert_eq!(said, squeeze(&text));
            }
        }
    }
}
