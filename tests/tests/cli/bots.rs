//! The bots to copy have nothing wrong with them.

use std::fs;

use anyhow::{Context as _, Result};
use nuncio_tests::home::{Home, bots};

use crate::told;

#[test]
fn every_bot_to_copy_is_good_as_it_is() -> Result<()> {
    let mut found = 0;
    for bot in fs::read_dir(bots())? {
        let bot = bot?.file_name();
        let bot = bot.to_str().context("a name")?;
        let home = Home::copy_of(bot, str::to_owned)?;
        // What its README asks for.
        for secret in ["xmpp-password", "matrix-password", "matrix-store"] {
            home.write(secret, "sesame")?;
        }
        let told = told(&home.nuncio(&["check", "."])?);
        assert!(told.starts_with("stdout:\nNo errors."), "{bot}: {told}");
        let lint = self::told(&home.nuncio(&["policy", "lint"])?);
        assert!(lint.ends_with("exit code 0"), "{bot}: {lint}");
        assert!(bots().join(bot).join("README.md").is_file(), "{bot} has no README.md");
        found += 1;
    }
    assert!(found > 0, "there are no bots");
    Ok(())
}
