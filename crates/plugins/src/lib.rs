//! The standard plugins, written against the sdk like anybody's.
//!
//! - [`info`]: what anybody may ask: `help`, `ping`, `echo`, `about`, `uptime`, `stats`, `why`.
//! - [`user`]: a person's own account: `user register`, `whoami`, …
//! - [`rooms`]: where the bot is and what it says there: `say`, `join`, `leave`.
//! - [`house`]: the running of the bot: `config`, `log`, `outbox`, `reload`, `restart`, `stop`.
//! - [`policy`]: what is switched off, who may do what, and who did what: `disable`, `enable`,
//!   `who-can`, `audit`.
//! - [`admin`], [`channel`], [`owner`] and [`role`]: capabilities and ignores, as Limnoria has them.
//! - [`sudo`], [`modaccess`] and [`tsec`]: sudoers and grants, as `MxUserbot` has them.
//! - [`bw`]: the `bw_list`, as Sibyl has it.
//! - [`alias`]: words of one's own for commands.
//! - [`verify`]: whether a device is whose it seems to be, which a person says.

pub mod admin;
pub mod alias;
pub mod bw;
pub mod channel;
pub mod house;
pub mod info;
pub mod modaccess;
pub mod owner;
pub mod policy;
mod rights;
pub mod role;
pub mod rooms;
pub mod sudo;
pub mod tsec;
pub mod user;
pub mod verify;
mod words;

use nuncio_sdk::Native;

/// Every standard plugin.
pub fn standard() -> Vec<Native> {
    vec![
        info::plugin(),
        user::plugin(),
        rooms::plugin(),
        house::plugin(),
        policy::plugin(),
        admin::plugin(),
        channel::plugin(),
        owner::plugin(),
        role::plugin(),
        sudo::plugin(),
        modaccess::plugin(),
        tsec::plugin(),
        bw::plugin(),
        alias::plugin(),
        verify::plugin(),
    ]
}
