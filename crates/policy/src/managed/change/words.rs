//! A change as the command line that asks for it, and as what it has done.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};

use super::Change;
use crate::managed::PasswordHash;
use crate::{Capability, RoomId, Scope};

/// The command line that asks for it.
impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register { account, .. } => {
                write!(formatter, "user register {}", account.as_str())
            }
            Self::Unregister { account } => {
                write!(formatter, "user unregister {}", account.as_str())
            }
            Self::Link { identity, account } => write!(formatter, "user link {identity} {account}"),
            Self::Unlink { identity } => write!(formatter, "user unlink {identity}"),
            Self::SetPassword { account, password: Some(_) } => {
                write!(formatter, "user set password {account}")
            }
            Self::SetPassword { account, password: None } => {
                write!(formatter, "user unset password {account}")
            }
            Self::SetSecure { account, secure } => {
                write!(formatter, "user set secure {account} {secure}")
            }
            Self::SetIgnored { account, ignored } => {
                write!(formatter, "user set ignored {account} {ignored}")
            }
            Self::AddCapability { account, capability } => {
                write!(formatter, "{}", of_account("add", account, capability))
            }
            Self::RemoveCapability { account, capability } => {
                write!(formatter, "{}", of_account("remove", account, capability))
            }
            Self::AddToRole { role, capability } => {
                write!(formatter, "role capability add {role} {capability}")
            }
            Self::RemoveFromRole { role, capability } => {
                write!(formatter, "role capability remove {role} {capability}")
            }
            Self::GiveRole { account, role } => write!(formatter, "role add {account} {role}"),
            Self::TakeRole { account, role } => write!(formatter, "role remove {account} {role}"),
            Self::SetCapability { capability } | Self::KeepDefault { capability } => {
                write!(formatter, "{}", of_everybody(["add", "set"], capability))
            }
            Self::UnsetCapability { capability } | Self::DropDefault { capability } => {
                write!(formatter, "{}", of_everybody(["remove", "unset"], capability))
            }
            Self::SetRoomDefault { room, allow } => {
                write!(formatter, "channel capability setdefault {room} {allow}")
            }
            Self::Ignore { who, room, until } => {
                write!(formatter, "{} {who}", list("ignore add", room.as_ref()))?;
                until.iter().try_for_each(|until| write!(formatter, " {until}"))
            }
            Self::Unignore { who, room } => {
                write!(formatter, "{} {who}", list("ignore remove", room.as_ref()))
            }
            Self::Ban { who, room, until } => {
                write!(formatter, "{} {who}", list("ban add", Some(room)))?;
                until.iter().try_for_each(|until| write!(formatter, " {until}"))
            }
            Self::Unban { who, room } => {
                write!(formatter, "{} {who}", list("ban remove", Some(room)))
            }
            Self::Flood { who, room, until } => {
                write!(formatter, "{} {who} {until}", list("ignore add", room.as_ref()))
            }
            Self::Lobotomize { room } => write!(formatter, "channel lobotomy add {room}"),
            Self::Wake { room } => write!(formatter, "channel lobotomy remove {room}"),
            Self::Disable { command, room } => {
                write!(formatter, "disable {command}{}", there(room.as_ref()))
            }
            Self::Enable { command, room } => {
                write!(formatter, "enable {command}{}", there(room.as_ref()))
            }
            Self::AddSudoer { who } => write!(formatter, "sudo add {who}"),
            Self::RemoveSudoer { who } => write!(formatter, "sudo rm {who}"),
            Self::Grant { to, what, elevate, lease: None } => {
                write!(formatter, "modaccess add {to} {what}{}", elevated(*elevate))
            }
            Self::Grant { to, what, elevate, lease: Some(lease) } => {
                write!(formatter, "tsec {to} {what} {}{}", lease.until, elevated(*elevate))
            }
            Self::Revoke { to, what, temporary } => {
                write!(formatter, "{} rm {to} {what}", grants(*temporary))
            }
            Self::AddRule { rule } => write!(formatter, "bw add {rule}"),
            Self::RemoveRule { number } => write!(formatter, "bw remove {number}"),
            Self::AddAlias { name, room, line, .. } => {
                write!(formatter, "alias add {}{name} {line}", inside(room.as_ref()))
            }
            Self::RemoveAlias { name, room } => {
                write!(formatter, "alias remove {}{name}", inside(room.as_ref()))
            }
            Self::Expire { key } => write!(formatter, "expire {key}"),
            Self::Forget { key } => write!(formatter, "owner forget {key}"),
        }
    }
}

