//! A permit cannot be made without a decision.

use nuncio_policy::Permit;

fn main() {
    let _forged = Permit(Default::default());
    let _default: Permit = Default::default();
}
