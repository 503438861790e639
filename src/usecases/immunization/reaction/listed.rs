//! Reports for those who keep the ledger: the newest first, with whom and which dose they are about.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::reaction::Report;
use crate::domain::lang::Lang;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, immunizations, reaction_reports};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::import::may;
use crate::usecases::immunization::vouchers::name_of;

/// A report in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    id: String,
    subject: String,
    name: String,
    on: NaiveDate,
    institution: String,
    vaccine: String,
    dose: String,
    given_on: String,
    lot: String,
}

/// The newest reports. That they were read is on record.
///
/// # Errors
/// `permission.denied`.
pub fn all(house: &House, caller: &Caller) -> Result<Vec<Row>, Error> {
    let keeping = Keeping::first(house)?;
    may(house, caller, &keeping.program.definition.id)?;
    house.database.write(|conn| {
        let found = reaction_reports::newest(conn, &house.keys)?;
        house.record(conn, caller, "list_reactions", "", "done", json!({ "reports": found.len() }))?;
        rows(house, conn, &keeping, found)
    })
}

fn rows(
    house: &House,
    conn: &mut Conn,
    keeping: &Keeping,
    found: Vec<(StoredSubject, Report)>,
) -> Result<Vec<Row>, Error> {
    let owners: Vec<&StoredSubject> = found.iter().map(|(of, _)| of).collect();
    let lines = immunizations::of_subjects(conn, &owners)?;
    let vaccines = keeping.vaccines(house);
    let row = |(of, report): &(StoredSubject, Report)| {
        let line = lines.get(&report.subject)?.iter().find(|it| it.id == report.line)?;
        Some(Row {
            id: report.id.clone(),
            subject: report.subject.clone(),
            name: of.subject.person.name.clone(),
            on: report.on,
            institution: report.content.institution.clone(),
            vaccine: name_of(&vaccines, &line.vaccine, Lang::Ja),
            dose: line.dose.clone(),
            given_on: line.on.to_string(),
            lot: line.lot.clone(),
        })
    };
    Ok(found.iter().filter_map(row).collect())
}
