//! The socket transport and its client.
