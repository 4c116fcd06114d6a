//! Identities, rules and the one function that decides.
