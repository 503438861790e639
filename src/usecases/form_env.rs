//! What surrounds a form of a case: today, records that expressions may read, choices kept in tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::case::Origin;
use crate::domain::forms::{Catalogues, Env};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CaseKind;
use crate::store::{Conn, citizens};

use super::access::Opened;
use super::error::Error;
use super::house::House;

/// The surroundings of a form; owns what [`Env`] borrows.
pub struct Surroundings {
    today: NaiveDate,
    lang: Lang,
    context: BTreeMap<String, Value>,
    catalogues: Arc<Catalogues>,
}

impl Surroundings {
    /// The surroundings of a case's forms on the day they count for: that of filing, or today.
    ///
    /// # Errors
    /// When the applicant's profile cannot be read.
    pub fn of_case(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Surroundings, Error> {
        let case = &opened.stored.case;
        let today = case.received_at.map_or_else(|| house.today(), crate::domain::calendar::day_in_japan);
        let mut context = BTreeMap::new();
        if case.applicant.starts_with("cit_") {
            let citizen = citizens::find(conn, &house.keys, &case.applicant)?;
            context.insert("patient".to_owned(), patient(&citizen.profile));
        }
        context.insert("case".to_owned(), procedure(&opened.program, &case.kind, case.origin.code()));
        let catalogues = house.programs.catalogues(&opened.program, today);
        Ok(Surroundings { today, lang: case.lang, context, catalogues })
    }

    /// The same surroundings on another day.
    pub fn on(self, program: &Program, day: NaiveDate) -> Surroundings {
        Surroundings { today: day, catalogues: Arc::new(catalogues(program, day)), ..self }
    }

    /// The surroundings of a form on a day, with nothing known but the kind of procedure.
    pub fn bare(program: &Program, today: NaiveDate, kind: &CaseKind) -> Surroundings {
        let context = BTreeMap::from([("case".to_owned(), procedure(program, kind, ""))]);
        let catalogues = Arc::new(catalogues(program, today));
        Surroundings { today, lang: Lang::Ja, context, catalogues }
    }

    /// The surroundings of a form that is keyed from paper, as it counts for the day of arrival.
    pub fn of_paper(program: &Program, kind: &CaseKind, arrived_on: NaiveDate) -> Surroundings {
        let case = procedure(program, kind, Origin::Paper.code());
        let context = BTreeMap::from([("case".to_owned(), case)]);
        let catalogues = Arc::new(catalogues(program, arrived_on));
        Surroundings { today: arrived_on, lang: Lang::Ja, context, catalogues }
    }

    /// The surroundings of a form that belongs to no case, on a day, with one record.
    pub fn of_record(program: &Program, today: NaiveDate, name: &str, record: Value) -> Surroundings {
        let context = BTreeMap::from([(name.to_owned(), record)]);
        Surroundings { today, lang: Lang::Ja, context, catalogues: Arc::new(catalogues(program, today)) }
    }

    /// The same surroundings, read in another language.
    pub fn in_language(mut self, lang: Lang) -> Surroundings {
        self.lang = lang;
        self
    }

    /// The same surroundings with one more record.
    pub fn with(mut self, name: &str, record: Value) -> Surroundings {
        self.context.insert(name.to_owned(), record);
        self
    }

    /// As the forms engine takes it.
    pub fn env(&self) -> Env<'_> {
        Env { today: self.today, context: &self.context, catalogues: &self.catalogues, lang: self.lang }
    }
}

/// What expressions of forms may read of a case.
fn procedure(program: &Program, kind: &CaseKind, origin: &str) -> Value {
    let mut record = program.definition.procedure(kind);
    if !origin.is_empty() {
        record["origin"] = json!(origin);
    }
    record
}

/// What the identity provider told, as a FHIR Patient. The name comes in one piece and stays so.
fn patient(profile: &citizens::Profile) -> Value {
    let gender = match profile.gender.as_str() {
        "1" => "male",
        "2" => "female",
        _ => "unknown",
    };
    let mut patient = json!({ "resourceType": "Patient", "gender": gender });
    if !profile.name.is_empty() {
        patient["name"] = json!([human_name(&profile.name)]);
    }
    if !profile.birth_date.is_empty() {
        patient["birthDate"] = json!(profile.birth_date);
    }
    if !profile.address.is_empty() {
        patient["address"] = json!([{ "text": profile.address }]);
    }
    patient
}

/// A name as it is written (IDE, as JP Core marks it). Only a blank tells where the family name ends.
fn human_name(name: &str) -> Value {
    const WRITTEN: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
    let mut human = json!({ "text": name, "extension": [{ "url": WRITTEN, "valueCode": "IDE" }] });
    if let Some((family, given)) = name.split_once([' ', '\u{3000}']) {
        human["family"] = json!(family);
        human["given"] = json!([given.trim_start()]);
    }
    human
}

/// Tables of the program that its forms offer as choices.
pub(super) fn catalogues(program: &Program, day: NaiveDate) -> Catalogues {
    let wanted = program.forms.values().flat_map(|form| form.catalogues());
    wanted.map(|name| (name.to_owned(), program.tables.choices(name, day).unwrap_or_default())).collect()
}
