//! Keeping a channel in order on real servers.

use anyhow::{Result, bail, ensure};
use nuncio_core::{
    action::Action,
    event::{Change, EventKind, RoomState},
    place::Place,
    receipt::Stage,
};
use nuncio_policy::{CaseMapping, Power, RoomId};
use nuncio_testkit::{
    conformance::House,
    irc::Client,
    server::{InspIrcd, NgIrcd},
};

use crate::conformance::{OnServer, ROOM, Server};

/// Somebody else's channel, in which the bot is nobody.
const THEIRS: &str = "#theirs";

const REFUSED: &str = "the server refused it: ";

#[tokio::test]
async fn inspircd_does_what_an_operator_asks() -> Result<()> {
    as_operator::<InspIrcd>().await
}

#[tokio::test]
async fn ngircd_does_what_an_operator_asks() -> Result<()> {
    as_operator::<NgIrcd>().await
}

#[tokio::test]
async fn inspircd_refuses_what_anybody_else_asks() -> Result<()> {
    as_anybody::<InspIrcd>().await
}

#[tokio::test]
async fn ngircd_refuses_what_anybody_else_asks() -> Result<()> {
    as_anybody::<NgIrcd>().await
}

/// The bot, which made the channel and is its operator.
struct Scene<S> {
    house: House<OnServer<S>>,
}

impl<S: Server + Send + 'static> Scene<S> {
    async fn open() -> Result<Self> {
        let mut house = House::<OnServer<S>>::open().await?;
        let joined = |kind: EventKind| match kind {
            EventKind::Room { room, state: RoomState::Joined } => room.room() == ROOM,
            _ => false,
        };
        house.event("it is in the room", |event| joined(event.kind).then_some(())).await?;
        Ok(Self { house })
    }

    /// Somebody, who is in these channels.
    async fn person(&self, nick: &str, rooms: &[&str]) -> Result<Client> {
        let mut client = Client::to(self.house.subject.server.addr()).nick(nick).connect().await?;
        for room in rooms {
            client.join(room).await?;
        }
        Ok(client)
    }

    /// Waits until the bot sees somebody come after a kick.
    async fn sees(&mut self, nick: &str) -> Result<()> {
        let mut kicked = false;
        let mut comes = |event: EventKind| {
            let EventKind::Membership(seen) = event else { return None };
            kicked |= matches!(seen.change, Change::Kick(_));
            (kicked && seen.name == nick && seen.change == Change::Join).then_some(())
        };
        self.house.event("he comes back", |event| comes(event.kind)).await
    }

    async fn ends(&mut self, room: &str, action: &Action) -> Result<Stage> {
        let room = RoomId::new(&"irc".parse()?, room, CaseMapping::Ascii)?;
        let key = self.house.act(&Place::Room(room), action.clone()).await?;
        Ok(self.house.receipt(&key).await?.stage)
    }

    async fn does(&mut self, action: Action) -> Result<()> {
        match self.ends(ROOM, &action).await? {
            Stage::Confirmed { .. } => Ok(()),
            other => bail!("{action:?}: {other:?}"),
        }
    }

    /// Why it was not done.
    async fn may_not(&mut self, room: &str, action: Action) -> Result<String> {
        match self.ends(room, &action).await? {
            Stage::Failed { why, .. } => Ok(why),
            other => bail!("{action:?}: {other:?}"),
        }
    }
}

fn ban(who: &str) -> Action {
    Action::Ban { who: who.into(), reason: Some("spam".into()) }
}

fn unban(who: &str) -> Action {
    Action::Unban { who: who.into() }
}

fn promote(who: &str, power: Power) -> Action {
    Action::Promote { who: who.into(), power }
}

fn demote(who: &str, power: Power) -> Action {
    Action::Demote { who: who.into(), power }
}

fn invite(who: &str) -> Action {
    Action::Invite { who: who.into(), reason: None }
}

fn kick(who: &str) -> Action {
    Action::Kick { who: who.into(), reason: Some("enough".into()) }
}

fn topic(text: &str) -> Action {
    Action::Topic { text: text.into() }
}

async fn as_operator<S: Server + Send + 'static>() -> Result<()> {
    let mut bot = Scene::<S>::open().await?;
    let mut ann = bot.person("ann", &[ROOM]).await?;
    for (action, shown) in [
        (promote("ann", Power::Voice), "MODE #test +v*ann"),
        (promote("ann", Power::Op), "MODE #test +o*ann"),
        (demote("ann", Power::Op), "MODE #test -o*ann"),
        (demote("ann", Power::Voice), "MODE #test -v*ann"),
        (topic("News: none"), "TOPIC #test :News: none"),
    ] {
        bot.does(action.clone()).await?;
        ann.expect(&format!(":bot!*{shown}")).await?;
        // What is so already is done.
        bot.does(action).await?;
    }

    let mut bob = bot.person("bob", &[]).await?;
    bot.does(invite("bob")).await?;
    bob.expect(":bot!*INVITE bob *#test").await?;
    for action in
        [invite("ann"), invite("nobody"), promote("nobody", Power::Op), kick("bob"), kick("nobody")]
    {
        let why = bot.may_not(ROOM, action.clone()).await?;
        ensure!(why.starts_with(REFUSED), "{action:?}: {why}");
    }

    bot.does(kick("ann")).await?;
    ann.expect(":bot!*KICK #test ann :enough").await?;
    ann.join(ROOM).await?;
    bot.sees("ann").await?;
    bot.does(ban("ann")).await?;
    ann.expect(":bot!*KICK #test ann :spam").await?;
    ann.send("JOIN #test").await?;
    ann.expect(" 474 ann #test").await?;
    bot.does(unban("ann")).await?;
    ann.join(ROOM).await?;

    // Of somebody who is not there.
    for action in [ban("*!*@nowhere.test"), ban("*!*@nowhere.test")] {
        bot.does(action).await?;
    }
    for action in [unban("*!*@nowhere.test"), unban("*!*@nowhere.test")] {
        bot.does(action).await?;
    }
    Ok(())
}

async fn as_anybody<S: Server + Send + 'static>() -> Result<()> {
    let mut bot = Scene::<S>::open().await?;
    let mut ann = bot.person("ann", &[THEIRS]).await?;
    ann.send(&format!("MODE {THEIRS} +ti")).await?;
    ann.expect(&format!("MODE {THEIRS} *+")).await?;
    ann.send(&format!("INVITE bot {THEIRS}")).await?;
    ann.sync().await?;
    let theirs = RoomId::new(&"irc".parse()?, THEIRS, CaseMapping::Ascii)?;
    bot.does(Action::Join { room: theirs, key: None }).await?;
    let _bob = bot.person("bob", &[]).await?;
    for action in [
        ban("ann"),
        unban("*!*@nowhere.test"),
        promote("bot", Power::Op),
        demote("ann", Power::Op),
        invite("bob"),
        kick("ann"),
        topic("Mine"),
    ] {
        let why = bot.may_not(THEIRS, action.clone()).await?;
        ensure!(why.starts_with(REFUSED), "{action:?}: {why}");
    }
    // Nothing of all that came about.
    let lines = ann.sync().await?;
    let did = |line: &String| line.starts_with(":bot!") && !line.contains(" JOIN ");
    ensure!(!lines.iter().any(did), "{lines:?}");
    Ok(())
}
