//! `nuncio policy diff OLD NEW --audit`: which decisions of the audit log would be others.

use std::collections::BTreeMap;
use std::path::Path;

use nuncio_core::catalogue::Catalogue;
use nuncio_core::evidence;
use nuncio_core::store::{AuditQuery, AuditRow, Store};
use nuncio_policy::{
    CommandId, Explanation, IdentityError, Managed, Networks, Policy, Request, RoomId, decide,
};

use super::source::{Source, unreadable};
use crate::cli::PolicyFile;
use crate::exit::Exit;
use crate::say::{self, Failed};

/// Why a line of the audit log is not asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lost {
    Nobody,
    Command,
    Unreadable,
}

impl Lost {
    const fn words(self) -> &'static str {
        match self {
            Self::Nobody => "the bot itself, or nobody, asked",
            Self::Command => "there is no such command, so that its level is not known",
            Self::Unreadable => "the policy cannot read who asked, or where",
        }
    }
}

/// Asks both policies for each line of the audit log of a bot.
///
/// The log does not keep who else somebody seemed to be, or on which other room he acted: each is
/// asked as if there were nothing of it.
pub(super) async fn diff(old: &Path, new: &Path, bot: &PolicyFile) -> Result<Exit, Failed> {
    let with_store = PolicyFile { declared: false, ..bot.clone() };
    let (here, catalogue) = Source::read_known(&with_store).await?;
    let Some(store) = &here.store else {
        let why = "there is no audit log: name the folder of a bot that has run, with `--config`";
        return Err(Failed::saying(Exit::Store, why));
    };
    let managed = if bot.declared { Managed::default() } else { here.managed().await? };
    let policy = async |path: &Path| {
        let file = PolicyFile { config: Some(path.to_owned()), declared: true };
        let (mut source, _) = Source::read_known(&file).await?;
        source.manage(&managed);
        Ok::<_, Failed>(source.policy)
    };
    let (old, new) = (policy(old).await?, policy(new).await?);
    let query = AuditQuery { limit: usize::MAX, ..AuditQuery::default() };
    let mut rows = store.audit(&query).await.map_err(unreadable)?;
    rows.reverse();
    let (mut asked, mut flips) = (0_usize, 0_usize);
    let mut lost: BTreeMap<Lost, usize> = BTreeMap::new();
    for row in &rows {
        match ask(row, &old, &catalogue).and_then(|was| Ok((was, ask(row, &new, &catalogue)?))) {
            Ok((was, is)) => {
                asked = asked.saturating_add(1);
                if was.outcome != is.outcome {
                    flips = flips.saturating_add(1);
                    say::line(describe(row, &was, &is));
                }
            }
            Err(why) => {
                let count = lost.entry(why).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    say::line(format_args!("{flips} of {asked} decisions would be others"));
    for (why, count) in lost {
        say::complain(format_args!("nuncio: not asked: {count}, for {}", why.words()));
    }
    Ok(if flips == 0 { Exit::Fine } else { Exit::No })
}

fn ask(row: &AuditRow, policy: &Policy, catalogue: &Catalogue) -> Result<Explanation, Lost> {
    let command: CommandId = row.what.parse().map_err(|_| Lost::Command)?;
    if !row.who.starts_with("u:") {
        return Err(Lost::Nobody);
    }
    let level = catalogue.level(&command).ok_or(Lost::Command)?;
    let networks = policy.networks();
    let speaker = evidence::read(&row.who, &row.evidence, networks);
    let speaker = speaker.map_err(|_| Lost::Unreadable)?;
    let room = room(row, networks).map_err(|_| Lost::Unreadable)?;
    let request = Request::new(speaker, command, row.at).at_level(level);
    let request = Request { target: room.clone(), room, ..request };
    Ok(match decide(policy, request) {
        Ok(permit) => permit.explanation(),
        Err(refusal) => refusal.explanation(),
    })
}

fn room(row: &AuditRow, networks: &Networks) -> Result<Option<RoomId>, IdentityError> {
    let named = row.place.starts_with("r:").then(|| networks.parse_room(&row.place));
    named.transpose()
}

fn describe(row: &AuditRow, was: &Explanation, is: &Explanation) -> String {
    let AuditRow { number, at, who, what, place, .. } = row;
    let [was, is] = [was, is]
        .map(|answer| format!("{} by {}: {}", answer.outcome, answer.layer(), answer.because()));
    format!("{number} {at} {who} {what} {place}\n  - {was}\n  + {is}")
}
