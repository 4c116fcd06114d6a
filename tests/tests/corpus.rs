//! Every input that a fuzz target ever kept, again.

use std::{fs, path::Path, thread};

use anyhow::{Result, ensure};

#[path = "../../fuzz/src/lib.rs"]
#[expect(clippy::expect_used, reason = "a check panics where a promise is broken")]
#[expect(unreachable_pub, reason = "it is a crate of its own for the fuzz targets")]
mod fuzz;

fn replay(target: &str, check: fn(&[u8])) -> Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut inputs = 0;
    for entry in fs::read_dir(&corpus)? {
        let path = entry?.path();
        let input = fs::read(&path)?;
        // A panic names its thread, and so the input.
        let thread = thread::Builder::new().name(path.display().to_string());
        let checked = thread.spawn(move || check(&input))?.join();
        ensure!(checked.is_ok(), "{} breaks a promise", path.display());
        inputs += 1;
    }
    ensure!(inputs > 0, "{} is empty", corpus.display());
    Ok(())
}

#[test]
fn identity() -> Result<()> {
    replay("identity", fuzz::identity::check)
}

#[test]
fn bw_list() -> Result<()> {
    replay("bw_list", fuzz::bw_list::check)
}

#[test]
fn command_line() -> Result<()> {
    replay("command_line", fuzz::command_line::check)
}

#[test]
fn socket_frame() -> Result<()> {
    replay("socket_frame", fuzz::socket_frame::check)
}

#[test]
fn irc_session() -> Result<()> {
    replay("irc_session", fuzz::irc_session::check)
}

#[test]
fn matrix_content() -> Result<()> {
    replay("matrix_content", fuzz::matrix_content::check)
}

#[test]
fn xmpp_session() -> Result<()> {
    replay("xmpp_session", fuzz::xmpp_session::check)
}
