//! The certificate of a case while it is being written: form, answers, and what they are filled from.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::case::work::{WorkItem, WorkState};
use crate::domain::forms::{Answers, Env, Form, Item, Origin, populate};
use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::domain::program::vocabulary::CaseKind;
use crate::programs::Paper;
use crate::store::Conn;
use crate::store::answers::{self, DRAFT};
use crate::store::seal::sha256_hex;
use crate::store::users::{Designation, User};

use super::evidence::{self, Record};
use super::signer;
use crate::usecases::access::{Caller, Opened, colleagues_item};
use crate::usecases::carry_out::working_answers;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

/// Extension by which FHIR tells a name in kanji (`IDE`) from one in kana (`SYL`).
const WRITING: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
/// The record of the applicant, as the application has them.
pub const PATIENT: &str = "patient";
/// The record of the person who fills the form in.
pub const USER: &str = "user";
/// The record of their institution.
pub const ORGANIZATION: &str = "organization";

/// A certificate being written.
pub struct Sheet<'a> {
    /// The work item.
    pub item: &'a WorkItem,
    /// Name of the form.
    pub name: String,
    /// The form.
    pub form: &'a Form,
    /// The answers as they are now; who signs always comes from the account.
    pub answers: Answers,
    /// The newest pulled record.
    pub record: Option<Record>,
    /// Who saved the draft last.
    pub author: Option<String>,
    /// Whether somebody else than the physician writes.
    pub assisted: bool,
    /// The physician.
    pub user: User,
    /// Their designation.
    pub designation: Designation,
    around: Surroundings,
}

/// The work item of a case that is a person's own.
pub fn own_item<'a>(opened: &'a Opened, actor: &Actor) -> Option<&'a WorkItem> {
    let mine = |item: &&WorkItem| item.assignee == actor.id && item.state != WorkState::Cancelled;
    opened.stored.case.work.iter().rev().find(mine)
}

/// The work item whose form a person writes in: their own, or as an assistant one that awaits a physician of
/// their institution.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn item_at_hand<'a>(conn: &mut Conn, opened: &'a Opened, actor: &Actor) -> Result<&'a WorkItem, Error> {
    if let Some(own) = own_item(opened, actor) {
        return Ok(own);
    }
    let case = &opened.stored.case;
    let id = colleagues_item(conn, actor, &case.id)?.ok_or(Error::NotFound)?;
    case.work.iter().find(|item| item.id == id).ok_or(Error::NotFound)
}

impl<'a> Sheet<'a> {
    /// The certificate that the caller writes for a case, themself or for its physician.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none is theirs.
    pub fn of(
        house: &House,
        conn: &mut Conn,
        opened: &'a Opened,
        caller: &Caller,
    ) -> Result<Sheet<'a>, Error> {
        let item = item_at_hand(conn, opened, &caller.actor)?;
        let shape = opened.program.definition.work_item(&item.kind).ok_or(Error::NotFound)?;
        let name = shape.form.clone().ok_or(Error::NotFound)?;
        let form = opened.program.forms.get(&name).ok_or(Error::NotFound)?;
        let (user, designation) = signer::account(house, conn, &item.assignee)?;
        let record = evidence::newest(house, conn, opened)?;
        let around = surroundings(house, conn, opened, record.as_ref())?
            .with(USER, practitioner(&user, &designation))
            .with(ORGANIZATION, organization(&designation));
        let answers = started(form, working_answers(conn, opened, &name)?, &around);
        let draft = answers::find(conn, &opened.granted, &opened.stored, &name, DRAFT)?;
        let author = draft.map(|saved| saved.author);
        let assisted = item.assignee != caller.actor.id;
        Ok(Sheet { item, name, form, answers, record, author, assisted, user, designation, around })
    }

    /// As the forms engine takes it.
    pub fn env(&self) -> Env<'_> {
        self.around.env()
    }

    /// As the rules read it, with these answers.
    pub fn paper<'p>(&'p self, answers: &'p Answers, kind: &'p CaseKind) -> Paper<'p> {
        Paper { form: &self.name, answers, kind }
    }

    /// The answers as they would be signed: nothing that is not asked.
    pub fn final_answers(&self) -> Answers {
        let mut answers = self.answers.clone();
        answers.retain_enabled(self.form, &self.env());
        answers
    }
}

