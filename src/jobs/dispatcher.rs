//! The outbox: jobs that commands enqueued in their own transactions, done by whoever claims them.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::store::jobs::{self, Job};
use crate::store::runs;
use crate::usecases::deliver::{self, Sent};
use crate::usecases::immunization::{import, reminders};
use crate::usecases::off_thread::off_thread;
use crate::usecases::physician::pull;
use crate::usecases::waits::{doubled, jittered};
use crate::usecases::{Caller, Error, House, bulk, render};

use super::kind::Kind;

/// Jobs under way at once.
const AT_ONCE: i64 = 8;
/// After so many tries a job is left to a person.
const MOST_TRIES: i64 = 10;
/// A job whose process died is free again after this time.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// When a failed job is tried again: after `base`, doubled with each try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Wait after the first failure.
    pub base: Duration,
    /// Longest wait.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    fn default() -> RetryPolicy {
        RetryPolicy { base: Duration::from_secs(30), longest: Duration::from_secs(3600) }
    }
}

/// What came of a job.
enum Outcome {
    Done,
    /// Some of it is done; the rest is a job like any other.
    Onward,
    Again(String),
    Hopeless(String),
}

/// Claims jobs and does them.
pub struct Dispatcher {
    house: Arc<House>,
    retry: RetryPolicy,
    bell: Arc<Notify>,
}

impl Dispatcher {
    /// A dispatcher that rings `bell` when a job makes a run due.
    pub fn new(house: Arc<House>, retry: RetryPolicy, bell: Arc<Notify>) -> Dispatcher {
        Dispatcher { house, retry, bell }
    }

    /// Does the jobs that are due now, up to eight at once; how many it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_once(&self) -> Result<usize, Error> {
        let claimed = off_thread(&self.house, |house| {
            Ok(house.database.write(|conn| jobs::claim(conn, house.now(), LEASE, AT_ONCE))?)
        })
        .await?;
        let count = claimed.len();
        let mut at_work = JoinSet::new();
        for job in claimed {
            at_work.spawn(carry_through(self.house.clone(), self.retry, job));
        }
        while let Some(done) = at_work.join_next().await {
            done.unwrap_or_else(|_| Err(Error::Fault("a job's record broke off".to_owned())))?;
        }
        if count > 0 {
            self.bell.notify_waiters();
        }
        Ok(count)
    }

    /// Does jobs until none is due; how many it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drain(&self) -> Result<usize, Error> {
        let mut total = 0;
        loop {
            match self.run_once().await? {
                0 => return Ok(total),
                count => total += count,
            }
        }
    }

    /// Does jobs until it is told to stop.
    pub async fn serve(self: Arc<Self>, idle: Duration, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            match self.run_once().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "the outbox could not be worked on"),
            }
            if !super::rest(idle, &self.bell, &mut stopped).await {
                return;
            }
        }
    }
}

/// Does a job and writes down what came of it.
async fn carry_through(house: Arc<House>, retry: RetryPolicy, job: Job) -> Result<(), Error> {
    // On a task of its own, so that a panic is an outcome like others.
    let outcome = tokio::spawn(perform(house.clone(), job.clone())).await;
    let outcome = outcome.unwrap_or_else(|_| Outcome::Again("the job broke off".to_owned()));
    off_thread(&house, move |house| settle(house, retry, &job, outcome)).await
}

async fn perform(house: Arc<House>, job: Job) -> Outcome {
    let payload = job.payload.clone();
    let done = match job.kind.as_str() {
        "mail" => match deliver::mail(&house, &payload).await {
            Ok(Sent::Again(why)) => return Outcome::Again(why),
            other => other.map(drop),
        },
        "render" => off_thread(&house, move |house| render::render(house, &payload)).await,
        "pull" => records(&house, &payload).await,
        "bulk" => match off_thread(&house, move |house| bulk::step(house, &payload)).await {
            Ok(true) => return Outcome::Onward,
            other => other.map(drop),
        },
        "dose-import" => match off_thread(&house, move |house| import::step(house, &payload)).await {
            Ok(true) => return Outcome::Onward,
            other => other.map(drop),
        },
        "dose-mail" => match reminders::post::send(&house, &payload).await {
            Ok(Sent::Again(why)) => return Outcome::Again(why),
            other => other.map(drop),
        },
        "hub-urgent" => off_thread(&house, urgent).await,
        kind => return Outcome::Hopeless(format!("nobody knows jobs of kind {kind}")),
    };
    match done {
        Ok(()) => Outcome::Done,
        Err(error @ (Error::NotFound | Error::Refused(_))) => Outcome::Hopeless(error.to_string()),
        Err(error) => Outcome::Again(error.to_string()),
    }
}

/// Fetches the records of a case; one that has moved on meanwhile needs none any more.
async fn records(house: &Arc<House>, case_id: &str) -> Result<(), Error> {
    match pull::pull(house, &Caller::system(), case_id).await {
        Err(Error::Refused(refusals)) if refusals.iter().all(|refusal| refusal.key == "case.state") => Ok(()),
        other => other.map(drop),
    }
}

/// Makes the urgent run due: it may last longer than a job's lease.
pub(super) fn urgent(house: &House) -> Result<(), Error> {
    let id = house.new_id("run")?;
    house.database.write(|conn| runs::note_due(conn, &id, Kind::Urgent.code(), house.now()))?;
    Ok(())
}

fn settle(house: &House, retry: RetryPolicy, job: &Job, outcome: Outcome) -> Result<(), Error> {
    house.database.write(|conn| {
        Ok(match outcome {
            Outcome::Done => jobs::finish(conn, &job.id),
            Outcome::Onward => jobs::go_on(conn, &job.id, house.now()),
            Outcome::Again(why) if job.attempts < MOST_TRIES => {
                let tries = u32::try_from(job.attempts.saturating_sub(1)).unwrap_or(u32::MAX);
                let wait = jittered(doubled(retry.base, tries, retry.longest));
                let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1));
                tracing::warn!(job = %job.id, kind = %job.kind, %why, "a job is tried again");
                jobs::retry(conn, &job.id, &why, house.now() + wait)
            }
            Outcome::Again(why) | Outcome::Hopeless(why) => {
                tracing::error!(job = %job.id, kind = %job.kind, %why, "a job is left to a person");
                jobs::bury(conn, &job.id, &why)
            }
        }?)
    })
}
