//! Answering who is in a room, from what the server has told.

use nuncio_core::query::{Answer, Member, Members, Query, QueryError};
use nuncio_policy::RoomId;

use super::Session;
use crate::evidence::Seen;

impl Session {
    /// Answers what can be answered; nothing is asked of the server for it.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn answer_query(&self, query: &Query) -> Result<Answer, QueryError> {
        if let Query::Members { room } = query {
            return self.members_of(room).map(Answer::Members);
        }
        let (network, what) = (self.network.clone(), "answer that".to_owned());
        Err(QueryError::Unsupported { network, what })
    }

    /// Whoever is in a room, whoever has more power there first. Names are as the server compares
    /// them; an account is told only where the server would tell us that it changed.
    fn members_of(&self, room: &RoomId) -> Result<Members, QueryError> {
        let unknown = |why: String| Err(QueryError::Unknown(why));
        if !self.is_online() {
            return Err(QueryError::Offline(self.network.clone()));
        }
        let folded = self.names.fold(room.room());
        let Some(nicks) = self.members.nicks(&folded) else {
            return unknown(format!("I am not in {}", room.room()));
        };
        if !self.ranks.is_told(&folded) {
            return unknown("the server has not said yet who is there".to_owned());
        }
        let of = |nick: &str| {
            let (user, host) = self.members.address(nick).unwrap_or_default();
            let told = self.caps.has(super::Cap::AccountNotify);
            let account = told.then(|| self.members.account(nick)).flatten();
            Member {
                name: nick.into(),
                who: self.evidence.speaker(Seen { nick, user, host, account }),
                power: self.ranks.power(&folded, nick).filter(|_| self.evidence.is_sound()),
                own: self.is_us(nick),
            }
        };
        let mut list: Vec<Member> = nicks.map(|nick| of(nick)).collect();
        list.sort_by(|one, other| {
            other.power.cmp(&one.power).then_with(|| one.name.cmp(&other.name))
        });
        Ok(Members::new(list, false))
    }
}
