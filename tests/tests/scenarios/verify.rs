//! Eve's device proves that it is hers, to a bot on Matrix whose owners look at it elsewhere.

use anyhow::{Context as _, Result, ensure};
use nuncio_testkit::{
    matrix::{Person, text},
    server::Synapse,
};
use nuncio_tests::{
    bot::Bot,
    home::Home,
    homeserver::{BOT, homeserver, network, person, prover},
    prover::Prover,
    terminal::Terminal,
};
use serde_json::Value;

const EVE: &str = "@eve:localhost";

/// A bot with an owner at its console, and in its room Ann, who is one too, and Mallory, who is not.
struct Scene {
    server: Synapse,
    _home: Home,
    bot: Bot,
    console: Terminal,
    room: String,
    ann: Person,
    mallory: Person,
    eve: Prover,
}

impl Scene {
    /// `owners`: more of them.
    async fn open(owners: &str) -> Result<Self> {
        let server = homeserver(&["ann", "mallory", "eve"]).await?;
        let home = Home::new(&format!(
            r#"
{}accept_invites = ["localhost"]

[policy]
owners = ["u:console:local", "u:matrix:@ann:localhost"{owners}]
"#,
            network(&server)
        ))?;
        let mut ann = person(&server, "ann").await?;
        let room = ann.open_room("nuncio").await?;
        let mallory = person(&server, "mallory").await?;
        mallory.enter(&room).await?;
        let eve = prover(&server, "eve").await?;
        let (bot, console) = home.run_at_terminal("dumb").await?;
        ann.meets(&room, BOT).await?;
        // Once it answers, its own signing keys are made.
        ann.say(&room, "!ping").await?;
        assert_eq!(ann.hear(BOT).await?, "Pong!");
        assert!(!eve.trusts(BOT).await?);
        Ok(Self { server, _home: home, bot, console, room, ann, mallory, eve })
    }

    /// What the bot says to Ann, who says something in the room.
    async fn ann(&mut self, words: &str) -> Result<String> {
        self.ann.say(&self.room, words).await?;
        self.ann.hear(BOT).await
    }

    /// What it says to Mallory.
    async fn mallory(&mut self, words: &str) -> Result<String> {
        self.mallory.say(&self.room, words).await?;
        // He has heard what it said to others before.
        loop {
            let said = self.mallory.hear(BOT).await?;
            if said.starts_with("You may not run") {
                self.ann.hear(BOT).await?;
                return Ok(said);
            }
        }
    }

    /// What the console shows, in the line that holds this.
    async fn console(&mut self, words: &str, shows: &str) -> Result<String> {
        self.console.types(words)?;
        self.console.shows(shows).await
    }

    /// Whether the bot has signed Eve's name, as its server keeps it.
    async fn has_signed_eve(&self) -> Result<bool> {
        let bots = person(&self.server, "nuncio").await?;
        let keys = bots.keys_of(EVE).await?;
        let master = keys.get("master_keys").and_then(|keys| keys.get(EVE));
        let signed = master.and_then(|key| key.get("signatures")?.get(BOT));
        Ok(signed.and_then(Value::as_object).is_some_and(|signed| !signed.is_empty()))
    }
}

