//! Answering what is asked of the homeserver.

use std::{cmp::Reverse, time::Duration};

use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use matrix_sdk::{
    Client, RoomMemberships, RoomState,
    ruma::{
        self,
        api::client::{directory::get_public_rooms_filtered, space::get_hierarchy},
        room::{RoomSummary, RoomType},
    },
};
use nuncio_core::query::{
    Answer, Listed, Listing, Member, Members, Query, QueryError, Question, Within,
};
use nuncio_policy::{CaseMapping, Network, RoomId, Speaker, UserId};
use rustc_hash::FxHashSet;

use super::{failure::Failure, fetch::fetch, limits::Class, power};

/// How many rooms are asked for at a time.
const PAGE: u32 = 100;

/// How often more are asked for: a server may say for ever that there are more.
const PAGES: usize = 20;

/// In a room with more members than this only those are told of whom we know already: the whole list
/// comes in one answer of the server.
const MOST_MEMBERS: u64 = 10_000;

/// How many questions are answered at a time: each may hold a file.
const MOST: usize = 4;

/// What the server asks to be slower with, and for how long.
pub(super) type Slower = (Class, Duration);

/// The questions that are being answered. One that is dropped is cut off.
#[derive(Default)]
pub(super) struct Asked(FuturesUnordered<BoxFuture<'static, Option<Slower>>>);

impl Asked {
    /// Whether one more may be taken.
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < MOST
    }

    pub(super) fn push(&self, asking: Asking, class: Class, question: Question) {
        self.0.push(Box::pin(async move {
            let wait = asking.answer(question).await?;
            Some((class, wait))
        }));
    }

    /// Waits until a question is answered; for ever, while there is none. Whether the server asks to
    /// be slower.
    ///
    /// # Cancel safety
    /// No answer is lost.
    pub(super) async fn next(&mut self) -> Option<Slower> {
        match self.0.next().await {
            Some(slower) => slower,
            None => std::future::pending().await,
        }
    }
}

/// What it takes to answer a question.
pub(super) struct Asking {
    pub(super) client: Client,
    pub(super) network: Network,
    /// The most bytes of a file.
    pub(super) max_download: u64,
}

impl Asking {
    /// Answers a question, unless nobody waits for it any more. How long the server will not answer
    /// such a thing, if it limits us.
    async fn answer(self, mut question: Question) -> Option<Duration> {
        let query = question.query().clone();
        let reference = question.reference().map(str::to_owned);
        let answer = tokio::select! {
            biased;
            () = question.abandoned() => return None,
            answer = self.look(&query, reference.as_deref()) => answer,
        };
        let wait = match &answer {
            Err(QueryError::Limited { wait }) => Some(*wait),
            _ => None,
        };
        question.answer(answer);
        wait
    }

    async fn look(&self, query: &Query, reference: Option<&str>) -> Result<Answer, QueryError> {
        match query {
            Query::Fetch { file, limit } => {
                let limit = (*limit).min(self.max_download);
                let reference = reference.unwrap_or_default();
                Box::pin(fetch(&self.client, file, reference, limit)).await.map(Answer::File)
            }
            Query::Members { room } => Box::pin(self.members(room)).await.map(Answer::Members),
            Query::Rooms { within: Within::Space(space) } => {
                Box::pin(self.space(space)).await.map(Answer::Rooms)
            }
            Query::Rooms { within: Within::Directory(_) } => {
                Box::pin(self.directory()).await.map(Answer::Rooms)
            }
            _ => {
                let (network, what) = (self.network.clone(), "answer that".to_owned());
                Err(QueryError::Unsupported { network, what })
            }
        }
    }

    /// Whoever is in a room, whoever has more power there first.
    async fn members(&self, room: &RoomId) -> Result<Members, QueryError> {
        let known = self.client.get_room(&room_id(room)?);
        let known = known.filter(|known| known.state() == RoomState::Joined);
        let known =
            known.ok_or_else(|| QueryError::Unknown(format!("I am not in {}", room.room())))?;
        let is_large = known.joined_members_count() > MOST_MEMBERS;
        let joined = RoomMemberships::JOIN;
        let members = if is_large {
            known.members_no_sync(joined).await
        } else {
            Box::pin(known.members(joined)).await
        };
        let members = members.map_err(|error| failed(&Failure::from(error)))?;
        let me = self.client.user_id();
        let member = |member: matrix_sdk::room::RoomMember| {
            let id = UserId::new(&self.network, member.user_id().as_str(), CaseMapping::Bytes);
            Some(Member {
                name: member.name().into(),
                who: Speaker::verified(id.ok()?),
                power: power::rank(member.power_level()),
                own: Some(member.user_id()) == me,
            })
        };
        let mut list: Vec<Member> = members.into_iter().filter_map(member).collect();
        list.sort_by(|one, other| {
            Reverse(one.power).cmp(&Reverse(other.power)).then_with(|| one.name.cmp(&other.name))
        });
        Ok(Members::new(list, is_large))
    }

