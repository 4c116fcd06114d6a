//! How a stream begins, is cut and ends, and what is done as time goes by.

use nuncio_core::event::{EventKind, LinkState};
use smol_str::SmolStr;
use xmpp_parsers::presence::Presence;

use super::{Effect, Ending, Session};

/// How far a stream came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is none.
    Offline,
    /// Its connection is cut.
    Suspended,
    /// Deliveries are taken.
    Online,
    /// We have taken leave.
    Leaving,
}

impl Session {
    pub(super) fn online(&mut self, nonce: u64, acks: bool) {
        let why = "the connection was cut before the server had confirmed it";
        self.lose_uploads(why);
        self.settle_lost(why);
        self.doubts.begin(self.now.uptime);
        self.forget_domains();
        self.close_archives();
        self.nonce = nonce;
        self.acks = acks;
        self.phase = Phase::Online;
        self.out.clear();
        self.questions.clear();
        self.begin_vigil();
        self.rooms.begin(self.now.uptime);
        let name = SmolStr::new(self.settings.nick.as_str());
        self.report(EventKind::OwnName { room: None, name });
        self.report_link(LinkState::Online);
        self.send(self.presence());
        self.join_due_rooms();
        self.open_archive(&self.settings.account.clone());
        self.survey();
        self.ask_for_bookmarks();
        self.begin_profile();
    }

    /// Whoever was there may be gone when the stream goes on: all stays are new ones then.
    pub(super) fn suspended(&mut self, why: &str) {
        if self.phase == Phase::Online {
            self.phase = Phase::Suspended;
        }
        self.begin_stays_anew();
        self.report_link(LinkState::Offline { why: why.to_owned() });
    }

    pub(super) fn leave(&mut self, words: &str) {
        if self.phase != Phase::Online {
            return;
        }
        self.out.retain(|outgoing| outgoing.follow.is_some());
        self.lose_uploads("we left");
        for presence in self.rooms.farewells(words) {
            self.send(presence);
        }
        self.send(Presence::unavailable());
        self.phase = Phase::Leaving;
    }

    /// Whatever was not settled is settled now.
    pub(super) fn closed(&mut self, ending: &Ending) {
        self.forget_domains();
        self.close_archives();
        self.phase = Phase::Offline;
        self.out.clear();
        self.questions.clear();
        self.rooms.begin(self.now.uptime);
        let (why, state) = match ending {
            Ending::Again(why) => (why, LinkState::Offline { why: why.clone() }),
            Ending::Refused(why) => (why, LinkState::Failed { why: why.clone() }),
        };
        self.lose_uploads(why);
        self.settle_lost(why);
        self.report_link(state);
    }

    /// Settles what waited for too long, and joins the rooms whose time has come.
    pub(super) fn tick(&mut self) {
        for (ticket, receipt) in self.awaited.expire(self.now.uptime) {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
        self.doubt_late_domains();
        self.expire_doubts();
        self.expire_uploads();
        if self.phase == Phase::Online {
            self.join_due_rooms();
            self.keep_vigil();
            self.expire_archives();
        }
    }
}
