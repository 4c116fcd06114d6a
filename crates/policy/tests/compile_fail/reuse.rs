//! What takes a permit takes it for good.

use nuncio_policy::Permit;

fn act(_: Permit) {}

fn act_twice(permit: Permit) {
    act(permit);
    act(permit);
}

fn main() {
    let _ = act_twice;
}
