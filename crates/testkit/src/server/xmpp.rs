//! What the XMPP servers have in common.

/// The domain that they serve.
pub const DOMAIN: &str = "localhost";
/// Where their rooms are.
pub const MUC: &str = "muc.localhost";
/// Where files are uploaded to.
pub const UPLOAD: &str = "upload.localhost";
