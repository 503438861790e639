//! Enquiries of a case: made for everybody who consented, answered by hand or from a file, and taken into the
//! office's form by a clerk.

use chrono::{Duration, NaiveDate};
use serde::Serialize;
use serde_json::json;

use crate::domain::case::command::Command;
use crate::domain::case::facts::{Items, facts};
use crate::domain::enquiry::{self, Values};
use crate::domain::forms::{Answer, Answers, fill, free_row, rows_with};
use crate::domain::lang::Lang;
use crate::domain::periods::tax_year;
use crate::domain::program::enquiry::Enquiry as Kind;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::enquiries::{self as store, Asked, Enquiry};
use crate::store::{Conn, cases, secrets};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, Stage, carry_out, fixed_answers};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots;

use super::members::{self, Member, number_place};
use super::partners::open_item;

/// Where the office's answers from enquiries come from.
const SOURCE: &str = "enquiry";

/// An enquiry as the page of its case shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Id.
    pub id: String,
    /// Name of the kind.
    pub label: String,
    /// On what it rests.
    pub basis: String,
    /// The person.
    pub name: String,
    /// `open`, `sent`, `answered`, `taken` or `missing`.
    pub state: String,
    /// The day by which an answer should be there.
    pub due_on: NaiveDate,
    /// Whether that day has passed without an answer, and something follows from it.
    pub may_be_missing: bool,
    /// Columns of an answer: heading, and what came back.
    pub answers: Vec<Column>,
}

/// A column of an answer.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// The words that it may hold; empty for a free value.
    pub hint: String,
    /// What came back, in the words of the file.
    pub value: String,
}

/// The enquiries of a case.
///
/// # Errors
/// When something cannot be read.
pub fn of_case(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Shown>, Error> {
    let all = store::of_case(conn, &opened.granted, &opened.stored)?;
    Ok(all.iter().filter_map(|it| shown(house, opened, it)).collect())
}

fn shown(house: &House, opened: &Opened, it: &Enquiry) -> Option<Shown> {
    let kind = opened.program.enquiries.kind(&it.kind)?;
    let waits = matches!(it.state.as_str(), "open" | "sent");
    let column = |column: &crate::domain::program::enquiry::AnswerColumn| {
        let value =
            it.answer.as_ref().and_then(|answer| answer.get(&column.item)).cloned().unwrap_or_default();
        let word = column.values.iter().find(|(_, meaning)| **meaning == value);
        Column {
            heading: column.heading.clone(),
            hint: column.values.keys().cloned().collect::<Vec<_>>().join("、"),
            value: word.map_or(value.clone(), |(word, _)| word.clone()),
        }
    };
    Some(Shown {
        id: it.id.clone(),
        label: opened.program.texts.text(Lang::Ja, &kind.label, &Default::default()),
        basis: kind.basis.clone(),
        name: it.asked.name.clone(),
        state: it.state.clone(),
        due_on: it.due_on,
        may_be_missing: waits && it.due_on < house.today() && !kind.missing.is_empty(),
        answers: kind.answers.iter().map(column).collect(),
    })
}

/// Makes every enquiry of the program that a case does not have yet, about everybody who consented.
///
/// # Errors
/// `enquiry.nothing` when there is none to make; `permission.denied`.
pub fn make(house: &House, caller: &Caller, case: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        cases::hold(conn, case)?;
        let opened = house.open(conn, caller, case, CommandName::Enquire)?;
        let there = store::of_case(conn, &opened.granted, &opened.stored)?;
        let mut made = 0;
        for (kind, person) in wanted(house, conn, &opened)? {
            let key = person.as_ref().map_or("", |member| member.key.as_str());
            if there.iter().any(|it| it.kind == kind.code && it.person == key) {
                continue;
            }
            let id = house.new_id("enq")?;
            let asked = asked(house, conn, &opened, (&kind, person.as_ref()), &id)?;
            let days = kind.days.number(house.today(), &house.settings).unwrap_or_default();
            let due_on = house.today() + Duration::days(days.into());
            let about = (id.as_str(), kind.code.as_str(), key);
            store::insert(conn, &opened.granted, &opened.stored, about, (&asked, due_on), house.now())?;
            made += 1;
        }
        if made == 0 {
            return Err(Error::refused("enquiry.nothing"));
        }
        let detail = json!({ "role": opened.granted.role(), "made": made });
        house.record(conn, caller, CommandName::Enquire.code(), case, "done", detail)
    })
}

