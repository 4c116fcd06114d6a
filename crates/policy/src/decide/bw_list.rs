//! Layer 4: the last rule of the `bw_list` that matches.

use super::{Cause, Finding, Question};
use crate::bw_list::{ANYONE, Colour};
use crate::policy::Compiled;
use crate::{Request, UserId};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let policy = question.policy;
    if policy.rules.rules().is_empty() && policy.chat_rules.is_empty() {
        return Finding::next(Cause::NothingDeclared);
    }
    let number = last_match(question);
    match policy.rule(number).map(|rule| rule.colour) {
        Some(Colour::Black) if question.request.command.is_introduction() => {
            Finding::next(Cause::Introduction)
        }
        Some(Colour::Black) => Finding::deny(Cause::Rule(number)),
        Some(Colour::White) | None => Finding::next(Cause::Rule(number)),
    }
}

/// The number of the last rule that matches: those from chat stand after those of files.
fn last_match(question: &Question<'_>) -> u32 {
    match last_from_chat(question) {
        0 => last_of_files(question),
        number => question.policy.rules.count().saturating_add(number),
    }
}

/// The number of the last rule of files that matches: of either colour if it names what the speaker
/// is beyond doubt, and black if it names what the speaker is said to be.
fn last_of_files(question: &Question<'_>) -> u32 {
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

/// The same of the rules from chat, by their numbers among themselves; 0, mostly.
fn last_from_chat(question: &Question<'_>) -> u32 {
    let rules = &question.policy.chat_rules;
    if rules.is_empty() {
        return 0;
    }
    let Request { speaker, command, room, .. } = question.request;
    let room = room.as_ref().and_then(|room| rules.room(room));
    let network = speaker.network().and_then(|network| rules.network(network));
    let own = question.own(&rules.people).copied().flatten();
    let verified = [ANYONE].into_iter().chain(own).chain(room).chain(network);
    let verified = verified.map(|sender| rules.index.last(sender, command).either());
    // Identities of several networks: each is forbidden what is forbidden on its own.
    let networks = speaker.identities().map(UserId::network);
    let networks = networks.filter(|_| speaker.network().is_none());
    let networks = networks.filter_map(|network| rules.network(network));
    let suspected = question.suspected(&rules.people).copied().flatten();
    let claimed = suspected.chain(networks);
    let claimed = claimed.map(|sender| rules.index.last(sender, command).black);
    verified.chain(claimed).max().unwrap_or_default()
}
