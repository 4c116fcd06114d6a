//! Layer 4: the last rule of the `bw_list` that matches.

use super::{Cause, Finding, Question};
use crate::bw_list::{Colour, Senders};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let rules = &question.policy.rules;
    if rules.rules().is_empty() {
        return Finding::next(Cause::NothingDeclared);
    }
    let number = rules.last_match(&senders(question), &question.request.command);
    match rules.rule(number).map(|rule| rule.colour) {
        Some(Colour::Black) => Finding::deny(Cause::Rule(number)),
        Some(Colour::White) | None => Finding::next(Cause::Rule(number)),
    }
}

/// What the speaker is, among those whom rules name.
fn senders(question: &Question<'_>) -> Senders {
    let (people, request) = (&question.policy.people, question.request);
    let room = request.room.as_ref().and_then(|room| people.room(room).sender);
    let network = request.speaker.network();
    let mut senders = Senders {
        verified: [
            question.verified.sender,
            question.account.sender,
            room,
            network.and_then(|network| people.network(network)),
        ],
        claimed: Vec::new(),
    };
    for id in request.speaker.claimed_ids() {
        let facts = people.facts(id);
        senders.claimed.extend(facts.sender);
        senders.claimed.extend(people.account_facts(facts).sender);
    }
    if network.is_none() {
        // Identities of several networks: each is forbidden what is forbidden on its own.
        let networks = request.speaker.identities().map(crate::UserId::network);
        senders.claimed.extend(networks.filter_map(|network| people.network(network)));
    }
    senders
}
