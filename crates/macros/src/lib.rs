//! The command attribute of the sdk.
