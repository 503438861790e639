//! Writes a line: posted at a counter, corrected, or typed in from paper. One transaction holds the month, so
//! that of two who post at once the second sees the first.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::ledger::{in_force, to_collect};
use crate::domain::money::Yen;
use crate::domain::periods::month_of;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::ledger::{self, Content, Line};
use crate::store::users::Institution;
use crate::store::{Conn, StoreError, users};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet;
use super::typed::{self, Typed};

/// A line before its number, its place and what is to be collected are known.
struct Draft {
    care_on: NaiveDate,
    kind: String,
    total: Yen,
    /// What a ledger on paper says was collected.
    collected: Option<Yen>,
    corrects: Option<Line>,
    content: Content,
}

/// Posts the day's total of an institution, and gives the id of the line.
///
/// # Errors
/// What was typed wrong; `ledger.not-covered`; [`Error::NotFound`] when the certificate was not presented.
pub fn post(house: &House, caller: &Caller, case: &str, typed: &Typed) -> Result<String, Error> {
    append(house, caller, CommandName::PostLedger, case, typed, |conn, opened| {
        let place = institution(house, conn, caller)?;
        let content = content(caller, place.code, place.name, String::new());
        draft(house, opened, typed, None, content)
    })
}

/// Corrects a line of the caller's own institution; a total of 0 takes it back.
///
/// # Errors
/// As [`post`]; `ledger.corrected` when another correction was faster.
pub fn correct(
    house: &House,
    caller: &Caller,
    case: &str,
    line: &str,
    typed: &Typed,
) -> Result<String, Error> {
    append(house, caller, CommandName::PostLedger, case, typed, |conn, opened| {
        let place = institution(house, conn, caller)?;
        let before = ledger::find(conn, &opened.granted, &opened.stored, line)?;
        if before.paper || before.content.institution_code != place.code {
            return Err(Error::NotFound);
        }
        let content = content(caller, place.code, place.name, typed::reason(&typed.reason)?);
        draft(house, opened, typed, Some(before), content)
    })
}

/// Types a line of a ledger on paper in.
///
/// # Errors
/// As [`post`].
pub fn type_in(house: &House, caller: &Caller, case: &str, typed: &Typed) -> Result<String, Error> {
    append(house, caller, CommandName::TypeLedger, case, typed, |_, opened| {
        let name = typed::institution(&typed.institution)?;
        let content = content(caller, String::new(), name, String::new());
        on_paper(house, opened, typed, None, content)
    })
}

/// Corrects a line that was typed in from paper; a total of 0 takes it back.
///
/// # Errors
/// As [`correct`].
pub fn retype(
    house: &House,
    caller: &Caller,
    case: &str,
    line: &str,
    typed: &Typed,
) -> Result<String, Error> {
    append(house, caller, CommandName::TypeLedger, case, typed, |conn, opened| {
        let before = ledger::find(conn, &opened.granted, &opened.stored, line)?;
        if !before.paper {
            return Err(Error::NotFound);
        }
        let name = typed::institution(&typed.institution)?;
        let content = content(caller, String::new(), name, typed::reason(&typed.reason)?);
        on_paper(house, opened, typed, Some(before), content)
    })
}

/// The institution for which the caller acts.
///
/// # Errors
/// `permission.denied` for an account without one.
pub fn institution(house: &House, conn: &mut Conn, caller: &Caller) -> Result<Institution, Error> {
    let user = users::find(conn, &house.keys, &caller.actor.id)?;
    user.institution.ok_or_else(|| Error::refused("permission.denied"))
}

fn content(caller: &Caller, institution_code: String, institution: String, reason: String) -> Content {
    Content { institution_code, institution, by: caller.actor.name.clone(), reason }
}

fn draft(
    house: &House,
    opened: &Opened,
    typed: &Typed,
    corrects: Option<Line>,
    content: Content,
) -> Result<Draft, Error> {
    let care_on = covered(house, opened, typed, corrects.as_ref())?;
    let kind = sheet::shape(opened)?.0.kind(&typed.kind);
    let kind = kind.ok_or_else(|| Refusal::new("ledger.kind").at("kind"))?.code.clone();
    let total = typed::amount(&typed.total, "total", i64::from(corrects.is_none()))?;
    Ok(Draft { care_on, kind, total, collected: None, corrects, content })
}

