//! Lines that we send.

use std::fmt;

use super::BODY_BYTES;

/// One line to send; legal by construction, with its CR LF.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    text: String,
    secret: bool,
}

/// Why a line cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// A parameter holds CR, LF or NUL, which would end the line or the server's patience.
    #[error("`{verb}` cannot carry a line break or NUL; send each line by itself")]
    Control {
        /// The command.
        verb: Verb,
    },
    /// A parameter other than the last is empty, holds a blank or begins with `:`.
    #[error(
        "`{param}` cannot stand in `{verb}`: it must not be empty, hold a blank or begin with `:`"
    )]
    Middle {
        /// The command.
        verb: Verb,
        /// The parameter; never a secret.
        param: String,
    },
    /// The line would be longer than the server takes.
    #[error("`{verb}` of {bytes} bytes is longer than the {limit} that the server takes")]
    Long {
        /// The command.
        verb: Verb,
        /// The length that it would have, CR LF included.
        bytes: usize,
        /// The most that the server takes.
        limit: usize,
    },
}

macro_rules! verbs {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// The commands that we send, and no other.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is the command of that name in RFC 2812 or `IRCv3`")]
        pub enum Verb { $($name),+ }

        impl Verb {
            /// As it stands on the line.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

verbs! {
    Authenticate = "AUTHENTICATE", Cap = "CAP", Invite = "INVITE", Join = "JOIN", Kick = "KICK",
    Mode = "MODE", Monitor = "MONITOR", Nick = "NICK", Notice = "NOTICE", Part = "PART", Pass = "PASS", Ping = "PING",
    Pong = "PONG", Privmsg = "PRIVMSG", Quit = "QUIT", Topic = "TOPIC", User = "USER", Who = "WHO",
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Line {
    /// Begins a line.
    pub fn begin(verb: Verb) -> Builder {
        Builder::new(String::with_capacity(64), verb)
    }

    /// Begins a line with a `label` tag (`IRCv3` labeled-response).
    pub fn labelled(label: u64, verb: Verb) -> Builder {
        Builder::new(format!("@label={label} "), verb)
    }

    /// The line as it goes out.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The line without its ending, for a trace; None where it holds a secret.
    pub fn shown(&self) -> Option<&str> {
        (!self.secret).then(|| self.text.trim_end())
    }
}

/// A secret never shows.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown() {
            Some(text) => write!(f, "Line({text:?})"),
            None => f.write_str("Line(…)"),
        }
    }
}

/// A line in the making: middle parameters first, then the last.
#[derive(Debug, Clone)]
pub struct Builder {
    line: Line,
    verb: Verb,
    tag_bytes: usize,
    limit: usize,
}

impl Builder {
    fn new(mut text: String, verb: Verb) -> Self {
        let tag_bytes = text.len();
        text.push_str(verb.as_str());
        Self { line: Line { text, secret: false }, verb, tag_bytes, limit: BODY_BYTES }
    }

    /// Sets the most bytes of the line without tags: the server's `LINELEN`.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Hides the line from [`Debug`](fmt::Debug) and [`Line::shown`].
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.line.secret = true;
        self
    }

    /// Adds a parameter that others follow, or may follow.
    ///
    /// # Errors
    ///
    /// [`LineError::Control`] and [`LineError::Middle`].
    pub fn middle(mut self, param: &str) -> Result<Self, LineError> {
        self.check(param)?;
        if param.is_empty() || param.starts_with(':') || param.contains(' ') {
            let param = if self.line.secret { "…" } else { param };
            return Err(LineError::Middle { verb: self.verb, param: param.to_owned() });
        }
        self.line.text.push(' ');
        self.line.text.push_str(param);
        Ok(self)
    }

    /// Adds the last parameter, which may hold blanks, begin with `:` or be empty.
    ///
    /// # Errors
    ///
    /// [`LineError::Control`] and [`LineError::Long`].
    pub fn last(mut self, param: &str) -> Result<Line, LineError> {
        self.check(param)?;
        self.line.text.push_str(" :");
        self.line.text.push_str(param);
        self.end()
    }

    /// Ends the line after the parameters that it has.
    ///
    /// # Errors
    ///
    /// [`LineError::Long`].
    pub fn end(mut self) -> Result<Line, LineError> {
        self.line.text.push_str("\r\n");
        let bytes = self.line.text.len() - self.tag_bytes;
        if bytes > self.limit {
            return Err(LineError::Long { verb: self.verb, bytes, limit: self.limit });
        }
        Ok(self.line)
    }

    fn check(&self, param: &str) -> Result<(), LineError> {
        if param.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(LineError::Control { verb: self.verb });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Content, Framer, Received};

    #[test]
    fn a_line_reads_as_it_is_sent() {
        let line = Line::begin(Verb::Privmsg).middle("#a").and_then(|line| line.last(":) hi"));
        assert_eq!(line.as_ref().map(Line::as_bytes), Ok(&b"PRIVMSG #a ::) hi\r\n"[..]));
        let line = Line::labelled(7, Verb::Join).middle("#a").and_then(Builder::end);
        assert_eq!(line.as_ref().map(Line::as_bytes), Ok(&b"@label=7 JOIN #a\r\n"[..]));
    }

    #[test]
    fn what_would_break_the_line_is_refused() {
        for param in ["a\rb", "a\nb", "a\0b"] {
            assert!(Line::begin(Verb::Privmsg).middle(param).is_err());
            assert!(Line::begin(Verb::Privmsg).last(param).is_err());
        }
        for param in ["", " ", "a b", ":a"] {
            assert!(Line::begin(Verb::Kick).middle(param).is_err());
        }
        let long = "x".repeat(512 - "QUIT :\r\n".len());
        assert!(Line::begin(Verb::Quit).last(&long).is_ok());
        assert!(Line::begin(Verb::Quit).last(&format!("{long}x")).is_err());
        assert!(Line::begin(Verb::Quit).limit(513).last(&format!("{long}x")).is_ok());
    }

    #[test]
    fn a_secret_does_not_show() {
        let line = Line::begin(Verb::Pass).secret().last("hunter2");
        assert!(!format!("{line:?}").contains("hunter2"));
        let error = Line::begin(Verb::Join).secret().middle("hunter 2");
        assert!(!format!("{error:?}").contains("hunter"));
    }

    proptest! {
        /// What is built is read back the same, on one line, whatever the parameters hold.
        #[test]
        fn round_trip(middles in prop::collection::vec("[^ :\r\n\0][^ \r\n\0]{0,20}", 0..5), last in "[^\r\n\0]{0,60}") {
            let mut builder = Line::begin(Verb::Mode);
            for middle in &middles {
                builder = builder.middle(middle)?;
            }
            let line = builder.limit(2000).last(&last)?;
            let mut framer = Framer::default();
            framer.limit_body(2000);
            let mut read = Vec::new();
            framer.feed(line.as_bytes(), |_, line| read.push(Received::parse(line).content));
            let params = middles.into_iter().chain([last]).collect();
            let command = irc::proto::Command::Raw("MODE".to_owned(), params);
            prop_assert_eq!(read, [Content::Message(command.into())]);
        }

        /// Arbitrary bytes in arbitrary pieces give lines, never a panic, in bounded memory.
        #[test]
        fn anything_is_read(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..600), 0..8)) {
            let mut framer = Framer::default();
            for chunk in &chunks {
                framer.feed(chunk, |_, line| drop(Received::parse(line)));
                prop_assert!(framer.held() <= super::super::TAG_BYTES + BODY_BYTES);
            }
        }
    }
}
