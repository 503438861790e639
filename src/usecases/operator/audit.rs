//! The chained record: looking things up in it, and checking that nothing in it was changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::{EnteredDate, start_in_japan};
use crate::domain::permission::Desk;
use crate::domain::refusal::Refusal;
use crate::domain::text::search_key;
use crate::store::audit::{self, Break, Row};
use crate::store::audit_search::{self, Wanted};
use crate::store::{Conn, operation, users};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::discrepancies::reference;
use super::words::action_words;

/// Records on a page.
pub const ROWS: i64 = 100;

/// Kinds of records by code, with their words.
pub const KINDS: [(&str, &str); 4] =
    [(READ, "案件の閲覧"), ("change", "案件の変更"), ("sign_in", "サインイン"), ("operation", "運用・監査")];

const READ: &str = "read";

const READS: [&str; 3] = [READ, "read_log", "read_list"];

const OPERATION: [&str; 16] = [
    "search_audit",
    "verify_audit",
    "add_account",
    "change_account",
    "reset_factor",
    "add_client",
    "revoke_client",
    "retry_job",
    "retry_row",
    "withdraw_row",
    "export_masters",
    "release_batch",
    "start_run",
    "start_connector",
    "stop_connector",
    "clear_discrepancy",
];

/// What is looked for, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Login name or id.
    pub who: String,
    /// Reference number.
    pub reference: String,
    /// Code of a kind.
    pub kind: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// A record as the list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct RecordView {
    /// Its position in the chain.
    pub sequence: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by name for staff; citizens are not named.
    pub who: String,
    /// From where.
    pub from: String,
    /// Reference number of the case.
    pub reference: Option<String>,
    /// What was done.
    pub what: String,
    /// Whether it was done.
    pub ok: bool,
}

/// The newest records that fit, before a position. That somebody looked is recorded as well.
///
/// # Errors
/// `audit.date` for an unreadable day; when the caller has no place at the desk, or the database fails.
pub fn search(
    house: &House,
    caller: &Caller,
    filter: &Filter,
    before: Option<i64>,
) -> Result<Vec<RecordView>, Error> {
    house.seat(caller, Desk::Audit)?;
    let (from, until) = (first_moment(&filter.from, "from")?, end_moment(&filter.to)?);
    house.database.write(|conn| {
        let people = people(house, conn)?;
        let (actions, except) = actions(&filter.kind);
        let wanted = Wanted {
            actors: actors(&people, &filter.who),
            case_id: case(conn, filter)?,
            actions,
            except,
            from,
            until,
        };
        let rows = audit_search::find(conn, &wanted, before, ROWS)?;
        let cases: Vec<String> = rows.iter().map(|row| row.case_id.clone()).collect();
        let references = operation::references(conn, &cases)?;
        let detail = json!({ "kind": filter.kind, "rows": rows.len() });
        house.record(conn, caller, "search_audit", &wanted.case_id, "done", detail)?;
        Ok(rows.into_iter().map(|row| view(&people, &references, row)).collect())
    })
}

fn day(typed: &str, field: &str) -> Result<Option<NaiveDate>, Error> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let entered = EnteredDate::parse(typed).ok().and_then(|it| it.date.day());
    entered.map(Some).ok_or_else(|| Refusal::new("audit.date").at(field).into())
}

fn first_moment(typed: &str, field: &str) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(day(typed, field)?.map(start_in_japan))
}

fn end_moment(typed: &str) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(first_moment(typed, "to")?.and_then(|at| at.checked_add_days(Days::new(1))))
}

type People = BTreeMap<String, (String, String)>;

/// Login and name of every user, by id.
fn people(house: &House, conn: &mut Conn) -> Result<People, Error> {
    let users = users::all(conn, &house.keys)?;
    Ok(users.into_iter().map(|user| (user.id, (user.login, user.name))).collect())
}

fn actors(people: &People, who: &str) -> Option<Vec<String>> {
    let who = who.trim();
    if who.is_empty() {
        return None;
    }
    let key = search_key(who);
    let fits = |(login, name): &(String, String)| login == who || search_key(name).contains(&key);
    let mut ids: Vec<String> = people.iter().filter(|(_, it)| fits(it)).map(|(id, _)| id.clone()).collect();
    ids.push(who.to_owned());
    Some(ids)
}

/// The case of the wanted reference number; for an unknown one a case that there is not.
fn case(conn: &mut Conn, filter: &Filter) -> Result<String, Error> {
    let reference = filter.reference.trim().to_ascii_uppercase();
    if reference.is_empty() {
        return Ok(String::new());
    }
    Ok(operation::case_of_reference(conn, &reference)?.unwrap_or_else(|| "unknown".to_owned()))
}

/// Actions of a kind, and actions that are not of it.
fn actions(kind: &str) -> (Vec<String>, Vec<String>) {
    let own = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    match kind {
        READ => (own(&READS), Vec::new()),
        "sign_in" => (own(&["sign_in"]), Vec::new()),
        "operation" => (own(&OPERATION), Vec::new()),
        "change" => (Vec::new(), [own(&READS), own(&["sign_in"]), own(&OPERATION)].concat()),
        _ => (Vec::new(), Vec::new()),
    }
}

fn view(people: &People, references: &BTreeMap<String, String>, row: Row) -> RecordView {
    RecordView {
        sequence: row.seq,
        at: row.at.and_utc(),
        who: who(people, &row.actor),
        from: row.source,
        reference: (!row.case_id.is_empty()).then(|| reference(references, &row.case_id)),
        what: action_words(&row.action).to_owned(),
        ok: row.outcome == "done",
    }
}

fn who(people: &People, id: &str) -> String {
    if let Some((login, name)) = people.get(id) {
        return format!("{name}（{login}）");
    }
    let end: String = id.chars().skip(id.chars().count().saturating_sub(4)).collect();
    match id {
        "system" => "システム".to_owned(),
        id if id.starts_with("cit_") => format!("申請者 …{end}"),
        id => id.to_owned(),
    }
}

/// What came of walking the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Every row follows from the one before: the number of rows, and the newest row's seal.
    Whole(i64, String),
    /// Something was changed.
    Broken(Break),
}

/// Walks the whole chain; that it was done is recorded.
///
/// # Errors
/// When the caller has no place at the desk, or the database fails.
pub fn verify(house: &House, caller: &Caller) -> Result<Chain, Error> {
    house.seat(caller, Desk::Audit)?;
    let chain = house.database.snapshot(|conn| walk(house, conn))?;
    let detail = match &chain {
        Chain::Whole(rows, _) => json!({ "rows": rows }),
        Chain::Broken(broken) => json!({ "broken_at": broken.seq }),
    };
    house.database.write(|conn| house.record(conn, caller, "verify_audit", "", "done", detail))?;
    Ok(chain)
}

fn walk(house: &House, conn: &mut Conn) -> Result<Chain, Error> {
    match audit::verify(conn, &house.keys)? {
        Err(broken) => Ok(Chain::Broken(broken)),
        Ok(rows) => {
            let seal = audit_search::head(conn)?.map(|it| it.1).unwrap_or_default();
            Ok(Chain::Whole(rows, seal))
        }
    }
}