/// Kinds with the persons who consented to them; none stands for the patient.
fn wanted(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<(Kind, Option<Member>)>, Error> {
    let all = members::of(house, conn, opened, Lang::Ja)?;
    let case = &opened.stored.case;
    let facts = facts(case, &Items::default(), house.today());
    let mut wanted = Vec::new();
    let kinds = &opened.program.enquiries.kinds;
    for kind in kinds.iter().filter(|kind| kind.when.as_ref().is_none_or(|guard| guard.holds(&facts))) {
        let consent = kind.consent.as_ref();
        if consent.is_none_or(|key| case.consents_to(key)) {
            wanted.push((kind.clone(), None));
        }
        let consents = |member: &&Member| consent.is_none_or(|key| member.consents_to(key));
        let consenting = all.iter().filter(|_| kind.members).filter(consents);
        wanted.extend(consenting.map(|member| (kind.clone(), Some(member.clone()))));
    }
    Ok(wanted)
}

fn asked(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    (kind, member): (&Kind, Option<&Member>),
    id: &str,
) -> Result<Asked, Error> {
    let answers =
        fixed_answers(conn, opened, &opened.program.definition.forms.application)?.unwrap_or_default();
    let (own_name, _, own_birth) = slots::person(&opened.program, &answers);
    let name = member.map_or(own_name, |member| member.name.clone());
    let birth = member.map_or(own_birth, |it| it.birth.map(|day| day.to_string()).unwrap_or_default());
    let mut asked = Asked { name, role: role(kind, member, &answers), sent: Default::default() };
    for column in &kind.sent {
        let value = match column.value.as_str() {
            "id" => id.to_owned(),
            "version" => kind.version.clone().unwrap_or_default(),
            "name" => asked.name.clone(),
            "birth" => birth.clone(),
            "tax_year" => tax_year(house.today()).to_string(),
            "my_number" => number(conn, opened, member)?,
            other => answered(conn, opened, other)?,
        };
        asked.sent.insert(column.heading.clone(), value);
    }
    Ok(asked)
}

/// The answer at a slot path: a choice by its code, several of one question with `;` between.
fn answered(conn: &mut Conn, opened: &Opened, path: &str) -> Result<String, Error> {
    let Some((slot, item)) = path.split_once('.') else { return Ok(String::new()) };
    let mut forms = opened.program.definition.forms.by_slot();
    let Some((_, form)) = forms.find(|(name, _)| *name == slot) else { return Ok(String::new()) };
    let answers = fixed_answers(conn, opened, form)?.unwrap_or_default();
    let of_item = answers.iter().filter(|(path, _)| slots::link_id(path) == item);
    let texts: Vec<String> = of_item.filter_map(|(path, _)| slots::text(&answers, path)).collect();
    Ok(texts.join(";"))
}

fn role(kind: &Kind, member: Option<&Member>, answers: &Answers) -> String {
    let Some(row) = &kind.row else { return String::new() };
    let Some(member) = member else { return row.patient.clone() };
    let yes = |item: &String| answers.get(&format!("{}/{item}", member.row)) == Some(&Answer::Boolean(true));
    let found = row.members.iter().find(|role| role.item.as_ref().is_none_or(yes));
    found.map(|role| role.code.clone()).unwrap_or_default()
}

/// The 個人番号 of a person: the one that a member entered goes before the applicant's.
fn number(conn: &mut Conn, opened: &Opened, member: Option<&Member>) -> Result<String, Error> {
    let definition = &opened.program.definition;
    let places: Vec<String> = match (member, &definition.household) {
        (Some(member), Some(shape)) => {
            vec![number_place(&member.key), format!("{}/{}", member.row, shape.my_number)]
        }
        _ => definition.subject.my_number.iter().cloned().collect(),
    };
    for place in &places {
        if let Some(found) = secrets::find(conn, &opened.granted, &opened.stored, place)? {
            return Ok(found);
        }
    }
    Ok(String::new())
}

/// Stores an answer that a clerk typed in, by heading.
///
/// # Errors
/// `enquiry.empty`, `enquiry.value`, `enquiry.taken`; `permission.denied`, [`Error::NotFound`].
pub fn type_answer<'a>(
    house: &House,
    caller: &Caller,
    (case, id): (&str, &str),
    typed: impl Fn(&str) -> &'a str,
) -> Result<(), Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, caller, case, CommandName::Enquire)?;
        let (enquiry, kind) = find(conn, &opened, id)?;
        let form = office_form(&opened)?;
        let around = Surroundings::of_case(house, conn, &opened)?;
        let values = enquiry::answer(&kind, typed, form, &around.env());
        let values = values.map_err(|fault| {
            let field = format!("{id}-{}", fault.heading);
            Refusal::new(fault.key).with("heading", fault.heading).at(&field)
        })?;
        if matches!(enquiry.state.as_str(), "taken" | "missing") {
            return Err(Error::refused("enquiry.taken"));
        }
        store::set_answer(conn, &enquiry, &values)?;
        let detail = json!({ "role": opened.granted.role(), "answered": id });
        house.record(conn, caller, CommandName::Enquire.code(), case, "done", detail)
    })
}

