//! Asking for a run, starting it when its plan was seen, and cancelling it.

use serde_json::json;

use crate::domain::bulk::TYPED_FROM;
use crate::domain::permission::Desk;
use crate::domain::refusal::Refusal;
use crate::store::bulk::{self, BulkRun};
use crate::store::{Conn, jobs};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::due::list::question;

use super::order::{Action, Order, Typed};

/// Asks for a run: it is planned, and nothing is done yet. Returns its id.
///
/// # Errors
/// `permission.denied`, `clerk.choose`, or what was typed wrong.
pub fn ask(house: &House, caller: &Caller, typed: &Typed) -> Result<String, Error> {
    house.seat(caller, Desk::Register)?;
    let get = |name: &str| typed.get(name).map_or("", String::as_str);
    let choose = |field: &str| Refusal::new("clerk.choose").at(field);
    let action = Action::from_code(get("action")).ok_or_else(|| choose("action"))?;
    let program = house.programs.newest(get("program")).map_err(|_| choose("program"))?;
    if !action.is_open_to(caller, &program) {
        return Err(Error::refused("permission.denied"));
    }
    let order = Order::read(action, &program, caller, typed)?;
    if action == Action::Call {
        question(house, caller, &order.call)?;
    }
    let (id, now) = (house.new_id("blk")?, house.now());
    let run = BulkRun {
        id: id.clone(),
        action: action.code().to_owned(),
        program: order.program.clone(),
        owner: caller.actor.id.clone(),
        state: "planning".to_owned(),
        body: serde_json::to_string(&order)?,
        place: String::new(),
        note: String::new(),
        at: now.naive_utc(),
        updated_at: now.naive_utc(),
        looked: 0,
        planned: 0,
        settled: 0,
    };
    house.database.write(|conn| {
        bulk::insert(conn, &house.keys, &run)?;
        enqueue(house, conn, &id, "plan")?;
        note(house, conn, caller, &run, "plan_bulk")
    })?;
    Ok(id)
}

fn enqueue(house: &House, conn: &mut Conn, run: &str, phase: &str) -> Result<(), Error> {
    let job = house.new_id("job")?;
    Ok(jobs::enqueue(conn, &job, "bulk", run, &format!("bulk/{run}/{phase}"), house.now())?)
}

fn note(house: &House, conn: &mut Conn, caller: &Caller, run: &BulkRun, act: &str) -> Result<(), Error> {
    let detail = json!({ "run": run.id, "action": run.action, "program": run.program });
    house.record(conn, caller, act, "", "done", detail)
}

/// Starts a planned run; `typed` is the number of its cases, asked for when there are many. Twice is once.
///
/// # Errors
/// `bulk.count`, `bulk.state`; [`Error::NotFound`] for anybody but whoever asked for it.
pub fn start(house: &House, caller: &Caller, id: &str, typed: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let run = own(house, conn, caller, id)?;
        let counts = bulk::counts(conn, id)?;
        let planned: i64 = counts.iter().filter(|it| it.0 == "planned").map(|it| it.3).sum();
        let many = usize::try_from(planned).is_ok_and(|planned| planned > TYPED_FROM);
        if run.state == "planned" && many && number(typed) != Some(planned) {
            return Err(Refusal::new("bulk.count").with("count", planned).at("count").into());
        }
        if !bulk::turn(conn, id, ("planned", "running"), "", house.now())? {
            return if run.state == "running" { Ok(()) } else { Err(Error::refused("bulk.state")) };
        }
        enqueue(house, conn, id, "run")?;
        note(house, conn, caller, &run, "start_bulk")
    })
}

fn number(typed: &str) -> Option<i64> {
    let digits: String =
        crate::domain::text::fold_width(typed).chars().filter(|c| !",、件 ".contains(*c)).collect();
    digits.parse().ok()
}

/// Cancels a run: what is done stays, the rest is not done.
///
/// # Errors
/// `bulk.state` when it is over; [`Error::NotFound`] for anybody but whoever asked for it.
pub fn cancel(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let run = own(house, conn, caller, id)?;
        if !["planning", "planned", "running"].contains(&run.state.as_str()) {
            return Err(Error::refused("bulk.state"));
        }
        bulk::turn(conn, id, (run.state.as_str(), "cancelled"), "", house.now())?;
        note(house, conn, caller, &run, "cancel_bulk")
    })
}

fn own(house: &House, conn: &mut Conn, caller: &Caller, id: &str) -> Result<BulkRun, Error> {
    house.seat(caller, Desk::Register)?;
    let run = bulk::find(conn, &house.keys, id)?;
    if run.owner == caller.actor.id { Ok(run) } else { Err(Error::NotFound) }
}
