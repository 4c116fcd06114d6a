//! Whose device proves that it is his: what is asked, shown and answered (short authentication
//! string, Client-Server API 1.1 §11.12.2.2).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use matrix_sdk::ruma::UserId as MatrixUserId;
use nuncio_core::{
    event::{EventKind, Outcome, Question, QuestionId, QuestionState, Shown, Verdict},
    place::Place,
    receipt::{Receipt, Retry},
};
use nuncio_policy::{Speaker, UserId};

use super::{Job, Request, Session};

/// The most that are open at once; another is not begun. Beside them, as many may wait to be taken
/// up, of which the oldest is forgotten for a new one.
const MOST: usize = 8;

/// How long one has (§11.12.2.1).
const LIFE: Duration = Duration::from_mins(10);

/// The letters of a name: none looks like another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// The questions that are not over.
#[derive(Debug, Default)]
pub(super) struct Questions {
    open: Vec<Open>,
    named: u64,
}

/// A question that is not over.
#[derive(Debug)]
struct Open {
    /// As it was told last.
    question: Question,
    /// When it is over, whatever happens.
    due: Duration,
    /// The same, for people.
    until: Timestamp,
    /// What we did of our own accord last.
    step: Option<Step>,
    /// Whether the other side may have heard of it.
    begun: bool,
    /// Whether our side has been asked to say the same.
    judged: bool,
}

impl Open {
    fn is_requested(&self) -> bool {
        self.question.state == QuestionState::Requested
    }
}

/// How far a verification has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It is for the other side to do something.
    Waiting,
    /// A device has taken up what we ask, and we begin.
    Ready {
        /// Which.
        device: String,
    },
    /// The other side begins, and we go along.
    Begun {
        /// Its device.
        device: String,
    },
    /// Both sides show something.
    Shown {
        /// The other side's device.
        device: String,
        /// What.
        shown: Shown,
    },
    /// It is over.
    Over(Outcome),
}

/// What is done of our own accord. It shows nothing and signs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Begin with the device that has taken it up.
    Begin,
    /// Go along with the device that begins.
    Accept,
}

impl Session {
    /// A device asks us to prove ourselves, and would prove itself. The name under which an owner
    /// may have it taken up; none for our own account's, of which nobody can say who holds it.
    pub fn asked(&mut self, who: &MatrixUserId) -> Option<QuestionId> {
        if who.as_str() == self.me() {
            return None;
        }
        let by = self.person(who.as_str())?;
        let about = by.verified_id()?.clone();
        let waiting = self.questions.open.iter().filter(|open| open.is_requested()).count();
        if waiting >= MOST
            && let Some(oldest) = self.questions.open.iter().position(Open::is_requested)
        {
            self.questions.open.remove(oldest);
        }
        Some(self.question(by, None, about, QuestionState::Requested))
    }

    /// What is to be done to ask somebody's devices.
    ///
    /// # Errors
    /// The receipt, where nothing is.
    pub fn verify(&mut self, who: &UserId, by: &Speaker, tell: &Place) -> Result<Job, Receipt> {
        let user = MatrixUserId::parse(who.user());
        let Some(user) = user.ok().filter(|_| *who.network() == self.network) else {
            let why = format!("`{}` is nobody's Matrix id", who.user());
            return Err(self.not_asked(who, by, tell, why));
        };
        if self.taken_up().any(|open| open.question.about == *who) {
            return Err(self.not_asked(who, by, tell, "he is asked already".to_owned()));
        }
        if self.taken_up().count() >= MOST {
            return Err(self.not_asked(who, by, tell, format!("{MOST} others are asked already")));
        }
        let place = Some(tell.clone());
        let question = self.question(by.clone(), place, who.clone(), QuestionState::Asked);
        Ok(Job::one(Request::Prove { question, who: user }))
    }

