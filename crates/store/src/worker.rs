//! The thread that owns the database, and the queue by which it is asked.

use std::io;
use std::thread;

use nuncio_core::store::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::database::Database;

/// How many questions may wait. Whoever asks one more waits until there is room.
const QUEUE: usize = 256;

type Task = Box<dyn FnOnce(&mut Database) + Send>;

enum Job {
    Run(Task),
    Close(oneshot::Sender<()>),
}

/// The way to the thread that owns the database. It ends when this is dropped, after what was
/// asked before.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: mpsc::Sender<Job>,
}

impl Worker {
    pub(crate) fn start(database: Database) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        thread::Builder::new().name("store".into()).spawn(move || serve(database, queue))?;
        Ok(Self { jobs })
    }

    /// Asks in turn. What was asked is done even where nobody waits for the answer any more.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Database) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let task: Task = Box::new(move |database| drop(answer.send(task(database))));
        self.jobs.send(Job::Run(task)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)
    }

    /// Closes the database after what was asked before. What is asked later is refused.
    pub(crate) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.jobs.send(Job::Close(answer)).await.is_ok() {
            // An error says that it was closed already.
            drop(answered.await);
        }
    }
}

fn serve(mut database: Database, mut queue: mpsc::Receiver<Job>) {
    while let Some(job) = queue.blocking_recv() {
        match job {
            Job::Run(task) => task(&mut database),
            Job::Close(answer) => {
                drop(database);
                // Nobody waits any more: it is closed all the same.
                answer.send(()).unwrap_or_default();
                return;
            }
        }
    }
}
