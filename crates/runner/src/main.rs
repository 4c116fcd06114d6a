//! The binary `nuncio`.

fn main() {}
