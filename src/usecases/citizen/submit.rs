//! T2: files the application.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, check_for_filing};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::reference::Reference;
use crate::domain::refusal::Refusal;
use crate::store::seal::random;
use crate::store::{Conn, StoreError, cases};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, Stage, carry_out, fixed_answers};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::offices;
use crate::usecases::outbox::enqueue;
use crate::usecases::{projection, slots};

use super::consents::{choose, may_pull};
use super::filed::proof_of;
use super::sheet::{Head, Sheet, head, step_of, text};
use super::{attach, writing};

/// Key of the warning that an item may be handed in later.
const LATER: &str = "form.required-later";

/// Files an application with the consents that were ticked. The same key files once.
///
/// # Errors
/// `submit.incomplete` when something has to be filled in first, `submit.declaration`.
pub fn file(
    house: &House,
    caller: &Caller,
    case_id: &str,
    key: &str,
    declared: bool,
    ticked: &[String],
) -> Result<(), Error> {
    let filed = house.read(caller, case_id, "own", |_, opened| Ok(opened.stored.case.reference.is_some()))?;
    if !filed {
        attach::finish_scans(house, caller, case_id)?;
        choose(house, caller, case_id, ticked)?;
    }
    carry_out(house, caller, &Order::new(case_id, CommandName::Submit).once(key), |stage| {
        build(stage, declared)
    })?;
    Ok(())
}

pub(in crate::usecases) fn build(stage: &mut Stage, declared: bool) -> Result<Command, Error> {
    let lang = stage.case().lang;
    let mut sheet = Sheet::open(stage.house, stage.conn, stage.opened, lang)?;
    let (soft, hard): (Vec<_>, Vec<_>) =
        check_for_filing(sheet.form, &mut sheet.answers, &sheet.around.env())
            .into_iter()
            .partition(|it| it.soft);
    if !hard.is_empty() {
        return Err(Refusal::new("submit.incomplete").into());
    }
    let missing = soft.into_iter().filter(|error| error.key == LATER).map(|error| error.path).collect();
    let duplicates = duplicates(stage, &sheet.answers)?;
    let reference = new_reference(stage)?;
    let digest = stage.fix_answers(sheet.name, sheet.answers.clone())?;
    writing::forget_secrets(stage, &sheet.answers)?;
    if may_pull(&stage.opened.program.definition, stage.case(), stage.house) {
        enqueue(stage.house, stage.conn, "pull", &stage.opened.stored.case.id, stage.stamp)?;
    }
    let subject = &stage.opened.program.definition.subject;
    let receiver = offices::of_answers(stage.conn, subject, &sheet.answers)?;
    Ok(Command::Submit { reference, digest, missing, declared, duplicates, received_at: None, receiver })
}

/// Other filed applications of the same person under the same program. What a renewal follows is
/// decided, and no duplicate of it.
pub(in crate::usecases) fn duplicates(stage: &mut Stage, answers: &Answers) -> Result<Vec<String>, Error> {
    let (name, kana, birth) = slots::person(&stage.opened.program, answers);
    let person = projection::person_hash(stage.house, &name, &kana, &birth);
    if person.is_empty() {
        return Ok(Vec::new());
    }
    let case = &stage.opened.stored.case;
    let settled: &[&str] = if case.follows.is_some() { &["ended", "decided"] } else { &["ended"] };
    Ok(cases::same_person(stage.conn, &case.id, &case.program, &person, settled)?)
}

/// Draws reference numbers until one is free.
pub(in crate::usecases) fn new_reference(stage: &mut Stage) -> Result<String, Error> {
    let prefix = stage.opened.program.definition.reference_prefix.clone();
    loop {
        let number = u64::from_be_bytes(random()?);
        let reference = Reference::new(&prefix, number).map_err(|error| Error::Fault(error.to_string()))?;
        let reference = reference.to_string();
        if is_free(stage.conn, &reference)? {
            return Ok(reference);
        }
    }
}

fn is_free(conn: &mut Conn, reference: &str) -> Result<bool, Error> {
    match cases::id_of(conn, reference) {
        Ok(_) => Ok(false),
        Err(StoreError::NotFound) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Something still to be handed in.
#[derive(Clone, Debug, Serialize)]
pub struct Later {
    /// What.
    pub label: String,
    /// The step that takes it.
    pub step: String,
}

/// The confirmation.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// Title line.
    pub head: Head,
    /// The legal time of arrival.
    pub received_at: DateTime<Utc>,
    /// What happens next.
    pub next: Vec<String>,
    /// What is still to be handed in.
    pub later: Vec<Later>,
    /// The letter that proves the filing.
    pub proof: Option<String>,
    /// The address to which it was mailed, all but the beginning hidden.
    pub email: Option<String>,
}

/// The confirmation of a filed application.
///
/// # Errors
/// [`Error::NotFound`] for a draft.
pub fn receipt(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Receipt, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let case = &opened.stored.case;
        let received_at = case.received_at.ok_or(Error::NotFound)?;
        let definition = &opened.program.definition;
        let answers = fixed_answers(conn, opened, &definition.forms.application)?.unwrap_or_default();
        let email = definition.subject.email.as_ref().and_then(|item| slots::text(&answers, item));
        let form = opened.program.application().ok_or(Error::NotFound)?;
        let open = |path: &&String| crate::domain::case::decide::writable(case, path).is_ok();
        let label = |path: &String| Later {
            label: form.item(slots::link_id(path)).map_or(path.clone(), |it| it.text.get(lang).to_owned()),
            step: step_of(form, path).map(|it| it.link_id.clone()).unwrap_or_default(),
        };
        Ok(Receipt {
            head: head(opened, lang),
            received_at,
            next: definition.start.afterwards.iter().map(|key| text(&opened.program, lang, key)).collect(),
            later: case.missing.iter().filter(open).map(label).collect(),
            proof: proof_of(conn, opened)?,
            email: email.filter(|_| house.mailer.is_some()).map(|it| masked(&it)),
        })
    })
}

/// `h***@example.jp`
fn masked(address: &str) -> String {
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}***@{host}", name.chars().take(1).collect::<String>())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mail_address_shows_its_first_letter_and_its_host() {
        assert_eq!(super::masked("hanako.k@example.jp"), "h***@example.jp");
    }
}
