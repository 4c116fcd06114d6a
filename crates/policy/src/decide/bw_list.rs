//! Layer 4: the last rule of the `bw_list` that matches.

use super::{Cause, Finding, Question};
use crate::UserId;
use crate::bw_list::{Colour, Senders};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let rules = &question.policy.rules;
    if rules.rules().is_empty() {
        return Finding::next(Cause::NothingDeclared);
    }
    let number = rules.last_match(&senders(question), &question.request.command);
    match rules.rule(number).map(|rule| rule.colour) {
        Some(Colour::Black) if question.request.command.is_introduction() => {
            Finding::next(Cause::Introduction)
        }
        Some(Colour::Black) => Finding::deny(Cause::Rule(number)),
        Some(Colour::White) | None => Finding::next(Cause::Rule(number)),
    }
}

/// What the speaker is, among those whom rules name.
fn senders(question: &Question<'_>) -> Senders {
    let (places, speaker) = (&question.policy.places, &question.request.speaker);
    let network = speaker.network();
    let verified = [
        question.verified.sender,
        question.account_facts().sender,
        question.room.sender,
        network.and_then(|network| places.network(network)),
    ];
    let suspected = question.suspected.iter().map(|(_, account)| &account.facts);
    let mut claimed: Vec<u32> =
        question.claimed.iter().chain(suspected).filter_map(|facts| facts.sender).collect();
    if network.is_none() {
        // Identities of several networks: each is forbidden what is forbidden on its own.
        let networks = speaker.identities().map(UserId::network);
        claimed.extend(networks.filter_map(|network| places.network(network)));
    }
    Senders { verified, claimed }
}
