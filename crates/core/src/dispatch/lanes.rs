//! Lanes: what one person says in one place is handled one after another.

use std::collections::VecDeque;

use nuncio_policy::{Speaker, UserId};
use rustc_hash::FxHashMap;

use super::asked::Job;
use crate::place::Place;

/// One person in one place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LaneKey {
    person: Option<UserId>,
    place: Place,
}

impl LaneKey {
    pub(super) fn new(speaker: &Speaker, place: &Place) -> Self {
        Self { person: speaker.identities().next().cloned(), place: place.clone() }
    }
}

/// The lanes in which something runs.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    // INVARIANT: a lane is here while a job of it runs, and only then.
    waiting: FxHashMap<LaneKey, VecDeque<Job>>,
}

/// What a lane does with a job.
#[derive(Debug)]
pub(super) enum Entry {
    /// It is free, and now taken: run the job.
    Run(Box<Job>),
    /// The job waits.
    Wait,
    /// Too many wait already.
    Full(Box<Job>),
}

impl Lanes {
    /// Takes the lane for a job, or makes it wait behind at most `bound` others.
    pub(super) fn enter(&mut self, key: &LaneKey, job: Job, bound: usize) -> Entry {
        let Some(lane) = self.waiting.get_mut(key) else {
            self.waiting.insert(key.clone(), VecDeque::new());
            return Entry::Run(Box::new(job));
        };
        if lane.len() >= bound {
            return Entry::Full(Box::new(job));
        }
        lane.push_back(job);
        Entry::Wait
    }

    /// Ends the job that runs in a lane. Gives the next one, or frees the lane.
    pub(super) fn leave(&mut self, key: &LaneKey) -> Option<Job> {
        let next = self.waiting.get_mut(key).and_then(VecDeque::pop_front);
        if next.is_none() {
            self.waiting.remove(key);
        }
        next
    }
}
