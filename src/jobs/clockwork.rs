//! The scheduler as a clock and nothing more: a tick writes down what is due.
//!
//! A due run is a row with a unique moment, so that any number of processes make exactly one. What was
//! missed is noted at the next tick or start, only the latest of each kind: it does the whole work.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Tokyo;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::store::{Conn, run_holds, runs};
use crate::usecases::off_thread::off_thread;
use crate::usecases::{Error, House};

use super::JobsPlan;
use super::kind::Kind;
use super::schedule::{BadSchedule, Schedule};

/// The running clock.
pub struct Clockwork {
    scheduler: JobScheduler,
}

impl Clockwork {
    /// Notes what was missed and starts to tick.
    ///
    /// # Errors
    /// [`BadSchedule`].
    pub async fn start(
        house: &Arc<House>,
        plan: &JobsPlan,
        bell: &Arc<Notify>,
    ) -> Result<Clockwork, BadSchedule> {
        let schedules = Arc::new(schedules(plan)?);
        let broken = |error: tokio_cron_scheduler::JobSchedulerError| BadSchedule::new("scheduler", &error);
        let scheduler = JobScheduler::new().await.map_err(broken)?;
        for schedule in schedules.iter() {
            let ticked = (Arc::clone(house), Arc::clone(&schedules), Arc::clone(bell));
            let job = Job::new_async_tz(&schedule.pattern, Tokyo, move |_, _| {
                let (house, schedules, bell) = ticked.clone();
                Box::pin(async move { tick(&house, &schedules, &bell).await })
            });
            scheduler
                .add(job.map_err(|error| BadSchedule::new(&schedule.pattern, &error))?)
                .await
                .map_err(broken)?;
        }
        tick(house, &schedules, bell).await;
        scheduler.start().await.map_err(broken)?;
        Ok(Clockwork { scheduler })
    }

    /// Ticks no more.
    pub async fn stop(&mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler did not stop");
        }
    }
}

fn schedules(plan: &JobsPlan) -> Result<Vec<Schedule>, BadSchedule> {
    Ok(vec![
        Schedule::parse(Kind::Nightly, &plan.nightly_at)?,
        Schedule::parse(Kind::Upkeep, &plan.upkeep_at)?,
    ])
}

async fn tick(house: &Arc<House>, schedules: &Arc<Vec<Schedule>>, bell: &Notify) {
    let schedules = Arc::clone(schedules);
    if let Err(error) = off_thread(house, move |house| note_due(house, &schedules)).await {
        tracing::error!(%error, "what is due could not be written down; the next tick tries again");
    }
    bell.notify_waiters();
}

/// Writes down what is due now and was not written down yet.
///
/// # Errors
/// When the database fails.
pub(super) fn note_due(house: &House, schedules: &[Schedule]) -> Result<(), Error> {
    let now = house.now();
    house.database.write(|conn| {
        for schedule in schedules {
            let Some(due) = schedule.last_due(now) else { continue };
            match runs::last_due(conn, schedule.kind.code())? {
                // A clock that was set back names moments that were noted before.
                Some(last) if last >= due => {}
                Some(_) => note(house, conn, schedule.kind, due)?,
                None => begin(house, conn, schedule.kind, due)?,
            }
        }
        try_again(house, conn, schedules, now)
    })
}

fn note(house: &House, conn: &mut Conn, kind: Kind, due: DateTime<Utc>) -> Result<(), Error> {
    runs::note_due(conn, &house.new_id("run")?, kind.code(), due)?;
    Ok(())
}

/// At the very first start nothing was missed: the moment is noted as done, and the next one counts.
fn begin(house: &House, conn: &mut Conn, kind: Kind, due: DateTime<Utc>) -> Result<(), Error> {
    let id = house.new_id("run")?;
    if runs::note_due(conn, &id, kind.code(), due)? {
        runs::finish(conn, &id, "done", "最初の起動", house.now())?;
    }
    Ok(())
}

/// A night that failed is tried again with the next upkeep, and not only in the next night.
fn try_again(
    house: &House,
    conn: &mut Conn,
    schedules: &[Schedule],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let upkeep = schedules.iter().find(|schedule| schedule.kind == Kind::Upkeep);
    let Some(due) = upkeep.and_then(|schedule| schedule.last_due(now)) else { return Ok(()) };
    for kind in [Kind::Nightly, Kind::Urgent] {
        let failed = run_holds::newest_of(conn, kind.code())?.is_some_and(|(state, _)| state == "failed");
        if failed && runs::last_due(conn, kind.code())?.is_some_and(|last| last < due) {
            note(house, conn, kind, due)?;
        }
    }
    Ok(())
}
