//! What a homeserver is asked for a plugin.

use anyhow::{Context as _, Result, bail, ensure};
use nuncio_core::{
    event::{Event, EventKind, Message},
    place::Place,
    query::{Answer, Listed, Member, Query, QueryError, Within},
};
use nuncio_policy::{Power, RoomId};
use nuncio_testkit::{
    DEADLINE,
    conformance::{House, Subject},
    server::Synapse,
};
use serde_json::json;
use tokio::time::timeout;

use crate::{conformance::OnSynapse, encrypted::Encrypted, files::open};

/// The next message that shows a file.
async fn shown<S: Subject>(house: &mut House<S>) -> Result<Message> {
    let with_file = |event: Event| match event.kind {
        EventKind::Message(said) if !said.files.is_empty() => Some(said),
        _ => None,
    };
    house.event("somebody shows a file", with_file).await
}

/// Asks for the file of a message.
async fn fetch<S>(
    house: &House<S>,
    said: &Message,
    limit: u64,
) -> Result<Result<Vec<u8>, QueryError>>
where
    S: Subject,
{
    let file = said.files.first().context("it has a file")?.clone();
    Ok(match house.ask(Query::Fetch { file, limit }).await? {
        Ok(Answer::File(fetched)) => Ok(fetched.bytes().to_vec()),
        Ok(other) => bail!("{other:?}"),
        Err(why) => Err(why),
    })
}

