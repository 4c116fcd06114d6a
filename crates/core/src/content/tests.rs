use insta::assert_snapshot;
use nuncio_policy::Networks;
use proptest::prelude::*;

use super::*;
use crate::text;

/// Every kind of node, once.
const EVERYTHING: &str = r"
# Title *x*

Text with **strong**, *emphasis*, ~~strike~~, `code` and <b>raw</b> HTML.\
A [label](https://a.example/?x=1&y=2), <https://b.example/>, ![image](https://c.example/i.png)
and [bad](javascript:alert(1)).

> A quote
>
> - one
> - two
>   1. deep

3. three
4. four

   four again

```rust
fn main() {}

```

---

    indented
";

#[test]
fn markdown_becomes_plain_text() {
    let plain = Content::markdown(EVERYTHING).plain();
    assert_snapshot!(plain.output, @"
    Title x

    Text with strong, emphasis, strike, code and <b>raw</b> HTML.
    A label (https://a.example/?x=1&y=2), https://b.example/, image (https://c.example/i.png) and bad (javascript:alert(1)).

    > A quote
    >
    > - one
    > - two
    >   1. deep

    3. three
    4. four
       four again

    fn main() {}


    ---

    indented
    ");
    assert_snapshot!(plain.losses, @"styling, heading, link, code language");
}

fn show(line: &Line) -> String {
    let spans = line.spans().iter().map(|span| format!("[{}{:?}]", span.text, span.style));
    spans.collect::<Vec<_>>().concat()
}

#[test]
fn markdown_becomes_lines() {
    let palette = Palette { styles: Style::ALL.without(Style::STRIKE), mentions: true };
    let lines = Content::markdown("# A\n\nb **c *d*** ~~e~~ `f`\n- g\n- h").lines(palette);
    let shown: Vec<String> = lines.output.iter().map(show).collect();
    assert_snapshot!(shown.join("\n"), @"
    [A{strong}]

    [b {}][c {strong}][d{strong, emphasis}][ e {}][f{code}]

    [- g{}]
    [- h{}]
    ");
    assert_snapshot!(lines.losses, @"styling, heading");
}

#[test]
fn markdown_becomes_markdown() {
    let content = Content::markdown(EVERYTHING);
    let source = content.to_markdown();
    assert_snapshot!(source.output, @r"
    # Title *x*

    Text with **strong**, *emphasis*, ~~strike~~, `code` and \<b>raw\</b> HTML.\
    A [label](<https://a.example/?x=1\&y=2>), [https://b.example/](<https://b.example/>), [image](<https://c.example/i.png>) and bad (javascript:alert(1)).

    > A quote
    >
    > - one
    > - two
    >
    >   1. deep

    3. three
    4. four

       four again

    ```rust
    fn main() {}

    ```

    ***

    ```
    indented
    ```
    ");
    assert!(source.losses.is_empty());
    assert_eq!(Content::markdown(&source.output), content);
}

fn mention() -> Inline {
    Inline::mention(Networks::new().parse_user("u:irc:ann").unwrap(), "ann")
}

#[test]
fn templates_are_filled() {
    let mention = mention();
    for (content, plain) in [
        (text!("**{who}** muted", who = mention), "ann muted"),
        (text!("{n} of {{all}} {unknown} {", n = 3), "3 of {all}} {unknown} {"),
        (text!("`{x}`\n\n    {x}", x = "`*"), "`*\n\n`*"),
        (text!("[a]({u})", u = "https://a.example/"), "a (https://a.example/)"),
        (text!("[a](https://a.example/{u})", u = "/?é"), "a (https://a.example/%2F%3F%C3%A9)"),
        (text!("[a]({u})", u = "javascript:x"), "a (javascript:x)"),
        (text!("{a}{a}", a = "{a}"), "{a}{a}"),
        (text!("nothing"), "nothing"),
    ] {
        assert_eq!(content.to_plain(), plain);
    }
}

#[test]
fn losses_are_told() {
    for (content, losses) in [
        (Content::text("a"), ""),
        (Content::markdown("- a\n- b\n\n> c\n\n---"), ""),
        (Content::markdown("# a"), "heading"),
        (Content::markdown("**a**"), "styling"),
        (Content::markdown("<https://a.example/>"), ""),
        (Content::markdown("[a](https://a.example/)"), "link"),
        (Content::markdown("```rust\na\n```"), "styling, code language"),
        (Content::line([Inline::marked(Mark::Spoiler, "a")]), "spoiler"),
        (Content::line([mention()]), "mention"),
        (Content::text("a".repeat(MAX_BYTES)), "the end"),
    ] {
        assert_eq!(content.plain().losses.to_string(), losses, "{:.80}", content.to_plain());
    }
}

#[test]
fn content_stays_within_its_bounds() {
    let deep = Content::markdown(&format!("{} deep", ">".repeat(50_000)));
    assert_eq!(deep.to_plain(), format!("{}deep", "> ".repeat(MAX_DEPTH)));
    let nodes = Content::new(std::iter::repeat_n(Block::Rule, 2 * MAX_BYTES));
    assert_eq!(nodes.blocks().len(), MAX_BYTES);
    assert!(nodes.is_truncated());
    let marks =
        (0..100).fold(Inline::text("x"), |inner, _| Inline::Marked(Mark::Strong, vec![inner]));
    assert_eq!(Content::line([marks]).to_plain(), "x");
    let long = Content::markdown(&"é".repeat(MAX_BYTES));
    assert!(long.is_truncated() && long.to_plain().len() < MAX_BYTES);
}

#[test]
fn content_at_its_bound_is_rendered() {
    for piece in ["a", ".", "\u{301}", "\n", "a ", "*", "1."] {
        let long = Content::text(piece.repeat(MAX_BYTES / piece.len() - 9));
        let read = Content::markdown(&long.to_markdown().output);
        assert!(!read.is_empty() || piece.trim().is_empty());
        let limits = Limits { max_bytes: 400, max_lines: 1, max_parts: usize::MAX };
        let parts = fit(long.lines(Palette::PLAIN), &limits, &Utf8).output;
        assert!(parts.len() >= MAX_BYTES / 400 || piece == "\n", "{piece:?}");
    }
}

#[test]
fn content_is_read_back_as_it_was() {
    let content = Content::markdown(EVERYTHING).and(&Content::line([mention()]));
    let json = serde_json::to_string(&content).unwrap();
    assert_eq!(serde_json::from_str::<Content>(&json).unwrap(), content);
    assert_snapshot!(
        serde_json::to_string(&text!("a **{b}**", b = 1)).unwrap(),
        @r#"{"blocks":[{"paragraph":[{"text":"a "},{"marked":["strong",[{"text":"1"}]]}]}]}"#
    );
}

/// The kinds of a tree's nodes, in order, without what they hold.
#[derive(Default)]
struct Kinds(String);

impl Render for Kinds {
    fn open(&mut self, container: Container<'_>) {
        self.0.extend(["(", &format!("{container:?}"), " "]);
    }
    fn close(&mut self, _: Container<'_>) {
        self.0.push(')');
    }
    fn leaf(&mut self, leaf: Leaf<'_>) {
        let kind = format!("{leaf:?}");
        self.0.push_str(kind.split(['(', ' ']).next().unwrap());
    }
}

fn kinds(content: &Content) -> String {
    let mut kinds = Kinds::default();
    content.render(&mut kinds);
    kinds.0
}

/// Text that means something to somebody: markup of all kinds between words.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,4}",
        "[ \t\n]{1,5}",
        "[-*_~`#>+=|!.()\\[\\]{}<>&;:/\\\\0-9]{1,4}",
        Just("{who}".to_owned()),
        Just("[a](https://b)".to_owned()),
        Just("<b>".to_owned()),
        Just("&amp;".to_owned()),
        Just("@everyone".to_owned()),
        "\\PC",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_put_in_is_text(value in hostile()) {
        for template in ["a **{who}** b", "# {who}", "- {who}", "> x `y`\n> {who}"] {
            let put = |value: &str| Content::template(template, [("who", Slot::from(value))]);
            let content = put(&value);
            prop_assert_eq!(kinds(&content), if value.is_empty() { kinds(&content) } else { kinds(&put("x")) });
            let margin = if template.starts_with('>') { "\n> " } else if template.starts_with('-') { "\n  " } else { "\n" };
            prop_assert!(content.to_plain().contains(&value.replace('\n', margin)));
        }
    }

    #[test]
    fn any_text_is_plain_text(text in hostile()) {
        prop_assert_eq!(Content::text(&text).to_plain(), text);
    }

    #[test]
    fn text_survives_markdown(text in hostile()) {
        let source = Content::text(&text).to_markdown().output;
        let read = Content::markdown(&source).to_plain();
        prop_assert_eq!(read.trim_end(), text.trim_end(), "{:?}", source);
    }

    #[test]
    fn markdown_never_fails(source in hostile()) {
        let content = Content::markdown(&source);
        let json = serde_json::to_string(&content).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Content>(&json).unwrap(), &content);
        drop(Content::markdown(&content.to_markdown().output));
    }
}
