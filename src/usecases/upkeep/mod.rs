//! What follows from time alone: answers that did not come, reminders, drafts nobody went on with,
//! and what nobody needs any more.

mod corrections;
mod drafts;
mod duties;
mod files;
mod renewals;
mod straight;
mod tell;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate, TimeDelta};

use crate::store::{cases, idempotency, sessions};

use super::error::Error;
use super::house::House;
use super::immunization::{due, reminders, screening, vouchers};

/// Cases looked at in one step.
const PAGE: i64 = 200;
/// Keys of commands are kept this long; nobody repeats a command later than that.
const KEY_DAYS: i64 = 90;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Corrections that nobody answered.
    pub lapsed: usize,
    /// Reminders and warnings that were given.
    pub reminded: usize,
    /// Drafts that were deleted.
    pub expired: usize,
    /// Applications that were granted by rule alone.
    pub decided: usize,
    /// Sessions that were over.
    pub sessions: usize,
    /// Keys that were forgotten.
    pub keys: usize,
    /// Files that no row named.
    pub files: usize,
    /// Vouchers whose last day was over.
    pub vouchers: usize,
    /// Forms before a dose whose last day was over.
    pub screenings: usize,
    /// Persons for whom it was computed which doses come next.
    pub forecasts: usize,
    /// Mails about vaccinations that were queued.
    pub dose_mails: usize,
}

/// What a look at a case led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    Reminded,
    Ended,
}

/// Does everything that is due. Each case is its own transaction; one that fails is reported and
/// does not stop the others.
///
/// # Errors
/// When the database or the file storage fails.
pub fn run(house: &House) -> Result<Kept, Error> {
    let now = house.now();
    let corrections = each(house, "correction", corrections::look)?;
    let drafts = each(house, "draft", drafts::look)?;
    Ok(Kept {
        lapsed: corrections.ended,
        reminded: corrections.reminded + drafts.reminded + renewals::remind(house)? + duties::run(house)?,
        expired: drafts.ended,
        decided: straight::run(house)?,
        sessions: house.database.write(|conn| sessions::sweep(conn, now))?,
        keys: house.database.write(|conn| idempotency::sweep(conn, now - TimeDelta::days(KEY_DAYS)))?,
        files: files::sweep(house)?,
        vouchers: vouchers::expire(house)?,
        screenings: screening::expire(house)?,
        forecasts: due::renew::all(house)?,
        dose_mails: reminders::night::run(house)?,
    })
}

#[derive(Default)]
struct Counted {
    reminded: usize,
    ended: usize,
}

/// Looks at every case in a state.
fn each(
    house: &House,
    state: &str,
    look: impl Fn(&House, &str) -> Result<Step, Error>,
) -> Result<Counted, Error> {
    let mut counted = Counted::default();
    let mut after = String::new();
    loop {
        let since = house.now() + TimeDelta::microseconds(1);
        let page = house.database.read(|conn| cases::unchanged_since(conn, state, since, &after, PAGE))?;
        let Some(last) = page.last() else { return Ok(counted) };
        after.clone_from(last);
        for case in &page {
            match one(look(house, case), case)? {
                Step::Nothing => {}
                Step::Reminded => counted.reminded += 1,
                Step::Ended => counted.ended += 1,
            }
        }
    }
}

/// What a look led to; a case that fails is reported and passed over, a missing database is not.
fn one(looked: Result<Step, Error>, case: &str) -> Result<Step, Error> {
    match looked {
        Err(Error::Unavailable(why)) => Err(Error::Unavailable(why)),
        Err(error) => {
            tracing::warn!(%case, %error, "the upkeep of a case failed");
            Ok(Step::Nothing)
        }
        done => done,
    }
}

fn before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}