impl Change {
    /// Takes the hash of a password out of it: what is left can be shown, and is no more to be made.
    pub fn hide_password(&mut self) {
        if let Self::Register { password: Some(hash), .. }
        | Self::SetPassword { password: Some(hash), .. } = self
        {
            *hash = PasswordHash::elsewhere();
        }
    }

    /// What is so once it is done, as a sentence without a full stop.
    pub fn outcome(&self) -> SmolStr {
        match self {
            Self::Register { account, .. } => format_smolstr!("{account} is registered"),
            Self::Unregister { account } => format_smolstr!("{account} is no account any more"),
            Self::Link { identity, account } => format_smolstr!("{identity} is {account} now"),
            Self::Unlink { identity } => {
                format_smolstr!("{identity} is nobody's identity any more")
            }
            Self::SetPassword { account, password: Some(_) } => {
                format_smolstr!("{account} has a new password")
            }
            Self::SetPassword { account, password: None } => {
                format_smolstr!("{account} has no password any more")
            }
            Self::SetSecure { account, secure: true } => format_smolstr!(
                "a password identifies as {account} only where a linked identity matches too"
            ),
            Self::SetSecure { account, secure: false } => {
                format_smolstr!("a password alone identifies as {account}")
            }
            Self::SetIgnored { account, ignored: true } => format_smolstr!("{account} is ignored"),
            Self::SetIgnored { account, ignored: false } => {
                format_smolstr!("{account} is not ignored any more")
            }
            Self::AddCapability { account, capability } => {
                format_smolstr!("{account} holds `{capability}`")
            }
            Self::RemoveCapability { account, capability } => {
                format_smolstr!("{account} itself does not hold `{capability}` any more")
            }
            Self::AddToRole { role, capability } => {
                format_smolstr!("the role `{role}` holds `{capability}`")
            }
            Self::RemoveFromRole { role, capability } => {
                format_smolstr!("the role `{role}` does not hold `{capability}` any more")
            }
            Self::GiveRole { account, role } => format_smolstr!("{account} has the role `{role}`"),
            Self::TakeRole { account, role } => {
                format_smolstr!("{account} has not the role `{role}` any more")
            }
            Self::SetCapability { capability } | Self::KeepDefault { capability } => {
                format_smolstr!("everybody holds `{capability}` who is not given another")
            }
            Self::UnsetCapability { capability } | Self::DropDefault { capability } => {
                format_smolstr!("`{capability}` is not held by everybody any more")
            }
            Self::SetRoomDefault { room, allow } => {
                let held = if *allow { "" } else { "not " };
                format_smolstr!("in {room}, a capability that no set speaks of is {held}held")
            }
            Self::Ignore { who, room, until } => {
                let until = until.map(|until| format_smolstr!(" until {until}"));
                let room = after(" in ", room.as_ref());
                format_smolstr!("{who} is ignored{room}{}", until.unwrap_or_default())
            }
            Self::Ban { who, room, until } => {
                let until = until.map(|until| format_smolstr!(" until {until}"));
                format_smolstr!("{who} is banned from {room}{}", until.unwrap_or_default())
            }
            Self::Unban { who, room } => {
                format_smolstr!("{who} is not banned from {room} any more")
            }
            Self::Flood { who, room, until } => {
                let room = after(" in ", room.as_ref());
                format_smolstr!("{who} is ignored{room} until {until}, for a flood")
            }
            Self::Unignore { who, room } => {
                format_smolstr!("{who} is not ignored{} any more", after(" in ", room.as_ref()))
            }
            Self::Lobotomize { room } => format_smolstr!("all is ignored that is said in {room}"),
            Self::Wake { room } => format_smolstr!("{room} is listened to again"),
            Self::Disable { command, room } => {
                format_smolstr!("`{command}` is switched off{}", where_it_is(room.as_ref()))
            }
            Self::Enable { command, room } => {
                format_smolstr!("`{command}` is switched on{}", where_it_is(room.as_ref()))
            }
            Self::AddSudoer { who } => format_smolstr!("{who} is a sudoer"),
            Self::RemoveSudoer { who } => format_smolstr!("{who} is no sudoer any more"),
            Self::Grant { to, what, elevate, lease } => {
                let until = lease.as_ref().map(|lease| format_smolstr!(" until {}", lease.until));
                let (what, until) = (reach(what, *elevate), until.unwrap_or_default());
                format_smolstr!("{to} may run {what}{until}")
            }
            Self::Revoke { to, what, temporary } => {
                let grant = if *temporary { "temporary grant" } else { "grant" };
                format_smolstr!("{to} has no {grant} of `{what}` any more")
            }
            Self::AddRule { rule } => format_smolstr!("rule `{rule}` stands last"),
            Self::RemoveRule { number } => format_smolstr!("rule {number} is removed"),
            Self::AddAlias { name, room, line, .. } => {
                format_smolstr!("`{name}` stands for `{line}`{}", after(" in ", room.as_ref()))
            }
            Self::RemoveAlias { name, room } => {
                format_smolstr!("`{name}` is no alias{} any more", after(" in ", room.as_ref()))
            }
            Self::Expire { key } => format_smolstr!("`{key}` has had its time"),
            Self::Forget { key } => format_smolstr!("`{key}` is forgotten"),
        }
    }
}

