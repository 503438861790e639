//! The offices that a person asks to apply for them: which, for what, until when.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::lang::Lang;
use crate::domain::mandate::{Agency, Mandate, last_day};
use crate::domain::numbers::InstitutionCode;
use crate::domain::program::Program;
use crate::domain::program::definition::MandateShape;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::{Conn, StoreError, mandates};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet::text;

/// A leave as its giver sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// Id.
    pub id: String,
    /// Name of the program.
    pub program: String,
    /// Name of the office.
    pub office: String,
    /// Its number.
    pub code: String,
    /// First day.
    pub begins_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Whether the office may act today.
    pub in_force: bool,
    /// Whether it was taken back.
    pub ended: bool,
}

/// A program under which an office can be asked.
#[derive(Clone, Debug, Serialize)]
pub struct Offered {
    /// Short name.
    pub value: String,
    /// Name.
    pub label: String,
    /// What such an office is called.
    pub office: String,
}

/// The offices of a person.
#[derive(Clone, Debug, Serialize)]
pub struct Mandates {
    /// Every leave, the newest first.
    pub given: Vec<Given>,
    /// For what one can be given.
    pub programs: Vec<Offered>,
}

/// What was typed to give a leave.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Typed {
    /// Short name of the program.
    pub program: String,
    /// Number of the office.
    pub number: String,
    /// Its last day; empty for the longest time.
    pub until: String,
}

/// What would be given, to be confirmed.
#[derive(Clone, Debug, Serialize)]
pub struct Proposed {
    /// Name of the office.
    pub office: String,
    /// Its number.
    pub code: String,
    /// Name of the program.
    pub program: String,
    /// First day.
    pub begins_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
}

/// Whether any program has offices that can be asked.
pub fn offered(house: &House) -> bool {
    house.programs.offered().any(|program| program.definition.mandate.is_some())
}

/// The offices that the caller asked, and what they can ask one for.
///
/// # Errors
/// When the database fails.
pub fn page(house: &House, caller: &Caller, lang: Lang) -> Result<Mandates, Error> {
    let found = house.database.read(|conn| mandates::of_citizen(conn, &caller.actor.id))?;
    let given = found.into_iter().map(|(mandate, office)| given(house, lang, mandate, office)).collect();
    let asked = house.programs.offered().filter_map(|program| {
        let shape = program.definition.mandate.as_ref()?;
        Some(Offered {
            value: program.definition.id.clone(),
            label: text(program, lang, &program.definition.title),
            office: text(program, lang, &shape.label),
        })
    });
    Ok(Mandates { given, programs: asked.collect() })
}

fn given(house: &House, lang: Lang, mandate: Mandate, office: String) -> Given {
    let program = house.programs.newest(&mandate.program);
    Given {
        program: program.map(|it| text(&it, lang, &it.definition.title)).unwrap_or_default(),
        in_force: mandate.in_force(house.today()),
        id: mandate.id,
        office,
        code: mandate.agency,
        begins_on: mandate.begins_on,
        ends_on: mandate.ends_on,
        ended: mandate.ended,
    }
}

/// What giving a leave as typed would mean; nothing is given yet.
///
/// # Errors
/// `mandate.program`, `mandate.office` for a number that no office has, `mandate.until`.
pub fn propose(house: &House, lang: Lang, typed: &Typed) -> Result<Proposed, Error> {
    let program = house.programs.newest(&typed.program).map_err(|_| unknown_program())?;
    let shape = program.definition.mandate.as_ref().ok_or_else(unknown_program)?;
    let office = house.database.read(|conn| agency(conn, &typed.number))?;
    Ok(Proposed {
        office: office.name,
        code: office.code,
        program: name(&program, lang),
        begins_on: house.today(),
        ends_on: until(house, shape, typed)?,
    })
}

/// Gives an office leave from today on, in the place of an earlier one of the same office.
///
/// # Errors
/// As [`propose`].
pub fn give(house: &House, caller: &Caller, typed: &Typed) -> Result<(), Error> {
    let program = house.programs.newest(&typed.program).map_err(|_| unknown_program())?;
    let shape = program.definition.mandate.as_ref().ok_or_else(unknown_program)?;
    let ends_on = until(house, shape, typed)?;
    house.database.write(|conn| {
        let mandate = Mandate {
            id: house.new_id("man")?,
            citizen: caller.actor.id.clone(),
            program: program.definition.id.clone(),
            agency: agency(conn, &typed.number)?.code,
            begins_on: house.today(),
            ends_on,
            ended: false,
        };
        mandates::give(conn, &mandate, house.now())?;
        let detail = json!({ "mandate": mandate.id, "program": mandate.program, "agency": mandate.agency,
            "until": mandate.ends_on });
        house.record(conn, caller, "give_mandate", "", "done", detail)
    })
}

/// Takes a leave back; the office sees nothing more from that moment on.
///
/// # Errors
/// [`Error::NotFound`] for one that is not the caller's own.
pub fn end(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        mandates::end(conn, &caller.actor.id, id, house.now())?;
        house.record(conn, caller, "end_mandate", "", "done", json!({ "mandate": id }))
    })
}

fn unknown_program() -> Refusal {
    Refusal::new("mandate.program").at("program")
}

fn name(program: &Program, lang: Lang) -> String {
    text(program, lang, &program.definition.title)
}

fn until(house: &House, shape: &MandateShape, typed: &Typed) -> Result<NaiveDate, Error> {
    let months = shape.longest_months.number(house.today(), &house.settings).unwrap_or(0);
    Ok(last_day(&typed.until, house.today(), months)?)
}

fn agency(conn: &mut Conn, typed: &str) -> Result<Agency, Error> {
    let unknown = || Refusal::new("mandate.office").at("number");
    let number = InstitutionCode::parse(fold_width(typed).trim()).map_err(|_| unknown())?;
    match mandates::agency(conn, number.as_str()) {
        Err(StoreError::NotFound) => Err(unknown().into()),
        found => Ok(found?),
    }
}
