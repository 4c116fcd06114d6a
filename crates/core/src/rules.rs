//! The rules and commands in force, as everybody but the dispatcher reads them: without hashes of
//! passwords, which [`Passwords`] alone shows.

use std::sync::Arc;

use arc_swap::ArcSwap;
use nuncio_policy::cli::{self, WhoCan};
use nuncio_policy::{
    AccountName, CommandId, Explanation, Identity, Level, Network, PasswordHash, Permit, Policy,
    Refusal, Request, RoomId, Speaker, UserId, decide,
};
use tokio::task::{JoinError, spawn_blocking};

use crate::catalogue::Catalogue;
use crate::command::CommandTree;
use crate::house::Clock;

/// The policy and the catalogue in force. The house replaces them whole, right after the dispatcher
/// took up others; whoever reads keeps what was read.
#[derive(Debug)]
pub struct Rules {
    policy: ArcSwap<Policy>,
    catalogue: ArcSwap<Catalogue>,
    clock: Clock,
}

impl Rules {
    /// The rules that a bot begins with.
    pub fn new(policy: &Policy, catalogue: Arc<Catalogue>, clock: Clock) -> Self {
        let policy = policy.without_passwords();
        Self { policy: ArcSwap::from_pointee(policy), catalogue: ArcSwap::new(catalogue), clock }
    }

    pub(crate) fn set_policy(&self, policy: &Policy) {
        self.policy.store(Arc::new(policy.without_passwords()));
    }

    pub(crate) fn set_catalogue(&self, catalogue: Arc<Catalogue>) {
        self.catalogue.store(catalogue);
    }

    /// The policy in force, [without](Policy::without_passwords) hashes of passwords.
    pub fn policy(&self) -> Policy {
        Policy::clone(&self.policy.load())
    }

    /// What all plugins together offer.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.load_full()
    }

    /// The commands in force.
    pub fn commands(&self) -> Arc<CommandTree> {
        Arc::clone(&self.catalogue.load().commands)
    }

    /// Whether a speaker may run a command in a room, now.
    pub fn may_run(&self, speaker: &Speaker, room: Option<&RoomId>, command: &CommandId) -> bool {
        self.decide(speaker, room, command).is_ok()
    }

    /// Why a speaker may or may not.
    pub fn why(
        &self,
        speaker: &Speaker,
        room: Option<&RoomId>,
        command: &CommandId,
    ) -> Explanation {
        match self.decide(speaker, room, command) {
            Ok(permit) => permit.explanation(),
            Err(refusal) => refusal.explanation(),
        }
    }

    /// Reads an identity as people write it: `u:irc:bob`, or `bob` on `here`.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person.
    pub fn read_user(&self, text: &str, here: &Network) -> Result<Speaker, String> {
        let policy = self.policy.load();
        let networks = policy.networks();
        let user = match networks.parse(text) {
            Ok(Identity::User(user)) => Ok(user),
            Err(error) if text.starts_with("u:") => Err(error),
            _ => UserId::new(here, text, networks.case_mapping(here)),
        };
        user.map(Speaker::verified).map_err(|error| error.to_string())
    }

    /// Reads a room as people write it: `r:irc:#a`, or `#a` on `here`.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person.
    pub fn read_room(&self, text: &str, here: &Network) -> Result<RoomId, String> {
        let policy = self.policy.load();
        let networks = policy.networks();
        let room = match networks.parse(text) {
            Ok(Identity::Room(room)) => Ok(room),
            Err(error) if text.starts_with("r:") => Err(error),
            _ => RoomId::new(here, text, networks.case_mapping(here)),
        };
        room.map_err(|error| error.to_string())
    }

    /// Who may run a command in a room, now: it walks all identities that the policy names, on a
    /// thread for work that takes long.
    ///
    /// # Errors
    /// When the house is closing.
    pub async fn who_can(
        &self,
        room: Option<&RoomId>,
        command: &CommandId,
    ) -> Result<WhoCan, JoinError> {
        let policy = self.policy();
        let request = self.request(Speaker::claimed([]), room, command);
        spawn_blocking(move || cli::who_can(&policy, &request)).await
    }

    fn decide(
        &self,
        speaker: &Speaker,
        room: Option<&RoomId>,
        command: &CommandId,
    ) -> Result<Permit, Refusal> {
        decide(&self.policy.load(), self.request(speaker.clone(), room, command))
    }

    fn request(&self, speaker: Speaker, room: Option<&RoomId>, command: &CommandId) -> Request {
        // A command that nobody declares is nobody's to run.
        let level = self.catalogue.load().level(command).unwrap_or(Level::Owner);
        let request = Request::new(speaker, command.clone(), self.clock.now().wall).at_level(level);
        Request { room: room.cloned(), target: room.cloned(), ..request }
    }
}

/// The hashes of passwords in force. The house gives them to whom it trusts
/// ([`Catalogue::trusted`]), and to nobody else.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<ArcSwap<Policy>>);

impl Passwords {
    pub(crate) fn new(policy: Policy) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(policy)))
    }

    pub(crate) fn set_policy(&self, policy: Policy) {
        self.0.store(Arc::new(policy));
    }

    /// The hash of an account's password, now; see [`Policy::password`].
    pub fn of(&self, account: &AccountName) -> Option<PasswordHash> {
        self.0.load().password(account).cloned()
    }
}
