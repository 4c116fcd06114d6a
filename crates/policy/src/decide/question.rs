//! A request beside what the policy says of its speaker and its room.

use crate::policy::{Account, ByPerson, Compiled, Facts, Notes, Room, RoomFacts};
use crate::{Request, RoomId};

/// What the layers are asked.
pub(super) struct Question<'a> {
    pub(super) policy: &'a Compiled,
    pub(super) request: &'a Request,
    /// What is said of the verified identity, which alone gives.
    pub(super) verified: Facts<'a>,
    /// The account that the verified identity names, unless nothing more is said of it.
    pub(super) account: Option<&'a Account>,
    /// What is said of identities that are claimed only, which can only take.
    pub(super) claimed: Vec<Facts<'a>>,
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
        let own = self.verified.notes.and_then(|notes| notes.owner);
        own.or_else(|| self.account?.notes.owner.filter(|_| !disowned()))
    }

    /// What is said of the verified identity, and of the account that it names.
    pub(super) fn own_notes(&self) -> impl Iterator<Item = &'a Notes> {
        self.verified.notes.into_iter().chain(self.account.map(|account| &account.notes))
    }

    /// What is said of identities that are claimed only, and of the accounts that they name.
    pub(super) fn suspected_notes(&self) -> impl Iterator<Item = &'a Notes> {
        let claimed = self.claimed.iter().filter_map(|facts| facts.notes);
        claimed.chain(self.suspected.iter().map(|(_, account)| &account.notes))
    }

    /// What an index says of the verified identity, and of the account that it names.
    pub(super) fn own<'b, T>(&self, index: &'b ByPerson<T>) -> impl Iterator<Item = &'b T> {
        let user = self.request.speaker.verified_id().and_then(|id| index.user(id));
        let account = self.verified.account.and_then(|number| index.account(number));
        user.into_iter().chain(account)
    }

    /// What an index says of identities that are claimed only, and of the accounts that they name.
    pub(super) fn suspected<'b, T>(&self, index: &'b ByPerson<T>) -> impl Iterator<Item = &'b T> {
        let claimed = self.request.speaker.claimed_ids().iter().filter_map(|id| index.user(id));
        claimed.chain(self.suspected.iter().filter_map(|&(number, _)| index.account(number)))
    }

    /// The room in which it is said, and its table.
    pub(super) fn here(&self) -> Option<(&'a RoomId, &'a Room)> {
        self.request.room.as_ref().map(|room| (room, self.policy.places.room(self.room)))
    }

    /// The room that the command acts on, and its table.
    pub(super) fn place(&self) -> Option<(&'a RoomId, &'a Room)> {
        let places = &self.policy.places;
        match &self.request.target {
            Some(target) => Some((target, places.room(places.facts(target)))),
            None => self.here(),
        }
    }
}
