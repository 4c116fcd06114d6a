//! Keeping rooms in order on real servers.

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
    server::{Ejabberd, Prosody},
    xmpp::Person,
};

use crate::conformance::{OnServer, Server};

/// A room of the bot's, and one of somebody else's.
const OURS: &str = "test@muc.localhost";
const THEIRS: &str = "theirs@muc.localhost";

const OWNER: &str = "http://jabber.org/protocol/muc#owner";

#[tokio::test]
async fn prosody_does_what_the_owner_of_a_room_asks() -> Result<()> {
    as_owner::<Prosody>().await
}

#[tokio::test]
async fn ejabberd_does_what_the_owner_of_a_room_asks() -> Result<()> {
    as_owner::<Ejabberd>().await
}

#[tokio::test]
async fn prosody_refuses_what_a_member_asks_and_lets_an_admin_invite() -> Result<()> {
    as_member_and_admin::<Prosody>().await
}

#[tokio::test]
async fn ejabberd_refuses_what_a_member_asks_and_lets_an_admin_invite() -> Result<()> {
    as_member_and_admin::<Ejabberd>().await
}

/// The bot and whoever is around it.
struct Scene<S> {
    house: House<OnServer<S>>,
}

impl<S: Server + Send + 'static> Scene<S> {
    async fn open() -> Result<Self> {
        let house = House::<OnServer<S>>::open().await?;
        let mut scene = Self { house };
        scene.enters(OURS).await?;
        Ok(scene)
    }

    async fn person(&mut self, name: &str) -> Result<Person> {
        let server = &mut self.house.subject.server;
        server.account(name).await?;
        Person::login(server.tls_addr(), server.authority(), name, "secret").await
    }

    /// Waits until the bot is in a room.
    async fn enters(&mut self, wanted: &str) -> Result<()> {
        let entered = |kind: EventKind| match kind {
            EventKind::Room { room, state: RoomState::Joined } => room.room() == wanted,
            _ => false,
        };
        self.house.event("it is in the room", |event| entered(event.kind).then_some(())).await
    }

    /// Waits until the bot sees somebody come into a room.
    async fn sees(&mut self, wanted: &str) -> Result<()> {
        let comes = |kind: EventKind| match kind {
            EventKind::Membership(seen) => seen.change == Change::Join && seen.name == wanted,
            _ => false,
        };
        self.house.event("somebody comes", |event| comes(event.kind).then_some(())).await
    }

    async fn ends(&mut self, room: &str, action: Action) -> Result<Stage> {
        let place = Place::Room(id(room)?);
        let key = self.house.act(&place, action).await?;
        Ok(self.house.receipt(&key).await?.stage)
    }

    async fn does(&mut self, room: &str, action: Action) -> Result<()> {
        match self.ends(room, action.clone()).await? {
            Stage::Confirmed { .. } => Ok(()),
            other => bail!("{action:?}: {other:?}"),
        }
    }

    /// Why it was not done.
    async fn may_not(&mut self, room: &str, action: Action) -> Result<String> {
        match self.ends(room, action.clone()).await? {
            Stage::Failed { why, .. } => Ok(why),
            other => bail!("{action:?}: {other:?}"),
        }
    }
}

fn id(room: &str) -> Result<RoomId> {
    Ok(RoomId::new(&"xmpp".parse()?, room, CaseMapping::Jid)?)
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
    Action::Invite { who: who.into(), reason: Some("come in".into()) }
}

/// What anybody's presence in a room shows of Ann.
async fn shows(person: &mut Person, what: &str) -> Result<()> {
    person.expect(&format!("<presence*/annie*{what}")).await.map(drop)
}

