//! Who comes and goes.

use nuncio_core::event::{Change, EventKind, Membership, RoomState};
use nuncio_policy::RoomId;
use smol_str::SmolStr;

use super::{
    Session, Told,
    happened::{Happened, Member},
    speech::name,
};

/// By whose will we are in a room no more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parting {
    Ours,
    Kick,
    Ban,
    Unknown,
}

impl Session {
    /// Somebody's standing in a room changed.
    pub(super) fn membership(
        &mut self,
        event: &Happened<'_>,
        who: &str,
        room: &RoomId,
        told: &Told,
    ) -> Option<EventKind> {
        let now: Member<'_> = event.content()?;
        let before: Member<'_> = event.before().unwrap_or_default();
        let change = change(event, who, &now, &before)?;
        let called = now.displayname.or(before.displayname);
        let name = match called {
            Some(called) => SmolStr::new(called),
            None if who == event.sender => name(event, told),
            None => SmolStr::new(who),
        };
        let who = self.person(who)?;
        Some(EventKind::Membership(Membership { who, name, room: Some(room.clone()), change }))
    }

    /// We are not in a room any more; `last` is what it told of that.
    pub fn left(&mut self, room: &str, last: &[Told]) {
        self.direct.remove(room);
        let knocked = self.rooms.has_knocked(room);
        let farewell = last.iter().rev().find_map(|told| self.farewell(&told.json, knocked));
        let unseen = if knocked { "our knock stands no more" } else { "we left" };
        let (parting, why) = farewell.unwrap_or((Parting::Unknown, unseen.to_owned()));
        if knocked {
            self.turned_away(room, &why, parting == Parting::Ban);
        }
        if parting == Parting::Ours {
            self.forget(room);
        }
        if !self.rooms.leave(room) {
            return;
        }
        if parting == Parting::Kick {
            self.rooms.kicked(room, self.now.uptime);
        }
        if let Some(room) = self.room_id(room) {
            self.report(EventKind::Room { room, state: RoomState::Left { why } });
        }
    }

    fn farewell(&self, json: &str, knocked: bool) -> Option<(Parting, String)> {
        let event = Happened::read(json).filter(|event| {
            event.kind == "m.room.member" && event.state_key.as_deref() == Some(self.me())
        })?;
        let member: Member<'_> = event.content()?;
        let reason = member.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        Some(match &*member.membership {
            "ban" => (Parting::Ban, format!("`{}` banned us{reason}", event.sender)),
            _ if event.sender == self.me() && knocked => {
                (Parting::Ours, "we took our knock back".to_owned())
            }
            _ if event.sender == self.me() => (Parting::Ours, "we left".to_owned()),
            _ if knocked => (Parting::Kick, format!("`{}` turned us away{reason}", event.sender)),
            _ => (Parting::Kick, format!("`{}` removed us{reason}", event.sender)),
        })
    }
}

/// What changed, if it is anything that somebody would notice.
fn change(
    event: &Happened<'_>,
    who: &str,
    now: &Member<'_>,
    before: &Member<'_>,
) -> Option<Change> {
    let reason = now.reason.clone();
    Some(match (&*before.membership, &*now.membership) {
        ("join", "join") if now.displayname != before.displayname => {
            Change::Rename(SmolStr::new(now.displayname.as_deref().unwrap_or(who)))
        }
        ("join", "join") => return None,
        (_, "join") => Change::Join,
        (_, "ban") => Change::Ban(reason),
        (_, "knock") => Change::Knock(reason),
        ("join", "leave") if event.sender == who => Change::Leave(reason),
        ("join", "leave") => Change::Kick(reason),
        _ => return None,
    })
}
