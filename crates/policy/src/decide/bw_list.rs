//! Layer 4: the last rule of the `bw_list` that matches.

use super::{Cause, Finding, Question};
use crate::UserId;
use crate::bw_list::{ANYONE, Colour, Senders};

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
    let places = &question.policy.places;
    let speaker = &question.request.speaker;
    let mut claimed = Vec::new();
    for notes in question.suspected_notes() {
        claimed.extend(notes.sender);
    }
    let network = if places.names_networks() { speaker.network() } else { None };
    if places.names_networks() && network.is_none() {
        // Identities of several networks: each is forbidden what is forbidden on its own.
        let networks = speaker.identities().map(UserId::network);
        claimed.extend(networks.filter_map(|network| places.network(network)));
    }
    let verified = [
        question.verified.notes.and_then(|notes| notes.sender),
        question.account.and_then(|account| account.notes.sender),
        question.room.sender,
        network.and_then(|network| places.network(network)),
        Some(ANYONE),
    ];
    Senders { verified, claimed }
}
