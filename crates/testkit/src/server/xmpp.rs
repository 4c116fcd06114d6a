//! What the XMPP servers have in common.

/// The domain that they serve.
pub const DOMAIN: &str = "localhost";
/// Where their rooms are.
pub const MUC: &str = "muc.localhost";
/// Where files are uploaded to.
pub const UPLOAD: &str = "upload.localhost";
/// The domain of the component that Prosody has under load, which shares [`SECRET`] with it.
pub const PEOPLE: &str = "people.localhost";
/// What it shares.
pub const SECRET: &str = "secret";
