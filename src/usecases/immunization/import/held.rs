//! A line of a file that waits, with the persons whom it may be about, and as the form of a dose.

use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::import::{Field, Kind, Row, Who, read, resident};
use crate::domain::immunization::{Subject, Vaccine};
use crate::store::Conn;
use crate::store::dose_imports::{self, DoseImport, Held};
use crate::store::immunization_subjects::{self, Found};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::register::form::Slip;
use crate::usecases::immunization::subjects::{self, Told, hashes};
use crate::usecases::immunization::typed::Typed;

use super::receive::Body;
use super::shown::{self, Line};
use super::{kind_of, may};

/// A person whom the line may be about.
#[derive(Clone, Debug, Serialize)]
pub struct Candidate {
    id: String,
    name: String,
    birth: chrono::NaiveDate,
    number: String,
}

/// The page of a line.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// The line with its reasons and cells.
    pub line: Line,
    /// Persons with its number, or its name and birth.
    pub people: Vec<Candidate>,
    /// Vaccines among which one chooses where the line names none that is known.
    pub vaccines: Vec<(String, String)>,
    /// The vaccine of the line, if the tables have it.
    pub vaccine: Option<String>,
    /// Of what the line tells: `doses` or `residents`.
    pub kind: String,
    /// Whether the person can be entered as the line tells.
    pub can_enter: bool,
}

/// A line of a run, opened.
struct Opened {
    held: Held,
    run: DoseImport,
    body: Body,
    cells: Vec<String>,
}

fn open(house: &House, conn: &mut Conn, caller: &Caller, run: &str, line: i64) -> Result<Opened, Error> {
    let run = dose_imports::find(conn, &house.keys, run)?;
    may(house, caller, &run.program)?;
    let found = dose_imports::held(conn, &house.keys, &run.id, line - 1, 1)?;
    let held = found.into_iter().find(|it| it.line == line).ok_or(Error::NotFound)?;
    let (body, cells) = (serde_json::from_str(&run.body)?, serde_json::from_str(&held.body)?);
    Ok(Opened { held, run, body, cells })
}

impl Opened {
    fn row(&self) -> Option<Row> {
        read(&self.body.map, &self.body.columns, &self.cells).ok()
    }

    /// The person of the line, if it can be read.
    fn who(&self) -> Result<Option<Who>, Error> {
        Ok(match kind_of(&self.run)? {
            Kind::Doses => self.row().map(|it| it.who),
            Kind::Residents => {
                let read = resident::read(&self.body.map, &self.body.columns, &self.cells);
                read.ok().map(|it| it.who)
            }
        })
    }

    fn text(&self, field: Field) -> String {
        self.body.columns.text(&self.cells, field).to_owned()
    }

    /// By number and by name and birth; of a line that cannot be read, by its number alone.
    fn people(&self, house: &House, conn: &mut Conn) -> Result<Vec<Subject>, Error> {
        let program = &self.run.program;
        let Some(who) = self.who()? else {
            let found = subjects::by_number(house, conn, program, &self.text(Field::Resident))?;
            return Ok(found.into_iter().map(|it| it.subject).collect());
        };
        let found: Found = hashes(house, program, &who.person, who.birth);
        let all = immunization_subjects::by_hashes(conn, &house.keys, program, &[found])?;
        Ok(all.into_iter().map(|(_, stored)| stored.subject).collect())
    }
}

/// The page of a line that waits. It tells of a person, so that reading it is on record.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, run: &str, line: i64) -> Result<Waiting, Error> {
    house.database.write(|conn| {
        let opened = open(house, conn, caller, run, line)?;
        let keeping = may(house, caller, &opened.run.program)?;
        let vaccines = keeping.vaccines(house);
        let people = opened.people(house, conn)?;
        let detail = json!({ "list": "dose-import", "run": run, "line": line });
        house.record(conn, caller, "read_list", "", "done", detail)?;
        Ok(Waiting {
            line: shown::line(house, &keeping.program, &opened.body, &opened.held)?,
            kind: opened.run.kind.clone(),
            can_enter: people.is_empty() && opened.row().is_some_and(|it| !it.who.person.name.is_empty()),
            people: people.into_iter().map(candidate).collect(),
            vaccine: opened.row().map(|it| it.vaccine).filter(|key| knows(&vaccines, key)),
            vaccines: vaccines.into_iter().map(|it| (it.key, it.name)).collect(),
        })
    })
}

fn knows(vaccines: &[Vaccine], key: &str) -> bool {
    vaccines.iter().any(|it| it.key == *key)
}

fn candidate(subject: Subject) -> Candidate {
    let person = subject.person;
    Candidate { id: subject.id, name: person.name, birth: subject.birth, number: person.resident_number }
}

/// Enters the person of whom a line tells, and gives their id.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a line that does not say who it is.
pub fn enter(house: &House, caller: &Caller, run: &str, line: i64) -> Result<String, Error> {
    house.database.write(|conn| {
        let opened = open(house, conn, caller, run, line)?;
        let row = opened.row().filter(|it| !it.who.person.name.is_empty()).ok_or(Error::NotFound)?;
        let who = row.who;
        let told = Told { birth: who.birth, sex: who.sex, district: who.district, person: who.person };
        let id = subjects::enter(house, conn, &opened.run.program, &told)?.subject.id;
        house.record(conn, caller, "enter_subject", "", "done", json!({ "subject": id, "run": run }))?;
        Ok(id)
    })
}

/// What the form of a dose begins with when it is typed from a line; what cannot be read stands as it was written.
///
/// # Errors
/// As [`page`].
pub fn slip(house: &House, caller: &Caller, run: &str, line: i64, vaccine: &str) -> Result<Slip, Error> {
    house.database.read(|conn| {
        let opened = open(house, conn, caller, run, line)?;
        let row = opened.row();
        let raw = |field| opened.text(field);
        let known = |read: Option<String>, field| read.unwrap_or_else(|| raw(field));
        let typed = Typed {
            outcome: "given".to_owned(),
            vaccine: vaccine.to_owned(),
            product: row.as_ref().and_then(|it| it.product.clone()).unwrap_or_default(),
            dose: known(row.as_ref().map(|it| it.dose.clone()), Field::Dose),
            on: known(row.as_ref().map(|it| it.on.to_string()), Field::Date),
            lot: known(row.as_ref().map(|it| it.lot.clone()), Field::Lot),
            amount: raw(Field::Amount),
            physician: raw(Field::Physician),
            ..Typed::default()
        };
        Ok(Slip {
            typed,
            institution: raw(Field::Institution),
            place: raw(Field::InstitutionName),
            origin: "import".to_owned(),
            category: row.map_or("unknown", |it| it.category.code()).to_owned(),
        })
    })
}