fn on_paper(
    house: &House,
    opened: &Opened,
    typed: &Typed,
    corrects: Option<Line>,
    content: Content,
) -> Result<Draft, Error> {
    let draft = draft(house, opened, typed, corrects, content)?;
    let collected = typed::amount(&typed.collected, "collected", 0)?;
    if collected > draft.total {
        return Err(Refusal::new("ledger.collected").at("collected").into());
    }
    Ok(Draft { collected: Some(collected), ..draft })
}

/// A day of care on which the certificate holds; a correction stays in its month, and may keep its day also
/// after the grant was taken back.
fn covered(
    house: &House,
    opened: &Opened,
    typed: &Typed,
    corrects: Option<&Line>,
) -> Result<NaiveDate, Refusal> {
    let day = typed::care_day(&typed.care_on, house.today())?;
    let kept = corrects.is_some_and(|line| line.care_on == day);
    if !kept && in_force(&opened.rulings(), day).is_none() {
        return Err(Refusal::new("ledger.not-covered").at("care_on"));
    }
    match corrects {
        Some(line) if line.month != month_of(day) => Err(Refusal::new("ledger.month").at("care_on")),
        _ => Ok(day),
    }
}

fn append(
    house: &House,
    caller: &Caller,
    command: CommandName,
    case: &str,
    typed: &Typed,
    read: impl FnOnce(&mut Conn, &Opened) -> Result<Draft, Error>,
) -> Result<String, Error> {
    let outcome = house.database.write(|conn| {
        let opened = house.open(conn, caller, case, command)?;
        let id = id_of(house, &typed.request)?;
        match read(conn, &opened) {
            Ok(draft) => write(house, conn, caller, &opened, id, draft),
            Err(error) => Err(error),
        }
    });
    if let Err(Error::Refused(refusals)) = &outcome {
        let keys: Vec<&str> = refusals.iter().map(|refusal| refusal.key.as_str()).collect();
        let detail = json!({ "keys": keys });
        house.database.write(|conn| house.record(conn, caller, command.code(), case, "refused", detail))?;
    }
    outcome
}

/// The page's key names the line: the same page makes one.
fn id_of(house: &House, request: &str) -> Result<String, Error> {
    match request.strip_prefix("req_").filter(|unique| !unique.is_empty()) {
        Some(unique) => Ok(format!("led_{unique}")),
        None => house.new_id("led"),
    }
}

fn write(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    id: String,
    draft: Draft,
) -> Result<String, Error> {
    let month = month_of(draft.care_on);
    let lines = ledger::hold(conn, &opened.granted, &opened.stored, month)?;
    match ledger::find(conn, &opened.granted, &opened.stored, &id) {
        Ok(before) if before.author == caller.actor.id => return Ok(id),
        Ok(_) => return Err(Error::refused("idempotency.reused")),
        Err(StoreError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    let seq = lines + 1;
    let mut line = unsettled(house, caller, id, month, seq, &draft);
    let before = ledger::between(conn, &opened.granted, &opened.stored, month, month)?;
    if line.corrects.is_some() && before.iter().any(|it| it.corrects == line.corrects) {
        return Err(Error::refused("ledger.corrected"));
    }
    line.collected = match draft.collected {
        Some(collected) => collected,
        None => due(opened, before, &line)?,
    };
    ledger::insert(conn, &opened.granted, &opened.stored, &line)?;
    let detail = json!({ "role": opened.granted.role(), "line": line.id, "month": month, "seq": seq });
    house.record(conn, caller, opened.granted.command().code(), &opened.stored.case.id, "done", detail)?;
    Ok(line.id)
}

fn unsettled(house: &House, caller: &Caller, id: String, month: NaiveDate, seq: i64, draft: &Draft) -> Line {
    Line {
        id,
        month,
        seq,
        place: draft.corrects.as_ref().map_or(seq, |before| before.place),
        corrects: draft.corrects.as_ref().map(|before| before.id.clone()),
        care_on: draft.care_on,
        kind: draft.kind.clone(),
        paper: draft.collected.is_some(),
        total: draft.total,
        collected: Yen::ZERO,
        author: caller.actor.id.clone(),
        at: house.now(),
        content: draft.content.clone(),
    }
}

/// What is to be collected for a line once it stands among those before it.
fn due(opened: &Opened, before: Vec<Line>, line: &Line) -> Result<Yen, Error> {
    let lines = before.into_iter().chain([line.clone()]).collect();
    let sheet = sheet::build(opened, line.month, lines)?;
    let pays = sheet.row(&line.id).and_then(|row| row.entry).map(|entry| entry.pay);
    Ok(to_collect(pays.unwrap_or_default(), sheet.cap, sheet.collected_without(&line.id)))
}
