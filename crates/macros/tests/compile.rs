//! What the compiler says to a plugin's author.

#[test]
fn mistakes_are_explained() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/compile/pass/*.rs");
    tests.compile_fail("tests/compile/fail/*.rs");
}