/// The surroundings of a certificate today, without who writes it.
///
/// # Errors
/// When the case's answers cannot be read.
pub fn surroundings(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    record: Option<&Record>,
) -> Result<Surroundings, Error> {
    let case = &opened.stored.case;
    let number = record.and_then(Record::disease_number).map(|number| number.to_string());
    let mut about = opened.program.definition.procedure(&case.kind);
    about["origin"] = json!(case.origin.code());
    about["diseaseNumber"] = json!(number);
    let application = standing::answers(conn, opened)?;
    Ok(Surroundings::of_case(house, conn, opened)?
        .on(&opened.program, house.today())
        .in_language(Lang::Ja)
        .with(PATIENT, patient(opened, &application))
        .with("case", about))
}

/// The draft, or at the beginning what is known; the signer's own particulars cannot be changed.
fn started(form: &Form, draft: Answers, around: &Surroundings) -> Answers {
    let known = populate(form, &around.env());
    if draft == Answers::new() {
        return known;
    }
    let mut answers = draft;
    let own = |origin: &Origin| matches!(origin, Origin::Prefilled { source, .. } if source == USER);
    for (path, answer) in known.iter() {
        if let Some(origin) = known.origin(path).filter(|origin| own(origin)) {
            answers.set_from(path, answer.clone(), origin.clone());
        }
    }
    answers
}

/// The applicant as the application has them, as a FHIR Patient.
fn patient(opened: &Opened, application: &Answers) -> Value {
    let (name, kana, birth) = slots::person(&opened.program, application);
    let sex = opened.program.definition.subject.sex.as_ref();
    let sex = sex.and_then(|item| slots::text(application, item));
    let written = |code: &str, text: &str| json!({ "extension": [{ "url": WRITING, "valueCode": code }], "text": text });
    let names: Vec<Value> = [("IDE", &name), ("SYL", &kana)]
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(code, text)| written(code, text))
        .collect();
    let mut patient = json!({ "resourceType": "Patient", "name": names });
    if let Ok(day) = birth.parse::<NaiveDate>() {
        patient["birthDate"] = json!(day);
    }
    if let Some(sex) = sex {
        patient["gender"] = json!(sex);
    }
    let subject = &opened.program.definition.subject;
    let address: Vec<String> = subject.address.iter().filter_map(|it| slots::text(application, it)).collect();
    if !address.is_empty() {
        patient["address"] = json!([{ "text": address.concat() }]);
    }
    if let Some(phone) = subject.phone.as_ref().and_then(|it| slots::text(application, it)) {
        patient["telecom"] = json!([{ "system": "phone", "value": phone }]);
    }
    patient
}

fn practitioner(user: &User, designation: &Designation) -> Value {
    json!({
        "resourceType": "Practitioner",
        "name": [{ "text": user.name }],
        "identifier": [{ "value": designation.number }],
        "qualification": [{
            "code": { "coding": [{ "code": designation.kind }] },
            "period": { "start": designation.valid_from, "end": designation.valid_to },
        }],
    })
}

fn organization(designation: &Designation) -> Value {
    json!({
        "resourceType": "Organization",
        "name": designation.institution,
        "identifier": [{ "value": designation.institution_code }],
        "address": [{ "text": designation.institution_address }],
        "telecom": [{ "system": "phone", "value": designation.institution_phone }],
    })
}

/// The step that holds an item.
pub fn step_of<'f>(form: &'f Form, path: &str) -> Option<&'f Item> {
    let wanted = slots::link_id(path);
    form.steps().iter().find(|step| holds(step, wanted))
}

/// A hash of the answers of a step: the same as long as nobody changed one.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn digest_of(form: &Form, step: &str, answers: &Answers) -> Result<String, Error> {
    let here = |path: &str| step_of(form, path).is_some_and(|it| it.link_id == step);
    let within: Vec<_> = answers.iter().filter(|(path, _)| here(path)).collect();
    Ok(sha256_hex(&serde_json::to_vec(&within)?))
}

fn holds(item: &Item, link_id: &str) -> bool {
    item.link_id == link_id || item.items.iter().any(|below| holds(below, link_id))
}
