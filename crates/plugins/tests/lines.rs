//! The command line that a change displays as, and that an answer offers to undo another, asks for
//! that very change.

#![expect(clippy::unwrap_used, reason = "this is how a test fails")]

use nuncio_plugins::{admin, alias, bw, channel, modaccess, owner, policy, role, sudo, tsec, user};
use nuncio_sdk::policy::{Change, StoredRow};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::AuditQuery;

const POLICY: &str = "
owners = ['u:memory:owner']
[account.ann]
identities = ['u:memory:ann']
";

fn bot() -> Bot {
    let plugins = [
        alias::plugin(),
        bw::plugin(),
        channel::plugin(),
        modaccess::plugin(),
        owner::plugin(),
        policy::plugin(),
        role::plugin(),
        sudo::plugin(),
        tsec::plugin(),
        user::plugin(),
    ];
    plugins.into_iter().fold(Bot::with(admin::plugin()), Bot::and).policy(POLICY)
}

/// What the last row of the audit log changed.
async fn last(bot: &Bot) -> Option<Change> {
    let query = AuditQuery { limit: 1, ..AuditQuery::default() };
    let mut rows = bot.store().audit(&query).await.unwrap();
    rows.pop().and_then(|row| row.change).map(|change| *change)
}

/// Every line is accepted after those before it.
const LINES: &str = "
user register owner
user set secure a:owner true
user set secure a:owner false
user set ignored a:ann true
user set ignored a:ann false
admin capability add a:ann games.dice
admin capability remove a:ann games.dice
channel capability add r:memory:#tea a:ann -games
channel capability remove r:memory:#tea a:ann -games
role capability add quiet -games.dice
role add a:ann quiet
role remove a:ann quiet
role capability remove quiet -games.dice
owner defaultcapability add -games
owner defaultcapability remove -games
owner defaultcapability remove -trusted
owner defaultcapability add -trusted
channel capability set r:memory:#tea -games
channel capability unset r:memory:#tea -games
channel capability unset r:memory:#tea -voice
channel capability set r:memory:#tea -voice
channel capability setdefault r:memory:#tea false
channel capability setdefault r:memory:#tea true
admin ignore add u:memory:eve
admin ignore add u:memory:eve 2026-12-01T00:00:00Z
admin ignore remove u:memory:eve
channel ignore add r:memory:#tea a:ann
channel ignore add r:memory:#tea a:ann 2026-12-01T00:00:00Z
channel ignore remove r:memory:#tea a:ann
channel ban add r:memory:#tea u:memory:eve
channel ban add r:memory:#tea u:memory:eve 2026-12-01T00:00:00Z
channel ban remove r:memory:#tea u:memory:eve
channel lobotomy add r:memory:#tea
channel lobotomy remove r:memory:#tea
disable audit --everywhere
enable audit --everywhere
disable policy.* r:memory:#tea
enable policy.* r:memory:#tea
sudo add a:ann
sudo rm a:ann
sudo add u:memory:Some%20Body
sudo rm u:memory:Some%20Body
modaccess add u:memory:eve policy.audit
modaccess add u:memory:eve policy.audit --elevate
modaccess rm u:memory:eve policy.audit
modaccess add a:ann policy
modaccess rm a:ann policy
tsec a:ann policy 2026-12-01T00:00:00Z
tsec rm a:ann policy
tsec u:memory:eve policy.audit 2026-12-01T00:00:00Z --elevate
tsec rm u:memory:eve policy.audit
bw add b u:memory:eve,r:memory:#tea policy.*,audit
bw remove 1
bw add w a:ann *
alias add hi alias list
alias add hi alias list $*
alias remove hi
alias add r:memory:#tea hi alias show $1
alias remove r:memory:#tea hi
user unlink u:memory:owner
user unregister owner
";

#[tokio::test]
async fn every_line_asks_for_the_change_that_displays_as_it() {
    let bot = bot();
    for line in LINES.trim().lines() {
        bot.owner(line).await.omits("Usage");
        let change = last(&bot).await.unwrap();
        assert_eq!(change.to_string(), line);
    }
}

#[tokio::test]
async fn every_undo_that_is_offered_undoes() {
    for line in LINES.trim().lines() {
        let bot = bot();
        // What stands before the line is what makes it possible.
        for before in LINES.trim().lines().take_while(|before| *before != line) {
            bot.owner(before).await.omits("Usage");
        }
        let then = bot.store().managed().await.unwrap();
        let answer = bot.owner(line).await.text();
        let Some((_, undo)) = answer.split_once("To undo it: ") else { continue };
        bot.owner(undo.trim_end_matches('.')).await.omits("Usage");
        let now = bot.store().managed().await.unwrap();
        let keys =
            |rows: &[StoredRow]| -> Vec<_> { rows.iter().map(|row| row.key.clone()).collect() };
        assert_eq!(keys(&then), keys(&now), "{line}: {undo}");
    }
}
