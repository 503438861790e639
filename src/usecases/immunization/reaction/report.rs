//! A report from a dose: the form of the program, checked whole and then fixed.

use serde::Serialize;
use serde_json::json;

use crate::domain::forms::{Answers, FieldError, Form, Posted, StepView, check, read_step, step_view};
use crate::domain::immunization::Immunization;
use crate::domain::immunization::reaction::{Content, Period, Report};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{Conn, immunizations, reaction_reports};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::sheet::{Holder, holder};
use crate::usecases::immunization::vouchers::name_of;
use crate::usecases::ledger::append::institution;

/// A report that was written before.
#[derive(Clone, Debug, Serialize)]
pub struct Before {
    id: String,
    on: chrono::NaiveDate,
    institution: String,
}

/// The page of a report to be written.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    holder: Holder,
    line: String,
    vaccine: String,
    dose: String,
    on: String,
    lot: String,
    steps: Vec<StepView>,
    before: Vec<Before>,
    periods: Vec<Period>,
    /// What is to be mended.
    #[serde(skip)]
    pub errors: Vec<FieldError>,
}

/// What came of posting the form.
#[derive(Debug)]
pub enum Outcome {
    /// It is reported.
    Written,
    /// Something is to be mended; this is what the form holds.
    Again(Answers, Vec<FieldError>),
}

/// The form of the program's reports.
///
/// # Errors
/// [`Error::NotFound`] where it has none.
pub(super) fn form(ledger: &Ledger) -> Result<&Form, Error> {
    ledger.keeping.program.forms.get(ledger.keeping.rules.reaction_form).ok_or(Error::NotFound)
}

/// What surrounds it.
pub(super) fn around(house: &House, ledger: &Ledger) -> Surroundings {
    Surroundings::of_record(&ledger.keeping.program, house.today(), "reaction", json!({}))
}

fn open(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    (subject, line): (&str, &str),
) -> Result<(Ledger, Immunization), Error> {
    let ledger = access::open(house, conn, caller, subject, CommandName::ReportReaction)?;
    let line = immunizations::find(conn, &ledger.stored, line)?;
    if line.is_given() { Ok((ledger, line)) } else { Err(Error::NotFound) }
}

/// The form about a dose, as it is typed so far, with the reports that were written about it.
///
/// # Errors
/// [`Error::NotFound`] for a line without a dose, or a person who did not show themself here today.
pub fn page(
    house: &House,
    caller: &Caller,
    place: (&str, &str),
    typed: Option<(Answers, Vec<FieldError>)>,
) -> Result<Page, Error> {
    house.database.write(|conn| {
        let (ledger, line) = open(house, conn, caller, place)?;
        let detail = json!({ "subject": place.0, "line": place.1, "role": ledger.granted.role() });
        house.record(conn, caller, "read_reactions", "", "done", detail)?;
        let here = institution(house, conn, caller)?.code;
        let all = reaction_reports::of_subject(conn, &ledger.stored)?;
        let own = all.into_iter().filter(|it| it.line == line.id && it.institution == here);
        let before: Vec<Before> = own.map(before).collect();
        let (answers, errors) = typed.unwrap_or_default();
        let (form, around) = (form(&ledger)?, around(house, &ledger));
        let tables = &ledger.keeping.program.tables;
        let periods = (ledger.keeping.rules.reaction_periods)(&line.vaccine, tables, line.on.latest());
        let step =
            |it: &crate::domain::forms::Item| step_view(form, &it.link_id, &answers, &errors, &around.env());
        Ok(Page {
            steps: form.steps().iter().map(step).collect(),
            holder: holder(house, &ledger),
            vaccine: name_of(&ledger.keeping.vaccines(house), &line.vaccine, Lang::Ja),
            line: line.id,
            dose: line.dose,
            on: line.on.to_string(),
            lot: line.lot,
            before,
            periods,
            errors,
        })
    })
}

fn before(report: Report) -> Before {
    Before { id: report.id, on: report.on, institution: report.content.institution }
}

/// Writes a report. The same page writes one.
///
/// # Errors
/// As [`page`].
pub fn send(
    house: &House,
    caller: &Caller,
    place: (&str, &str),
    posted: &Posted,
    request: &str,
) -> Result<Outcome, Error> {
    house.database.write(|conn| {
        let (ledger, line) = open(house, conn, caller, place)?;
        let id = match request.strip_prefix("req_") {
            Some(unique) => format!("rep_{unique}"),
            None => house.new_id("rep")?,
        };
        if reaction_reports::of_subject(conn, &ledger.stored)?.iter().any(|it| it.id == id) {
            return Ok(Outcome::Written);
        }
        let (form, around) = (form(&ledger)?, around(house, &ledger));
        let mut answers = Answers::new();
        for step in form.steps() {
            read_step(form, &step.link_id, posted, &mut answers, &around.env());
        }
        let errors = check(form, &answers, &around.env());
        if errors.iter().any(|error| !error.soft) {
            return Ok(Outcome::Again(answers, errors));
        }
        answers.retain_enabled(form, &around.env());
        let here = institution(house, conn, caller)?;
        let report = Report {
            id,
            subject: place.0.to_owned(),
            line: line.id,
            institution: here.code,
            on: house.today(),
            content: Content { answers, version: form.version().to_owned(), institution: here.name },
            author: caller.actor.id.clone(),
        };
        reaction_reports::insert(conn, &ledger.stored, &report, house.now())?;
        let detail = json!({ "subject": report.subject, "line": report.line, "report": report.id });
        house.record(conn, caller, "report_reaction", "", "done", detail)?;
        Ok(Outcome::Written)
    })
}
