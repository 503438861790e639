//! Due runs: claimed by lease, kept alive while they work, ended with what came of them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, watch};

use crate::store::runs::{self, Run};
use crate::store::{Conn, run_holds};
use crate::usecases::hub::{self, End, HubPlan, Progress, Watch};
use crate::usecases::off_thread::off_thread;
use crate::usecases::{Error, House, upkeep};

use super::kind::Kind;

/// A run whose process died is free again after this time.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How often a run at work renews its lease and tells how far it is.
const BEAT: Duration = Duration::from_secs(20);

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Id of the run.
    pub run: String,
    /// How it ended.
    pub end: End,
    /// Why, in Japanese; empty when it is done.
    pub note: String,
    /// How far it came.
    pub progress: Progress,
    /// Rows read back as they were sent.
    pub confirmed: i64,
    /// Rows that the hub holds otherwise, or not at all.
    pub different: i64,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Progress { total, done, rejected } = self.progress;
        write!(f, "{}: {done} of {total} rows, {rejected} rejected, ", self.end.code())?;
        write!(f, "{} confirmed, {} different", self.confirmed, self.different)?;
        if self.note.is_empty() { Ok(()) } else { write!(f, "\n{}", self.note) }
    }
}

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
pub enum NotRun {
    /// Another process is at it.
    #[error("another process is at this work")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Claims due runs and carries them out.
pub struct Runner {
    house: Arc<House>,
    plan: HubPlan,
    held: Mutex<Option<String>>,
}

impl Runner {
    /// A runner; one works on one run at a time.
    pub fn new(house: Arc<House>, plan: HubPlan) -> Runner {
        Runner { house, plan, held: Mutex::new(None) }
    }

    /// Carries out the oldest due run of a kind, unless none is due or another process is at one.
    ///
    /// # Errors
    /// When the database fails; the run is then carried on by whoever claims it next.
    pub async fn run_due(&self, kind: Kind, watch: &Watch<'_>) -> Result<Option<Ended>, Error> {
        let Some(run) = off_thread(&self.house, move |house| claim(house, kind)).await? else {
            return Ok(None);
        };
        self.hold(Some(run.id.clone()));
        let ended = self.carry_out(kind, &run, watch).await;
        self.hold(None);
        ended.map(Some)
    }

    /// Carries out a kind of work now, whether or not it is due.
    ///
    /// # Errors
    /// [`NotRun`].
    pub async fn run_now(&self, kind: Kind, watch: &Watch<'_>) -> Result<Ended, NotRun> {
        let wanted = off_thread(&self.house, move |house| {
            let id = house.new_id("run")?;
            house.database.write(|conn| runs::note_due(conn, &id, kind.code(), house.now()))?;
            Ok(id)
        })
        .await?;
        // Older ones that are due come first; each does all there is to do.
        while let Some(ended) = self.run_due(kind, watch).await? {
            if ended.run == wanted {
                return Ok(ended);
            }
        }
        Err(NotRun::Busy)
    }

    /// Carries out due runs of a kind until it is told to stop. A run that is cut short keeps what it
    /// did and is free for the next process at once.
    pub async fn serve(
        self: Arc<Self>,
        kind: Kind,
        idle: Duration,
        bell: Arc<Notify>,
        mut stopped: watch::Receiver<bool>,
    ) {
        while !*stopped.borrow() {
            let runner = Arc::clone(&self);
            let mut task = tokio::spawn(async move { runner.run_due(kind, &|_| ()).await });
            let ended = tokio::select! {
                ended = &mut task => Some(ended),
                _ = stopped.changed() => None,
            };
            match ended {
                Some(Ok(Ok(Some(ended)))) => tracing::info!(job = kind.code(), %ended, "a run ended"),
                Some(Ok(Ok(None))) => {}
                Some(Ok(Err(error))) => {
                    tracing::error!(job = kind.code(), %error, "a run could not be carried out")
                }
                Some(Err(_)) => self.give_up(Some("内部エラーで中断しました")).await,
                None => {
                    task.abort();
                    // Its end is not waited for: work off the async threads ends by itself.
                    self.give_up(None).await;
                }
            }
            if !super::rest(idle, &bell, &mut stopped).await {
                return;
            }
        }
    }

    fn hold(&self, run: Option<String>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = run;
    }

