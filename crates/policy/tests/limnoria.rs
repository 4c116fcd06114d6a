//! Limnoria's vectors: what the real code answered, and what its own tests ask for.
//!
//! They run as in the example `limnoria`, which shares its code with this file.

#[path = "../examples/limnoria/vectors.rs"]
mod vectors;

use vectors::Tally;

fn run(text: &str) -> String {
    let mut tally = Tally::default();
    tally.run(text);
    assert!(tally.has_passed(), "{tally}");
    tally.to_string()
}

#[test]
fn what_limnoria_answered_is_what_we_answer() {
    insta::assert_snapshot!(run(include_str!("vectors/limnoria.jsonl")), @"
    cap_fn: 428 passed, 0 failed, 0 skipped
    cap_set: 261 passed, 0 failed, 0 skipped
    channel_check: 61 passed, 0 failed, 0 skipped
    channel_check_ignored: 11 passed, 0 failed, 0 skipped
    check_capabilities: 35 passed, 0 failed, 0 skipped
    check_capability: 2581 passed, 0 failed, 0 skipped, 2 apart under B6, 10 apart under Q1, 10 apart under Q2, 6 apart under Q3
    check_ignored: 233 passed, 0 failed, 0 skipped
    converter: 254 passed, 0 failed, 0 skipped
    dispatch: 964 passed, 0 failed, 0 skipped
    identify_user: 148 passed, 0 failed, 0 skipped
    set_default_capabilities: 6 passed, 0 failed, 0 skipped, 1 apart under B6
    user_check: 158 passed, 0 failed, 0 skipped
    5140 passed, 0 failed, 0 skipped
    ");
}

#[test]
fn what_the_tests_of_limnoria_ask_for_is_so() {
    insta::assert_snapshot!(run(include_str!("vectors/limnoria_tests.jsonl")), @"
    cap_fn: 25 passed, 0 failed, 0 skipped
    cap_set: 46 passed, 0 failed, 0 skipped
    channel_check: 11 passed, 0 failed, 0 skipped
    channel_check_ignored: 11 passed, 0 failed, 0 skipped
    check_capability: 33 passed, 0 failed, 0 skipped
    config_required_capability: 23 passed, 0 failed, 0 skipped
    identify_user: 18 passed, 0 failed, 0 skipped
    user_check: 11 passed, 0 failed, 0 skipped
    178 passed, 0 failed, 0 skipped
    ");
}

#[test]
fn a_row_that_is_wrong_fails() {
    let mut tally = Tally::default();
    tally.run(concat!(
        r#"{"id":"a","kind":"cap_fn","fn":"is_capability","args":["foo"],"expected":{"value":false}}"#,
        "\n",
        r#"{"id":"b","kind":"set_default_capabilities","value":"-owner owner","expected":{"value":["owner"]}}"#,
        "\n",
        r#"{"id":"c","kind":"set_default_capabilities","value":"-owner owner","expected":{"value":["owner"]},"meta":{"limnoria_bug":"B6"}}"#,
        "\n",
        r#"{"id":"d","kind":"set_default_capabilities","value":"-owner owner","expected":{"value":["owner"]},"meta":{"limnoria_bug":"B13"}}"#,
        "\nnothing\n",
        r#"{"id":"e","kind":"tokenize","expected":{"value":[]}}"#,
    ));
    assert!(!tally.has_passed());
    insta::assert_snapshot!(tally.to_string(), @r#"
    a {"value":false} {"value":true}
    b {"value":["owner"]} {"value":["-owner"]}
    d {"value":["owner"]} {"value":["-owner"]}
    line-5 a row expected ident at line 1 column 2
    cap_fn: 0 passed, 1 failed, 0 skipped
    set_default_capabilities: 0 passed, 2 failed, 0 skipped, 1 apart under B6
    tokenize: 0 passed, 0 failed, 1 skipped
    unreadable: 0 passed, 1 failed, 0 skipped
    0 passed, 4 failed, 1 skipped
    "#);
}
