//! Our picture and our vCard on real servers, as other clients see them.

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuncio_testkit::{
    conformance::{House, Subject as _},
    server::{Ejabberd, Prosody},
    xmpp::Person,
};

use crate::{
    conformance::{OnServer, Server},
    somebody::{BOT, ROOM},
};

/// A picture of one pixel, and what it is called.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNQ\
    SFjwHwAD5AIgpNgczAAAAABJRU5ErkJggg==";
const HASH: &str = "3cce4dc8702d95e9c1381ffc51d81c4811b259db";

const ALONE: &str = "bot@localhost";
const GET_CARD: &str = "<vCard xmlns='vcard-temp'/>";
const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
const METADATA: &str = "urn:xmpp:avatar:metadata";
const DATA: &str = "urn:xmpp:avatar:data";

#[tokio::test]
async fn prosody_shows_our_picture_and_our_card() -> Result<()> {
    profile::<Prosody>().await
}

#[tokio::test]
async fn ejabberd_shows_our_picture_and_our_card() -> Result<()> {
    profile::<Ejabberd>().await
}

async fn profile<S: Server + Send + 'static>() -> Result<()> {
    let mut subject = OnServer::<S>::start().await?;
    let (addr, authority) = (subject.server.tls_addr(), subject.server.authority());
    let mut twin = Person::login(addr, authority, "bot", "secret").await?;
    let card = "<vCard xmlns='vcard-temp'><TITLE>envoy</TITLE></vCard>";
    asks(&mut twin, "set", ALONE, card).await?;
    subject.server.account("ann").await?;
    let (addr, authority) = (subject.server.tls_addr(), subject.server.authority());
    let mut ann = Person::login(addr, authority, "ann", "secret").await?;
    ann.enter(ROOM, "ann").await?;

    let folder = tempfile::TempDir::new()?;
    let file = folder.path().join("picture.png");
    std::fs::write(&file, STANDARD.decode(PICTURE)?)?;
    let keys = format!(
        "avatar = \"{}\"\ncard = {{ name = \"The Herald\", description = \"Tells news.\", \
         url = \"https://example.org\" }}\nflood = {{ per_second = 0 }}",
        file.display()
    );
    let transport = subject.configured(&keys)?;
    let house = House::with(subject, transport, 1024).await?;

    // The room shows what it is called, and by then everybody sees it by both ways.
    ann.expect(&format!("<presence*{BOT}*<photo>{HASH}<")).await?;
    let told = asks(&mut ann, "get", ALONE, &items(METADATA)).await?;
    ensure!(told.contains(HASH) && told.contains("image/png"), "{told}");
    let data = asks(&mut ann, "get", ALONE, &items(DATA)).await?;
    ensure!(data.contains(PICTURE), "{data}");
    for address in [ALONE, BOT] {
        let card = asks(&mut ann, "get", address, GET_CARD).await?;
        for part in ["The Herald", "Tells news.", "https://example.org", "bot", PICTURE, "envoy"] {
            ensure!(card.contains(&format!(">{part}<")), "{address}: no {part} in {card}");
        }
    }

    // Whoever comes back finds it all, and leaves it as it is.
    let card = format!(
        "<vCard xmlns='vcard-temp'><FN>The Herald</FN><DESC>Tells news.</DESC>\
         <URL>https://example.org</URL><NICKNAME>bot</NICKNAME><PHOTO><TYPE>image/png</TYPE>\
         <BINVAL>{PICTURE}</BINVAL></PHOTO><TITLE>envoy</TITLE></vCard>"
    );
    asks(&mut twin, "set", ALONE, &card).await?;
    let info = format!("<info bytes='{}' id='{HASH}' type='image/png' width='77'/>", 70);
    let metadata = format!("<metadata xmlns='{METADATA}'>{info}</metadata>");
    let publish =
        format!("<publish node='{METADATA}'><item id='{HASH}'>{metadata}</item></publish>");
    let publish = format!("<pubsub xmlns='{PUBSUB}'>{publish}</pubsub>");
    asks(&mut twin, "set", ALONE, &publish).await?;
    let before = card_of(&mut ann).await?;
    let transport = house.subject.configured(&format!("{keys}\nresource = \"again\""))?;
    let subject = left(house);
    let _house = House::with(subject, transport, 1024).await?;
    for _ in ["its first presence", "the one with a picture"] {
        twin.expect("<presence*bot@localhost/again*vcard-temp:x:update").await?;
    }
    let told = asks(&mut ann, "get", ALONE, &items(METADATA)).await?;
    ensure!(told.contains("77"), "it was published again: {told}");
    // Prosody keeps its order, by which one sees whether it was written again.
    ensure!(before == card_of(&mut ann).await?, "it was written again, after {before}");
    Ok(())
}

async fn card_of(person: &mut Person) -> Result<String> {
    let answer = asks(person, "get", ALONE, GET_CARD).await?;
    Ok(answer.split_once("<vCard").context("a vCard")?.1.to_owned())
}

/// Ends the bot.
fn left<S: Server>(house: House<OnServer<S>>) -> OnServer<S> {
    house.subject
}

fn items(node: &str) -> String {
    format!("<pubsub xmlns='{PUBSUB}'><items node='{node}'/></pubsub>")
}

/// Asks somebody something, and waits for the answer.
async fn asks(person: &mut Person, kind: &str, to: &str, what: &str) -> Result<String> {
    let id = format!("ask{:x}", fastrand::u64(..));
    person.send(&format!("<iq type='{kind}' to='{to}' id='{id}'>{what}</iq>")).await?;
    let answer = person.expect(&format!("<iq*{id}")).await?;
    ensure!(!answer.contains("<error"), "{answer}");
    Ok(answer)
}
