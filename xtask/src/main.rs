//! Everything that CI and a person run.

fn main() {}
