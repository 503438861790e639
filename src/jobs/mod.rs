//! The work behind the pages: what commands left to be done, and what is due by the clock.
//!
//! Everything lies in the database, so that any number of processes share it and a process that dies
//! loses nothing: the outbox and due runs are claimed by lease, and the scheduler only writes down
//! that something is due.

mod clockwork;
mod dispatcher;
mod kind;
mod runner;
mod schedule;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::usecases::House;
use crate::usecases::hub::{HubPace, HubPlan};

pub use clockwork::Clockwork;
pub use dispatcher::{Dispatcher, RetryPolicy};
pub use kind::Kind;
pub use runner::{Ended, Runner};
pub use schedule::{BadSchedule, Schedule};

/// How long an orderly stop waits for work that is under way.
const STOP: Duration = Duration::from_secs(10);

/// When and how the work is done.
#[derive(Clone, Debug)]
pub struct JobsPlan {
    /// The hub's part.
    pub hub: HubPlan,
    /// When the nightly work is due: six cron fields, seconds first, in Japan's time.
    pub nightly_at: String,
    /// When the upkeep is due, in the same form.
    pub upkeep_at: String,
    /// When failed jobs are tried again.
    pub retry: RetryPolicy,
    /// How long to rest when there is nothing to do and nobody rings.
    pub idle: Duration,
}

impl JobsPlan {
    /// The usual plan for an issuing body: at 2 in the night, and every hour.
    pub fn new(org: &str) -> JobsPlan {
        JobsPlan {
            hub: HubPlan { org: org.to_owned(), pace: HubPace::default() },
            nightly_at: "0 0 2 * * *".to_owned(),
            upkeep_at: "0 5 * * * *".to_owned(),
            retry: RetryPolicy::default(),
            idle: Duration::from_secs(2),
        }
    }

    /// The same plan for somebody who watches: waits of seconds instead of minutes.
    pub fn hurried(mut self) -> JobsPlan {
        self.hub.pace = HubPace {
            first_poll: Duration::from_millis(100),
            longest_poll: Duration::from_secs(2),
            give_up: Duration::from_secs(60),
        };
        self.retry = RetryPolicy { base: Duration::from_secs(1), longest: Duration::from_secs(60) };
        self
    }
}

/// The loops at work.
pub struct Background {
    bell: Arc<Notify>,
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
    clock: Clockwork,
}

/// Starts all loops and the clock; what fell due while no process ran is noted first.
///
/// # Errors
/// [`BadSchedule`] for a plan whose times cannot be read, or when the clock does not start.
pub async fn start(house: Arc<House>, plan: &JobsPlan) -> Result<Background, BadSchedule> {
    let bell = Arc::new(Notify::new());
    let (stop, stopped) = watch::channel(false);
    let clock = Clockwork::start(&house, plan, &bell).await?;
    let mut loops = JoinSet::new();
    let dispatcher = Arc::new(Dispatcher::new(house.clone(), plan.retry, bell.clone()));
    loops.spawn(dispatcher.serve(plan.idle, stopped.clone()));
    for kind in Kind::ALL {
        let runner = Arc::new(Runner::new(house.clone(), plan.hub.clone()));
        loops.spawn(runner.serve(kind, plan.idle, bell.clone(), stopped.clone()));
    }
    Ok(Background { bell, stop, loops, clock })
}

impl Background {
    /// Tells the loops that there is something to do.
    pub fn wake(&self) {
        self.bell.notify_waiters();
    }

    /// Takes on nothing more, lets what is under way end for at most ten seconds, and cuts the rest:
    /// it goes on from the database with the next start.
    pub async fn stop(mut self) {
        self.clock.stop().await;
        // Nobody listens only when every loop has ended already.
        let _ = self.stop.send(true);
        self.bell.notify_waiters();
        let ended = async { while self.loops.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP, ended).await.is_err() {
            tracing::warn!("work was cut short; it goes on with the next start");
            self.loops.abort_all();
        }
    }
}

/// Rests until somebody rings, the time is over or the work must stop; whether to go on.
async fn rest(idle: Duration, bell: &Notify, stopped: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = bell.notified() => {}
        () = tokio::time::sleep(idle) => {}
        _ = stopped.changed() => {}
    }
    !*stopped.borrow()
}
