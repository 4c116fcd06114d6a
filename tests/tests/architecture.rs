//! The architecture is what ARCHITECTURE.md says.

use anyhow::Result;
use xtask::tidy::{Workspace, edges, invariants, map};

#[test]
fn crates_depend_only_on_those_below_them() -> Result<()> {
    assert_eq!(edges::check(&Workspace::load()?), [""; 0]);
    Ok(())
}

#[test]
fn the_code_map_names_every_crate_and_no_other() -> Result<()> {
    assert_eq!(map::check(&Workspace::load()?)?, [""; 0]);
    Ok(())
}

#[test]
fn every_invariant_names_a_test_that_is_there() -> Result<()> {
    assert_eq!(invariants::check(&Workspace::load()?)?, [""; 0]);
    Ok(())
}

#[test]
fn policy_depends_on_nothing_that_does_io() -> Result<()> {
    let workspace = Workspace::load()?;
    let pure = [
        "hashbrown",
        "jid",
        "jiff",
        "rustc-hash",
        "serde",
        "serde_json",
        "smol_str",
        "strsim",
        "thiserror",
    ];
    assert_eq!(workspace.dependencies("nuncio-policy"), pure);
    Ok(())
}
