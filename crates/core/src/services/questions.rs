//! The questions that wait for a person.

use nuncio_policy::Network;

use crate::event::{Event, EventKind, LinkState, Question, QuestionState};

/// How many are kept; the oldest makes way. A network has fewer than that open.
const MOST: usize = 64;

/// The questions that are open, as an overseer keeps them for
/// [`StatusView::questions`](super::StatusView::questions).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions(Vec<Question>);

impl Questions {
    /// Takes in what an event says of one. What nobody took up is no question yet, and what a
    /// network that is given up had asked is none any more.
    pub fn note(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Question(question) => self.take(question),
            EventKind::Link(LinkState::Failed { .. }) => self.forget(&event.network),
            _ => {}
        }
    }

    /// Forgets those of a network.
    pub fn forget(&mut self, network: &Network) {
        self.0.retain(|known| known.about.network() != network);
    }

    /// Those that are open, the oldest first.
    pub fn open(&self) -> &[Question] {
        &self.0
    }

    fn take(&mut self, question: &Question) {
        let is_it = |known: &Question| {
            known.id == question.id && known.about.network() == question.about.network()
        };
        let known = self.0.iter().position(is_it);
        match (&question.state, known) {
            (QuestionState::Requested, _) | (QuestionState::Ended(_), None) => {}
            (QuestionState::Ended(_), Some(at)) => drop(self.0.remove(at)),
            (_, Some(at)) => {
                if let Some(known) = self.0.get_mut(at) {
                    known.clone_from(question);
                }
            }
            (_, None) => {
                self.0.push(question.clone());
                if self.0.len() > MOST {
                    self.0.remove(0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use nuncio_policy::{CaseMapping, Speaker, UserId};

    use super::*;
    use crate::event::{EventKey, Outcome, QuestionId, Timing};

    fn event(id: &str, network: &str, kind: impl Fn(Question) -> EventKind) -> Event {
        let network: Network = network.parse().expect("a name");
        let about = UserId::new(&network, "@ann:x.org", CaseMapping::Bytes).expect("an id");
        let question = Question {
            id: QuestionId::new(id),
            by: Speaker::verified(about.clone()),
            place: None,
            about,
            device: None,
            state: QuestionState::Asked,
        };
        let (key, at) = (EventKey::new("k"), Timestamp::UNIX_EPOCH);
        Event { network, key, at, timing: Timing::Live, mark: None, kind: kind(question) }
    }

    fn told(questions: &mut Questions, id: &str, network: &str, state: &QuestionState) -> String {
        let kind =
            |question| EventKind::Question(Box::new(Question { state: state.clone(), ..question }));
        questions.note(&event(id, network, kind));
        shown(questions)
    }

    fn shown(questions: &Questions) -> String {
        let show = |open: &Question| format!("{}/{}", open.about.network(), open.id);
        questions.open().iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_open_is_kept_until_it_is_over() {
        let mut questions = Questions::default();
        assert_eq!(told(&mut questions, "a", "one", &QuestionState::Requested), "");
        assert_eq!(told(&mut questions, "a", "one", &QuestionState::Asked), "one/a");
        assert_eq!(told(&mut questions, "a", "two", &QuestionState::Asked), "one/a two/a");
        assert_eq!(told(&mut questions, "a", "one", &QuestionState::Confirmed), "one/a two/a");
        let over = || QuestionState::Ended(Outcome::Unanswered);
        assert_eq!(told(&mut questions, "b", "one", &over()), "one/a two/a");
        assert_eq!(told(&mut questions, "a", "one", &over()), "two/a");
    }

    #[test]
    fn a_network_that_is_given_up_has_none() {
        let mut questions = Questions::default();
        told(&mut questions, "a", "one", &QuestionState::Asked);
        told(&mut questions, "a", "two", &QuestionState::Asked);
        let why = "gone".to_owned();
        questions
            .note(&event("", "two", |_| EventKind::Link(LinkState::Offline { why: why.clone() })));
        assert_eq!(shown(&questions), "one/a two/a");
        questions
            .note(&event("", "two", |_| EventKind::Link(LinkState::Failed { why: why.clone() })));
        assert_eq!(shown(&questions), "one/a");
    }

    #[test]
    fn the_oldest_makes_way() {
        let mut questions = Questions::default();
        for number in 0..=MOST {
            told(&mut questions, &number.to_string(), "one", &QuestionState::Asked);
        }
        assert_eq!(questions.open().len(), MOST);
        assert!(shown(&questions).starts_with("one/1 "));
    }
}