fn of_account(verb: &str, account: &crate::AccountName, capability: &Capability) -> SmolStr {
    match capability.room() {
        None => format_smolstr!("admin capability {verb} {account} {capability}"),
        Some(room) => format_smolstr!(
            "channel capability {verb} {room} {account} {}",
            capability.clone().on_its_own()
        ),
    }
}

/// The verbs are those of the default set and of a room's.
fn of_everybody(verbs: [&str; 2], capability: &Capability) -> SmolStr {
    let [default, in_room] = verbs;
    match capability.room() {
        None => format_smolstr!("owner defaultcapability {default} {capability}"),
        Some(room) => format_smolstr!(
            "channel capability {in_room} {room} {}",
            capability.clone().on_its_own()
        ),
    }
}

fn list(command: &str, room: Option<&RoomId>) -> SmolStr {
    match room {
        None => format_smolstr!("admin {command}"),
        Some(room) => format_smolstr!("channel {command} {room}"),
    }
}

fn after(word: &str, room: Option<&RoomId>) -> SmolStr {
    room.map(|room| format_smolstr!("{word}{room}")).unwrap_or_default()
}

fn inside(room: Option<&RoomId>) -> SmolStr {
    room.map(|room| format_smolstr!("{room} ")).unwrap_or_default()
}

/// Where something is switched, wherever that is said.
fn there(room: Option<&RoomId>) -> SmolStr {
    room.map_or_else(|| " --everywhere".into(), |room| format_smolstr!(" {room}"))
}

fn where_it_is(room: Option<&RoomId>) -> SmolStr {
    room.map_or_else(|| " everywhere".into(), |room| format_smolstr!(" in {room}"))
}

fn elevated(elevate: bool) -> &'static str {
    if elevate { " --elevate" } else { "" }
}

fn grants(temporary: bool) -> &'static str {
    if temporary { "tsec" } else { "modaccess" }
}

fn reach(what: &Scope, elevate: bool) -> SmolStr {
    let kind = if what.is_plugin() { "the plugin " } else { "" };
    let elevated = if elevate { ", at the level of owners too" } else { "" };
    format_smolstr!("{kind}`{what}`{elevated}")
}
