//! Enquiries over all cases: the list, the file that is sent, and the file with the answers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::enquiry::{self, Row, Values};
use crate::domain::lang::Lang;
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::enquiry::Enquiry as Kind;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::enquiries::{self as store, Enquiry};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

use super::tasks::works_in;

/// Bytes of a file.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Enquiries that wait for an answer.
const WAITING: [&str; 2] = ["open", "sent"];
/// Enquiries whose answer can still come, or come again.
const ALL: [&str; 5] = ["open", "sent", "answered", "taken", "missing"];

/// The waiting enquiries of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// `program/kind`.
    pub code: String,
    /// Name of the kind.
    pub label: String,
    /// On what it rests.
    pub basis: String,
    /// Enquiries, the earliest due first.
    pub lines: Vec<Line>,
}

/// An enquiry in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Id.
    pub id: String,
    /// The case.
    pub case: String,
    /// Its reference.
    pub reference: String,
    /// The person.
    pub name: String,
    /// Whether it was sent.
    pub sent: bool,
    /// The day by which an answer should be there.
    pub due_on: NaiveDate,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// The list over all cases.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// Each kind.
    pub groups: Vec<Group>,
}

/// What an import did, or would do, with one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Line of the file.
    pub line: u64,
    /// Number of the enquiry.
    pub id: String,
    /// `new`, `same` or `changed`; or the key of what is wrong.
    pub outcome: String,
    /// Heading of the column that is wrong.
    pub heading: String,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Each line.
    pub rows: Vec<Told>,
    /// Lines with a new or another answer.
    pub fresh: usize,
    /// Lines that change nothing.
    pub same: usize,
    /// Lines with a fault.
    pub wrong: usize,
    /// Whether anything was stored.
    pub stored: bool,
}

/// The waiting enquiries of every kind that the caller works with.
///
/// # Errors
/// `permission.denied`.
pub fn list(house: &House, caller: &Caller) -> Result<Listing, Error> {
    house.seat(caller, Desk::Register)?;
    let programs = works_in(house, caller, CommandName::Enquire);
    if programs.is_empty() {
        return Err(Error::refused("permission.denied"));
    }
    house.read_list(caller, "enquiries", |conn| {
        let mut groups = Vec::new();
        for id in &programs {
            let program = house.programs.newest(id)?;
            for kind in &program.enquiries.kinds {
                groups.push(group(house, conn, &program, kind)?);
            }
        }
        let cases = groups.iter().flat_map(|it| &it.lines).map(|line| line.case.clone()).collect();
        Ok((Listing { groups }, cases))
    })
}

fn group(house: &House, conn: &mut Conn, program: &Program, kind: &Kind) -> Result<Group, Error> {
    let id = &program.definition.id;
    let found = store::list(conn, &house.keys, (id, &kind.code), &WAITING, None)?;
    let line = |it: Enquiry| Line {
        overdue: it.due_on < house.today(),
        id: it.id,
        case: it.case_id,
        reference: it.reference,
        name: it.asked.name,
        sent: it.state == "sent",
        due_on: it.due_on,
    };
    Ok(Group {
        code: format!("{id}/{}", kind.code),
        label: program.texts.text(Lang::Ja, &kind.label, &BTreeMap::new()),
        basis: kind.basis.clone(),
        lines: found.into_iter().map(line).collect(),
    })
}

/// The file with the waiting enquiries of a kind (`program/kind`), which count as sent from now on.
///
/// # Errors
/// `permission.denied`; `enquiry.nothing`; [`Error::NotFound`] for an unknown kind.
pub fn export(house: &House, caller: &Caller, code: &str) -> Result<Vec<u8>, Error> {
    let (program, kind) = kind(house, caller, code)?;
    house.database.write(|conn| {
        let about = (program.definition.id.as_str(), kind.code.as_str());
        let found = store::list(conn, &house.keys, about, &WAITING, None)?;
        if found.is_empty() {
            return Err(Error::refused("enquiry.nothing"));
        }
        let ids: Vec<String> = found.iter().map(|it| it.id.clone()).collect();
        store::set_sent(conn, &ids)?;
        recorded(house, conn, caller, &found, &json!({ "sent": kind.code }))?;
        written(&kind, &found)
    })
}

fn kind(house: &House, caller: &Caller, code: &str) -> Result<(std::sync::Arc<Program>, Kind), Error> {
    house.seat(caller, Desk::Register)?;
    let (program, kind) = code.split_once('/').ok_or(Error::NotFound)?;
    if !works_in(house, caller, CommandName::Enquire).iter().any(|id| id == program) {
        return Err(Error::refused("permission.denied"));
    }
    let program = house.programs.newest(program)?;
    let kind = program.enquiries.kind(kind).cloned().ok_or(Error::NotFound)?;
    Ok((program, kind))
}

