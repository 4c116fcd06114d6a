//! Which extensions the server offers, and which are on (`IRCv3` capability negotiation 302).

use irc::proto::Capability;

/// An extension that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Cap {
    /// Says when somebody logs in or out.
    AccountNotify,
    /// Says with each message which account its sender is logged in to.
    AccountTag,
    /// Groups lines, history among them.
    Batch,
    /// Says when the extensions change.
    CapNotify,
    /// Says when somebody's host changes.
    ChgHost,
    /// Sends back what we said: the proof that it went out.
    EchoMessage,
    /// Says with each JOIN which account it is.
    ExtendedJoin,
    /// Says which answer belongs to which line.
    LabeledResponse,
    /// Carries tags, the message's id among them.
    MessageTags,
    /// Shows all symbols of a member.
    MultiPrefix,
    /// Logs us in.
    Sasl,
    /// Says when something was said.
    ServerTime,
    /// Shows members' hosts in NAMES.
    UserhostInNames,
}

impl Cap {
    /// Every extension that we ask for where it is offered; [`Cap::Sasl`] only with an account.
    pub const ALL: [Self; 13] = [
        Self::AccountNotify,
        Self::AccountTag,
        Self::Batch,
        Self::CapNotify,
        Self::ChgHost,
        Self::EchoMessage,
        Self::ExtendedJoin,
        Self::LabeledResponse,
        Self::MessageTags,
        Self::MultiPrefix,
        Self::Sasl,
        Self::ServerTime,
        Self::UserhostInNames,
    ];

    fn capability(self) -> Capability {
        match self {
            Self::AccountNotify => Capability::AccountNotify,
            Self::AccountTag => Capability::AccountTag,
            Self::Batch => Capability::Batch,
            Self::CapNotify => Capability::CapNotify,
            Self::ChgHost => Capability::ChgHost,
            Self::EchoMessage => Capability::EchoMessage,
            Self::ExtendedJoin => Capability::ExtendedJoin,
            Self::LabeledResponse => Capability::Custom("labeled-response"),
            Self::MessageTags => Capability::Custom("message-tags"),
            Self::MultiPrefix => Capability::MultiPrefix,
            Self::Sasl => Capability::Sasl,
            Self::ServerTime => Capability::ServerTime,
            Self::UserhostInNames => Capability::UserhostInNames,
        }
    }

    /// The one with this name on the wire.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cap| cap.capability().as_ref() == name)
    }

    fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// The state of the negotiation.
#[derive(Debug, Default)]
pub(super) struct Caps {
    offered: u32,
    asked: u32,
    on: u32,
    /// The mechanisms that `sasl=` lists; None where the server does not say.
    mechanisms: Option<String>,
    /// Whether the first list is complete.
    listed: bool,
}

impl Caps {
    /// Whether an extension is on.
    pub(super) fn has(&self, cap: Cap) -> bool {
        self.on & cap.bit() != 0
    }

    /// Whether we wait for an answer to a request, or for the list itself.
    pub(super) fn is_open(&self) -> bool {
        !self.listed || self.asked != 0
    }

    /// Whether the server offers SASL with this mechanism; true where it does not list them.
    pub(super) fn offers_mechanism(&self, mechanism: &str) -> bool {
        let listed = self.mechanisms.as_deref();
        listed.is_none_or(|list| list.split(',').any(|one| one.eq_ignore_ascii_case(mechanism)))
    }

    /// Takes a part of `CAP LS` or a `CAP NEW`: names, some with a value.
    pub(super) fn offer(&mut self, list: &str) {
        for entry in list.split(' ') {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            let Some(cap) = Cap::named(name) else { continue };
            self.offered |= cap.bit();
            if cap == Cap::Sasl {
                self.mechanisms = (!value.is_empty()).then(|| value.to_owned());
            }
        }
    }

    /// Marks the first list as complete.
    pub(super) fn end_list(&mut self) {
        self.listed = true;
    }

    /// The names to ask for now, if any; they count as asked.
    pub(super) fn request(&mut self, with_sasl: bool) -> Option<String> {
        let mut wanted = self.offered & !self.on & !self.asked;
        if !with_sasl {
            wanted &= !Cap::Sasl.bit();
        }
        self.asked |= wanted;
        names(wanted)
    }

    /// Takes `CAP ACK`. A name with `-` is off now.
    pub(super) fn acknowledge(&mut self, list: &str) {
        for entry in list.split(' ') {
            let (off, name) = match entry.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, entry.trim_start_matches(['~', '='])),
            };
            let Some(cap) = Cap::named(name) else { continue };
            self.asked &= !cap.bit();
            self.on = if off { self.on & !cap.bit() } else { self.on | cap.bit() };
        }
    }

    /// Takes `CAP NAK`: all or nothing was refused. Gives what to ask for one by one instead; a
    /// refused request for one is given up.
    pub(super) fn refuse(&mut self, list: &str) -> Vec<String> {
        let refused: u32 =
            list.split(' ').filter_map(Cap::named).map(Cap::bit).fold(0, |a, b| a | b);
        if refused.count_ones() <= 1 {
            self.asked &= !refused;
            self.offered &= !refused;
            return Vec::new();
        }
        Cap::ALL.into_iter().filter_map(|cap| names(refused & cap.bit())).collect()
    }

    /// Takes `CAP DEL`: these are off.
    pub(super) fn withdraw(&mut self, list: &str) {
        for cap in list.split(' ').filter_map(Cap::named) {
            self.offered &= !cap.bit();
            self.asked &= !cap.bit();
            self.on &= !cap.bit();
        }
    }
}

fn names(caps: u32) -> Option<String> {
    let mut names = String::new();
    for cap in Cap::ALL.into_iter().filter(|cap| caps & cap.bit() != 0) {
        if !names.is_empty() {
            names.push(' ');
        }
        names.push_str(cap.capability().as_ref());
    }
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_asked_for_once() {
        let mut caps = Caps::default();
        assert!(caps.is_open());
        caps.offer("batch sasl=PLAIN,EXTERNAL draft/unknown server-time ");
        caps.end_list();
        assert!(caps.offers_mechanism("plain") && !caps.offers_mechanism("SCRAM-SHA-256"));
        assert_eq!(caps.request(false).as_deref(), Some("batch server-time"));
        assert_eq!(caps.request(false), None);
        assert_eq!(caps.request(true).as_deref(), Some("sasl"));
        caps.acknowledge("batch sasl");
        assert!(caps.has(Cap::Batch) && caps.is_open());
        caps.acknowledge("=server-time");
        assert!(caps.has(Cap::ServerTime) && !caps.is_open());
        caps.acknowledge("-batch");
        caps.withdraw("server-time");
        assert!(!caps.has(Cap::Batch) && !caps.has(Cap::ServerTime));
    }

    #[test]
    fn a_refusal_of_many_is_asked_again_one_by_one() {
        let mut caps = Caps::default();
        caps.offer("batch server-time");
        caps.end_list();
        let all = caps.request(false).expect("a request");
        assert_eq!(caps.refuse(&all), ["batch", "server-time"]);
        assert!(caps.refuse("batch").is_empty() && caps.is_open());
        caps.acknowledge("server-time");
        assert!(!caps.is_open() && !caps.has(Cap::Batch));
    }
}
