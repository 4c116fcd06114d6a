//! Answering who is in a room, from what the room has told.

use jid::BareJid;
use nuncio_core::query::{Answer, Member, Members, Query, QueryError};
use nuncio_policy::RoomId;

use super::{Phase, Session};

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

    /// Whoever is in a room, whoever has more power there first.
    fn members_of(&self, room: &RoomId) -> Result<Members, QueryError> {
        if self.phase != Phase::Online {
            return Err(QueryError::Offline(self.network.clone()));
        }
        let wrong = |_| QueryError::Unknown(format!("{} is no room's address", room.room()));
        let jid = BareJid::new(room.room()).map_err(wrong)?;
        let there = self.rooms.get(&jid).filter(|room| room.is_in());
        let Some(room) = there else {
            return Err(QueryError::Unknown(format!("I am not in {jid}")));
        };
        let moderated = room.is_moderated();
        let members = room.occupants.iter().map(|(nick, occupant)| Member {
            name: nick.as_str().into(),
            who: self.evidence.occupant(&jid.with_resource(nick), occupant.real.as_ref()),
            power: occupant.rank.power(moderated),
            own: *nick == room.nick,
        });
        let mut list: Vec<Member> = members.collect();
        list.sort_by(|one, other| {
            other.power.cmp(&one.power).then_with(|| one.name.cmp(&other.name))
        });
        Ok(Members::new(list, room.occupants.is_full()))
    }
}
