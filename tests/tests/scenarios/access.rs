//! A plugin's own `access`: what it says in place of the levels that its commands declare.

use anyhow::Result;

use crate::world::Corner;

const SUDO: &str = "[plugin.info]\naccess = \"sudo\"";
const ALL: &str = "[plugin.info]\naccess = \"all\"";
const LISTED: &str = "[plugin.info]\naccess = [\"u:irc:bob\", \"u:irc:carol\"]";
const OVERRULED: &str =
    "[plugin.info]\naccess = \"owner\"\n\n[policy.access]\n\"info\" = \"everyone\"";

#[tokio::test]
async fn the_access_of_a_plugin_is_that_of_its_commands_until_the_policy_says_another() -> Result<()>
{
    let corner = Corner::with(SUDO).await?;
    let (mut bot, mut room) = corner.run(&["ann"]).await?;
    let refused = "<ann> !ping\n<nuncio> You may not run `ping` here (*";
    room.hears(refused).await?;

    corner.rewrite(ALL)?;
    bot.hang_up()?;
    bot.logs("Reloaded.").await?;
    room.hears("<ann> !ping\n<nuncio> Pong!").await?;

    corner.rewrite(LISTED)?;
    bot.hang_up()?;
    bot.logs("Reloaded.").await?;
    room.hears(refused).await?;
    for (who, decision) in
        [("u:irc:bob", "allow"), ("u:irc:carol", "allow"), ("u:irc:dave", "deny")]
    {
        let explained = corner.home.nuncio(&["policy", "explain", who, "info.ping"])?;
        let explained = String::from_utf8_lossy(&explained.stdout).into_owned();
        assert!(explained.starts_with(decision), "{who}: {explained}");
    }

    corner.rewrite(OVERRULED)?;
    bot.hang_up()?;
    bot.logs("Reloaded.").await?;
    room.hears("<ann> !ping\n<nuncio> Pong!").await
}
