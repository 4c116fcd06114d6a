//! Why something was decided, as data; `Display` makes the words.

mod origin;
mod words;

use serde::Deserialize;
use smol_str::SmolStr;

pub use origin::Origin;

use crate::policy::Compiled;
use crate::{AccountName, CommandId, Level, Policy, Power, Request, RoomId, Speaker, decide};

/// What was decided.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It happens.
    Allow,
    /// It does not, and the speaker is told.
    Deny,
    /// It does not, and nobody is told.
    Ignore,
}

/// The questions that a decision asks, in this order; the first that has an answer decides.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Is the speaker ignored?
    Ignored,
    /// Is the command switched off?
    Disabled,
    /// Is the speaker an owner?
    Owner,
    /// Does the last rule of the `bw_list` that matches forbid it?
    BwList,
    /// Does the speaker hold an anticapability of it?
    Capability,
    /// Does anything allow it?
    Access,
}

impl Layer {
    /// Every layer, in the order in which they are asked.
    pub const ALL: [Self; 6] =
        [Self::Ignored, Self::Disabled, Self::Owner, Self::BwList, Self::Capability, Self::Access];
}

/// An entry of the policy: what it says, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it says.
    pub text: SmolStr,
    /// Where it stands.
    pub origin: Origin,
}

/// An anticapability that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The anticapability, and the set or the default that holds it.
    pub held: Entry,
    /// The capability that would stand against it.
    pub needed: SmolStr,
}

/// Why one layer found what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The layer had nothing to say.
    NothingDeclared,
    /// The layer lets the commands pass by which a person becomes known.
    Introduction,
    /// Nobody ignores the speaker.
    NotIgnored,
    /// A verified owner, or an account that holds `trusted`, is not ignored.
    Trusted,
    /// An account of the speaker's has the `ignore` flag.
    AccountIgnored(AccountName, Origin),
    /// `default_ignore` ignores whoever is not verified as an account.
    Unregistered,
    /// An entry of the ignore list.
    Ignored(Entry),
    /// The room is lobotomized.
    Lobotomized(RoomId, Origin),
    /// The command is not switched off.
    NotDisabled,
    /// The command is switched off.
    Disabled(Entry),
    /// The verified identity is no owner, or there is none.
    NotOwner,
    /// The verified identity is an owner.
    Owner(Entry),
    /// The last rule of the `bw_list` that matches.
    Rule(Entry),
    /// No rule of the `bw_list` matches but the implicit `w * *`.
    ImplicitRule,
    /// No anticapability of the command is held.
    NoAnticapability,
    /// An anticapability of the command is held.
    Anticapability(Written),
    /// An anticapability is held by default alone, and something allows the command.
    Lifted(Written),
    /// Nothing is known of who speaks, and what runs for nobody does not run.
    Nobody,
    /// The command is for everyone.
    Everyone,
    /// The verified identity is a sudoer.
    Sudoer(Entry),
    /// An entry of `[policy.access]` lists the speaker.
    Listed(Entry),
    /// A grant of the command or its plugin.
    Grant(Entry),
    /// The speaker holds the capabilities that the command asks for.
    Held(Level),
    /// What the speaker's power in the room is worth satisfies what the command asks for.
    Power {
        /// What it asks for.
        level: Level,
        /// His power.
        by: Powered,
    },
    /// An entry of `[policy.access]` asks for what the speaker has not.
    EntryAllowsNot(Entry),
    /// The command changes rights or code, which is for owners.
    Reserved,
    /// Nothing allows a command of this level to this speaker.
    NothingAllows(Level),
}

/// The power of a speaker in a room, and the entry that says what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Powered {
    /// The power.
    pub power: Power,
    /// The room.
    pub room: RoomId,
    /// The entry.
    pub entry: Entry,
}

impl Powered {
    pub(crate) fn new(policy: &Compiled, request: &Request, worth: u32) -> Option<Self> {
        let (room, power) = request.speaker.power()?;
        let entry = policy.powers.get(worth)?.entry.clone();
        Some(Self { power, room: room.clone(), entry })
    }
}

