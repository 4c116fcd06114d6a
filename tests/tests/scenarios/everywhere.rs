//! One bot on IRC, XMPP, Matrix and its socket, and one person on all of them.

use std::{fs, os::unix::fs::MetadataExt as _};

use anyhow::{Result, ensure};
use nuncio_testkit::{matrix, server::Synapse, xmpp};
use nuncio_tests::{
    bot::Bot,
    homeserver::{self, homeserver, network},
    room::Room,
    socket::Socket,
};

use super::both::{self, Both};

const ON_MATRIX: &str = homeserver::BOT;

/// A bot everywhere, and Ann, who asks it on each network.
struct World {
    _both: Both,
    _matrix: Synapse,
    _bot: Bot,
    irc: Room,
    xmpp: xmpp::Person,
    matrix: matrix::Person,
    matrix_room: String,
    mallory: matrix::Person,
    socket: Socket,
}

impl World {
    async fn new() -> Result<Self> {
        let server = homeserver(&["ann", "mallory"]).await?;
        let mut matrix = homeserver::person(&server, "ann").await?;
        let matrix_room = matrix.open_room("nuncio").await?;
        let mallory = homeserver::person(&server, "mallory").await?;
        mallory.enter(&matrix_room).await?;
        let both = Both::start_with(&format!(
            r#"
{}
[policy]
bw_list = ["b * uptime", "w a:ann uptime"]

[policy.account.ann]
identities = ["u:irc:ann", "u:xmpp:ann@localhost", "u:matrix:@ann:localhost", "u:socket:uid/{}"]
capabilities = ["-echo"]
"#,
            network(&server),
            fs::metadata("/proc/self")?.uid(),
        ))
        .await?;
        let (bot, irc, xmpp) = both.run().await?;
        matrix.meets(&matrix_room, ON_MATRIX).await?;
        let socket = Socket::connect(&both.home.socket("nuncio")).await?;
        Ok(Self {
            _both: both,
            _matrix: server,
            _bot: bot,
            irc,
            xmpp,
            matrix,
            matrix_room,
            mallory,
            socket,
        })
    }

    /// Ann asks the same on each network, in the room where there is one; the answers' first
    /// lines begin with `answer` everywhere.
    async fn ann_asks(&mut self, command: &str, answer: &str) -> Result<()> {
        self.irc.hears(&format!("<ann> !{command}\n<nuncio> {answer}*")).await?;
        let heard = [
            ("XMPP", both::asks(&mut self.xmpp, &format!("!{command}")).await?),
            ("Matrix", {
                self.matrix.say(&self.matrix_room, &format!("!{command}")).await?;
                self.matrix.hear(ON_MATRIX).await?
            }),
            ("the socket", self.socket.ask(command).await?),
        ];
        for (place, heard) in heard {
            ensure!(begins(&heard, answer), "{place} answers `{command}` with `{heard}`");
        }
        Ok(())
    }
}

/// Whether words begin with others; Matrix has marks of its own for code.
fn begins(words: &str, with: &str) -> bool {
    words.replace('`', "").starts_with(&with.replace('`', ""))
}

#[tokio::test]
async fn one_policy_governs_one_person_everywhere() -> Result<()> {
    let mut world = World::new().await?;
    world.ann_asks("uptime", "Up for ").await?;
    world.ann_asks("echo hi", "You may not run `echo` here (").await?;
    world.ann_asks("why uptime", "allow by access: the command is for everyone").await?;
    world.ann_asks("why echo", "deny by capability: anticapability `-echo`").await?;

    // Somebody else, who calls himself Ann, is refused, and for the same reason everywhere.
    let World { irc, matrix, mallory, matrix_room, .. } = &mut world;
    let refused = "You may not run `uptime` here (rule `b * uptime` (policy.bw_list[0])";
    irc.hears(&format!("<mallory> !uptime\n<nuncio> {refused}*")).await?;
    mallory.call_himself("ann").await?;
    mallory.say(matrix_room, "!uptime").await?;
    let heard = matrix.hear(ON_MATRIX).await?;
    ensure!(begins(&heard, refused), "Matrix refuses with `{heard}`");
    Ok(())
}