    /// What is to be done about what somebody says to a question.
    ///
    /// # Errors
    /// The receipt, where nothing is.
    pub fn judge(&mut self, id: &QuestionId, verdict: Verdict) -> Result<Job, Receipt> {
        let (others, now) = (self.taken_up().count(), self.now.uptime);
        let Some(open) = self.find(id).filter(|open| now < open.due) else {
            return Err(never(format!("nothing is asked under `{id}`")));
        };
        let mut verdict = verdict;
        match (&open.question.state, verdict) {
            (QuestionState::Requested, Verdict::TakeUp) if others >= MOST => {
                verdict = Verdict::Cancel;
            }
            (QuestionState::Open { .. }, Verdict::Same) if !open.judged => open.judged = true,
            (QuestionState::Requested, Verdict::TakeUp)
            | (QuestionState::Open { .. }, Verdict::Differs)
            | (_, Verdict::Cancel) => {}
            (state, verdict) => {
                tracing::debug!(?state, ?verdict, "An answer does not fit its question.");
                return Err(never(format!("`{id}` does not ask for that")));
            }
        }
        let who = open.question.about.user().to_owned();
        Ok(Job::one(Request::Judge { question: id.clone(), who, verdict }))
    }

    /// What became of asking somebody's devices.
    pub fn prove_ended(&mut self, id: &QuestionId, outcome: Result<(), &str>) {
        match outcome {
            Err(why) => self.end(id, Outcome::Cancelled { why: why.to_owned() }),
            Ok(()) => {
                if let Some(open) = self.find(id) {
                    open.begun = true;
                }
            }
        }
    }

    /// The connection was cut: what was being asked then is asked anew, as the house has it do.
    pub(super) fn cut_questions(&mut self) {
        self.give_up("the connection was cut", |open| !open.begun);
    }

    /// What became of an answer. What could not be said is over: half of it may have arrived.
    pub fn judge_ended(&mut self, id: &QuestionId, verdict: Verdict, outcome: Result<(), &str>) {
        match (verdict, outcome) {
            (_, Err(why)) => self.end(id, Outcome::Cancelled { why: why.to_owned() }),
            (Verdict::TakeUp, Ok(())) => self.tell(id, QuestionState::Asked),
            (Verdict::Same, Ok(())) => self.tell(id, QuestionState::Confirmed),
            (Verdict::Differs, Ok(())) => self.end(id, Outcome::Differs),
            (Verdict::Cancel, Ok(())) => {
                self.end(id, Outcome::Cancelled { why: "we asked no more".to_owned() });
            }
        }
    }

    /// What became of what we did of our own accord.
    pub fn step_ended(&mut self, id: &QuestionId, outcome: Result<(), &str>) {
        if let Err(why) = outcome {
            self.end(id, Outcome::Cancelled { why: why.to_owned() });
        }
    }

    /// How far a verification has come by now. What is to be done next.
    pub fn proceeds(&mut self, id: &QuestionId, progress: Progress) -> Option<Step> {
        let open = self.find(id)?;
        if open.is_requested() && !matches!(progress, Progress::Over(_)) {
            return None;
        }
        let (step, device) = match progress {
            Progress::Waiting => return None,
            Progress::Over(outcome) => {
                self.end(id, outcome);
                return None;
            }
            Progress::Shown { device, shown } => {
                if open.question.state == QuestionState::Asked {
                    open.question.device = Some(short(&device));
                    let until = open.until;
                    self.tell(id, QuestionState::Open { shown, until });
                }
                return None;
            }
            Progress::Ready { device } => (Step::Begin, device),
            Progress::Begun { device } => (Step::Accept, device),
        };
        open.question.device = Some(short(&device));
        // Once: the library says what it said until the other side has heard of it.
        (open.step.replace(step) != Some(step)).then_some(step)
    }

    /// Ends what has had its time.
    pub fn end_questions(&mut self) {
        let now = self.now.uptime;
        let due = self.questions.open.iter().filter(|open| open.due <= now);
        let due: Vec<_> = due.map(|open| open.question.id.clone()).collect();
        for id in due {
            self.end(&id, Outcome::Unanswered);
        }
    }

    /// The library has forgotten all that it knew.
    pub fn lose_questions(&mut self, why: &str) {
        self.give_up(why, |_| true);
    }

