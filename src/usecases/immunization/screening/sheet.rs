//! A form with everything that it is read by: the person, the questions, what surrounds them.

use serde_json::json;

use crate::domain::forms::{Env, Form, SummarySection, summary};
use crate::domain::immunization::Vaccine;
use crate::domain::immunization::screening::{Asked, Screening};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, StoreError, screenings};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Keeping, Ledger};
use crate::usecases::immunization::vouchers::name_of;

/// An opened form.
pub(super) struct Sheet {
    /// The person and the right to it.
    pub ledger: Ledger,
    /// The form.
    pub screening: Screening,
    /// What is asked.
    pub asked: Asked,
    vaccines: Vec<Vaccine>,
    around: Surroundings,
}

/// What is asked before a dose of a vaccine today, if the town has a form for it.
pub(super) fn asked(house: &House, keeping: &Keeping, vaccine: &str) -> Option<Asked> {
    (keeping.rules.asked)(vaccine, &keeping.program.tables, house.today())
}

impl Sheet {
    /// Opens the form of a person for somebody who may.
    ///
    /// # Errors
    /// [`Error::NotFound`] as well for whoever must not know of it.
    pub fn open(
        house: &House,
        conn: &mut Conn,
        caller: &Caller,
        (subject, id): (&str, &str),
        command: CommandName,
        lang: Lang,
    ) -> Result<Sheet, Error> {
        let ledger = access::open(house, conn, caller, subject, command)?;
        let screening = screenings::find(conn, &ledger.stored, id)?;
        let asked = asked(house, &ledger.keeping, &screening.vaccine).ok_or(Error::NotFound)?;
        let record = record(&screening, &asked);
        let around = Surroundings::of_record(&ledger.keeping.program, house.today(), "screening", record);
        let vaccines = ledger.keeping.vaccines(house);
        Ok(Sheet { around: around.in_language(lang), ledger, screening, asked, vaccines })
    }

    /// The questions.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the program has no such questionnaire.
    pub fn questions(&self) -> Result<&Form, Error> {
        self.ledger.keeping.program.forms.get(&self.asked.form).ok_or(Error::NotFound)
    }

    /// What surrounds them.
    pub fn env(&self) -> Env<'_> {
        self.around.env()
    }

    /// Name of the vaccine.
    pub fn name(&self, lang: Lang) -> String {
        name_of(&self.vaccines, &self.screening.vaccine, lang)
    }

    /// Every question that is asked, with its answer.
    ///
    /// # Errors
    /// As [`Sheet::questions`].
    pub fn sections(&self) -> Result<Vec<SummarySection>, Error> {
        Ok(summary(self.questions()?, &self.screening.content.answers, &self.env()))
    }

    /// Stores the form as it is now, and puts `action` on record.
    ///
    /// # Errors
    /// As [`put`].
    pub fn store(
        &mut self,
        house: &House,
        conn: &mut Conn,
        caller: &Caller,
        action: &str,
    ) -> Result<(), Error> {
        put(house, conn, caller, &self.ledger.stored, &mut self.screening, action)
    }
}

/// Stores a form as it is now, and puts `action` on record.
///
/// # Errors
/// `screening.moved` when somebody else changed it meanwhile.
pub(super) fn put(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    of: &StoredSubject,
    screening: &mut Screening,
    action: &str,
) -> Result<(), Error> {
    match screenings::update(conn, of, screening, house.now()) {
        Err(StoreError::Moved) => return Err(Error::refused("screening.moved")),
        done => done?,
    }
    note(house, conn, caller, screening, action)
}

/// Puts on record what was done with a form.
pub(super) fn note(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    screening: &Screening,
    action: &str,
) -> Result<(), Error> {
    let detail = json!({
        "subject": screening.subject, "screening": screening.id, "state": screening.state.code(),
    });
    house.record(conn, caller, action, "", "done", detail)
}

/// What expressions of the questionnaire may read.
pub(super) fn record(screening: &Screening, asked: &Asked) -> serde_json::Value {
    json!({ "resourceType": "Basic", "group": asked.group, "vaccine": screening.vaccine })
}
