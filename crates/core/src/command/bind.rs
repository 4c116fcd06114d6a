//! From a line and a signature to arguments.

use smol_str::SmolStr;

use super::suggest::closest;
use super::value::Mismatch;
use super::{
    ArgumentError, Arguments, Here, Kind, Line, Need, Parameter, Signature, Span, Unterminated,
    Value, Word, Words, Wrong, folded,
};

impl Signature {
    /// Reads the arguments that stand in a line from a byte on; spans of errors are in its text.
    ///
    /// Flags may stand anywhere before a text; `--` ends them. Where the signature has none,
    /// `--name` is a word like any other.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, from left to right. Where some of the line is secret, the error
    /// repeats nothing of it: a secret in the wrong place is still one.
    pub fn parse<'a>(
        &self,
        line: impl Into<Line<'a>>,
        at: usize,
        here: &Here<'_>,
    ) -> Result<Arguments, ArgumentError> {
        let line = line.into();
        let words = Words::new(line, at);
        let is_secret = self.has_secrets();
        let raw = if is_secret { String::new() } else { line.plain(words.rest().1) };
        let flags_open = self.flags().next().is_some();
        let values = Vec::new();
        let binder = Binder { signature: self, line, here, words, flags_open, values };
        match binder.bind() {
            Ok(values) => Ok(Arguments { values, raw }),
            Err(error) if is_secret => Err(error.without_found()),
            Err(error) => Err(error),
        }
    }
}

struct Binder<'a> {
    signature: &'a Signature,
    line: Line<'a>,
    here: &'a Here<'a>,
    words: Words<'a>,
    flags_open: bool,
    values: Vec<(SmolStr, Value)>,
}

impl<'a> Binder<'a> {
    fn bind(mut self) -> Result<Vec<(SmolStr, Value)>, ArgumentError> {
        let mut positional = self.signature.positional().peekable();
        loop {
            self.take_flags()?;
            let (rest, span) = self.words.rest();
            if rest.is_empty() {
                break;
            }
            let Some(&parameter) = positional.peek() else {
                return Err(self.error(Wrong::Unexpected, span, None));
            };
            match parameter.kind {
                Kind::Text => {
                    self.words.skip_to(span.end);
                    self.keep(parameter, Value::Text(self.line.plain(span)));
                }
                Kind::Command => self.take_command(parameter, span)?,
                _ => {
                    let before = self.words.clone();
                    let Some(word) = self.next_word()? else { break };
                    if self.passes(parameter, &word) {
                        self.words = before;
                    } else {
                        self.take(parameter, &word.text, word.span)?;
                    }
                }
            }
            if !matches!(parameter.need, Need::Repeated { .. }) {
                positional.next();
            }
        }
        self.fill_in()?;
        Ok(self.values)
    }

    /// Whether an optional parameter leaves a word to those that follow it.
    fn passes(&self, parameter: &Parameter, word: &Word) -> bool {
        let optional = matches!(parameter.need, Need::Optional | Need::Default(_));
        let is_last = self.signature.positional().last() == Some(parameter);
        // Whoever wrote the alias said where an argument stands, and not whoever gives it.
        let claims = !word.inserted && parameter.kind.claims(&word.text, self.here);
        optional && !is_last && !claims
    }

    fn take(&mut self, parameter: &Parameter, text: &str, span: Span) -> Result<(), ArgumentError> {
        match parameter.kind.read(text, self.here) {
            Ok(value) => self.keep(parameter, value),
            Err(Mismatch { hint }) => {
                let error = self.error(Wrong::Kind, span, Some(parameter));
                return Err(ArgumentError { hint, found: text.into(), ..error });
            }
        }
        Ok(())
    }

    /// A command is named by as many words as name one, or by an argument of an alias.
    fn take_command(&mut self, parameter: &Parameter, rest: Span) -> Result<(), ArgumentError> {
        if self.line.inserted_at(rest.start).is_some()
            && let Some(word) = self.next_word()?
        {
            return self.take(parameter, &word.text, word.span);
        }
        match self.here.commands.resolve(self.line.text(), rest.start, self.here.may_run) {
            Ok(resolved) => {
                self.words.skip_to(resolved.name.end);
                self.keep(parameter, Value::Command(resolved.command.id.clone()));
                Ok(())
            }
            Err(error) => {
                let argument = self.error(Wrong::Kind, error.span(), Some(parameter));
                Err(ArgumentError { hint: Some(error.to_string()), ..argument })
            }
        }
    }

