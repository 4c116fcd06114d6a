//! `audit`.

use nuncio_sdk::policy::{AuditNumber, Person, Policy};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::{AuditQuery, AuditRow};

use crate::rights::{command, person};
use crate::words;

/// How many rows are shown where nobody says how many.
const ROWS: usize = 10;

/// Shows what the audit log tells, the latest first: every refusal, and every change of rights.
///
/// ```chat
/// > audit
/// Nothing is written there.
/// > audit 7
/// Nothing is written there.
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
pub(super) async fn audit(
    ctx: &Context,
    /// A row's number, a person such as `u:irc:bob` or `a:bob`, a command or plugin such as
    /// `sudo.add`, or `*`.
    about: Option<&str>,
    #[range(1..=50)] rows: Option<usize>,
) -> Result {
    let limit = rows.unwrap_or(ROWS);
    let mut found = Vec::new();
    for query in queries(ctx, about.unwrap_or("*"))? {
        let query = AuditQuery { limit, ..query };
        found.extend(ctx.records().audit(&query).await.map_err(Error::internal)?);
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.number));
    found.truncate(limit);
    if found.is_empty() {
        return Ok(Reply::text("Nothing is written there."));
    }
    Ok(Reply::from(words::lines(found.iter().map(line))))
}

/// What to ask the log for, so that it tells about something.
fn queries(ctx: &Context, about: &str) -> Result<Vec<AuditQuery>> {
    let any = AuditQuery::default();
    if about == "*" {
        return Ok(vec![any]);
    }
    if let Ok(number) = about.parse() {
        return Ok(vec![AuditQuery { number: Some(AuditNumber(number)), ..any }]);
    }
    if about.contains(':') || about.starts_with('@') {
        let policy = ctx.policy().policy();
        return Ok(of_person(&policy, &person(ctx, about)?));
    }
    Ok(vec![AuditQuery { what: Some(named(ctx, about)?), ..any }])
}

/// The rows of a person: of each identity, whether it was vouched for or claimed.
fn of_person(policy: &Policy, person: &Person) -> Vec<AuditQuery> {
    let identities = match person {
        Person::User(user) => vec![user.clone()],
        Person::Account(name) => {
            let view = policy.account(name);
            let all = view.into_iter().flat_map(|view| view.identities);
            all.map(|(identity, _)| identity).collect()
        }
    };
    let speakers = identities.into_iter().flat_map(|id| {
        [Speaker::verified(id.clone()), Speaker::claimed([id])].map(|speaker| speaker.to_string())
    });
    speakers.map(|who| AuditQuery { who: Some(who), ..AuditQuery::default() }).collect()
}

/// A plugin, or a command in full; what is neither is asked for as it stands.
fn named(ctx: &Context, text: &str) -> Result<String> {
    let commands = ctx.policy().commands();
    let name = text.to_ascii_lowercase();
    if commands.iter().any(|command| command.id.plugin() == name) {
        return Ok(name);
    }
    Ok(command(ctx, text)?.map_or(name, |command| command.to_string()))
}

fn line(row: &AuditRow) -> String {
    let AuditRow { number: AuditNumber(number), who, what, place, outcome, because, .. } = row;
    let at = words::time(row.at);
    let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
    format!("{number}: {at}, {who}{place}: {what}, {outcome}: {because}")
}
