//! The policy as a whole: what is switched off, who may do what, and who did what.

mod audit;
mod switch;
mod who_can;

use nuncio_sdk::prelude::*;

plugin! {
    /// Switches commands off and on, and says who may do what and who did what.
    policy: switch::disable, switch::enable, switch::disabled, who_can::who_can, audit::audit
}
