//! Attached files: known by their content, kept sealed, opened by nobody before they were looked into.

use std::collections::BTreeMap;

use serde_json::json;

use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::forms::{
    Answer, Answers, FieldError, FieldView, FileState, Posted, Widget, read_step, step_view,
};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::documents::{self, Document};
use crate::store::seal::sha256_hex;
use crate::store::{Conn, cases};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, Stage, carry_out, working_answers};
use crate::usecases::documents as kept;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::scan::{self, Kind};
use super::sheet::{Sheet, question_path, step_of};

/// Most files of one case.
const MOST_FILES: usize = 20;
/// Most bytes of all files of one case.
const MOST_BYTES: i64 = 100 * 1024 * 1024;

/// A file as it was sent.
#[derive(Debug)]
pub struct File {
    /// The field.
    pub path: String,
    /// The name that the device gave it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file that passed the first look.
struct Accepted {
    id: String,
    kind: Kind,
    name: String,
    sha256: String,
    size: i64,
    pages: Option<u32>,
}

/// Takes the files of a page, and takes away the one whose button was pressed. What could not be
/// taken comes back as errors at the fields.
pub(super) fn take(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    files: Vec<File>,
    posted: &Posted,
) -> Result<Vec<FieldError>, Error> {
    let mut errors = Vec::new();
    for file in files {
        let path = file.path.clone();
        match add(house, caller, lang, case_id, step, file) {
            Ok(()) => {}
            Err(Error::Refused(refusals)) => errors.extend(refusals.into_iter().map(|it| error(&path, it))),
            Err(other) => return Err(other),
        }
    }
    if let Some(id) = posted.get("remove-file").and_then(|values| values.first()) {
        remove(house, caller, lang, case_id, id)?;
    }
    Ok(errors)
}

fn error(path: &str, refusal: Refusal) -> FieldError {
    let Refusal { key, args, .. } = refusal;
    FieldError { path: path.to_owned(), key, args, soft: false }
}

/// Attaches a file at a field.
///
/// # Errors
/// `attach.type`, `attach.damaged`, `attach.size`, `attach.count`, `attach.total`, `attach.field`.
pub fn add(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    file: File,
) -> Result<(), Error> {
    let kind = scan::kind(&file.name, &file.bytes).ok_or_else(|| Refusal::new("attach.type"))?;
    let bytes = scan::without_metadata(kind, file.bytes).ok_or_else(|| Refusal::new("attach.damaged"))?;
    let stored = house.read(caller, case_id, "own", |_, opened| Ok(opened.stored.clone()))?;
    let id = house.new_id("doc")?;
    let accepted = Accepted {
        id: id.clone(),
        kind,
        name: file.name,
        sha256: sha256_hex(&bytes),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        pages: scan::pages(kind, &bytes),
    };
    // The bytes are there before a row names them; a file that no row names is swept away.
    kept::keep(house, &stored, &id, &bytes)?;
    let order = Order::new(case_id, CommandName::Attach);
    carry_out(house, caller, &order, |stage| insert(stage, lang, step, &file.path, &accepted))?;
    look_into(house, caller, case_id, &id)
}

fn insert(stage: &mut Stage, lang: Lang, step: &str, path: &str, file: &Accepted) -> Result<Command, Error> {
    let mut sheet = Sheet::open(stage.house, stage.conn, stage.opened, lang)?;
    let view = step_view(sheet.form, step, &sheet.answers, &[], &sheet.around.env());
    let field = view.fields.iter().find(|field| field.path == path && field.widget == Widget::Attachment);
    let field = field.ok_or_else(|| Refusal::new("attach.field"))?;
    within_limits(stage.conn, &stage.opened.stored.case, field, file)?;
    let item = sheet.form.item(&field.link_id).ok_or_else(|| Refusal::new("attach.field"))?;
    let place = if item.repeats { format!("{path}[{}]", field.files.len()) } else { path.to_owned() };
    if let Some(old) = field.files.first().filter(|_| !item.repeats) {
        put_away(stage, &old.id)?;
    }
    sheet.answers.set(&place, answer(file));
    documents::insert(stage.conn, &stage.opened.stored, &row(stage, path, file))?;
    stage.save_answers(sheet.name, sheet.answers)?;
    Ok(Command::Attach { path: path.to_owned(), document: file.id.clone(), removed: false })
}

fn within_limits(conn: &mut Conn, case: &Case, field: &FieldView, file: &Accepted) -> Result<(), Error> {
    let (count, total) = documents::load_of(conn, &case.id)?;
    let largest = field.max_size.and_then(|it| i64::try_from(it).ok()).unwrap_or(i64::MAX);
    let accepted = field.accept.is_empty() || field.accept.iter().any(|mime| mime == file.kind.mime());
    if !accepted {
        return Err(Refusal::new("attach.type").into());
    }
    if file.size > largest {
        return Err(Refusal::new("attach.size").with("max", largest / 1_000_000).into());
    }
    if count >= MOST_FILES {
        return Err(Refusal::new("attach.count").with("max", MOST_FILES).into());
    }
    if total.saturating_add(file.size) > MOST_BYTES {
        return Err(Refusal::new("attach.total").with("max", MOST_BYTES / 1_000_000).into());
    }
    Ok(())
}

fn answer(file: &Accepted) -> Answer {
    Answer::Attachment {
        id: file.id.clone(),
        name: file.name.clone(),
        size: u64::try_from(file.size).unwrap_or(0),
        mime: file.kind.mime().to_owned(),
        pages: file.pages,
        state: FileState::Quarantine,
    }
}

fn row(stage: &Stage, path: &str, file: &Accepted) -> Document {
    Document {
        id: file.id.clone(),
        path: path.to_owned(),
        sha256: file.sha256.clone(),
        size: file.size,
        mime: file.kind.mime().to_owned(),
        name: file.name.clone(),
        state: kept::QUARANTINED.to_owned(),
        author: stage.stamp.by.clone(),
        at: stage.stamp.at,
    }
}

/// A file that was part of a filed revision stays in the file; any other one is taken away.
fn put_away(stage: &mut Stage, id: &str) -> Result<(), Error> {
    let opened = stage.opened;
    let filed = opened.stored.case.revision(&opened.program.definition.forms.application).map(|it| it.at);
    let files = documents::of_case(stage.conn, &opened.granted, &opened.stored)?;
    let fresh = files.iter().any(|file| file.id == id && filed.is_none_or(|at| file.at > at));
    if fresh {
        documents::set_state(stage.conn, &opened.stored.case.id, id, kept::REMOVED)?;
    }
    Ok(())
}

/// Takes an attached file away again.
///
/// # Errors
/// [`Error::NotFound`] when no answer holds it; `case.item-closed` when it can no longer be changed.
pub fn remove(house: &House, caller: &Caller, lang: Lang, case_id: &str, id: &str) -> Result<(), Error> {
    let order = Order::new(case_id, CommandName::Attach);
    let done = carry_out(house, caller, &order, |stage| {
        let mut sheet = Sheet::open(stage.house, stage.conn, stage.opened, lang)?;
        let path = place_of(&sheet.answers, id).ok_or(Error::NotFound)?;
        let step = step_of(sheet.form, &path).ok_or(Error::NotFound)?;
        let press = BTreeMap::from([("remove".to_owned(), vec![path.clone()])]);
        read_step(sheet.form, &step.link_id, &press, &mut sheet.answers, &sheet.around.env());
        put_away(stage, id)?;
        stage.save_answers(sheet.name, sheet.answers)?;
        Ok(Command::Attach { path: question_path(&path).to_owned(), document: id.to_owned(), removed: true })
    })?;
    if done.case.state == State::Draft {
        house.files.remove(id)?;
    }
    Ok(())
}

fn place_of(answers: &Answers, document: &str) -> Option<String> {
    let holds = |answer: &Answer| matches!(answer, Answer::Attachment { id, .. } if id == document);
    answers.iter().find(|(_, answer)| holds(answer)).map(|(path, _)| path.to_owned())
}

/// Looks into a file in quarantine, and lets it out or closes it for good.
fn look_into(house: &House, caller: &Caller, case_id: &str, id: &str) -> Result<(), Error> {
    let (stored, mime) = house.database.read(|conn| {
        let opened = house.open(conn, caller, case_id, CommandName::Attach)?;
        let files = documents::of_case(conn, &opened.granted, &opened.stored)?;
        let file = files.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
        Ok::<_, Error>((opened.stored, file.mime))
    })?;
    let harmless = scan::harmless(&mime, &kept::open(house, &stored, id)?);
    let (state, shown) =
        if harmless { (kept::CLEAN, FileState::Clean) } else { (kept::REFUSED, FileState::Refused) };
    house.database.write(|conn| {
        cases::hold(conn, case_id)?;
        let opened = house.open(conn, caller, case_id, CommandName::Attach)?;
        documents::set_state(conn, case_id, id, state)?;
        let name = &opened.program.definition.forms.application;
        let mut answers = working_answers(conn, &opened, name)?;
        mark(&mut answers, id, shown);
        let stamp = house.stamp(&caller.actor);
        Stage { house, conn, opened: &opened, stamp: &stamp }.save_answers(name, answers)?;
        house.record(conn, caller, "scan", case_id, "done", json!({ "document": id, "state": state }))
    })
}

fn mark(answers: &mut Answers, document: &str, now: FileState) {
    let Some(path) = place_of(answers, document) else { return };
    if let Some(Answer::Attachment { id, name, size, mime, pages, .. }) = answers.get(&path).cloned() {
        answers.set(&path, Answer::Attachment { id, name, size, mime, pages, state: now });
    }
}

/// Looks into what a break-down left in quarantine.
///
/// # Errors
/// When the files or the database cannot be read.
pub fn finish_scans(house: &House, caller: &Caller, case_id: &str) -> Result<(), Error> {
    let waiting = house.read(caller, case_id, "own", |conn, opened| {
        let files = documents::of_case(conn, &opened.granted, &opened.stored)?;
        Ok(files.into_iter().filter(|it| it.state == kept::QUARANTINED).map(|it| it.id).collect::<Vec<_>>())
    })?;
    waiting.iter().try_for_each(|id| look_into(house, caller, case_id, id))
}

/// A harmless file of a case: what it is called, what it is, its bytes.
///
/// # Errors
/// [`Error::NotFound`] as well for one in quarantine.
pub fn download(
    house: &House,
    caller: &Caller,
    case_id: &str,
    id: &str,
) -> Result<(Document, Vec<u8>), Error> {
    house.read(caller, case_id, "document", |conn, opened| kept::read(house, conn, opened, id))
}
