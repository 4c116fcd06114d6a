//! HTML of the kind that the specification suggests to clients (Client-Server API, m.room.message
//! msgtypes): no other tag and no other attribute is written.

use std::fmt::Write as _;

use nuncio_core::content::{
    Block, Container, Content, Leaf, Line, Loss, Losses, Mark, Render, Span, Style,
};
use nuncio_policy::Network;

/// A content as HTML.
pub(super) struct Written {
    pub(super) html: String,
    /// The accounts that it calls.
    pub(super) mentions: Vec<String>,
    pub(super) losses: Losses,
}

/// Writes a tree.
pub(super) fn write(content: &Content, network: &Network) -> Written {
    let is_line = matches!(content.blocks(), [Block::Paragraph(_)]);
    let mut writer = Writer {
        network,
        open: if is_line { vec![Around::Line] } else { Vec::new() },
        written: Written {
            html: String::new(),
            mentions: Vec::new(),
            losses: super::lost(content),
        },
    };
    content.render(&mut writer);
    writer.written
}

/// Writes a line of styled text.
pub(super) fn line(line: &Line) -> String {
    line.spans().iter().fold(String::new(), |mut html, span| {
        write_span(span, &mut html);
        html
    })
}

/// Each style and its tag; code stands innermost.
const TAGS: [(Style, &str, &str); 6] = [
    (Style::SPOILER, "<span data-mx-spoiler>", "</span>"),
    (Style::STRONG, "<strong>", "</strong>"),
    (Style::EMPHASIS, "<em>", "</em>"),
    (Style::UNDERLINE, "<u>", "</u>"),
    (Style::STRIKE, "<del>", "</del>"),
    (Style::CODE, "<code>", "</code>"),
];

fn write_span(span: &Span, html: &mut String) {
    let tags = || TAGS.into_iter().filter(|(style, ..)| span.style.has(*style));
    tags().for_each(|(_, open, _)| html.push_str(open));
    escape(&span.text, html);
    tags().rev().for_each(|(_, _, close)| html.push_str(close));
}

/// What a paragraph stands in, where that has no need of its tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// It is all there is.
    Line,
    /// It begins an item of a list.
    Item,
    /// It stands behind something else in an item.
    Rest,
    /// Something else.
    Other,
}

struct Writer<'a> {
    network: &'a Network,
    open: Vec<Around>,
    written: Written,
}

impl Writer<'_> {
    fn push(&mut self, html: &str) {
        self.written.html.push_str(html);
    }

    fn text(&mut self, text: &str) {
        escape(text, &mut self.written.html);
    }

    /// Somebody of this network is called by a link to him (Appendices, matrix.to navigation).
    fn mention(&mut self, user: &nuncio_policy::UserId, label: &str) {
        if user.network() != self.network {
            self.written.losses.insert(Loss::Mention);
            return self.text(label);
        }
        self.push("<a href=\"https://matrix.to/#/");
        encode(user.user(), &mut self.written.html);
        self.push("\">");
        self.text(label);
        self.push("</a>");
        let user = user.user().to_owned();
        if !self.written.mentions.contains(&user) {
            self.written.mentions.push(user);
        }
    }
}

impl Render for Writer<'_> {
    fn open(&mut self, container: Container<'_>) {
        let bare = self.open.last().is_some_and(|around| *around != Around::Other);
        if let Some(around @ Around::Item) = self.open.last_mut() {
            *around = Around::Rest;
        } else if self.open.last() == Some(&Around::Rest) && container == Container::Paragraph {
            self.push("<br>");
        }
        match container {
            Container::Paragraph if bare => {}
            Container::Paragraph => self.push("<p>"),
            Container::Heading(level) => self.push(&format!("<h{}>", level.number())),
            Container::List(None) => self.push("<ul>"),
            Container::List(Some(1)) => self.push("<ol>"),
            Container::List(Some(first)) => self.push(&format!("<ol start=\"{first}\">")),
            Container::Item(_) => self.push("<li>"),
            Container::Quote => self.push("<blockquote>"),
            Container::Mark(mark) => self.push(tags(mark).0),
            Container::Link(url) => {
                self.push("<a href=\"");
                self.text(url.as_str());
                self.push("\">");
            }
        }
        let around =
            if matches!(container, Container::Item(_)) { Around::Item } else { Around::Other };
        self.open.push(around);
    }

    fn close(&mut self, container: Container<'_>) {
        self.open.pop();
        let bare = self.open.last().is_some_and(|around| *around != Around::Other);
        match container {
            Container::Paragraph if bare => {}
            Container::Paragraph => self.push("</p>"),
            Container::Heading(level) => self.push(&format!("</h{}>", level.number())),
            Container::List(None) => self.push("</ul>"),
            Container::List(Some(_)) => self.push("</ol>"),
            Container::Item(_) => self.push("</li>"),
            Container::Quote => self.push("</blockquote>"),
            Container::Mark(mark) => self.push(tags(mark).1),
            Container::Link(_) => self.push("</a>"),
        }
    }

    fn leaf(&mut self, leaf: Leaf<'_>) {
        match leaf {
            Leaf::Text(text) => self.text(text),
            Leaf::Code(text) => {
                self.push("<code>");
                self.text(text);
                self.push("</code>");
            }
            Leaf::CodeBlock { language, text } => {
                let language = language.map(|name| name.chars().filter(|c| is_name(*c)).collect());
                match language.filter(|name: &String| !name.is_empty()) {
                    Some(name) => self.push(&format!("<pre><code class=\"language-{name}\">")),
                    None => self.push("<pre><code>"),
                }
                verbatim(text, &mut self.written.html);
                self.push("</code></pre>");
            }
            Leaf::Mention { user, label } => self.mention(user, label),
            Leaf::Break => self.push("<br>"),
            Leaf::Rule => self.push("<hr>"),
        }
    }
}

fn tags(mark: Mark) -> (&'static str, &'static str) {
    let style = Style::from(mark);
    let found = TAGS.into_iter().find(|(tagged, ..)| *tagged == style);
    found.map_or(("", ""), |(_, open, close)| (open, close))
}

/// What may stand in the name of a language.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '#' | '.' | '_')
}

fn escape(text: &str, html: &mut String) {
    let mut lines = text.split('\n');
    if let Some(first) = lines.next() {
        verbatim(first, html);
    }
    for line in lines {
        html.push_str("<br>");
        verbatim(line, html);
    }
}

fn verbatim(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

fn encode(text: &str, html: &mut String) {
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || matches!(c, '@' | ':' | '.' | '-' | '_' | '=') {
            html.push(c);
        } else {
            write!(html, "%{byte:02X}").ok();
        }
    }
}
