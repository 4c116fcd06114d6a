//! End-to-end scenarios over real servers.
