//! What was said, as a person reads it.

use nuncio_core::content::Content;

use crate::protocol::{Form, Said};
use crate::terminal::{Terminal, escape};

/// What was said, with its line end; where it was said and by whom, unless it answers us alone.
pub(super) fn said(said: &Said, terminal: Terminal) -> String {
    let name = escape(&said.name);
    let mut shown = match (said.room.as_deref().map(escape), said.form) {
        (Some(room), Form::Emote) => format!("[{room}] * {name} "),
        (Some(room), _) => format!("[{room}] <{name}> "),
        (None, Form::Emote) => format!("* {name} "),
        (None, _) => String::new(),
    };
    match said.markdown.as_ref().filter(|_| terminal.has_styles()) {
        Some(markdown) => {
            let form = nuncio_core::event::Form::Text;
            shown.push_str(&terminal.show(&Content::markdown(markdown), form, "").output);
        }
        None => said.text.split('\n').for_each(|line| {
            shown.push_str(&escape(line));
            shown.push('\n');
        }),
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_and_who_unless_it_is_for_us_alone() {
        let reply = Said {
            name: "nuncio".into(),
            text: "a b\nc\u{1b}".into(),
            markdown: Some("a **b**".into()),
            ..Said::default()
        };
        assert_eq!(said(&reply, Terminal::PLAIN), "a b\nc\\u{1b}\n");
        assert_eq!(said(&reply, Terminal::STYLED), "a \u{1b}[1mb\u{1b}[0m\n");
        let room =
            Said { room: Some("lobby".into()), name: "a\nb".into(), markdown: None, ..reply };
        assert_eq!(said(&room, Terminal::PLAIN), "[lobby] <a\\u{a}b> a b\nc\\u{1b}\n");
        let emote = Said { form: Form::Emote, text: "waves".into(), ..room };
        assert_eq!(said(&emote, Terminal::PLAIN), "[lobby] * a\\u{a}b waves\n");
    }
}
