//! What keeps a tree small, however it was made.

use super::{Block, Inline, MAX_BYTES, MAX_DEPTH, Text};

/// Brings a tree within [`MAX_BYTES`] and [`MAX_DEPTH`]; true when its end had to be cut.
///
/// Text nodes that touch become one, and empty ones go, so that equal contents have equal trees.
pub(super) fn bound(blocks: Vec<Block>) -> (Vec<Block>, bool) {
    let mut budget = Budget { left: MAX_BYTES, spent: false };
    let mut kept = Vec::with_capacity(blocks.len());
    budget.blocks(blocks, 0, &mut kept);
    (kept, budget.spent)
}

struct Budget {
    left: usize,
    spent: bool,
}

impl Budget {
    /// Every node costs one byte beside its text, so that nodes without text are bounded too.
    fn take_node(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) if !self.spent => self.left = left,
            _ => self.spent = true,
        }
        !self.spent
    }

    fn take_text(&mut self, text: &Text) -> Text {
        let kept = if text.len() > self.left { text.cut(self.left) } else { text.clone() };
        self.spent |= kept.len() < text.len();
        self.left -= kept.len();
        kept
    }

    /// A container at the greatest depth is opened: what it holds takes its place.
    fn blocks(&mut self, blocks: Vec<Block>, depth: usize, kept: &mut Vec<Block>) {
        for block in blocks {
            if !self.take_node() {
                return;
            }
            match block {
                Block::Paragraph(inlines) => kept.push(Block::Paragraph(self.line(inlines, depth))),
                Block::Heading { level, title } => {
                    kept.push(Block::Heading { level, title: self.line(title, depth) });
                }
                Block::Code { language, text } => kept.push(Block::Code {
                    language: language.map(|language| self.take_text(&language)),
                    text: self.take_text(&text),
                }),
                Block::Rule => kept.push(Block::Rule),
                Block::Quote(inner) if depth >= MAX_DEPTH => self.blocks(inner, depth, kept),
                Block::Quote(inner) => kept.push(Block::Quote(self.nested(inner, depth))),
                Block::List { items, .. } if depth >= MAX_DEPTH => {
                    for item in items {
                        self.blocks(item, depth, kept);
                    }
                }
                Block::List { first, items } => {
                    let mut bounded = Vec::with_capacity(items.len());
                    for item in items {
                        if self.take_node() {
                            bounded.push(self.nested(item, depth));
                        }
                    }
                    kept.push(Block::List { first, items: bounded });
                }
            }
        }
    }

    fn nested(&mut self, blocks: Vec<Block>, depth: usize) -> Vec<Block> {
        let mut kept = Vec::with_capacity(blocks.len());
        self.blocks(blocks, depth + 1, &mut kept);
        kept
    }

    fn line(&mut self, inlines: Vec<Inline>, depth: usize) -> Vec<Inline> {
        let mut kept = Vec::with_capacity(inlines.len());
        self.inlines(inlines, depth + 1, &mut kept);
        kept
    }

    fn inlines(&mut self, inlines: Vec<Inline>, depth: usize, kept: &mut Vec<Inline>) {
        let mut run = String::new();
        for inline in inlines {
            if !self.take_node() {
                break;
            }
            if let Inline::Text(text) = inline {
                run.push_str(self.take_text(&text).as_str());
                continue;
            }
            end_run(&mut run, kept);
            match inline {
                Inline::Text(_) => {}
                Inline::Code(text) => kept.push(Inline::Code(self.take_text(&text))),
                Inline::Break => kept.push(Inline::Break),
                Inline::Mention { user, label } => {
                    kept.push(Inline::Mention { user, label: self.take_text(&label) });
                }
                Inline::Marked(_, inner) if depth >= MAX_DEPTH => self.inlines(inner, depth, kept),
                Inline::Marked(mark, inner) => {
                    kept.push(Inline::Marked(mark, self.line(inner, depth)));
                }
                Inline::Link { url, label } => {
                    self.left = self.left.saturating_sub(url.as_str().len());
                    kept.push(Inline::Link { url, label: self.line(label, depth) });
                }
            }
        }
        end_run(&mut run, kept);
    }
}

/// Ends a run of text nodes that touch: they become one.
fn end_run(run: &mut String, kept: &mut Vec<Inline>) {
    if run.is_empty() {
        return;
    }
    let text = Text::from(std::mem::take(run));
    match kept.last_mut() {
        Some(Inline::Text(before)) => *before = before.and(&text),
        _ => kept.push(Inline::Text(text)),
    }
}
