//! Somebody logs in for a bot whose homeserver gives it no password.

use anyhow::Result;
use nuncio_testkit::{
    matrix::Person,
    server::Synapse,
    sso::{self, Cas},
};
use nuncio_tests::{errand::Errand, home::Home};

const BOT: &str = "@nuncio:localhost";

fn home(server: &Synapse) -> Result<Home> {
    Home::new(&format!(
        r##"
[network.matrix]
user = "{BOT}"
homeserver = "http://{}"
rooms = ["#nuncio:localhost"]

[network.oftc]
kind = "irc"
server = "127.0.0.1"
port = 1
tls = false
nick = "nuncio"

[policy.access]
ping = "everyone"
"##,
        server.addr()
    ))
}

/// Where the browser is to go.
async fn page(login: &mut Errand) -> Result<String> {
    login.says(BOT).await?;
    Ok(login.says("/login/sso/redirect").await?.trim().to_owned())
}

#[tokio::test]
async fn a_bot_without_password_is_logged_in_by_a_person() -> Result<()> {
    let cas = Cas::start("nuncio").await?;
    let server = Synapse::start_with(&cas.config()).await?;
    for name in ["nuncio", "ann"] {
        server.add_user(name, "sesame").await?;
    }
    let mut ann = Person::login(server.addr(), "ann", "sesame").await?;
    let room = ann.open_room("nuncio").await?;
    let home = home(&server)?;
    let mut bot = home.run().await?;
    bot.logs("run `nuncio login matrix`").await?;
    let mut login = home.begin(&["login", "matrix", "."])?;
    login.complains("the bot is running, and its store is in use: stop it").await?;
    assert_eq!(login.ends().await?.code(), Some(74));
    bot.terminate().await?;

    // In a browser on the same machine.
    let mut login = home.begin(&["login", "matrix", "."])?;
    let address = sso::log_in(&page(&mut login).await?).await?;
    let (status, shown) = sso::visit(&address).await?;
    assert!(status == 200 && shown.contains("Close this page"), "{shown}");
    login.says("Logged in: `@nuncio:localhost`, as the device `").await?;
    assert!(login.ends().await?.success());
    let mut bot = home.run().await?;
    bot.has_logged("Logged in.").await?;
    ann.meets(&room, BOT).await?;
    ann.say(&room, "!ping").await?;
    assert_eq!(ann.hear(BOT).await?, "Pong!");

    // Its session is ended for good; the browser is on another machine this time.
    Person::login(server.addr(), "nuncio", "sesame").await?.log_out_all().await?;
    bot.logs("run `nuncio login matrix`").await?;
    bot.terminate().await?;
    let mut login = home.begin(&["login", "matrix", "."])?;
    let address = sso::log_in(&page(&mut login).await?).await?;
    login.tell("what am I to do?")?;
    login.complains("that is neither the address").await?;
    login.tell(&address)?;
    login.says("Logged in: `@nuncio:localhost`, as the device `").await?;
    assert!(login.ends().await?.success());
    let again = home.nuncio(&["login", "matrix", "."])?;
    let told = String::from_utf8(again.stderr)?;
    assert!(told.contains("there is a session already, of `@nuncio:localhost`"), "{told}");
    let mut bot = home.run().await?;
    bot.has_logged("Logged in.").await?;
    ann.say(&room, "!ping").await?;
    assert_eq!(ann.hear(BOT).await?, "Pong!");
    bot.terminate().await?;
    Ok(())
}

#[tokio::test]
async fn what_nobody_can_log_in_to_is_told() -> Result<()> {
    let server = Synapse::start().await?;
    let home = home(&server)?;
    for (network, told, code) in [
        (
            "oftc",
            "nuncio: `oftc` is a network of kind `irc`, and `nuncio login` is for Matrix; those of kind `matrix`: `matrix`",
            2,
        ),
        ("other", "nuncio: there is no network `other`; those of kind `matrix`: `matrix`", 2),
        ("matrix", "nuncio: the homeserver has no login by SSO; it has m.login.password", 1),
    ] {
        let output = home.nuncio(&["login", network, "."])?;
        let complaint = String::from_utf8(output.stderr)?;
        assert!(complaint.starts_with(told), "{complaint}");
        assert_eq!(output.status.code(), Some(code), "{network}");
    }
    Ok(())
}
