//! The work itself: what was planned, a few cases at a time, each in its own transaction.

use crate::domain::refusal::Refusal;
use crate::store::bulk::{self, BulkItem};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::order::Action;
use super::{AtWork, approvals, calls, drafts, invitations, prints, sentence};

/// Items done in one part: what a cancellation may still have to wait for.
const PAGE: i64 = 20;

/// Does the next items; whether there are more.
pub(super) fn part(house: &House, at_work: &AtWork) -> Result<bool, Error> {
    let run = &at_work.run.id;
    let start = (i64::MIN, String::new());
    let items = house.database.read(|conn| bulk::items(conn, run, ("planned", ""), &start, PAGE))?;
    for item in &items {
        let failed = failure(act(house, at_work, item))?;
        settle(house, at_work, item, failed)?;
    }
    house.database.write(|conn| {
        if items.is_empty() {
            bulk::turn(conn, run, ("running", "done"), "", house.now())?;
        } else {
            bulk::reach(conn, run, &at_work.run.place, house.now())?;
        }
        Ok(!items.is_empty())
    })
}

/// The key is the run's and the case's: whoever comes back after a crash finds it done.
fn act(house: &House, at_work: &AtWork, item: &BulkItem) -> Result<(), Error> {
    let key = format!("bulk/{}/{}", item.run_id, item.item);
    match at_work.order.action {
        Action::Draft => drafts::act(house, at_work, item, &key),
        Action::Approve => approvals::act(house, at_work, item, &key),
        Action::Print => prints::act(house, at_work, item),
        Action::Invite => invitations::act(house, at_work, item),
        Action::Call => calls::act(house, at_work, item),
    }
}

/// Why an item was not done; a database that cannot be reached is no reason but stops the part.
fn failure(outcome: Result<(), Error>) -> Result<Option<Refusal>, Error> {
    Ok(Some(match outcome {
        Ok(()) => return Ok(None),
        Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
        Err(Error::Refused(refusals)) => {
            refusals.into_iter().next().unwrap_or_else(|| Refusal::new("bulk.fault"))
        }
        Err(Error::Conflict(_)) => Refusal::new("bulk.moved"),
        Err(Error::NotFound) => Refusal::new("bulk.gone"),
        Err(Error::Fault(why)) => {
            tracing::error!(%why, "a case of a run could not be worked on");
            Refusal::new("bulk.fault")
        }
    }))
}

fn settle(house: &House, at_work: &AtWork, item: &BulkItem, failed: Option<Refusal>) -> Result<(), Error> {
    let program = house.programs.newest(&at_work.order.program)?;
    let why = failed.map(|refusal| (refusal.key.clone(), sentence(house, Some(&program), refusal)));
    let state = if why.is_some() { "failed" } else { "done" };
    let why = why.as_ref().map(|(key, words)| (key.as_str(), words.as_str()));
    Ok(house.database.write(|conn| bulk::settle(conn, &item.run_id, &item.item, state, why))?)
}
