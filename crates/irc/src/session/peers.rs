//! Private conversations: with a connection, not with whoever has its nick by now.

use std::collections::HashMap;

use nuncio_core::place::Address;
use smol_str::{SmolStr, format_smolstr};

/// The most conversations that we keep in mind; beyond that the ended ones are forgotten, then all.
const MAX_PEERS: usize = 4096;

/// The conversations by address. An address is the folded nick at the first word; a later
/// connection of the same nick gets a number behind it (`ann#2`).
#[derive(Debug, Default)]
pub(super) struct Peers {
    by_address: HashMap<SmolStr, Peer>,
    by_nick: HashMap<SmolStr, SmolStr>,
    /// How often a nick came back with another connection: the numbers never repeat.
    repeats: u64,
}

#[derive(Debug)]
struct Peer {
    /// The nick now; None when the connection is gone.
    nick: Option<SmolStr>,
    user: SmolStr,
    host: SmolStr,
}

/// The peer of a conversation is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

impl Peers {
    /// The address of whoever speaks to us in private. `folded` is his nick by the server's mapping.
    pub(super) fn address(
        &mut self,
        folded: &SmolStr,
        nick: &str,
        user: &str,
        host: &str,
    ) -> Address {
        if let Some(address) = self.by_nick.get(folded)
            && let Some(peer) = self.by_address.get(address)
        {
            if peer.user == user && peer.host == host {
                return Address::new(address.clone());
            }
            // Another host without a word about it: another connection took the nick.
            self.quit(folded);
        }
        self.make_room();
        let mut address = folded.clone();
        if self.by_address.contains_key(&address) {
            self.repeats += 1;
            address = format_smolstr!("{folded}#{}", self.repeats + 1);
        }
        let peer = Peer {
            nick: Some(SmolStr::new(nick)),
            user: SmolStr::new(user),
            host: SmolStr::new(host),
        };
        self.by_address.insert(address.clone(), peer);
        self.by_nick.insert(folded.clone(), address.clone());
        Address::new(address)
    }

    /// The nick to which a word goes now. An address that nobody had so far is a nick itself.
    pub(super) fn nick(
        &self,
        address: &str,
        fold: impl FnOnce(&str) -> SmolStr,
    ) -> Result<SmolStr, Gone> {
        match self.by_address.get(address).or_else(|| self.by_address.get(&fold(address))) {
            Some(peer) => peer.nick.clone().ok_or(Gone),
            None if address.contains('#') => Err(Gone),
            None => Ok(SmolStr::new(address)),
        }
    }

    /// Somebody is called otherwise.
    pub(super) fn rename(&mut self, old: &str, new: &SmolStr, nick: &str) {
        self.quit(new);
        if let Some(address) = self.by_nick.remove(old) {
            if let Some(peer) = self.by_address.get_mut(&address) {
                peer.nick = Some(SmolStr::new(nick));
            }
            self.by_nick.insert(new.clone(), address);
        }
    }

    /// Somebody's host changed, and the server says so.
    pub(super) fn move_host(&mut self, nick: &str, user: &str, host: &str) {
        let address = self.by_nick.get(nick);
        if let Some(peer) = address.and_then(|address| self.by_address.get_mut(address)) {
            peer.user = SmolStr::new(user);
            peer.host = SmolStr::new(host);
        }
    }

    /// Somebody left the network.
    pub(super) fn quit(&mut self, nick: &str) {
        let address = self.by_nick.remove(nick);
        if let Some(peer) = address.and_then(|address| self.by_address.get_mut(&address)) {
            peer.nick = None;
        }
    }

    /// Our own connection is gone, and with it all that we know of theirs.
    pub(super) fn lose_all(&mut self) {
        self.by_nick.clear();
        self.by_address.values_mut().for_each(|peer| peer.nick = None);
    }

    fn make_room(&mut self) {
        if self.by_address.len() >= MAX_PEERS {
            self.by_address.retain(|_, peer| peer.nick.is_some());
        }
        if self.by_address.len() >= MAX_PEERS {
            self.by_address.clear();
            self.by_nick.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(peers: &mut Peers, nick: &str, host: &str) -> Address {
        peers.address(&SmolStr::new(nick), nick, "u", host)
    }

    fn nick(peers: &Peers, address: &Address) -> Result<SmolStr, Gone> {
        peers.nick(address.as_str(), |nick| SmolStr::new(nick))
    }

    #[test]
    fn a_reply_follows_a_nick_change_and_fails_after_quit() {
        let mut peers = Peers::default();
        let ann = hear(&mut peers, "ann", "h");
        peers.rename("ann", &"ann_".into(), "ann_");
        assert_eq!(nick(&peers, &ann).as_deref(), Ok("ann_"));
        peers.quit("ann_");
        assert_eq!(nick(&peers, &ann), Err(Gone));
    }

    #[test]
    fn whoever_takes_the_nick_is_somebody_else() {
        let mut peers = Peers::default();
        let ann = hear(&mut peers, "ann", "h");
        peers.rename("ann", &"ann_".into(), "ann_");
        let thief = hear(&mut peers, "ann", "h");
        assert_ne!(thief, ann);
        assert_eq!(nick(&peers, &ann).as_deref(), Ok("ann_"));
        let other = hear(&mut peers, "ann", "elsewhere");
        assert_eq!(nick(&peers, &thief), Err(Gone));
        assert_eq!(nick(&peers, &other).as_deref(), Ok("ann"));
        peers.lose_all();
        assert_eq!(nick(&peers, &other), Err(Gone));
    }

    #[test]
    fn a_host_that_the_server_changed_is_the_same_connection() {
        let mut peers = Peers::default();
        let ann = hear(&mut peers, "ann", "h");
        peers.move_host("ann", "u", "cloak");
        assert_eq!(hear(&mut peers, "ann", "cloak"), ann);
    }

    #[test]
    fn a_nick_that_never_spoke_is_its_own_address_and_an_old_number_is_gone() {
        let peers = Peers::default();
        assert_eq!(peers.nick("bob", |nick| SmolStr::new(nick)).as_deref(), Ok("bob"));
        assert_eq!(peers.nick("bob#2", |nick| SmolStr::new(nick)), Err(Gone));
    }

    #[test]
    fn memory_is_bounded() {
        let mut peers = Peers::default();
        for number in 0..3 * MAX_PEERS {
            hear(&mut peers, "ann", &number.to_string());
            hear(&mut peers, &number.to_string(), "h");
        }
        assert!(peers.by_address.len() <= MAX_PEERS && peers.by_nick.len() <= MAX_PEERS);
    }
}