#[tokio::test]
async fn an_encrypted_picture_arrives_as_it_was_sent_and_one_too_large_does_not() -> Result<()> {
    let (mut house, _) = open::<Encrypted>(|on| &on.room).await?;
    let mut ann = house.subject.peer().await?;
    let bytes: Vec<u8> = (0..60_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    ann.show(&bytes, "!look", bytes.len()).await?;
    let said = shown(&mut house).await?;
    let file = said.files.first().context("it has a file")?;
    ensure!(said.text == "!look", "{said:?}");
    ensure!((file.name(), file.media_type()) == ("cat.png", "image/png"), "{file:?}");
    ensure!(!format!("{said:?}").contains("mxc:"), "it shows where the file is: {said:?}");
    ensure!(fetch(&house, &said, 60_000).await? == Ok(bytes.clone()), "it is another");

    // By its own word it is too large, and nobody is asked.
    let refused = Err(QueryError::TooLarge { bytes: Some(60_000), limit: 59_999 });
    let got = fetch(&house, &said, 59_999).await?;
    ensure!(got == refused, "{:?}", got.map(|bytes| bytes.len()));
    // What it says is not what it is.
    ann.show(&bytes, "!look", 1).await?;
    let said = shown(&mut house).await?;
    let got = fetch(&house, &said, 59_999).await?;
    let is_refused = matches!(got, Err(QueryError::TooLarge { limit: 59_999, .. }));
    ensure!(is_refused, "{:?}", got.map(|bytes| bytes.len()));
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_there_is_no_answer() -> Result<()> {
    let (mut house, _) = open::<OnSynapse>(|on| &on.room).await?;
    let mut ann = house.subject.peer().await?.person;
    let room = house.subject.room.clone();
    for url in ["mxc://localhost/nothing", "https://localhost/x", "mxc://localhost/../../versions"]
    {
        let content = json!({ "msgtype": "m.file", "body": "a.txt", "url": url });
        ann.send(&room, "m.room.message", &content).await?;
        let said = shown(&mut house).await?;
        let got = fetch(&house, &said, 1).await?;
        let expected = match url {
            "mxc://localhost/nothing" => matches!(got, Err(QueryError::Unknown(_))),
            _ => matches!(got, Err(QueryError::Failed(_) | QueryError::Unknown(_))),
        };
        ensure!(expected, "{url}: {got:?}");
    }
    Ok(())
}

#[tokio::test]
async fn members_are_told_with_their_power() -> Result<()> {
    let (house, place) = open::<OnSynapse>(|on| &on.room).await?;
    let Place::Room(room) = place else { bail!("it is no room") };
    let answer = house.ask(Query::Members { room: room.clone() }).await?;
    let Ok(Answer::Members(members)) = answer else { bail!("{answer:?}") };
    let show = |member: &Member| (member.who.to_string(), member.power, member.own);
    let all: Vec<_> = members.list().iter().map(show).collect();
    let host = ("u:matrix:@host:localhost".to_owned(), Some(Power::Owner), false);
    let bot = ("u:matrix:@bot:localhost".to_owned(), None, true);
    ensure!(all == [host, bot], "{all:?}");
    let nowhere = "!nowhere:localhost";
    let nowhere = RoomId::new(room.network(), nowhere, nuncio_policy::CaseMapping::Bytes)?;
    let answer = house.ask(Query::Members { room: nowhere }).await?;
    ensure!(matches!(answer, Err(QueryError::Unknown(_))), "{answer:?}");
    Ok(())
}

/// Synapse takes five questions a second about what is in a space.
#[tokio::test]
async fn whoever_asks_more_than_the_server_takes_is_told_how_long_to_wait() -> Result<()> {
    let (house, place) = open::<OnSynapse>(|on| &on.room).await?;
    let Place::Room(room) = place else { bail!("it is no room") };
    let limited = async {
        loop {
            let within = Within::Space(room.clone());
            match house.ask(Query::Rooms { within }).await? {
                Ok(_) => {}
                Err(QueryError::Limited { wait }) => return anyhow::Ok(wait),
                Err(other) => bail!("{other:?}"),
            }
        }
    };
    let wait = timeout(DEADLINE, limited).await.context("it takes them all")??;
    ensure!(!wait.is_zero(), "it says how long");
    Ok(())
}

#[tokio::test]
async fn the_rooms_of_a_space_and_of_the_server_are_listed() -> Result<()> {
    let (mut house, place) = open::<OnSynapse>(|on| &on.room).await?;
    let Place::Room(room) = place else { bail!("it is no room") };
    let host = house.subject.peer().await?.person;
    let space = host
        .create(&json!({
            "preset": "public_chat", "visibility": "public", "name": "House",
            "creation_content": { "type": "m.space" },
        }))
        .await?;
    let inner = host
        .create(&json!({ "preset": "public_chat", "name": "Inner", "topic": "what is in it" }))
        .await?;
    for child in [room.room(), &inner] {
        host.set_at(&space, "m.space.child", child, &json!({ "via": [Synapse::DOMAIN] })).await?;
    }
    let id = |name: &str| RoomId::new(room.network(), name, nuncio_policy::CaseMapping::Bytes);
    let listed = async |within| match house.ask(Query::Rooms { within }).await? {
        Ok(Answer::Rooms(listing)) => Ok(listing),
        other => bail!("{other:?}"),
    };
    let within = listed(Within::Space(id(&space)?)).await?;
    let find = |name: &str| within.rooms().iter().find(|listed| listed.room.room() == name);
    ensure!(within.rooms().len() == 2 && !within.is_truncated(), "{within:?}");
    ensure!(find(room.room()).context("ours")?.joined, "{within:?}");
    let inside = find(&inner).context("the other")?.clone();
    let expected = Listed {
        room: id(&inner)?,
        name: Some("Inner".into()),
        topic: Some("what is in it".into()),
        members: Some(1),
        joined: false,
        is_space: false,
    };
    ensure!(inside == expected, "{inside:?}");
    // The server counts who is in its rooms when it comes to it.
    let public = async {
        loop {
            let public = listed(Within::Directory(room.network().clone())).await?;
            if let Some(listed) = public.rooms().iter().find(|listed| listed.room.room() == space) {
                return anyhow::Ok(listed.clone());
            }
        }
    };
    let public = timeout(DEADLINE, public).await.context("it is not listed in time")??;
    ensure!(public.is_space && !public.joined, "{public:?}");
    Ok(())
}
