//! A permit cannot be forged, copied, altered or used twice: none of it compiles.

#[test]
fn a_permit_is_made_by_a_decision_and_used_once() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