async fn as_owner<S: Server + Send + 'static>() -> Result<()> {
    let mut bot = Scene::<S>::open().await?;
    let mut ann = bot.person("ann").await?;
    ann.enter(OURS, "annie").await?;
    bot.sees("annie").await?;
    bot.does(OURS, promote("annie", Power::Op)).await?;
    shows(&mut ann, "role='moderator'").await?;
    bot.does(OURS, demote("ann@localhost", Power::Op)).await?;
    shows(&mut ann, "role='participant'").await?;
    bot.does(OURS, demote("annie", Power::Voice)).await?;
    shows(&mut ann, "role='visitor'").await?;
    bot.does(OURS, promote("annie", Power::Voice)).await?;
    shows(&mut ann, "role='participant'").await?;
    bot.does(OURS, promote("annie", Power::Admin)).await?;
    shows(&mut ann, "affiliation='admin'").await?;
    bot.does(OURS, demote("annie", Power::Admin)).await?;
    shows(&mut ann, "affiliation='member'").await?;

    let kick = Action::Kick { who: "annie".into(), reason: None };
    bot.does(OURS, kick).await?;
    ann.misses(&format!("{OURS}/annie")).await?;
    // Somebody else: where somebody was given a role by itself, ejabberd keeps that through a ban.
    let mut carl = bot.person("carl").await?;
    carl.enter(OURS, "carl").await?;
    bot.sees("carl").await?;
    bot.does(OURS, ban("carl")).await?;
    carl.expect("<presence*/carl*301").await?;
    knock(&mut carl, OURS).await?;
    carl.expect("<presence*error*forbidden").await?;
    bot.does(OURS, unban("carl@localhost")).await?;
    carl.enter(OURS, "carl").await?;

    // Of those who are not there.
    bot.does(OURS, ban("eve@localhost")).await?;
    let mut eve = bot.person("eve").await?;
    knock(&mut eve, OURS).await?;
    eve.expect("<presence*error*forbidden").await?;
    bot.does(OURS, unban("eve@localhost")).await?;
    bot.does(OURS, unban("eve@localhost")).await?;
    bot.does(OURS, promote("eve@localhost", Power::Owner)).await?;
    bot.does(OURS, promote("eve@localhost", Power::Admin)).await?;
    // She was an owner, and is no less now.
    eve.enter(OURS, "evie").await?;
    let asked = format!("<query xmlns='{OWNER}'/>");
    eve.send(&format!("<iq type='get' to='{OURS}' id='owns'>{asked}</iq>")).await?;
    let answer = eve.expect("<iq*owns").await?;
    ensure!(answer.contains("'result'") || answer.contains("\"result\""), "{answer}");
    Ok(())
}

async fn knock(person: &mut Person, room: &str) -> Result<()> {
    let muc = "<x xmlns='http://jabber.org/protocol/muc'/>";
    person.send(&format!("<presence to='{room}/annie'>{muc}</presence>")).await
}

async fn as_member_and_admin<S: Server + Send + 'static>() -> Result<()> {
    let mut bot = Scene::<S>::open().await?;
    let (mut ann, mut bob) = (bot.person("ann").await?, bot.person("bob").await?);
    ann.enter(THEIRS, "annie").await?;
    // A room that is new is nobody else's until it is set up.
    ann.unmask(THEIRS).await?;
    let room = id(THEIRS)?;
    bot.does(THEIRS, Action::Join { room, key: None }).await?;
    ann.meets(&format!("{THEIRS}/bot")).await?;
    for action in [
        ban("annie"),
        unban("eve@localhost"),
        promote("annie", Power::Voice),
        promote("bob@localhost", Power::Owner),
    ] {
        // Ann has more than voice already.
        if let Action::Promote { power: Power::Voice, .. } = action {
            bot.does(THEIRS, action).await?;
        } else {
            let why = bot.may_not(THEIRS, action).await?;
            ensure!(why.starts_with("we may not do that there"), "{why}");
        }
    }
    let why = bot.may_not(THEIRS, ban("nobody")).await?;
    ensure!(why.starts_with("there is no `nobody` in the room"), "{why}");

    bot.does(THEIRS, invite("bob@localhost")).await?;
    let invited = bob.expect("<message*jabber:x:conference").await?;
    ensure!(invited.contains(THEIRS), "{invited}");

    // A room for members only takes in whoever an admin invites.
    let admin = "<item affiliation='admin' jid='bot@localhost'/>";
    let query = format!("<query xmlns='http://jabber.org/protocol/muc#admin'>{admin}</query>");
    ann.send(&format!("<iq type='set' to='{THEIRS}' id='admin'>{query}</iq>")).await?;
    ann.expect("<iq*admin").await?;
    ann.configure(THEIRS, "muc#roomconfig_membersonly", "1").await?;
    knock(&mut bob, THEIRS).await?;
    bob.expect("<presence*error*registration-required").await?;
    // It invites through the room as soon as it has heard what the room is now.
    loop {
        bot.does(THEIRS, invite("bob@localhost")).await?;
        let invited = bob.expect(&format!("<message*{THEIRS}")).await?;
        if invited.contains("<invite") {
            break;
        }
    }
    bob.enter(THEIRS, "bobby").await
}