    /// Lets go of the run in hand: ended with a note, or free for whoever claims it next.
    async fn give_up(&self, note: Option<&'static str>) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(run) = held else { return };
        let let_go = off_thread(&self.house, move |house| {
            Ok(house.database.write(|conn| match note {
                Some(note) => runs::finish(conn, &run, End::Failed.code(), note, house.now()),
                None => run_holds::let_go(conn, &run, house.now()),
            })?)
        });
        if let Err(error) = let_go.await {
            tracing::warn!(%error, "a run stays held until its lease ends");
        }
    }

    async fn carry_out(&self, kind: Kind, run: &Run, watch: &Watch<'_>) -> Result<Ended, Error> {
        let reached = Mutex::new(Progress::default());
        let note = |progress: Progress| {
            *reached.lock().unwrap_or_else(PoisonError::into_inner) = progress;
            watch(progress);
        };
        let work = self.work(kind, run, &note);
        tokio::pin!(work);
        let outcome = loop {
            tokio::select! {
                outcome = &mut work => break outcome,
                () = tokio::time::sleep(BEAT) => {
                    let progress = *reached.lock().unwrap_or_else(PoisonError::into_inner);
                    self.beat(&run.id, progress).await;
                }
            }
        };
        let ended = outcome.unwrap_or_else(|error| failed(run, &error));
        let stored = ended.clone();
        off_thread(&self.house, move |house| house.database.write(|conn| store(house, conn, &stored)))
            .await?;
        Ok(ended)
    }

    async fn work(&self, kind: Kind, run: &Run, watch: &Watch<'_>) -> Result<Ended, Error> {
        let report = match kind {
            Kind::Nightly => hub::nightly(&self.house, &self.plan, watch).await?,
            Kind::Urgent => hub::urgent(&self.house, &self.plan, watch).await?,
            Kind::Upkeep => return self.upkeep(run).await,
        };
        let hub::Report { end, note, progress, confirmed, different } = report;
        Ok(Ended { run: run.id.clone(), end, note, progress, confirmed, different })
    }

    async fn upkeep(&self, run: &Run) -> Result<Ended, Error> {
        let kept = off_thread(&self.house, upkeep::run).await?;
        tracing::info!(?kept, "upkeep");
        off_thread(&self.house, press_on).await?;
        let done = i64::try_from(kept.lapsed + kept.reminded + kept.expired).unwrap_or(i64::MAX);
        let progress = Progress { total: done, done, rejected: 0 };
        Ok(Ended { progress, ..ended(run, End::Done, String::new()) })
    }

    async fn beat(&self, run: &str, progress: Progress) {
        let run = run.to_owned();
        let beat = off_thread(&self.house, move |house| {
            let counts = (progress.total, progress.done, progress.rejected);
            Ok(house.database.write(|conn| runs::progress(conn, &run, counts, house.now(), LEASE))?)
        });
        if let Err(error) = beat.await {
            tracing::warn!(%error, "a run could not renew its lease");
        }
    }
}

fn claim(house: &House, kind: Kind) -> Result<Option<Run>, Error> {
    let worker = house.new_id("wrk")?;
    house.database.write(|conn| {
        if run_holds::busy(conn, kind.code(), house.now())? {
            return Ok(None);
        }
        Ok(runs::claim(conn, kind.code(), &worker, house.now(), LEASE)?)
    })
}

/// What could not wait and is waiting still, as after an outage, is tried again.
fn press_on(house: &House) -> Result<(), Error> {
    if hub::is_pressed(house)? { super::dispatcher::urgent(house) } else { Ok(()) }
}

fn ended(run: &Run, end: End, note: String) -> Ended {
    Ended { run: run.id.clone(), end, note, progress: Progress::default(), confirmed: 0, different: 0 }
}

fn failed(run: &Run, error: &Error) -> Ended {
    tracing::error!(run = %run.id, %error, "a run failed");
    ended(run, End::Failed, format!("内部エラーで中断しました（{error}）"))
}

fn store(house: &House, conn: &mut Conn, ended: &Ended) -> Result<(), Error> {
    let Progress { total, done, rejected } = ended.progress;
    runs::progress(conn, &ended.run, (total, done, rejected), house.now(), LEASE)?;
    Ok(runs::finish(conn, &ended.run, ended.end.code(), &ended.note, house.now())?)
}
