//! Who asks us into a room.

use matrix_sdk::ruma::{OwnedRoomId, UserId};
use nuncio_core::event::EventKind;
use serde::Deserialize;
use smol_str::SmolStr;

use super::{Session, happened::Member};

/// A state event as an invitation shows it: with less than all that it has.
#[derive(Debug, Deserialize)]
struct Stripped<'a> {
    #[serde(rename = "type")]
    kind: String,
    sender: String,
    state_key: Option<String>,
    #[serde(borrow)]
    content: &'a serde_json::value::RawValue,
}

impl Session {
    /// Takes the state that an invitation shows. Where the configuration names who asks,
    /// it is accepted ([`Session::next_errand`]); any other is left open for a while, for somebody may
    /// yet tell us to enter, and is turned down then.
    ///
    /// It is reported once, however often a sync repeats it. One into a room that the configuration
    /// names is accepted from anybody.
    pub fn invited<'a>(&mut self, room: &str, state: impl IntoIterator<Item = &'a str>) {
        let stripped = state.into_iter().filter_map(|json| serde_json::from_str(json).ok());
        let ours = |event: &Stripped<'_>| {
            event.kind == "m.room.member" && event.state_key.as_deref() == Some(self.me())
        };
        let Some(event) = stripped.into_iter().find(ours) else { return };
        let member = serde_json::from_str::<Member<'_>>(event.content.get()).unwrap_or_default();
        if member.membership != "invite" {
            return;
        }
        self.asked_in(room, &event.sender, member.is_direct == Some(true));
    }

    /// Somebody asks us into a room, perhaps to be alone with us.
    pub fn asked_in(&mut self, room: &str, by: &str, direct: bool) {
        let inviter = UserId::parse(by).ok();
        let named = inviter.is_some_and(|inviter| {
            self.settings.inviters.iter().any(|allowed| allowed.names(&inviter))
        });
        let until = self.now.uptime.saturating_add(self.settings.decline_after);
        let is_wanted = self.rooms.is_wanted(room);
        if !self.rooms.invited(room, until, named || is_wanted) {
            return;
        }
        if let (Some(from), Some(room)) = (self.person(by), self.room_id(room)) {
            self.report(EventKind::Invite { from, room });
        }
        if !named && !is_wanted {
            return;
        }
        if direct && !is_wanted {
            self.direct.insert(SmolStr::new(room));
        }
        if let Ok(room) = OwnedRoomId::try_from(room) {
            self.accept(room);
        }
    }
}
