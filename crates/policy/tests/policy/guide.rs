//! `docs/policy.md`, run: each row of each of its tables is a test.

mod decisions;
mod keys;
mod markdown;
mod names;
mod rights;

use markdown::Table;

/// Runs a table by its head; none of the guide's may be of a kind that nothing here runs.
#[test]
fn every_row_of_every_table_holds() {
    let tables = markdown::tables(include_str!("../../../../docs/policy.md"));
    let mut rows = 0;
    for table in &tables {
        run(table);
        rows += table.rows.len();
    }
    assert!(rows > 100, "the guide has lost its tables: {rows} rows");
}

fn run(table: &Table) {
    match table.head().as_slice() {
        ["text", "names"] => names::kinds(table),
        ["kind", "two names are one when", "one", "the other"] => names::comparison(table),
        ["layer", "question", "answer"] => decisions::layers(table),
        ["who", "asks for", "where", "decision", "because"] => decisions::rows(table),
        ["power", "IRC", "XMPP", "Matrix"] => keys::powers(table),
        ["key", "default", "what it is"] => keys::policy(table),
        ["field", "default", ""] => keys::query(table),
        ["what", "owner", "`admin`", "`op`", "himself", "others"] => rights::matrix(table),
        ["in Limnoria" | "in MxUserbot", "here"] => keys::named(table),
        // Run where all the commands are, and by the tests that the second one names.
        ["command", "level"] | ["", "Limnoria", "here, and why", "shown by"] => {}
        head => panic!("nothing runs the table with the head {head:?}"),
    }
}
