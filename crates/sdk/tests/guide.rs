//! The guide shows code that is compiled and tested.

use std::fs;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_block_of_the_guide_is_in_an_example() {
    let guide = fs::read_to_string(format!("{HERE}/../../docs/plugins.md")).unwrap();
    let examples: Vec<String> = fs::read_dir(format!("{HERE}/examples"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let blocks: Vec<&str> = guide
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split_once("\n```\n").unwrap().0)
        .collect();
    assert!(blocks.len() > 5, "the guide shows code");
    for block in blocks {
        assert!(examples.iter().any(|example| example.contains(block)), "in no example:\n{block}");
    }
}
