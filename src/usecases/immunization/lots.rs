//! 回収ロット: lots that the office heard were called back, and who was given them. The desk of a clinic is told by the
//! same doubt as of those in the tables.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::EnteredDate;
use crate::domain::immunization::Immunization;
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::withdrawn_lots::{self, WithdrawnLot};
use crate::store::{Conn, immunizations};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Keeping;
use super::form::{Choice, choice};
use super::import::may;
use super::typed::{fault, lot as read_lot, words};
use super::vouchers::name_of;

/// Doses of a page.
const PAGE: i64 = 50;
/// Characters of a source at most.
const LONGEST: usize = 300;

/// What was typed of a lot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Typed {
    /// Key of the vaccine.
    pub vaccine: String,
    /// The lot.
    pub lot: String,
    /// The first day on which nobody should be given it.
    pub since: String,
    /// Where that was made known.
    pub source: String,
}

/// A lot in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    vaccine: String,
    name: String,
    lot: String,
    since: NaiveDate,
    source: String,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Lots {
    rows: Vec<Row>,
    vaccines: Vec<Choice>,
}

/// A dose of a lot.
#[derive(Clone, Debug, Serialize)]
pub struct Dose {
    subject: String,
    name: String,
    birth: NaiveDate,
    dose: String,
    on: String,
    place: String,
}

/// Who was given a lot.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// Name of the vaccine.
    vaccine: String,
    /// The lot.
    lot: String,
    doses: Vec<Dose>,
    /// The day and the line after which the next page begins.
    pub next: Option<(NaiveDate, String)>,
}

fn keeping(house: &House, caller: &Caller) -> Result<(Keeping, String), Error> {
    let program = Keeping::first(house)?.program.definition.id.clone();
    Ok((may(house, caller, &program)?, program))
}

/// The lots that hold.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] where no program keeps a ledger.
pub fn all(house: &House, caller: &Caller) -> Result<Lots, Error> {
    let (keeping, program) = keeping(house, caller)?;
    let vaccines = keeping.vaccines(house);
    let found = house.database.read(|conn| withdrawn_lots::all(conn, &program))?;
    let row = |it: WithdrawnLot| Row {
        name: name_of(&vaccines, &it.vaccine, Lang::Ja),
        vaccine: it.vaccine,
        lot: it.lot,
        since: it.since,
        source: it.source,
    };
    Ok(Lots {
        rows: found.into_iter().map(row).collect(),
        vaccines: vaccines.iter().map(|it| choice(&it.key, &it.name)).collect(),
    })
}

/// Enters a lot.
///
/// # Errors
/// `permission.denied`; what was typed wrong.
pub fn enter(house: &House, caller: &Caller, typed: &Typed) -> Result<(), Error> {
    let (keeping, program) = keeping(house, caller)?;
    let known = keeping.vaccines(house).iter().any(|it| it.key == typed.vaccine);
    if !known {
        return Err(fault("dose.vaccine", "vaccine").into());
    }
    let day = EnteredDate::parse(&typed.since).ok().and_then(|entered| entered.date.day());
    let since = day.filter(|day| *day <= house.today()).ok_or_else(|| fault("lot.since", "since"))?;
    let source = words(&typed.source, LONGEST, true).ok_or_else(|| fault("lot.source", "source"))?;
    let lot = WithdrawnLot {
        program,
        vaccine: typed.vaccine.clone(),
        lot: read_lot(&typed.lot, true)?.to_uppercase(),
        since,
        source,
        author: caller.actor.id.clone(),
        at: house.now().naive_utc(),
        ended_at: None,
    };
    house.database.write(|conn| {
        withdrawn_lots::enter(conn, &lot)?;
        let detail = json!({ "vaccine": lot.vaccine, "lot": lot.lot, "since": lot.since });
        house.record(conn, caller, "withdraw_lot", "", "done", detail)
    })
}

/// Takes a lot back that was entered by mistake.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`].
pub fn end(house: &House, caller: &Caller, vaccine: &str, lot: &str) -> Result<(), Error> {
    let (_, program) = keeping(house, caller)?;
    house.database.write(|conn| {
        withdrawn_lots::end(conn, (&program, vaccine, lot), house.now())?;
        let detail = json!({ "vaccine": vaccine, "lot": lot });
        house.record(conn, caller, "restore_lot", "", "done", detail)
    })
}

/// Who was given a lot, after a day and a line. That it was read is on record.
///
/// # Errors
/// `permission.denied`; [`Refusal`] for what can be no lot.
pub fn given(
    house: &House,
    caller: &Caller,
    (vaccine, lot): (&str, &str),
    after: (NaiveDate, &str),
) -> Result<Given, Error> {
    let (keeping, _) = keeping(house, caller)?;
    let lot = read_lot(lot, true).map_err(|fault: Refusal| Error::from(fault))?;
    house.database.write(|conn| {
        let found = immunizations::of_lot(conn, &house.keys, (vaccine, &lot), after, PAGE)?;
        let detail = json!({ "list": "lot", "vaccine": vaccine, "lot": lot, "doses": found.len() });
        house.record(conn, caller, "read_list", "", "done", detail)?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
        let next = found.last().filter(|_| full).map(|(_, line)| (line.on.earliest(), line.id.clone()));
        let doses = found.iter().map(|(of, line)| dose(of, line)).collect();
        Ok(Given { vaccine: name_of(&keeping.vaccines(house), vaccine, Lang::Ja), lot, doses, next })
    })
}

fn dose(of: &StoredSubject, line: &Immunization) -> Dose {
    let subject = &of.subject;
    Dose {
        subject: subject.id.clone(),
        name: subject.person.name.clone(),
        birth: subject.birth,
        dose: line.dose.clone(),
        on: line.on.to_string(),
        place: line.content.institution.clone(),
    }
}

/// Whether a lot was called back by a day, as the office entered it.
///
/// # Errors
/// When the database fails.
pub(super) fn is_withdrawn(
    conn: &mut Conn,
    program: &str,
    dose: (&str, &str),
    on: NaiveDate,
) -> Result<bool, Error> {
    Ok(!dose.1.is_empty() && withdrawn_lots::is_withdrawn(conn, program, dose, on)?)
}