    fn give_up(&mut self, why: &str, is: impl Fn(&Open) -> bool) {
        let given_up = self.questions.open.iter().filter(|open| is(open));
        let given_up: Vec<_> = given_up.map(|open| open.question.id.clone()).collect();
        for id in given_up {
            self.end(&id, Outcome::Cancelled { why: why.to_owned() });
        }
    }

    /// Whether a question is not over.
    pub fn is_asked(&self, id: &QuestionId) -> bool {
        self.questions.open.iter().any(|open| open.question.id == *id)
    }

    /// When the first of them is over.
    pub(super) fn questions_due(&self) -> Option<Duration> {
        self.questions.open.iter().map(|open| open.due).min()
    }

    fn taken_up(&self) -> impl Iterator<Item = &Open> {
        self.questions.open.iter().filter(|open| !open.is_requested())
    }

    fn find(&mut self, id: &QuestionId) -> Option<&mut Open> {
        self.questions.open.iter_mut().find(|open| open.question.id == *id)
    }

    fn question(
        &mut self,
        by: Speaker,
        place: Option<Place>,
        about: UserId,
        state: QuestionState,
    ) -> QuestionId {
        let id = self.name();
        let question = Question { id: id.clone(), by, place, about, device: None, state };
        self.report(EventKind::Question(Box::new(question.clone())));
        let life = SignedDuration::from_secs(LIFE.as_secs().cast_signed());
        let until = self.now.wall.checked_add(life).unwrap_or(self.now.wall);
        let due = self.now.uptime.saturating_add(LIFE);
        let begun = question.state == QuestionState::Requested;
        self.questions.open.push(Open { question, due, until, step: None, begun, judged: false });
        id
    }

    /// A name of which nobody has heard for a long time: the next of a sequence that has its
    /// beginning from the session.
    fn name(&mut self) -> QuestionId {
        loop {
            self.questions.named = self.questions.named.wrapping_add(1);
            let mut bits = mix(self.nonce.wrapping_add(self.questions.named));
            let mut name = String::with_capacity(4);
            while name.len() < 4 {
                let count = LETTERS.len() as u64;
                let letter = usize::try_from(bits % count).ok().and_then(|at| LETTERS.get(at));
                name.extend(letter.map(|letter| char::from(*letter)));
                bits /= count;
            }
            let name = QuestionId::new(name);
            if !self.is_asked(&name) {
                return name;
            }
        }
    }

    /// Whoever wanted to ask hears that nobody was asked.
    fn not_asked(&mut self, about: &UserId, by: &Speaker, tell: &Place, why: String) -> Receipt {
        let (id, place) = (self.name(), Some(tell.clone()));
        let state = QuestionState::Ended(Outcome::Cancelled { why: why.clone() });
        let (by, about) = (by.clone(), about.clone());
        let question = Question { id, by, place, about, device: None, state };
        self.report(EventKind::Question(Box::new(question)));
        never(why)
    }

    fn tell(&mut self, id: &QuestionId, state: QuestionState) {
        let Some(open) = self.find(id) else { return };
        open.question.state = state;
        let question = open.question.clone();
        self.report(EventKind::Question(Box::new(question)));
    }

    /// It is over. Of what nobody took up nobody hears.
    fn end(&mut self, id: &QuestionId, outcome: Outcome) {
        let Some(at) = self.questions.open.iter().position(|open| open.question.id == *id) else {
            return;
        };
        let open = self.questions.open.remove(at);
        if open.is_requested() {
            return;
        }
        let what = match outcome {
            Outcome::Person | Outcome::Device => "devices proven",
            _ => "devices not proven",
        };
        self.counted(what, 1);
        let question = Question { state: QuestionState::Ended(outcome), ..open.question };
        self.report(EventKind::Question(Box::new(question)));
    }
}

/// What a device calls itself is its owner's, and may be as long as he likes.
fn short(device: &str) -> smol_str::SmolStr {
    device.get(..device.floor_char_boundary(64)).unwrap_or_default().into()
}

fn never(why: String) -> Receipt {
    Receipt::failed(why, Retry::Never)
}

/// Splitmix64: two numbers that are near each other come far apart.
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