    fn keep(&mut self, parameter: &Parameter, value: Value) {
        self.values.push((parameter.name.clone(), value));
    }

    /// Takes the flags that stand next in the line.
    fn take_flags(&mut self) -> Result<(), ArgumentError> {
        while self.flags_open {
            let (rest, _) = self.words.rest();
            if !rest.starts_with("--") && !rest.starts_with('—') {
                return Ok(());
            }
            let before = self.words.clone();
            let Some(word) = self.next_word()? else { return Ok(()) };
            let Some(flag) = word.text.strip_prefix("--") else {
                // Telephones make a dash of two hyphens; only a flag's name tells which is meant.
                let flag = word.text.trim_start_matches('—');
                if self.flag(flag).is_none() {
                    self.words = before;
                    return Ok(());
                }
                self.take_flag(flag, &word)?;
                continue;
            };
            if flag.is_empty() {
                self.flags_open = false;
            } else {
                self.take_flag(flag, &word)?;
            }
        }
        Ok(())
    }

    fn flag(&self, flag: &str) -> Option<&'a Parameter> {
        let name = folded(flag.split('=').next().unwrap_or(flag)).replace('_', "-");
        self.signature.flags().find(|parameter| parameter.flag_name() == name)
    }

    fn take_flag(&mut self, flag: &str, word: &Word) -> Result<(), ArgumentError> {
        let Some(parameter) = self.flag(flag) else {
            let error = self.error(Wrong::UnknownFlag, word.span, None);
            let name = flag.split('=').next().unwrap_or(flag);
            let names: Vec<_> = self.signature.flags().map(Parameter::flag_name).collect();
            let meant = closest(name, names.iter().map(String::as_str));
            let found = format!("--{name}");
            let hint = meant.map(|meant| format!("did you mean `--{meant}`?"));
            return Err(ArgumentError { found, hint, ..error });
        };
        let repeated = matches!(parameter.need, Need::Repeated { .. });
        if !repeated && self.values.iter().any(|(name, _)| *name == parameter.name) {
            return Err(self.error(Wrong::Twice, word.span, Some(parameter)));
        }
        if let Some((_, value)) = flag.split_once('=') {
            return self.take(parameter, value, word.span);
        }
        if parameter.kind == Kind::Bool {
            self.keep(parameter, Value::Bool(true));
            return Ok(());
        }
        match self.next_word()? {
            Some(value) => self.take(parameter, &value.text, value.span),
            None => Err(self.error(Wrong::Missing, Span::at(word.span.end), Some(parameter))),
        }
    }

    /// Puts defaults where nothing was typed, and finds what is missing.
    fn fill_in(&mut self) -> Result<(), ArgumentError> {
        let end = Span::at(self.line.text().trim_end().len());
        for parameter in self.signature.parameters() {
            let given = self.values.iter().filter(|(name, _)| *name == parameter.name).count();
            match &parameter.need {
                Need::Default(default) if given == 0 => self.take(parameter, default, end)?,
                Need::Required if given == 0 => {
                    return Err(self.error(Wrong::Missing, end, Some(parameter)));
                }
                Need::Repeated { min } if given < *min => {
                    return Err(self.error(Wrong::Missing, end, Some(parameter)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn next_word(&mut self) -> Result<Option<Word>, ArgumentError> {
        self.words.next_word().map_err(|Unterminated { span }| {
            let error = self.error(Wrong::Unterminated, span, None);
            let hint = "close it, or write `\\` before it";
            ArgumentError { hint: Some(hint.into()), ..error }
        })
    }

    fn error(&self, what: Wrong, span: Span, parameter: Option<&Parameter>) -> ArgumentError {
        ArgumentError {
            span,
            what,
            parameter: parameter.map(|parameter| parameter.name.clone()),
            found: span.of(self.line.text()).into(),
            expected: parameter.map(|parameter| parameter.kind.expected()).unwrap_or_default(),
            hint: None,
        }
    }
}