/// One layer's part in a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The layer.
    pub layer: Layer,
    /// What it found.
    pub reason: Reason,
}

/// Something that would have to change for a refusal to become a permit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Nothing vouches for the speaker: identify first.
    Identify,
    /// Make the speaker an owner.
    Owner,
    /// Make the speaker a sudoer.
    Sudoer,
    /// Add a `w` rule after this one, or remove it.
    Lift(Entry),
    /// Remove this entry.
    Remove(Entry),
    /// Clear the `ignore` flag of this account.
    Unignore(AccountName),
    /// Link the verified identity to an account.
    Register,
    /// Give the speaker's account this capability.
    Hold(SmolStr),
    /// List the speaker in this entry.
    List(Entry),
    /// Grant the command to the speaker.
    Grant(CommandId),
    /// Clear `lobotomized` of this room.
    Wake(RoomId),
}

/// Why something was decided: every layer that was asked, and what would have to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What was decided.
    pub outcome: Outcome,
    /// The layers that were asked, in order; the last one decided.
    pub trace: Vec<Step>,
    /// What would let it happen, any one of them; empty for a permit.
    pub remedies: Vec<Remedy>,
    /// Who asked.
    pub speaker: Speaker,
    /// What was asked for.
    pub command: CommandId,
}

impl Explanation {
    /// Decides, and keeps the reasons alone: for `why`, which must let nothing happen.
    pub fn of(policy: &Policy, request: Request) -> Self {
        match decide(policy, request) {
            Ok(permit) => permit.explanation(),
            Err(refusal) => refusal.explanation(),
        }
    }

    pub(crate) fn new(outcome: Outcome, trace: Vec<Step>, request: &Request) -> Self {
        let (speaker, command) = (request.speaker.clone(), request.command.clone());
        let mut explanation = Self { outcome, trace, remedies: Vec::new(), speaker, command };
        explanation.remedies = explanation.find_remedies();
        explanation
    }

    /// The layer that decided.
    pub fn layer(&self) -> Layer {
        self.trace.last().map_or(Layer::Access, |step| step.layer)
    }

    /// What the deciding layer found.
    pub fn because(&self) -> &Reason {
        self.trace.last().map_or(&Reason::NothingDeclared, |step| &step.reason)
    }

    fn find_remedies(&self) -> Vec<Remedy> {
        if self.outcome == Outcome::Allow {
            return Vec::new();
        }
        let unknown = self.speaker.verified_id().is_none() && self.speaker.sessions().is_empty();
        let identify = unknown.then_some(Remedy::Identify);
        let grant = || Remedy::Grant(self.command.clone());
        let (remedies, owner) = match self.because().clone() {
            Reason::AccountIgnored(name, _) => (vec![Remedy::Unignore(name)], false),
            Reason::Nobody => (Vec::new(), false),
            Reason::Disabled(entry) => (vec![Remedy::Remove(entry)], false),
            Reason::Unregistered => (vec![Remedy::Register], true),
            Reason::Ignored(entry) => (vec![Remedy::Remove(entry)], true),
            Reason::Lobotomized(room, _) => (vec![Remedy::Wake(room)], true),
            Reason::Rule(entry) => (vec![Remedy::Lift(entry)], true),
            Reason::Anticapability(written) => (vec![Remedy::Hold(written.needed)], true),
            Reason::EntryAllowsNot(entry) => (vec![Remedy::List(entry), grant()], true),
            Reason::NothingAllows(Level::Sudo) => (vec![Remedy::Sudoer, grant()], true),
            Reason::NothingAllows(Level::Capability(expr)) => {
                (vec![Remedy::Hold(expr.to_string().into()), grant()], true)
            }
            _ => (Vec::new(), true),
        };
        let owner = owner.then_some(Remedy::Owner);
        identify.into_iter().chain(remedies).chain(owner).collect()
    }
}
