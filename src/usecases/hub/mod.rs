//! Registration at the outside registers: every night, and at once what cannot wait.
//!
//! Each register has a connector, whose rows are a queue of their own; one that stands still holds up no
//! other. What follows is the road of one.
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
mod report;
mod send;
mod session;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use crate::domain::lang::Lang;
use crate::ports::hub::Hub;

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
pub use report::{End, Progress, Report, Watch};

use confirm::Compared;
use report::Together;
use session::{Halt, Outcome, Session};

/// Connector of the Public Medical Hub.
pub const PMH: &str = "pmh";
/// Connector of its domain of vaccination.
pub const VACCINATION: &str = "pmh_vaccination";
/// Connector of the 介護情報基盤.
pub const CARE_BASE: &str = "care_base";
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

/// A register under the name of its connector.
#[derive(Clone)]
struct Link {
    connector: String,
    hub: Arc<dyn Hub>,
}

impl Link {
    fn all(house: &House) -> Vec<Link> {
        let link = |(connector, hub): (&String, &Arc<dyn Hub>)| Link {
            connector: connector.clone(),
            hub: Arc::clone(hub),
        };
        house.hubs.iter().map(link).collect()
    }
}

/// The name of a connector for staff.
pub fn title(house: &House, connector: &str) -> String {
    house.texts.text(Lang::Ja, &format!("connector.{connector}"), &BTreeMap::new())
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
    let links = Link::all(house);
    if links.is_empty() {
        return Ok(Report::without_work(End::Done, "連携先が設定されていません"));
    }
    let together = Together::new(watch);
    let each = links.into_iter().map(|link| async {
        let (connector, name) = (link.connector.clone(), title(house, &link.connector));
        let watch = |at: Progress| together.note(&connector, at);
        Ok::<_, Error>((name, one(house, link, plan, urgent_only, &watch).await?))
    });
    let parts: Result<Vec<_>, Error> = join_all(each).await.into_iter().collect();
    Ok(Report::joined(parts?))
}

/// The work with one register.
async fn one(
    house: &Arc<House>,
    link: Link,
    plan: &HubPlan,
    urgent_only: bool,
    watch: &Watch<'_>,
) -> Result<Report, Error> {
    let opened = link.clone();
    let opening = off_thread(house, move |house| ledger::open(house, &opened, urgent_only)).await?;
    if let Some(reason) = opening.stopped {
        return Ok(Report::without_work(End::Stopped, &reason));
    }
    let session = Session::new(house, link, plan, urgent_only, opening, watch);
    for lane in join_all((0..LANES).map(|_| session.lane())).await {
        lane?;
    }
    let mut compared = Compared::default();
    if let Err(halt) = after_all(&session, &mut compared).await {
        session.note(halt).await?;
    }
    Ok(report(session, compared))
}

/// What follows when no row can be sent any more: reading back, and what came unasked.
async fn after_all(session: &Session<'_>, compared: &mut Compared) -> Result<(), Halt> {
    if !session.reachable() {
        return Ok(());
    }
    confirm::read_back(session, compared).await?;
    let strays = session.patiently(|| session.link.hub.strays()).await?;
    match strays.is_empty() {
        true => Ok(()),
        false => Err(Halt::Left(strays.join("　"))),
    }
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
