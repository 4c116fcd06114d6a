//! `echo`.

use nuncio_sdk::prelude::*;

/// Says what you say.
///
/// ```chat
/// > echo Good   morning!
/// Good   morning!
/// > echo **as it is**
/// **as it is**
/// ```
#[command(level = "everyone", repeat = "safe", late = "run")]
pub(super) fn echo(text: Text) -> Reply {
    Reply::text(text)
}