fn find(conn: &mut Conn, opened: &Opened, id: &str) -> Result<(Enquiry, Kind), Error> {
    let all = store::of_case(conn, &opened.granted, &opened.stored)?;
    let enquiry = all.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    let kind = opened.program.enquiries.kind(&enquiry.kind).cloned().ok_or(Error::NotFound)?;
    Ok((enquiry, kind))
}

fn office_form(opened: &Opened) -> Result<&crate::domain::forms::Form, Error> {
    let name = opened.program.definition.forms.office.as_ref();
    name.and_then(|name| opened.program.forms.get(name)).ok_or(Error::NotFound)
}

/// Takes an answer into the office's form; or, for an enquiry that is overdue, what stands there for want of one.
///
/// # Errors
/// `enquiry.form-closed` when the office's form is not open; `enquiry.waits`; otherwise as [`carry_out`].
pub fn take(house: &House, caller: &Caller, order: &Order, id: &str) -> Result<(), Error> {
    let item = house.database.read(|conn| {
        let opened = house.open(conn, caller, order.case_id, CommandName::Enquire)?;
        open_item(&opened).ok_or_else(|| Error::refused("enquiry.form-closed"))
    })?;
    let (item, form) = item;
    carry_out(house, caller, order, |stage| {
        let opened = stage.house.open(stage.conn, caller, order.case_id, CommandName::Enquire)?;
        let (enquiry, kind) = find(stage.conn, &opened, id)?;
        let overdue = enquiry.due_on < stage.stamp.today && !kind.missing.is_empty();
        let (values, state) = match (&enquiry.answer, enquiry.state.as_str()) {
            (Some(answer), "answered") => (Some(answer.clone()), "taken"),
            (None, "open" | "sent") if overdue => (None, "missing"),
            _ => return Err(Error::refused("enquiry.waits")),
        };
        note(stage, (&form, &kind), &enquiry, values.as_ref())?;
        store::settle(stage.conn, id, state)?;
        let detail = json!({ "role": opened.granted.role(), state: id });
        stage.house.record(stage.conn, caller, CommandName::Enquire.code(), order.case_id, "done", detail)?;
        Ok(Command::SaveItem { item })
    })
    .map(drop)
}

/// Puts an answer into the office's form, or what stands there without one.
fn note(
    stage: &mut Stage,
    (form, kind): (&str, &Kind),
    enquiry: &Enquiry,
    values: Option<&Values>,
) -> Result<(), Error> {
    let program = stage.opened.program.clone();
    let questions = program.forms.get(form).ok_or(Error::NotFound)?;
    let around = Surroundings::of_case(stage.house, stage.conn, stage.opened)?;
    let mut answers = stage.answers(form)?;
    let plain = if values.is_some() { &kind.settled } else { &kind.missing };
    let plain = plain.iter().map(|(item, value)| (item.clone(), value.clone()));
    let own = values.map(|values| answer_paths(&answers, kind, enquiry, values)).unwrap_or_default();
    for (path, value) in plain.chain(own) {
        fill(questions, &mut answers, (&path, &value), SOURCE, &around.env()).map_err(Error::refused)?;
    }
    stage.save_answers(form, answers)
}

/// Where the values of an answer go: into the person's row, where the kind has rows.
fn answer_paths(answers: &Answers, kind: &Kind, enquiry: &Enquiry, values: &Values) -> Vec<(String, String)> {
    let Some(shape) = &kind.row else {
        return values.iter().map(|(item, value)| (item.clone(), value.clone())).collect();
    };
    let same = |row: &String| {
        slots::text(answers, &format!("{row}/{}", shape.name)).as_deref() == Some(&enquiry.asked.name)
    };
    let row = rows_with(answers, &shape.name).into_iter().find(same);
    let row = row.unwrap_or_else(|| free_row(answers, &shape.group));
    let person = [(&shape.name, &enquiry.asked.name), (&shape.role, &enquiry.asked.role)];
    let all = person.into_iter().chain(values);
    all.map(|(item, value)| (format!("{row}/{item}"), value.clone())).collect()
}
