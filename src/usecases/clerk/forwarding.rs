//! 進達 by day: the covering list (送付書) of an office, and the receipt of everything on it.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::command::Command;
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::forwardings::{self, Line};
use crate::store::{Conn, offices};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::queue::programs;
use super::typed::day;
use super::words;

/// A day on which an office passed cases on.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    office: String,
    name: String,
    on: NaiveDate,
    count: i64,
    waiting: i64,
    current: bool,
}

/// A line of the covering list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    id: String,
    reference: String,
    title: String,
    received_on: Option<NaiveDate>,
    again: bool,
    arrived_on: Option<NaiveDate>,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    days: Vec<Day>,
    /// Code of the office whose list is shown.
    office: String,
    from: String,
    to: String,
    on: Option<NaiveDate>,
    rows: Vec<Row>,
    /// How many of them the reader can take over.
    takeable: usize,
    today: NaiveDate,
}

/// The covering list of an office and a day; without them the newest one.
///
/// # Errors
/// `permission.denied`.
pub fn listing(house: &House, caller: &Caller, office: &str, on: &str) -> Result<Listing, Error> {
    let seated = house.seat(caller, Desk::Queue)?;
    let own = caller.actor.office.clone();
    let programs = programs(house, caller);
    house.read_list(caller, "forwarding", |conn| {
        let found = forwardings::days(conn, &seated, own.as_deref())?;
        let wanted = own.unwrap_or_else(|| office.to_owned());
        let shown = chosen(&found, &wanted, on);
        let (code, on) = shown.clone().unzip();
        let lines = match &shown {
            Some((code, on)) => forwardings::of_day(conn, &seated, code, *on, &programs)?,
            None => Vec::new(),
        };
        let names = names(conn)?;
        let name = |code: &str| names.iter().find(|it| it.0 == code).map_or("", |it| &it.1).to_owned();
        let waiting = lines.iter().filter(|line| line.arrived_on.is_none()).count();
        let takes = caller.actor.office.is_none();
        let listing = Listing {
            days: days(found, &shown, name),
            from: code.as_deref().map(name).unwrap_or_default(),
            to: house.office.get("name").cloned().unwrap_or_default(),
            office: code.unwrap_or_default(),
            on,
            rows: lines.iter().map(|line| row(house, line)).collect::<Result<_, Error>>()?,
            takeable: if takes { waiting } else { 0 },
            today: house.today(),
        };
        Ok((listing, lines.into_iter().map(|line| line.case_id).collect()))
    })
}

type Found = (String, NaiveDate, i64, i64);

fn names(conn: &mut Conn) -> Result<Vec<(String, String)>, Error> {
    Ok(offices::all(conn)?.into_iter().map(|office| (office.code, office.name)).collect())
}

/// The list that was asked for, else the newest one with something left to take over, else the newest.
fn chosen(found: &[Found], office: &str, on: &str) -> Option<(String, NaiveDate)> {
    let asked = found.iter().find(|it| it.0 == office && it.1.to_string() == on);
    let open = || found.iter().find(|(_, _, sent, arrived)| sent > arrived);
    asked.or_else(open).or_else(|| found.first()).map(|it| (it.0.clone(), it.1))
}

fn days(found: Vec<Found>, shown: &Option<(String, NaiveDate)>, name: impl Fn(&str) -> String) -> Vec<Day> {
    let day = |(office, on, count, arrived): Found| Day {
        name: name(&office),
        current: shown.as_ref().is_some_and(|it| it.0 == office && it.1 == on),
        waiting: count - arrived,
        office,
        on,
        count,
    };
    found.into_iter().map(day).collect()
}

fn row(house: &House, line: &Line) -> Result<Row, Error> {
    let program = house.programs.newest(&line.program)?;
    let kind = words::text(&program, &format!("kind.{}", line.kind));
    Ok(Row {
        id: line.case_id.clone(),
        reference: line.reference.clone().unwrap_or_default(),
        title: format!("{}・{kind}", words::text(&program, &program.definition.title)),
        received_on: line.submitted_at.map(|at| day_in_japan(at.and_utc())),
        again: line.number > 1,
        arrived_on: line.arrived_on,
    })
}

/// Takes over what stands on a covering list and has not arrived; how many cases that were.
///
/// # Errors
/// `forwarding.nothing` when nothing is left; `forwarding.arrival` for a day before the sending or after
/// today; `permission.denied`.
pub fn take_over(
    house: &House,
    caller: &Caller,
    office: &str,
    on: &str,
    arrived_on: &str,
) -> Result<usize, Error> {
    let seated = house.seat(caller, Desk::Register)?;
    let (on, arrived_on) = (day(on, "on")?, day(arrived_on, "arrived_on")?);
    let programs = programs(house, caller);
    let lines = house.database.read(|conn| forwardings::of_day(conn, &seated, office, on, &programs))?;
    let waiting: Vec<Line> = lines.into_iter().filter(|line| line.arrived_on.is_none()).collect();
    if waiting.is_empty() {
        return Err(Refusal::new("forwarding.nothing").into());
    }
    for line in &waiting {
        let key = format!("take-over/{}/{}", line.case_id, line.number);
        let order = Order::new(&line.case_id, CommandName::TakeOver).once(&key);
        carry_out(house, caller, &order, |_| Ok(Command::TakeOver { arrived_on }))?;
    }
    Ok(waiting.len())
}
