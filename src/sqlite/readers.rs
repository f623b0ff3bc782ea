//! The threads that read.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::Error;

/// How many threads read: a long list does not hold up a short look.
pub(super) const THREADS: usize = 2;
const WAITING: usize = 256;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Threads that take turns with what is to be read.
pub(super) struct Readers {
    jobs: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts a thread for each connection.
    pub(super) fn start(connections: Vec<Connection>) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let start = |connection| {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("sqlite reader".to_owned()).spawn(move || serve(&connection, &waiting))
        };
        let threads = connections.into_iter().map(start).collect::<io::Result<_>>()?;
        Ok(Self { jobs: Some(jobs), threads })
    }

    /// Hands a job to whichever thread is free first.
    pub(super) async fn submit(&self, job: Job) -> Result<(), Error> {
        let jobs = self.jobs.as_ref().ok_or(Error::Closed)?;
        jobs.send(job).await.map_err(|_| Error::Closed)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            super::writer::join(thread);
        }
    }
}

fn serve(connection: &Connection, waiting: &Mutex<mpsc::Receiver<Job>>) {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
    while let Some(job) = next() {
        job(connection);
    }
}
