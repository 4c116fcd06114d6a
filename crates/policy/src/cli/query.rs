//! A request as it is written: a line of `nuncio policy eval`, or the `ask` of an expectation.

use jiff::Timestamp;
use serde::Deserialize;

use crate::declared::Moment;
use crate::{
    CommandError, CommandId, Expr, ExprError, IdentityError, Level, Policy, PowerError, Request,
    Speaker,
};

/// A request in words. A field that is not known is an error; `null` is as good as absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Who asks: `u:NETWORK:USER`.
    pub user: String,
    /// The plugin of the command.
    pub plugin: String,
    /// The dotted path of the command in its plugin.
    pub command: String,
    /// Whether the network vouches for `user`; by default it does. It never does for an occupant's
    /// address, nor for a hostmask unless it trusts those.
    #[serde(default)]
    pub verified: Option<bool>,
    /// The room in which it is said; by default none, a private message.
    #[serde(default)]
    pub room: Option<String>,
    /// The room that is acted on; by default `room`.
    #[serde(default)]
    pub target: Option<String>,
    /// The level that the command declares: `everyone`, `sudo` (the default) or `owner`.
    #[serde(default)]
    pub level: Option<String>,
    /// A capability expression, in place of a level.
    #[serde(default)]
    pub requires: Option<String>,
    /// When; by default now.
    #[serde(default)]
    pub at: Option<Moment>,
    /// The power that the network gives `user` in `room`: `owner`, `admin`, `op`, `halfop` or
    /// `voice`; by default none.
    #[serde(default)]
    pub power: Option<String>,
    /// Further identities that are claimed.
    #[serde(default)]
    pub seen: Option<Vec<String>>,
}

impl Query {
    /// Reads the request, by the networks of a policy.
    ///
    /// # Errors
    ///
    /// When a field is not what its name says.
    pub fn request(&self, policy: &Policy, now: Timestamp) -> Result<Request, QueryError> {
        let networks = policy.networks();
        let user = networks.parse_user(&self.user).map_err(QueryError::User)?;
        let vouched = self.verified.unwrap_or(true) && !networks.is_claimed_only(&user);
        let mut speaker = if vouched { Speaker::verified(user) } else { Speaker::claimed([user]) };
        for seen in self.seen.iter().flatten() {
            speaker = speaker.observing(networks.parse_user(seen).map_err(QueryError::Seen)?);
        }
        let parse =
            |text: &Option<String>| text.as_ref().map(|text| networks.parse_room(text)).transpose();
        let room = parse(&self.room).map_err(QueryError::Room)?;
        if let Some(power) = &self.power {
            let power = power.parse().map_err(QueryError::Power)?;
            speaker = speaker.with_power(room.clone().ok_or(QueryError::Powerless)?, power);
        }
        Ok(Request {
            speaker,
            room,
            target: parse(&self.target).map_err(QueryError::Target)?,
            command: CommandId::new(&self.plugin, &self.command).map_err(QueryError::Command)?,
            level: self.level()?,
            at: match &self.at {
                Some(at) => at.timestamp().map_err(|_| QueryError::At(at.to_string()))?,
                None => now,
            },
        })
    }

    fn level(&self) -> Result<Level, QueryError> {
        if let Some(expr) = &self.requires {
            let expr = expr.parse::<Expr>().map_err(QueryError::Requires)?;
            return Ok(Level::Capability(expr));
        }
        match self.level.as_deref() {
            None | Some("sudo") => Ok(Level::Sudo),
            Some("everyone") => Ok(Level::Everyone),
            Some("owner") => Ok(Level::Owner),
            Some(level) => Err(QueryError::Level(level.to_owned())),
        }
    }
}

/// Which field of a [`Query`] is not what its name says, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// `user`.
    #[error("`user`: {0}")]
    User(IdentityError),
    /// `seen`.
    #[error("`seen`: {0}")]
    Seen(IdentityError),
    /// `room`.
    #[error("`room`: {0}")]
    Room(IdentityError),
    /// `target`.
    #[error("`target`: {0}")]
    Target(IdentityError),
    /// `power`.
    #[error("`power`: {0}")]
    Power(PowerError),
    /// `power` without `room`.
    #[error("`power`: nobody has power in private; name the `room`")]
    Powerless,
    /// `plugin` or `command`.
    #[error("`plugin` and `command`: {0}")]
    Command(CommandError),
    /// `level`.
    #[error(
        "`level`: `{0}` is none of `everyone`, `sudo` and `owner`; write an expression in `requires`"
    )]
    Level(String),
    /// `requires`.
    #[error("`requires`: {0}")]
    Requires(ExprError),
    /// `at`.
    #[error("`at`: `{0}` is no time; write it as `2026-11-22T12:00:00Z`")]
    At(String),
}
