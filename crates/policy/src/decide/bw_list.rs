//! Layer 4: the last rule of the `bw_list` that matches.

use super::{Cause, Finding, Question};
use crate::bw_list::{ANYONE, Colour};
use crate::policy::Compiled;
use crate::{Request, UserId};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let rules = &question.policy.rules;
    if rules.rules().is_empty() {
        return Finding::next(Cause::NothingDeclared);
    }
    let number = last_match(question);
    match rules.rule(number).map(|rule| rule.colour) {
        Some(Colour::Black) if question.request.command.is_introduction() => {
            Finding::next(Cause::Introduction)
        }
        Some(Colour::Black) => Finding::deny(Cause::Rule(number)),
        Some(Colour::White) | None => Finding::next(Cause::Rule(number)),
    }
}

/// The number of the last rule that matches: of either colour if it names what the speaker is
/// beyond doubt, and black if it names what the speaker is said to be.
fn last_match(question: &Question<'_>) -> u32 {
    let Compiled { rules, places, .. } = question.policy;
    let Request { speaker, command, .. } = question.request;
    let mut last = rules.last(ANYONE, command).either();
    let mut verified = |sender| last = last.max(rules.last(sender, command).either());
    question.own_notes().filter_map(|notes| notes.sender).for_each(&mut verified);
    question.room.sender.into_iter().for_each(&mut verified);
    if places.names_networks()
        && let Some(network) = speaker.network()
    {
        places.network(network).into_iter().for_each(&mut verified);
    }
    let mut claimed = |sender| last = last.max(rules.last(sender, command).black);
    question.suspected_notes().filter_map(|notes| notes.sender).for_each(&mut claimed);
    if places.names_networks() && speaker.network().is_none() {
        // Identities of several networks: each is forbidden what is forbidden on its own.
        let networks = speaker.identities().map(UserId::network);
        networks.filter_map(|network| places.network(network)).for_each(&mut claimed);
    }
    last
}
