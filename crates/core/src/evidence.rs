//! How well somebody was known, in the words of the audit log: written by the dispatcher, and read
//! again by whoever asks another policy what it would have said.

use nuncio_policy::{AccountName, IdentityError, Networks, Power, Speaker};

const SESSION: &str = "in session as ";

/// What is known of a speaker besides who he is: `claimed, in session as a:ann, op of r:irc:#a`.
pub fn write(speaker: &Speaker) -> String {
    let known = if speaker.verified_id().is_some() { "verified" } else { "claimed" };
    let sessions = speaker.sessions();
    let session = (!sessions.is_empty()).then(|| format!(", {}", in_session(sessions)));
    let power = speaker.power().map(|(room, power)| format!(", {power} of {room}"));
    format!("{known}{}{}", session.unwrap_or_default(), power.unwrap_or_default())
}

/// Which accounts somebody has identified himself as.
pub fn in_session<'a>(accounts: impl IntoIterator<Item = &'a AccountName>) -> String {
    let accounts: Vec<_> = accounts.into_iter().map(ToString::to_string).collect();
    format!("{SESSION}{}", accounts.join(", "))
}

/// A speaker of whom a row of the audit log tells: `who`, as he displays, and what was known.
///
/// What else somebody seemed to be is not written, and so not read.
///
/// # Errors
/// When a part cannot be read.
pub fn read(who: &str, evidence: &str, networks: &Networks) -> Result<Speaker, EvidenceError> {
    let claimed = who.strip_suffix(" (claimed)");
    let user = networks.parse_user(claimed.unwrap_or(who))?;
    let mut speaker =
        if claimed.is_some() { Speaker::claimed([user]) } else { Speaker::verified(user) };
    // The first part says once more whether he was verified.
    for part in evidence.split(", ").skip(1) {
        let unknown = || EvidenceError::Unknown { part: part.to_owned() };
        let account = part.strip_prefix(SESSION).unwrap_or(part);
        speaker = match (account.strip_prefix("a:"), part.split_once(" of ")) {
            (Some(account), _) => speaker.in_session(account.parse().map_err(|_| unknown())?),
            (None, Some((power, room))) => {
                let power: Power = power.parse().map_err(|_| unknown())?;
                speaker.with_power(networks.parse_room(room)?, power)
            }
            (None, None) => return Err(unknown()),
        };
    }
    Ok(speaker)
}

/// Why it cannot be told of whom a row of the audit log tells.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Who it was, or where he had power, is no identity.
    #[error("a name cannot be read")]
    Identity(#[from] IdentityError),
    /// A part of the evidence is in no words of ours.
    #[error("`{part}` is no evidence")]
    Unknown {
        /// The part.
        part: String,
    },
}

#[cfg(test)]
mod tests {
    use nuncio_policy::{CaseMapping, RoomId};

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let networks = Networks::new();
        let user = networks.parse_user("u:irc:ann").unwrap();
        let room = RoomId::new(&"irc".parse().unwrap(), "#a, op of b", CaseMapping::default());
        let room = room.unwrap();
        let accounts: Vec<AccountName> = vec!["ann".parse().unwrap(), "bob".parse().unwrap()];
        for known in [Speaker::verified(user.clone()), Speaker::claimed([user])] {
            for sessions in 0..=2 {
                let sessions = accounts.iter().take(sessions).cloned();
                let speaker = sessions.fold(known.clone(), Speaker::in_session);
                for speaker in [speaker.clone(), speaker.with_power(room.clone(), Power::Op)] {
                    let (who, evidence) = (speaker.to_string(), write(&speaker));
                    assert_eq!(read(&who, &evidence, &networks).unwrap(), speaker, "{evidence}");
                }
            }
        }
    }

    #[test]
    fn what_is_in_no_words_of_ours_is_not_read() {
        for (who, evidence) in [
            ("nobody", "claimed"),
            ("u:irc:ann", "verified, in session as ann"),
            ("u:irc:ann", "verified, king of r:irc:#a"),
            ("u:irc:ann", "verified, op of #a"),
            ("u:irc:ann", "verified, "),
            ("u:irc:ann", "verified, a:"),
        ] {
            assert!(read(who, evidence, &Networks::new()).is_err(), "{who}: {evidence}");
        }
    }
}