    /// The rooms of a space and of those in it, without itself (Client-Server API,
    /// `/rooms/{roomId}/hierarchy`).
    async fn space(&self, space: &RoomId) -> Result<Listing, QueryError> {
        let space = room_id(space)?;
        let mut request = get_hierarchy::v1::Request::new(space.clone());
        request.limit = Some(PAGE.into());
        let (mut rooms, mut known) = (Vec::new(), FxHashSet::default());
        known.insert(space);
        for _ in 0..PAGES {
            let asked = Box::pin(self.client.send(request.clone()).into_future()).await;
            let page = asked.map_err(|error| failed(&Failure::from(error)))?;
            let new = page.rooms.into_iter().map(|chunk| chunk.summary);
            rooms.extend(new.filter(|summary| known.insert(summary.room_id.clone())));
            request.from = page.next_batch;
            if request.from.is_none() || rooms.len() > Listing::MAX {
                break;
            }
        }
        let rooms = rooms.into_iter().filter_map(|summary| self.listed(summary));
        Ok(Listing::new(rooms, request.from.is_some()))
    }

    /// The rooms that our homeserver lists for everybody.
    async fn directory(&self) -> Result<Listing, QueryError> {
        let mut request = get_public_rooms_filtered::v3::Request::new();
        request.limit = Some(PAGE.into());
        let (mut rooms, mut known) = (Vec::new(), FxHashSet::default());
        for _ in 0..PAGES {
            let asked = Box::pin(self.client.public_rooms_filtered(request.clone())).await;
            let page = asked.map_err(|error| failed(&Failure::from(error)))?;
            let new = page.chunk.into_iter().filter(|room| known.insert(room.room_id.clone()));
            rooms.extend(new.filter_map(|room| {
                self.list(Known {
                    room: &room.room_id,
                    name: room.name.or_else(|| room.canonical_alias.map(|name| name.to_string())),
                    topic: room.topic,
                    members: room.num_joined_members.into(),
                    is_space: room.room_type == Some(RoomType::Space),
                })
            }));
            request.since = page.next_batch;
            if request.since.is_none() || rooms.len() > Listing::MAX {
                break;
            }
        }
        Ok(Listing::new(rooms, request.since.is_some()))
    }

    fn listed(&self, summary: RoomSummary) -> Option<Listed> {
        self.list(Known {
            room: &summary.room_id,
            name: summary.name.or_else(|| summary.canonical_alias.map(|name| name.to_string())),
            topic: summary.topic,
            members: summary.num_joined_members.into(),
            is_space: summary.room_type == Some(RoomType::Space),
        })
    }

    fn list(&self, known: Known<'_>) -> Option<Listed> {
        let ours = self.client.get_room(known.room);
        Some(Listed {
            room: RoomId::new(&self.network, known.room.as_str(), CaseMapping::Bytes).ok()?,
            name: known.name.map(Into::into),
            topic: known.topic.map(Into::into),
            members: Some(known.members),
            joined: ours.is_some_and(|ours| ours.state() == RoomState::Joined),
            is_space: known.is_space,
        })
    }
}

/// What a homeserver says of a room.
struct Known<'a> {
    room: &'a ruma::RoomId,
    name: Option<String>,
    topic: Option<String>,
    members: u64,
    is_space: bool,
}

fn room_id(room: &RoomId) -> Result<ruma::OwnedRoomId, QueryError> {
    let wrong = |_| QueryError::Unknown(format!("{} is no room's id", room.room()));
    ruma::OwnedRoomId::try_from(room.room()).map_err(wrong)
}

fn failed(failure: &Failure) -> QueryError {
    failure.unanswered(|why| format!("the homeserver did not answer: {why}"))
}