fn recorded(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    found: &[Enquiry],
    detail: &serde_json::Value,
) -> Result<(), Error> {
    let mut cases: Vec<String> = found.iter().map(|it| it.case_id.clone()).collect();
    cases.sort();
    cases.dedup();
    house.record_all(conn, caller, CommandName::Enquire.code(), &cases, detail)
}

fn written(kind: &Kind, found: &[Enquiry]) -> Result<Vec<u8>, Error> {
    // The mark by which spreadsheets know UTF-8.
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    let fault = |error: csv::Error| Error::Fault(error.to_string());
    writer.write_record(kind.sent.iter().map(|column| &column.heading)).map_err(fault)?;
    for it in found {
        let value = |heading: &String| it.asked.sent.get(heading).map(String::as_str).unwrap_or_default();
        writer.write_record(kind.sent.iter().map(|column| value(&column.heading))).map_err(fault)?;
    }
    writer.into_inner().map_err(|error| Error::Fault(error.to_string()))
}

/// Reads a file with answers; unless it is a trial, sound lines are stored. The same file a second time changes
/// nothing.
///
/// # Errors
/// `enquiry.file`, `enquiry.headings`, `enquiry.version`, `enquiry.rows` for the whole file; `permission.denied`.
pub fn import(
    house: &House,
    caller: &Caller,
    code: &str,
    bytes: &[u8],
    trial: bool,
) -> Result<Report, Error> {
    let (program, kind) = kind(house, caller, code)?;
    let text = decoded(bytes).ok_or_else(|| Refusal::new("enquiry.file").at("file"))?;
    let form = program.definition.forms.office.as_ref().and_then(|name| program.forms.get(name));
    let form = form.ok_or(Error::NotFound)?;
    let around =
        Surroundings::bare(&program, house.today(), &crate::domain::program::vocabulary::CaseKind::of("new"));
    let rows = enquiry::read(&kind, &text, form, &around.env())
        .map_err(|fault| Refusal::new(fault.key).with("heading", fault.heading).at("file"))?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    house.database.write(|conn| {
        let about = (program.definition.id.as_str(), kind.code.as_str());
        let known = store::list(conn, &house.keys, about, &ALL, Some(&ids))?;
        let mut report = Report { stored: !trial, ..Report::default() };
        let mut fresh = Vec::new();
        for row in rows {
            let enquiry = known.iter().find(|it| it.id == row.id);
            let told = judge(&row, enquiry);
            if let (Some(enquiry), Ok(values), "new" | "changed") =
                (enquiry, &row.values, told.outcome.as_str())
            {
                fresh.push((enquiry.clone(), values.clone()));
            }
            report.count(told);
        }
        if !trial {
            keep(house, conn, caller, &kind, &fresh)?;
        }
        Ok(report)
    })
}

fn keep(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    kind: &Kind,
    fresh: &[(Enquiry, Values)],
) -> Result<(), Error> {
    for (enquiry, values) in fresh {
        store::set_answer(conn, enquiry, values)?;
    }
    let found: Vec<Enquiry> = fresh.iter().map(|(enquiry, _)| enquiry.clone()).collect();
    recorded(house, conn, caller, &found, &json!({ "imported": kind.code }))
}

/// UTF-8, or else Shift_JIS as Japanese offices' systems write it.
fn decoded(bytes: &[u8]) -> Option<String> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let plain = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Some(text.to_owned());
    }
    let (text, _, wrong) = encoding_rs::SHIFT_JIS.decode(bytes);
    (!wrong).then(|| text.into_owned())
}

fn judge(row: &Row, enquiry: Option<&Enquiry>) -> Told {
    let (outcome, heading) = match (&row.values, enquiry) {
        (_, None) => ("enquiry.unknown", String::new()),
        (Err(fault), _) => (fault.key, fault.heading.clone()),
        (Ok(values), Some(it)) if it.answer.as_ref() == Some(values) => ("same", String::new()),
        (Ok(_), Some(it)) if matches!(it.state.as_str(), "taken" | "missing") => {
            ("enquiry.taken", String::new())
        }
        (Ok(_), Some(it)) if it.answer.is_some() => ("changed", String::new()),
        (Ok(_), Some(_)) => ("new", String::new()),
    };
    Told { line: row.line, id: row.id.clone(), outcome: outcome.to_owned(), heading }
}

impl Report {
    fn count(&mut self, told: Told) {
        match told.outcome.as_str() {
            "new" | "changed" => self.fresh += 1,
            "same" => self.same += 1,
            _ => self.wrong += 1,
        }
        self.rows.push(told);
    }
}
