//! Neither a permit nor a refusal can be cloned.

use nuncio_policy::{Permit, Refusal};

fn twice(permit: Permit, refusal: Refusal) -> (Permit, Permit, Refusal, Refusal) {
    (permit.clone(), permit, refusal.clone(), refusal)
}

fn main() {
    let _ = twice;
}
