//! The doc comment of a command: summary, details, examples.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, ExprLit, ItemFn, Lit, LitStr, Meta, Result};

/// What a doc comment says.
pub(super) struct Docs {
    /// Its first paragraph, on one line.
    pub(super) summary: String,
    /// What follows, as Markdown, without the examples.
    pub(super) details: String,
    /// What the blocks marked `chat` show.
    pub(super) examples: Vec<Example>,
}

/// Something said, and what is answered.
#[derive(Debug, PartialEq)]
pub(super) struct Example {
    pub(super) said: String,
    pub(super) answer: String,
}

impl Docs {
    pub(super) fn read(function: &ItemFn) -> Result<Self> {
        let lines = doc_lines(&function.attrs);
        let (prose, examples) = split(&lines)?;
        let mut paragraphs = prose.splitn(2, |line| line.trim().is_empty());
        let summary = paragraphs.next().unwrap_or_default().join(" ");
        if summary.is_empty() {
            return Err(Error::new_spanned(
                &function.sig.ident,
                "a command needs a doc comment: its first line is what `help` shows\n\n\
                 help: write `/// Says what the command does.` above it",
            ));
        }
        let details = paragraphs.next().unwrap_or_default().join("\n").trim().to_owned();
        Ok(Self { summary, details, examples })
    }
}

/// The text of a parameter's doc comment, on one line.
pub(crate) fn about(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = doc_lines(attrs).iter().map(Line::trimmed).collect();
    lines.join(" ")
}

struct Line {
    text: String,
    span: Span,
}

impl Line {
    fn trimmed(&self) -> String {
        self.text.trim().to_owned()
    }

    fn error(&self, message: &str) -> Error {
        Error::new(self.span, message)
    }
}

fn doc_lines(attrs: &[Attribute]) -> Vec<Line> {
    attrs.iter().filter_map(doc_literal).flat_map(|literal| lines(&literal)).collect()
}

fn doc_literal(attr: &Attribute) -> Option<LitStr> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => Some(literal.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn lines(literal: &LitStr) -> Vec<Line> {
    let line = |text: &str| Line {
        text: text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned(),
        span: literal.span(),
    };
    let text = literal.value();
    if text.is_empty() { vec![line("")] } else { text.lines().map(line).collect() }
}

/// Parts a doc comment into its prose and its examples.
fn split(lines: &[Line]) -> Result<(Vec<String>, Vec<Example>)> {
    let (mut prose, mut examples) = (Vec::new(), Vec::new());
    let mut fence: Option<&Line> = None;
    for line in lines {
        match (fence, line.text.trim()) {
            (None, "```chat") => fence = Some(line),
            (None, _) => prose.push(line.text.clone()),
            (Some(_), "```") => fence = None,
            (Some(_), text) => example_line(line, text, &mut examples)?,
        }
    }
    match fence {
        Some(line) => Err(line.error("this example does not end: close it with a line of ```")),
        None => Ok((prose, examples)),
    }
}

fn example_line(line: &Line, text: &str, examples: &mut Vec<Example>) -> Result<()> {
    if let Some(said) = text.strip_prefix('>') {
        examples.push(Example { said: said.trim().to_owned(), answer: String::new() });
        return Ok(());
    }
    let Some(example) = examples.last_mut() else {
        return Err(line.error("an example begins with what is said: `> command argument`"));
    };
    if !example.answer.is_empty() {
        example.answer.push('\n');
    }
    example.answer.push_str(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::{Docs, Example};

    #[test]
    fn a_comment_is_summary_details_and_examples() {
        let docs = Docs::read(&parse_quote! {
            /// Rolls dice,
            /// several at once.
            ///
            /// More about it.
            ///
            /// ```chat
            /// > roll 1
            /// You rolled
            /// 4.
            /// > roll 0
            /// ```
            fn roll() {}
        });
        let docs = docs.ok().unwrap();
        assert_eq!(docs.summary, "Rolls dice, several at once.");
        assert_eq!(docs.details, "More about it.");
        let example =
            |said: &str, answer: &str| Example { said: said.into(), answer: answer.into() };
        assert_eq!(docs.examples, [example("roll 1", "You rolled\n4."), example("roll 0", "")]);
    }

    #[test]
    fn a_comment_that_cannot_be_read_is_an_error() {
        let check = |function, wanted: &str| {
            let error = Docs::read(&function).err().unwrap().to_string();
            assert!(error.contains(wanted), "{error}");
        };
        check(parse_quote! { fn roll() {} }, "needs a doc comment");
        check(
            parse_quote! {
                /// Rolls.
                /// ```chat
                fn roll() {}
            },
            "does not end",
        );
        check(
            parse_quote! {
                /// Rolls.
                /// ```chat
                /// 4
                /// ```
                fn roll() {}
            },
            "begins with what is said",
        );
    }
}
