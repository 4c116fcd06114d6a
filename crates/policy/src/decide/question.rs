//! A request beside what the policy says of its speaker and its room.

use crate::policy::{Account, Compiled, Facts, RoomFacts};
use crate::{Request, RoomId};

/// What the layers are asked.
pub(super) struct Question<'a> {
    pub(super) policy: &'a Compiled,
    pub(super) request: &'a Request,
    /// What is said of the verified identity, which alone gives.
    pub(super) verified: Facts,
    /// The account that the verified identity names, unless nothing more is said of it.
    pub(super) account: Option<&'a Account>,
    /// What is said of identities that are claimed only, which can only take.
    pub(super) claimed: Vec<Facts>,
    /// The accounts that these name, other than the speaker's own.
    pub(super) suspected: Vec<(u32, &'a Account)>,
    /// What is said of the room in which it is said.
    pub(super) room: RoomFacts,
}

impl<'a> Question<'a> {
    pub(super) fn new(policy: &'a Compiled, request: &'a Request) -> Self {
        let people = &policy.people;
        let verified = request.speaker.verified_id().and_then(|id| people.facts(id));
        let verified = people.in_session(verified.unwrap_or_default(), &request.speaker);
        let account = verified.account.filter(|_| !verified.is_plain);
        let account = account.and_then(|number| people.account(number));
        let room = request.room.as_ref().map(|room| policy.places.facts(room)).unwrap_or_default();
        let (claimed, suspected) = (Vec::new(), Vec::new());
        let mut question = Self { policy, request, verified, account, claimed, suspected, room };
        question.suspect();
        question
    }

    /// Gathers what can be taken because of identities that are claimed only.
    ///
    /// A verified identity that matches the masks of several accounts is nobody's to give to, and
    /// under suspicion of being each of them; and so is whoever is in session as another account.
    fn suspect(&mut self) {
        let people = &self.policy.people;
        let own = self.verified.account;
        let others = |id, facts| {
            people.accounts_named(id, facts).filter(move |&(number, _)| Some(number) != own)
        };
        let speaker = &self.request.speaker;
        if let Some(id) = speaker.verified_id()
            && own.is_none()
        {
            // What is known of it is of no use where a session has contradicted it.
            let contradicted = !speaker.sessions().is_empty();
            let facts = if contradicted { people.facts(id) } else { Some(self.verified) };
            self.suspected.extend(others(id, facts.unwrap_or_default()));
        }
        let in_session = people.session_accounts(speaker).filter(|&number| Some(number) != own);
        self.suspected
            .extend(in_session.filter_map(|number| Some((number, people.account(number)?))));
        for id in speaker.claimed_ids() {
            if let Some(facts) = people.facts(id) {
                self.claimed.push(facts);
                self.suspected.extend(others(id, facts));
            }
        }
    }

    /// The entry that makes the speaker an owner.
    ///
    /// An identity that was linked from chat carries nothing of its account's ownership; the
    /// password of the account does.
    pub(super) fn owner(&self) -> Option<u32> {
        let (people, speaker) = (&self.policy.people, &self.request.speaker);
        let disowned = || {
            let own = |number: u32| Some(number) == self.verified.account;
            let disowned = speaker.verified_id().is_some_and(|id| people.is_disowned(id));
            disowned && !people.session_accounts(speaker).any(own)
        };
        self.verified.owner.or_else(|| self.account_facts().owner.filter(|_| !disowned()))
    }

    /// What is said of the account that the verified identity names.
    pub(super) fn account_facts(&self) -> Facts {
        self.account.map(|account| account.facts).unwrap_or_default()
    }

    /// What is said of everybody that the speaker is or may be.
    pub(super) fn everybody(&self) -> impl Iterator<Item = Facts> {
        let claimed = self.claimed.iter().copied();
        let suspected = self.suspected.iter().map(|(_, account)| account.facts);
        [self.verified, self.account_facts()].into_iter().chain(claimed).chain(suspected)
    }

    /// The room in which it is said.
    pub(super) fn room_id(&self) -> Option<&'a RoomId> {
        self.request.room.as_ref()
    }
}
