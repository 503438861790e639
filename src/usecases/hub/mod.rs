//! Registration at the hub for certificates: every night, and at once what cannot wait.
//!
//! Rows are picked in the order of each subject, written down as a batch with its key, handed over,
//! waited for, answered one by one and read back. Each step is stored before the next begins, so that
//! a process that dies anywhere goes on where it was, and the hub acts once a key.

mod answers;
mod confirm;
mod convert;
mod desk;
mod faults;
mod ledger;
mod masters;
mod pace;
mod send;
mod session;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use futures_util::future::join_all;

use super::error::Error;
use super::house::House;
use super::off_thread::off_thread;

pub use desk::{
    BatchView, Count, DiscrepancyView, HubDesk, RowView, RunView, desk, is_pressed, of_case, release, retry,
    rows, run_view, start_again,
};
pub use faults::Fault;
pub use masters::{
    Comparison, Form as MasterForm, ask as ask_masters, cell as master_cell, compare as compare_masters,
    file as master_file, kept as kept_masters, shown as masters_shown, tables as master_tables,
    written as master_written,
};
pub use pace::HubPace;

use confirm::Compared;
use session::{Outcome, Session};

/// The connector whose rows go to this hub.
pub const CONNECTOR: &str = "pmh";
/// Most rows in a batch; proposed, since nothing is published.
const MOST_ROWS: usize = 1_000;
/// Most bytes in a batch; proposed, since nothing is published.
const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Batches under way at once: one fewer than the four that are proposed as the hub's bound, so that
/// what is urgent finds room.
const LANES: usize = 3;

/// What the work needs to know beyond the house.
#[derive(Clone, Debug)]
pub struct HubPlan {
    /// 全国地方公共団体コード of the issuing body; keys of batches are made from it.
    pub org: String,
    /// Waiting times.
    pub pace: HubPace,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows to do, as far as known.
    pub total: i64,
    /// Rows answered or rejected.
    pub done: i64,
    /// Rows rejected.
    pub rejected: i64,
}

/// Somebody who is told how far a run is; must not block.
pub type Watch<'w> = dyn Fn(Progress) + Send + Sync + 'w;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything that could be done was done.
    Done,
    /// Something is left that another run may bring to its end.
    Failed,
    /// The connector stands still until a person starts it again.
    Stopped,
}

impl End {
    /// The state of the run's row.
    pub fn code(self) -> &'static str {
        match self {
            End::Done => "done",
            End::Failed => "failed",
            End::Stopped => "stopped",
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub end: End,
    /// Why, or what should be looked at, in Japanese; empty when all went well.
    pub note: String,
    /// How far it came.
    pub progress: Progress,
    /// Rows read back as they were sent.
    pub confirmed: i64,
    /// Rows that the hub holds otherwise, or not at all.
    pub different: i64,
}

impl Report {
    fn without_work(end: End, note: &str) -> Report {
        Report { end, note: note.to_owned(), progress: Progress::default(), confirmed: 0, different: 0 }
    }
}

/// Sends and confirms everything that waits.
///
/// # Errors
/// When the database fails; what was done until then is kept, and the next run goes on from there.
pub async fn nightly(house: &Arc<House>, plan: &HubPlan, watch: &Watch<'_>) -> Result<Report, Error> {
    work(house, plan, false, watch).await
}

/// Sends and confirms what cannot wait for the night, with what must go before it.
///
/// # Errors
/// As [`nightly`].
pub async fn urgent(house: &Arc<House>, plan: &HubPlan, watch: &Watch<'_>) -> Result<Report, Error> {
    work(house, plan, true, watch).await
}

async fn work(
    house: &Arc<House>,
    plan: &HubPlan,
    urgent_only: bool,
    watch: &Watch<'_>,
) -> Result<Report, Error> {
    let Some(hub) = house.hub.clone() else {
        return Ok(Report::without_work(End::Done, "連携先が設定されていません"));
    };
    let opening = off_thread(house, move |house| ledger::open(house, urgent_only)).await?;
    if let Some(reason) = opening.stopped {
        return Ok(Report::without_work(End::Stopped, &reason));
    }
    let session = Session::new(house, hub, plan, urgent_only, opening, watch);
    for lane in join_all((0..LANES).map(|_| session.lane())).await {
        lane?;
    }
    let mut compared = Compared::default();
    if session.reachable()
        && let Err(halt) = confirm::read_back(&session, &mut compared).await
    {
        session.note(halt).await?;
    }
    Ok(report(session, compared))
}

fn report(session: Session<'_>, compared: Compared) -> Report {
    let Outcome { stopped, failed, warned, progress } = session.end();
    let (end, note) = match (stopped, failed) {
        (Some(reason), _) => (End::Stopped, reason),
        (None, Some(why)) => (End::Failed, why),
        (None, None) => (End::Done, warned.unwrap_or_default()),
    };
    Report { end, note, progress, confirmed: compared.confirmed, different: compared.different }
}
