//! What is wrong with a configuration, where, and what to do about it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use figment::value::Tag;
use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use crate::mark::Marks;
use crate::source::{Place, Source};

/// Something wrong at one place of the configuration.
///
/// As a [`Diagnostic`] it shows the line, with secrets masked.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) place: Option<Place>,
    pub(crate) related: Vec<Self>,
}

impl Problem {
    /// An error, at `place` if it has one.
    pub fn error(message: impl Into<String>, place: Option<Place>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            help: None,
            place,
            related: Vec::new(),
        }
    }

    /// A warning, which stops nothing.
    pub fn warning(message: impl Into<String>, place: Option<Place>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message, place) }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether it is an error rather than a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is; none when it is no single place.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| place as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::underline(place.span()))))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// Everything wrong with a configuration, in the order of its layers and lines.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems, errors and warnings.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Whether one of them is an error.
    pub fn any_error(&self) -> bool {
        self.iter().any(Problem::is_error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Self {
        Self(problems)
    }
}

/// One alone.
impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl Extend<Problem> for Problems {
    fn extend<T: IntoIterator<Item = Problem>>(&mut self, problems: T) {
        self.0.extend(problems);
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A line each: place, message and what to do.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            if let Some(place) = &problem.place {
                write!(f, "{place}: ")?;
            }
            f.write_str(&problem.message)?;
            if let Some(help) = &problem.help {
                write!(f, " ({help})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Diagnostic for Problems {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// Where a [`Finding`] is.
#[derive(Debug, Clone)]
pub(crate) enum At {
    /// Nowhere in a text.
    Nowhere,
    /// At a part of a text.
    Span(usize, Range<usize>),
    /// At a value's key.
    Key(Tag),
    /// At a value.
    Value(Tag),
}

/// A [`Problem`] before the secrets in the texts are masked.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) at: At,
    pub(crate) problem: Problem,
    pub(crate) related: Vec<(At, String)>,
}

impl Finding {
    pub(crate) fn new(at: At, message: String) -> Self {
        Self { at, problem: Problem::error(message, None), related: Vec::new() }
    }

    pub(crate) fn warning(at: At, message: String) -> Self {
        Self { at, problem: Problem::warning(message, None), related: Vec::new() }
    }

    pub(crate) fn help(mut self, help: Option<impl Into<String>>) -> Self {
        self.problem.help = help.map(Into::into);
        self
    }

    pub(crate) fn into_warning(mut self) -> Self {
        self.problem.severity = Severity::Warning;
        self
    }

    /// What findings are ordered by: the text, and the place in it.
    pub(crate) fn position(&self, marks: &Marks) -> Option<(usize, usize)> {
        let start = match &self.at {
            At::Nowhere => 0,
            At::Span(_, span) => span.start,
            At::Key(tag) => marks.get(*tag).map_or(0, |mark| mark.key.start),
            At::Value(tag) => marks.get(*tag).map_or(0, |mark| mark.value.start),
        };
        Some((self.source(marks)?, start))
    }

    /// The text that it is in.
    pub(crate) fn source(&self, marks: &Marks) -> Option<usize> {
        match &self.at {
            At::Nowhere => None,
            At::Span(source, _) => Some(*source),
            At::Key(tag) | At::Value(tag) => marks.get(*tag).map(|mark| mark.source),
        }
    }

    pub(crate) fn resolve(self, marks: &Marks, sources: &[Arc<Source>]) -> Problem {
        let related = |(at, message): (At, String)| Problem {
            severity: Severity::Advice,
            ..Problem::error(message, place(&at, marks, sources))
        };
        let place = place(&self.at, marks, sources);
        Problem { place, related: self.related.into_iter().map(related).collect(), ..self.problem }
    }
}

fn place(at: &At, marks: &Marks, sources: &[Arc<Source>]) -> Option<Place> {
    let (source, span) = match at {
        At::Nowhere => return None,
        At::Span(source, span) => (*source, span.clone()),
        At::Key(tag) => marks.get(*tag).map(|mark| (mark.source, mark.key.clone()))?,
        At::Value(tag) => marks.get(*tag).map(|mark| (mark.source, mark.value.clone()))?,
    };
    Some(Place { source: Arc::clone(sources.get(source)?), span })
}