/// The name of what is open, out of a line that says how it is answered.
fn name(line: &str) -> Result<String> {
    let (_, rest) = line.split_once("say verify same ").context("it says how it is answered")?;
    Ok(rest.split_once(',').context("its name ends")?.0.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn eve_proves_herself_to_whoever_is_at_the_console() -> Result<()> {
    let mut scene = Scene::open("").await?;
    let refused = scene.mallory("!verify start u:matrix:@eve:localhost").await?;
    assert!(refused.starts_with("You may not run verify start here"), "{refused}");
    scene.console("verify list", "Nobody is asked.").await?;

    let whose = format!("u:matrix:{EVE}, device {}", scene.eve.device()?);
    scene.console("verify start u:matrix:@eve:localhost", "There are 10 minutes for it.").await?;
    let proof = scene.eve.is_asked_by(BOT).await?;
    let shown = proof.shows().await?;
    let told = scene.console.shows("should show the same, in this order, until").await?;
    assert!(told.starts_with(&whose) && told.contains(&format!(": {shown}. Then say")), "{told}");
    let name = name(&told)?;

    // It is the owner who says so, and nobody else.
    let refused = scene.mallory(&format!("!verify same {name}")).await?;
    assert!(refused.starts_with("You may not run verify same here"), "{refused}");
    proof.says_same().await?;
    assert!(!scene.has_signed_eve().await?);
    scene.console(&format!("verify same {name}"), "I say that it is the same").await?;
    assert!(proof.ends().await?);
    let ended = scene.console.shows("both sides saw the same, and his keys are signed.").await?;
    assert!(ended.starts_with(&whose), "{ended}");
    assert!(scene.has_signed_eve().await? && scene.eve.trusts(BOT).await?);
    scene.console("verify list", "Nobody is asked.").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_that_is_to_be_trusted_has_no_say_in_it() -> Result<()> {
    let mut scene = Scene::open("").await?;
    let whose = format!("u:matrix:{EVE}, device {}", scene.eve.device()?);
    let asked = scene.ann("!verify start u:matrix:@eve:localhost").await?;
    assert_eq!(asked, "I ask u:matrix:@eve:localhost. There are 10 minutes for it.");
    let proof = scene.eve.is_asked_by(BOT).await?;
    let shown = proof.shows().await?;
    let hidden = format!(
        "{whose} shows something to compare. matrix itself could change what it shows you: see \
         `verify list` on the console or on another network."
    );
    assert_eq!(scene.ann.hear(BOT).await?, hidden);
    let listed = scene.ann("!verify list").await?;
    let (name, rest) = listed.split_once(": ").context("it has a name")?;
    assert_eq!(rest, hidden);

    let refused = scene.ann(&format!("!verify same {name}")).await?;
    assert!(refused.starts_with("matrix itself could have said that for you."), "{refused}");
    proof.says_same().await?;
    let listed = scene.console("verify list", "should show the same, in this order").await?;
    assert!(listed.starts_with(&format!("{name}: {whose}")), "{listed}");
    assert!(listed.ends_with(&format!(": {shown}.")), "{listed}");
    assert!(!scene.has_signed_eve().await?);

    scene.console(&format!("verify differ {name}"), "that it is not the same.").await?;
    let ended = scene.ann.hear(BOT).await?;
    let differs = format!("{whose}: the two sides did not see the same, and nothing is signed:");
    assert!(ended.starts_with(&differs), "{ended}");
    assert!(!proof.ends().await?);
    assert!(!scene.has_signed_eve().await? && !scene.eve.trusts(BOT).await?);

    // The network has seen nothing of what was compared.
    let events = scene.ann.history(&scene.room).await?;
    for part in shown.split([',', '(', ')']).map(str::trim).filter(|part| !part.is_empty()) {
        let told = events.iter().find(|event| text(event, "/content/body").contains(part));
        assert_eq!(told, None, "{part}");
    }
    ensure!(shown.matches(", ").count() == 6, "seven signs: {shown}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owners_device_is_taken_up_and_nobody_elses() -> Result<()> {
    let mut scene = Scene::open(", \"u:matrix:@eve:localhost\"").await?;
    let mallory = prover(&scene.server, "mallory").await?;
    mallory.asks(BOT).await?.gives_up().await?;
    let proof = scene.eve.asks_until_heard(BOT).await?;
    // He is known by now as well.
    let ignored = mallory.asks(BOT).await?;
    let shown = proof.shows().await?;
    // She is shown it first.
    scene.bot.logs("A person has to compare").await?;
    let listed = scene.console("verify list", "should show the same, in this order").await?;
    assert!(listed.ends_with(&format!(": {shown}.")), "{listed}");
    let (name, _) = listed.split_once(": ").context("it has a name")?;
    proof.says_same().await?;
    scene.console(&format!("verify same {name}"), "I say that it is the same").await?;
    assert!(proof.ends().await?);
    scene.bot.logs("The question is closed.").await?;
    assert!(scene.has_signed_eve().await? && scene.eve.trusts(BOT).await?);
    assert!(!ignored.is_taken_up().await?);
    Ok(())
}
