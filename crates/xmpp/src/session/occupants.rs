//! Who is in a room, and since when.

use jid::{BareJid, ResourcePart, ResourceRef};
use nuncio_policy::{Network, Presence};
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::muc_user::{Rank, Told};

/// The most occupants of one room that we keep in mind; whoever comes then is nobody.
const MAX_OCCUPANTS: usize = 20_000;

/// The occupants of a room, by nick.
#[derive(Debug, Default)]
pub(super) struct Occupants(FxHashMap<ResourcePart, Occupant>);

/// Somebody in a room.
#[derive(Debug)]
pub(super) struct Occupant {
    /// Who he really is, while the room shows it.
    pub(super) real: Option<BareJid>,
    /// The room's own name of him, whatever he is called (XEP-0421).
    pub(super) id: Option<SmolStr>,
    pub(super) rank: Rank,
    /// The name of his stay here.
    pub(super) stay: Presence,
    /// Whether his stay was told of with a message.
    pub(super) told: bool,
}

/// Gives stays their names.
#[derive(Debug)]
pub(super) struct Stays<'a> {
    pub(super) network: &'a Network,
    pub(super) nonce: u64,
    pub(super) last: &'a mut u64,
}

impl Stays<'_> {
    fn next(&mut self) -> Presence {
        *self.last += 1;
        Presence::new(self.network.clone(), format_smolstr!("{:x}.{}", self.nonce, self.last))
    }
}

/// What a presence came to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// He was not there before.
    pub(super) is_new: bool,
    /// Whoever was called so before is not there any more.
    pub(super) gone: Option<Presence>,
}

impl Occupants {
    /// Somebody is there, and this is all that is known of him.
    pub(super) fn see(
        &mut self,
        nick: &ResourceRef,
        told: &Told,
        id: Option<&str>,
        stays: &mut Stays<'_>,
    ) -> Seen {
        let (id, real) = (id.map(SmolStr::new), told.real.clone());
        if let Some(known) = self.0.get_mut(nick) {
            // A room that shows another under the same nick means another.
            let differs = |old: &BareJid| real.as_ref().is_some_and(|real| real != old);
            let other =
                known.real.as_ref().is_some_and(differs) || (known.id != id && id.is_some());
            let gone = other.then(|| std::mem::replace(&mut known.stay, stays.next()));
            let gone = gone.filter(|_| std::mem::take(&mut known.told));
            (known.real, known.id, known.rank) = (real, id, told.rank);
            return Seen { is_new: false, gone };
        }
        if self.0.len() < MAX_OCCUPANTS {
            let stay = stays.next();
            let occupant = Occupant { real, id, rank: told.rank, stay, told: false };
            self.0.insert(nick.to_owned(), occupant);
        }
        Seen { is_new: true, gone: None }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&ResourcePart, &Occupant)> {
        self.0.iter()
    }

    /// Whether there may be more than we keep in mind.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MAX_OCCUPANTS
    }

    pub(super) fn get(&self, nick: &ResourceRef) -> Option<&Occupant> {
        self.0.get(nick)
    }

    /// Whoever the room shows as an address.
    pub(super) fn find(&self, real: &BareJid) -> Option<(&ResourcePart, &Occupant)> {
        self.0.iter().find(|(_, occupant)| occupant.real.as_ref() == Some(real))
    }

    pub(super) fn get_mut(&mut self, nick: &ResourceRef) -> Option<&mut Occupant> {
        self.0.get_mut(nick)
    }

    /// Somebody is not there any more; his stay, if it was told of.
    pub(super) fn forget(&mut self, nick: &ResourceRef) -> Option<Presence> {
        self.0.remove(nick).filter(|occupant| occupant.told).map(|occupant| occupant.stay)
    }

    /// We are not there any more; the stays that were told of.
    pub(super) fn forget_all(&mut self) -> Vec<Presence> {
        let occupants = std::mem::take(&mut self.0).into_values();
        occupants.filter(|occupant| occupant.told).map(|occupant| occupant.stay).collect()
    }

    /// The room does not show any more who anybody is.
    pub(super) fn hide(&mut self) {
        self.0.values_mut().for_each(|occupant| occupant.real = None);
    }

    /// Nobody is known to have stayed.
    pub(super) fn begin_anew(&mut self, stays: &mut Stays<'_>) {
        for occupant in self.0.values_mut() {
            (occupant.stay, occupant.told) = (stays.next(), false);
        }
    }
}
