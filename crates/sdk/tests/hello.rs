//! What a first plugin costs.

use std::fs;

const HELLO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.rs");

#[test]
fn hello_world_has_eight_lines_and_its_test_four() {
    let source = fs::read_to_string(HELLO).unwrap();
    let (plugin, test) = source.split_once("#[tokio::test]").unwrap();
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines(plugin) <= 8, "the plugin has {} lines", lines(plugin));
    assert!(lines(test) < 4, "the test has {} lines", lines(test) + 1);
}
