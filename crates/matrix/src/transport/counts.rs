//! What is counted of the account's encryption.

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// Messages that could not be opened when they came.
    Closed,
    /// Keys that the backup was asked for.
    Asked,
    /// Keys that the account's other devices were asked for.
    Requested,
    /// Keys that they sent.
    Forwarded,
    /// Messages that were opened later.
    Opened,
    /// Messages that were given up for others.
    GivenUp,
    /// Times that the account's keys were found not to be ours.
    Foreign,
    /// People who have other signing keys than before.
    Changed,
}

impl Count {
    const ALL: [Self; 8] = [
        Self::Closed,
        Self::Asked,
        Self::Requested,
        Self::Forwarded,
        Self::Opened,
        Self::GivenUp,
        Self::Foreign,
        Self::Changed,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Closed => "messages without their key",
            Self::Asked => "keys asked of the backup",
            Self::Requested => "keys asked of the account's other devices",
            Self::Forwarded => "keys sent by the account's other devices",
            Self::Opened => "messages opened late",
            Self::GivenUp => "messages given up",
            Self::Foreign => "alarms of the account's own keys",
            Self::Changed => "people with other keys than before",
        }
    }
}

/// How often it happened since that was last told.
#[derive(Debug, Default)]
pub(super) struct Counts([usize; Count::ALL.len()]);

impl Counts {
    pub(super) fn add(&mut self, what: Count, more: usize) {
        if let Some(count) = self.0.get_mut(what as usize) {
            *count = count.saturating_add(more);
        }
    }

    /// What happened since it was last asked, and how often.
    pub(super) fn take(&mut self) -> Vec<(&'static str, usize)> {
        let counts = std::mem::take(&mut self.0).into_iter().zip(Count::ALL);
        counts.filter(|(count, _)| *count > 0).map(|(count, what)| (what.name(), count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_once() {
        let mut counts = Counts::default();
        assert_eq!(counts.take(), []);
        for what in Count::ALL {
            counts.add(what, 1);
            counts.add(what, 1);
            assert_eq!(counts.take(), [(what.name(), 2)]);
        }
        assert_eq!(counts.take(), []);
    }
}
