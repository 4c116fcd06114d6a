//! The IRC transport.
