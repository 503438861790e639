//! 一括処理: the same thing done to many cases, each by itself and by the usual road.
//!
//! A run is looked at before it is started: it plans what it would do with each case, with the version
//! and the draft that were looked at, and says why others are left out. Only what was planned is done, a
//! few cases at a time, so that it goes on after a crash where it was and can be cancelled.

pub mod begin;
pub mod bundle;
pub mod offers;
pub mod order;
pub mod report;
pub mod shown;

mod approvals;
mod calls;
mod drafts;
mod invitations;
mod plan;
mod prints;
mod work;

use std::collections::BTreeMap;

use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::refusal::Refusal;
use crate::store::bulk::{self, BulkItem, BulkRun};
use crate::store::{Conn, users};

use super::access::Caller;
use super::clerk::words::spelled;
use super::error::Error;
use super::house::House;
use super::sessions::actor_of;

use order::Order;

/// A run at work: what is wanted, and by whose rights.
struct AtWork {
    run: BulkRun,
    order: Order,
    caller: Caller,
}

/// Does the next part of a run; whether there is more to do.
///
/// # Errors
/// When the database fails; the part is then done again, and what was done stays done.
pub fn step(house: &House, run: &str) -> Result<bool, Error> {
    let run = house.database.read(|conn| bulk::find(conn, &house.keys, run))?;
    let planning = match run.state.as_str() {
        "planning" => true,
        "running" => false,
        _ => return Ok(false),
    };
    let Some(caller) = house.database.read(|conn| owner(house, conn, &run.owner))? else {
        return give_up(house, &run, "bulk.owner");
    };
    let order = serde_json::from_str(&run.body)?;
    let at_work = AtWork { run, order, caller };
    if planning { plan::part(house, &at_work) } else { work::part(house, &at_work) }
}

/// Whoever asked for the run, with the roles they have now; none when the account is closed.
fn owner(house: &House, conn: &mut Conn, id: &str) -> Result<Option<Caller>, Error> {
    let user = users::find(conn, &house.keys, id)?;
    Ok(user.active.then(|| Caller { actor: actor_of(&user), source: "bulk".to_owned() }))
}

fn give_up(house: &House, run: &BulkRun, key: &str) -> Result<bool, Error> {
    let note = house.texts.text(Lang::Ja, key, &BTreeMap::new());
    house
        .database
        .write(|conn| bulk::turn(conn, &run.id, (run.state.as_str(), "failed"), &note, house.now()))?;
    Ok(false)
}

/// A refusal as a sentence for staff.
fn sentence(house: &House, program: Option<&Program>, refusal: Refusal) -> String {
    let Some(program) = program else { return house.texts.text(Lang::Ja, &refusal.key, &refusal.args) };
    let spelled = spelled(program, vec![refusal]);
    let say = |refusal: Refusal| match program.texts.has(&refusal.key) {
        true => program.texts.text(Lang::Ja, &refusal.key, &refusal.args),
        false => house.texts.text(Lang::Ja, &refusal.key, &refusal.args),
    };
    spelled.into_iter().map(say).collect()
}

/// What a look at a case found: the beginning of a row of the plan.
struct Seen {
    item: String,
    case: String,
    version: i64,
    digest: String,
    /// What would come of it: a code and its words.
    would: Result<(String, String), Refusal>,
    sorted_by: String,
}

impl Seen {
    /// A case of which nothing more is known.
    fn case(id: &str, version: i64, would: Result<(String, String), Refusal>) -> Seen {
        Seen {
            item: id.to_owned(),
            case: id.to_owned(),
            version,
            digest: String::new(),
            would,
            sorted_by: String::new(),
        }
    }

    fn row(self, house: &House, run: &str, program: &Program) -> BulkItem {
        // What is left out stands behind everything that is done.
        let (state, (reason, detail), place) = match self.would {
            Ok(told) => ("planned", told, 0),
            Err(refusal) => {
                ("left_out", (refusal.key.clone(), sentence(house, Some(program), refusal)), i64::MAX)
            }
        };
        BulkItem {
            run_id: run.to_owned(),
            item: self.item,
            case_id: self.case,
            version: self.version,
            digest: self.digest,
            state: state.to_owned(),
            reason,
            detail,
            place,
            sorted_by: self.sorted_by,
        }
    }
}

/// What was refused first; any other failure stays one.
fn refusal_of<T>(outcome: Result<T, Error>) -> Result<Result<T, Refusal>, Error> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Refused(refusals)) => {
            Ok(Err(refusals.into_iter().next().unwrap_or_else(|| Refusal::new("bulk.fault"))))
        }
        Err(error) => Err(error),
    }
}
