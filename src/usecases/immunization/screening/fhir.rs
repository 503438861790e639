//! 予診票 for programs, as FHIR R4 `QuestionnaireResponse`: to the person and those who act for them, and to the record
//! system of the institution that judges or judged by the form. Every reading is on record.

use serde_json::{Value, json};

use crate::domain::forms::Status;
use crate::domain::immunization::fhir::{self, Frame};
use crate::domain::immunization::screening::{Screening, ScreeningState};
use crate::domain::permission::APPLICANT;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{Conn, screenings};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::fhir::{Search, patient};

use super::sheet::{asked as asked_before, record};

/// The record of a person, opened for one who asks.
struct Reader<'a> {
    house: &'a House,
    caller: &'a Caller,
    base: &'a str,
    ledger: Ledger,
}

/// One form.
///
/// # Errors
/// [`Error::NotFound`] as well for a form of which the caller must not know.
pub fn read(house: &House, caller: &Caller, base: &str, id: &str) -> Result<Value, Error> {
    let id = fhir::ours(id);
    house.database.write(|conn| {
        let subject = screenings::subject_of(conn, &id)?;
        let reader = Reader::open(house, conn, caller, base, &subject)?;
        let form = screenings::find(conn, &reader.ledger.stored, &id)?;
        if !reader.sees(&form) {
            return Err(Error::NotFound);
        }
        reader.note(conn, 1)?;
        reader.resource(&form).ok_or(Error::NotFound)
    })
}

/// The forms of a person, the newest first; a page of them.
///
/// # Errors
/// `fhir.patient` without a person; [`Error::NotFound`].
pub fn search(house: &House, caller: &Caller, base: &str, asked: &Search) -> Result<Value, Error> {
    let subject = patient(&asked.patient)?;
    house.database.write(|conn| {
        let reader = Reader::open(house, conn, caller, base, &subject)?;
        let found = screenings::of_subject(conn, &reader.ledger.stored)?;
        let mut seen: Vec<Value> =
            found.iter().filter(|it| reader.sees(it)).filter_map(|it| reader.resource(it)).collect();
        if let Some(place) = seen.iter().position(|it| it["id"] == asked.after.as_str()) {
            seen.drain(..=place);
        }
        let more = seen.len() > asked.count();
        seen.truncate(asked.count());
        reader.note(conn, seen.len())?;
        Ok(reader.page(asked, seen, more))
    })
}

impl<'a> Reader<'a> {
    fn open(
        house: &'a House,
        conn: &mut Conn,
        caller: &'a Caller,
        base: &'a str,
        subject: &str,
    ) -> Result<Reader<'a>, Error> {
        let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
        Ok(Reader { house, caller, base, ledger })
    }

    /// The person sees every form; an institution those that it locked, as on its own pages.
    fn sees(&self, form: &Screening) -> bool {
        let judged =
            matches!(form.state, ScreeningState::Locked | ScreeningState::Given | ScreeningState::NotGiven);
        let here = form.institution.is_some() && form.institution == self.caller.actor.institution;
        self.ledger.granted.role() == APPLICANT || (judged && here)
    }

    /// A form about a vaccine for which the town asks nothing any more has no questions to be written with.
    fn resource(&self, form: &Screening) -> Option<Value> {
        let (keeping, today) = (&self.ledger.keeping, self.house.today());
        let asked = asked_before(self.house, keeping, &form.vaccine)?;
        let questions = keeping.program.forms.get(&asked.form)?;
        let around = Surroundings::of_record(&keeping.program, today, "screening", record(form, &asked));
        let status = match form.state {
            ScreeningState::Draft => Status::InProgress,
            ScreeningState::Expired if form.answered_on.is_none() => Status::InProgress,
            _ => Status::Completed,
        };
        let mut answers = form.content.answers.to_response(questions, status, &around.env());
        if !form.content.version.is_empty() {
            answers["questionnaire"] = json!(format!("{}|{}", questions.url(), form.content.version));
        }
        let vaccines = keeping.vaccines(self.house);
        let frame = Frame { base: self.base, subject: &form.subject, vaccines: &vaccines };
        Some(frame.screening(form, answers))
    }

    fn page(&self, asked: &Search, seen: Vec<Value>, more: bool) -> Value {
        let person = fhir::id(&self.ledger.subject().id);
        let own = format!("{}/QuestionnaireResponse?patient={person}&_count={}", self.base, asked.count());
        let after = |id: &str| if id.is_empty() { own.clone() } else { format!("{own}&after={id}") };
        let last = seen.last().and_then(|it| it["id"].as_str()).filter(|_| more).map(after);
        let entry = |it: Value| {
            let id = it["id"].as_str().unwrap_or_default();
            (format!("{}/QuestionnaireResponse/{id}", self.base), it)
        };
        fhir::found(&after(&asked.after), last.as_deref(), seen.into_iter().map(entry).collect())
    }

    fn note(&self, conn: &mut Conn, forms: usize) -> Result<(), Error> {
        let subject = &self.ledger.subject().id;
        let detail = json!({ "subject": subject, "role": self.ledger.granted.role(), "form": "fhir",
            "screenings": forms });
        self.house.record(conn, self.caller, "read_screenings", subject, "done", detail)
    }
}
