//! Limnoria's names in ours, and back.
//!
//! A channel is a room of the network `irc`. A name that holds what none of ours may hold, as
//! `foo,bar`, has a stand-in of its own for each such character.

use nuncio_policy::{
    Capability, CaseMapping, IdentityError, Network, Networks, RoomId, Spelling, Trust, UserId,
};

/// The longest name of a channel.
const MAX_CHANNEL_CHARS: usize = 50;

/// Where the stand-ins begin, in a plane that nobody else uses.
const STAND_INS: u32 = 0xF_0000;

/// The network that all is said on.
pub(super) fn irc() -> Result<Network, String> {
    "irc".parse().map_err(|error: IdentityError| error.to_string())
}

/// One network, where whoever matches a hostmask is believed to be its owner.
pub(super) fn networks() -> Result<Networks, String> {
    Ok(Networks::new().with(irc()?, CaseMapping::Rfc1459, Trust::Hostmask))
}

/// Whether Limnoria takes a text for a channel.
pub(super) fn is_channel(text: &str) -> bool {
    let is_word = Spelling::split(text, |_| false).is_some();
    let is_short = text.chars().count() <= MAX_CHANNEL_CHARS;
    is_word && is_short && text.starts_with(['#', '&', '!']) && !text.contains([',', '\x07'])
}

/// A capability as it is spelt; none for what is none.
pub(super) fn spelling(text: &str) -> Option<Spelling<'_>> {
    Spelling::split(text, is_channel)
}

/// A capability; none for what is none, or has no name.
pub(super) fn capability(text: &str) -> Option<Capability> {
    let Spelling { place, positive, name } = spelling(text)?;
    let place = place.map(room).transpose().ok()?;
    Capability::new(place, &stand_in(name), positive).ok()
}

/// A capability in a set that knows no channels, where a channel is a part of the name.
pub(super) fn capability_in(room: Option<RoomId>, text: &str) -> Option<Capability> {
    let spelling = spelling(text)?;
    let name = Spelling { positive: true, ..spelling }.to_string();
    Capability::new(room, &stand_in(&name), spelling.positive).ok()
}

/// The room that a channel is.
pub(super) fn room(channel: &str) -> Result<RoomId, String> {
    RoomId::new(&irc()?, channel, CaseMapping::Rfc1459).map_err(|error| error.to_string())
}

/// The user that a hostmask, or a mask of some, is.
pub(super) fn user(hostmask: &str) -> Result<UserId, String> {
    UserId::new(&irc()?, hostmask, CaseMapping::Rfc1459).map_err(|error| error.to_string())
}

/// A capability as Limnoria writes it.
pub(super) fn limnoria(capability: &Capability) -> String {
    let name = folded(capability.name());
    // The sign goes after a channel that is a part of the name.
    let spelt = spelling(&name).filter(|spelt| spelt.positive);
    let place = capability.room().map(|room| folded(room.room()));
    let spelt = spelt.unwrap_or(Spelling { place: None, positive: true, name: &name });
    let spelt = Spelling { positive: !capability.is_anticapability(), ..spelt };
    place.map_or_else(|| spelt.to_string(), |place| format!("{place},{spelt}"))
}

/// A text in our canonical case as Limnoria writes it, which takes `~` for the capital of `^` and
/// not `^` for that of `~`.
pub(super) fn folded(text: &str) -> String {
    text.chars().map(|character| if character == '~' { '^' } else { original(character) }).collect()
}

fn stand_in(name: &str) -> String {
    let is_legal = |(index, character): (usize, char)| {
        let sign = index == 0 && character == '-';
        !sign
            && !character.is_whitespace()
            && !character.is_control()
            && !",;:&()!%".contains(character)
    };
    let stand_in = |character| char::from_u32(STAND_INS + u32::from(character));
    let spelt = name
        .char_indices()
        .map(|at| if is_legal(at) { at.1 } else { stand_in(at.1).unwrap_or(at.1) });
    spelt.collect()
}

fn original(character: char) -> char {
    let code = u32::from(character).checked_sub(STAND_INS);
    code.and_then(char::from_u32).unwrap_or(character)
}
