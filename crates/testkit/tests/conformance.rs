//! The suite on the network in memory, and proof that the suite finds what it is for.

use anyhow::{Result, ensure};
use nuncio_testkit::{
    conformance::{
        Outcome, Subject, cancel, delivery, features,
        memory::{Faults, Memory},
        order, run,
    },
    transport_conformance,
};

mod memory {
    use super::*;

    transport_conformance!(Memory);
}

/// A case must fail, and say this.
fn finds<S: Subject>(case: impl Future<Output = Outcome>, complaint: &str) -> Result<()> {
    let found = run::<S>(case).err().map_or_else(String::new, |error| format!("{error:#}"));
    ensure!(found.contains(complaint), "found `{found}` in place of `{complaint}`");
    Ok(())
}

macro_rules! seeded_faults {
    ($($test:ident: $fault:ident is found by $case:path, $complaint:literal;)+) => {
        $(
            #[test]
            fn $test() -> Result<()> {
                struct Seeded;
                impl Faults for Seeded {
                    const $fault: bool = true;
                }
                type Faulty = Memory<Seeded>;
                use $case as case;
                finds::<Faulty>(case::<Faulty>(), $complaint)
            }
        )+
    };
}

seeded_faults! {
    an_ignored_cancel_is_found: IGNORES_CANCEL
        is found by cancel::it_ends_within_five_seconds_and_takes_leave,
        "it was cancelled and did not end";
    a_claim_beyond_the_features_is_found: CLAIMS_EVERYTHING
        is found by features::what_is_absent_is_unsupported_and_nothing_goes_out,
        "is absent, and yet its receipt says";
    a_truncated_text_that_claims_to_be_whole_is_found: TRUNCATES
        is found by delivery::a_long_text_arrives_whole,
        "a text said to be whole arrived otherwise";
    a_lost_receipt_is_found: LOSES_RECEIPTS
        is found by delivery::every_delivery_gets_exactly_one_receipt,
        "got no receipt in time";
    a_doubled_line_is_found: DOUBLES
        is found by order::deliveries_to_one_place_arrive_once_and_in_order,
        "in place of";
}
