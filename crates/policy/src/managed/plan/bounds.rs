//! How much can be managed: what everybody may add to is bounded, and so is the rest.

use super::Verdict;
use crate::RoomId;
use crate::managed::{AliasView, ChangeError, Fact, Managed, RowWrite};

/// Registered accounts.
const ACCOUNTS: usize = 100_000;
/// Identities and roles of one account.
const IDENTITIES: usize = 32;
/// Capabilities of one account or of one room, and grants of one person.
const OF_ONE: usize = 256;
/// Aliases of one author.
const OF_AUTHOR: usize = 100;
/// Ignores and bans of one room.
const OF_ROOM: usize = 1_000;
/// Everything else of one kind.
const OF_KIND: usize = 10_000;

/// Whether there is room for what is put where nothing stood.
pub(super) fn check(managed: &Managed, writes: &[RowWrite]) -> Verdict {
    writes.iter().try_for_each(|write| match write {
        RowWrite::Put { key, kept } if !managed.contains(key) => {
            room_for(managed, &kept.fact)?;
            let max = match kept.fact {
                Fact::Account { .. } | Fact::Password { .. } | Fact::Secure { .. } => ACCOUNTS,
                Fact::Identity { .. } => ACCOUNTS * IDENTITIES,
                _ => OF_KIND,
            };
            below(managed, format!("{} ", key.kind()), "of the kind", max)
        }
        RowWrite::Put { .. } | RowWrite::Delete { .. } => Ok(()),
    })
}

/// Whether there is room with whom or where it is put.
fn room_for(managed: &Managed, fact: &Fact) -> Verdict {
    match fact {
        Fact::Identity { account, .. } => {
            let own = |fact: &Fact| fact.account() == Some(account);
            count(managed, &["identity"], own, "identities of that account", IDENTITIES)
        }
        Fact::Held { account, .. } => {
            below(managed, format!("held {account} "), "capabilities of that account", OF_ONE)
        }
        Fact::Role { role, .. } => {
            below(managed, format!("role {role} "), "capabilities of that role", OF_ONE)
        }
        Fact::Member { account, .. } => {
            below(managed, format!("member {account} "), "roles of that account", IDENTITIES)
        }
        Fact::Everybody { capability } | Fact::NotDefault { capability } => {
            let Some(room) = capability.room() else { return Ok(()) };
            below(managed, format!("everybody {room},"), "capabilities of that room", OF_ONE)
        }
        Fact::Grant { to, lease, .. } => {
            let kind = if lease.is_some() { "temporary" } else { "grant" };
            below(managed, format!("{kind} {to} "), "grants of that person", OF_ONE)
        }
        Fact::Alias { author: Some(author), .. } => {
            let wrote = |alias: &AliasView<'_>| {
                alias.author.is_some_and(|other| other.person() == author.person())
            };
            let own = managed.aliases().filter(wrote).take(OF_AUTHOR).count();
            fits(own, "aliases of yours", OF_AUTHOR)
        }
        Fact::Ignore { room: Some(room), .. }
        | Fact::Ban { room, .. }
        | Fact::Flood { room: Some(room), .. } => {
            let here = |fact: &Fact| place(fact) == Some(room);
            let kinds = ["ignore", "ban", "flood"];
            count(managed, &kinds, here, "ignores and bans of that room", OF_ROOM)
        }
        _ => Ok(()),
    }
}

/// The room in which a fact meets somebody with silence.
fn place(fact: &Fact) -> Option<&RoomId> {
    fact.ignored().and_then(|(_, room, _)| room)
}

fn below(managed: &Managed, start: String, what: &'static str, max: usize) -> Verdict {
    fits(managed.below(start).take(max).count(), what, max)
}

fn count(
    managed: &Managed,
    kinds: &[&str],
    counts: impl Fn(&Fact) -> bool,
    what: &'static str,
    max: usize,
) -> Verdict {
    let all = kinds.iter().flat_map(|kind| managed.of_kind(kind));
    let all = all.filter(|(_, kept, _)| counts(&kept.fact));
    fits(all.take(max).count(), what, max)
}

fn fits(count: usize, what: &'static str, max: usize) -> Verdict {
    if count < max { Ok(()) } else { Err(ChangeError::Full { what, max }) }
}
