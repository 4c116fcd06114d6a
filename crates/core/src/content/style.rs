//! How text looks, and what of it a rendering could not show.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One way to mark a run of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Strong importance, shown bold.
    Strong,
    /// Emphasis, shown italic.
    Emphasis,
    /// Underlined.
    Underline,
    /// Struck through.
    Strike,
    /// Hidden until the reader asks for it.
    Spoiler,
}

/// The marks in force at one place, a small set.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Style(u8);

impl Style {
    /// No mark at all.
    pub const PLAIN: Self = Self(0);
    /// Bold.
    pub const STRONG: Self = Self(1);
    /// Italic.
    pub const EMPHASIS: Self = Self(1 << 1);
    /// Underlined.
    pub const UNDERLINE: Self = Self(1 << 2);
    /// Struck through.
    pub const STRIKE: Self = Self(1 << 3);
    /// Hidden until asked for.
    pub const SPOILER: Self = Self(1 << 4);
    /// Of one width, as code is shown.
    pub const CODE: Self = Self(1 << 5);
    /// Every mark.
    pub const ALL: Self = Self((1 << 6) - 1);

    /// The marks of either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The marks that are in both.
    #[must_use]
    pub const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The marks that are not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every mark of the other is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is no mark.
    pub const fn is_plain(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            ("strong", Self::STRONG),
            ("emphasis", Self::EMPHASIS),
            ("underline", Self::UNDERLINE),
            ("strike", Self::STRIKE),
            ("spoiler", Self::SPOILER),
            ("code", Self::CODE),
        ];
        let held = names.into_iter().filter(|(_, mark)| self.has(*mark));
        f.debug_set().entries(held.map(|(name, _)| Name(name))).finish()
    }
}

/// A name that is shown without quotes.
struct Name(&'static str);

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl From<Mark> for Style {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Strong => Self::STRONG,
            Mark::Emphasis => Self::EMPHASIS,
            Mark::Underline => Self::UNDERLINE,
            Mark::Strike => Self::STRIKE,
            Mark::Spoiler => Self::SPOILER,
        }
    }
}

/// One thing that a rendering could not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Loss {
    /// Bold, italic, underlined, struck or code text is shown plain.
    Styling,
    /// Text that was to be hidden until asked for is shown openly.
    Spoiler,
    /// A heading is shown as a line of its own, without its level.
    Heading,
    /// A link's label and address are both shown as text.
    Link,
    /// A mention is shown as a name and does not call the person.
    Mention,
    /// The language of a code block is not told.
    CodeLanguage,
    /// The end is missing, because there was no room for it.
    Truncated,
}

impl Loss {
    const ALL: [Self; 7] = [
        Self::Styling,
        Self::Spoiler,
        Self::Heading,
        Self::Link,
        Self::Mention,
        Self::CodeLanguage,
        Self::Truncated,
    ];

    const fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Styling => "styling",
            Self::Spoiler => "spoiler",
            Self::Heading => "heading",
            Self::Link => "link",
            Self::Mention => "mention",
            Self::CodeLanguage => "code language",
            Self::Truncated => "the end",
        })
    }
}

/// What a rendering could not show, as a set; empty when the whole content was shown.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Loss>", into = "Vec<Loss>")]
pub struct Losses(u8);

impl Losses {
    /// Nothing was lost.
    pub const NONE: Self = Self(0);

    /// Adds one.
    pub const fn insert(&mut self, loss: Loss) {
        self.0 |= loss.bit();
    }

    /// What either lost.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this was lost.
    pub const fn contains(self, loss: Loss) -> bool {
        self.0 & loss.bit() != 0
    }

    /// Whether nothing was lost.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each loss, in the order of [`Loss`].
    pub fn iter(self) -> impl Iterator<Item = Loss> {
        Loss::ALL.into_iter().filter(move |&loss| self.contains(loss))
    }
}

impl FromIterator<Loss> for Losses {
    fn from_iter<I: IntoIterator<Item = Loss>>(losses: I) -> Self {
        let mut set = Self::NONE;
        losses.into_iter().for_each(|loss| set.insert(loss));
        set
    }
}

impl From<Loss> for Losses {
    fn from(loss: Loss) -> Self {
        Self(loss.bit())
    }
}

impl From<Vec<Loss>> for Losses {
    fn from(losses: Vec<Loss>) -> Self {
        losses.into_iter().collect()
    }
}

impl From<Losses> for Vec<Loss> {
    fn from(losses: Losses) -> Self {
        losses.iter().collect()
    }
}

impl fmt::Debug for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Lists the losses with commas; empty when there are none.
impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, loss) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            loss.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Loss, Losses, Style};

    #[test]
    fn losses_are_a_set() {
        let losses: Losses = [Loss::Truncated, Loss::Styling, Loss::Styling].into_iter().collect();
        assert_eq!(losses.to_string(), "styling, the end");
        assert!(losses.contains(Loss::Truncated) && !losses.contains(Loss::Link));
        let json = serde_json::to_string(&losses).unwrap();
        assert_eq!(json, r#"["styling","truncated"]"#);
        assert_eq!(serde_json::from_str::<Losses>(&json).unwrap(), losses);
        assert_eq!(Loss::ALL.into_iter().collect::<Losses>().iter().count(), 7);
    }

    #[test]
    fn styles_are_a_set() {
        let both = Style::STRONG.with(Style::CODE);
        assert!(both.has(Style::CODE) && !both.has(Style::STRIKE));
        assert_eq!(both.without(Style::CODE), Style::STRONG);
        assert_eq!(both.only(Style::CODE), Style::CODE);
    }
}
