//! The page of a run: its plan, how far it is, and its results.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::bulk::TYPED_FROM;
use crate::domain::calendar::{DateStyle, show};
use crate::domain::lang::Lang;
use crate::domain::permission::{Desk, could};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, DataClass};
use crate::store::Conn;
use crate::store::bulk::{self, BulkItem, BulkRun};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::names::Names;
use crate::usecases::clerk::queue::programs;
use crate::usecases::clerk::{proposal, words};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::vouchers::name_of;

use super::bundle::bundles;
use super::calls;
use super::order::{Action, Order};

/// Items of a page.
const PAGE: i64 = 50;

/// A value and its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is shown.
    pub label: String,
}

pub(super) fn action_words(code: &str) -> &'static str {
    Action::from_code(code).map_or("不明", Action::words)
}

pub(super) fn title(house: &House, program: &str) -> String {
    let found = house.programs.newest(program);
    found.map(|it| words::text(&it, &it.definition.title)).unwrap_or_default()
}

/// The state of a run in words.
pub fn state_words(state: &str) -> &'static str {
    match state {
        "planning" => "試し計算中",
        "planned" => "試し計算ずみ（まだ始めていません）",
        "running" => "処理中",
        "done" => "終わりました",
        "cancelled" => "取りやめました",
        _ => "止まりました",
    }
}

/// How many items stand somewhere for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Code of the state.
    pub state: String,
    /// The state in words.
    pub label: &'static str,
    /// What comes of them, or why not.
    pub detail: String,
    /// How many.
    pub count: i64,
    /// Where they are listed.
    pub href: String,
}

/// An item.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Address of the case or the person.
    href: String,
    /// Reference number of the case, or name of the person.
    reference: String,
    label: &'static str,
    detail: String,
    /// What is decided, in one line; empty where the reader must not see it.
    values: String,
}

/// A run.
#[derive(Clone, Debug, Serialize)]
pub struct RunPage {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: &'static str,
    /// Its state.
    pub state: String,
    state_label: &'static str,
    note: String,
    owner: String,
    at: DateTime<Utc>,
    /// What was asked for.
    wanted: Vec<Choice>,
    /// How many are planned and not done yet.
    pub left: i64,
    /// How many are done.
    pub done: i64,
    /// How many could not be done.
    pub failed: i64,
    /// How many are left out.
    pub left_out: i64,
    /// By state and reason.
    pub counts: Vec<Count>,
    rows: Vec<Row>,
    next: Option<String>,
    at_work: bool,
    /// Whether its items are persons and no cases.
    of_people: bool,
    can_start: bool,
    can_cancel: bool,
    types_count: bool,
    bundles: Vec<Choice>,
}

/// Which items are shown.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A state, or empty.
    pub state: String,
    /// A reason, or empty.
    pub reason: String,
    /// After a place, as `place~item`.
    pub after: String,
}

/// A run with a page of its items. One row of the record says which cases it showed.
///
/// # Errors
/// [`Error::NotFound`] for a run of a program in which the caller does not work.
pub fn run(house: &House, caller: &Caller, id: &str, asked: &Asked) -> Result<RunPage, Error> {
    house.seat(caller, Desk::Register)?;
    house.read_list(caller, "bulk_run", |conn| {
        let run = visible(house, conn, caller, id)?;
        let mut items =
            bulk::items(conn, id, (&asked.state, &asked.reason), &read_place(&asked.after), PAGE + 1)?;
        let more = i64::try_from(items.len()).is_ok_and(|count| count > PAGE);
        items.truncate(usize::try_from(PAGE).unwrap_or_default());
        let next = items.last().filter(|_| more).map(|last| address(id, asked, Some(last)));
        let rows = rows(house, conn, caller, &run, &items)?;
        let cases = items.iter().map(|item| item.case_id.clone()).collect();
        Ok((page(house, conn, caller, run, rows, next)?, cases))
    })
}

/// A run of a program in which the caller works.
pub(super) fn visible(house: &House, conn: &mut Conn, caller: &Caller, id: &str) -> Result<BulkRun, Error> {
    let run = bulk::find(conn, &house.keys, id)?;
    if programs(house, caller).contains(&run.program) { Ok(run) } else { Err(Error::NotFound) }
}

fn read_place(text: &str) -> (i64, String) {
    let found = text.split_once('~').and_then(|(place, item)| Some((place.parse().ok()?, item.to_owned())));
    found.unwrap_or((i64::MIN, String::new()))
}

fn address(id: &str, asked: &Asked, last: Option<&BulkItem>) -> String {
    let after = last.map(|item| format!("{}~{}", item.place, item.item)).unwrap_or_default();
    let all = [("state", &asked.state), ("reason", &asked.reason), ("after", &after)];
    let given: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    format!("/staff/bulk/{id}?{}", serde_urlencoded::to_string(given).unwrap_or_default())
}

fn page(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    run: BulkRun,
    rows: Vec<Row>,
    next: Option<String>,
) -> Result<RunPage, Error> {
    let counts = counts(conn, &run)?;
    let sum = |state: &str| counts.iter().filter(|it| it.state == state).map(|it| it.count).sum::<i64>();
    let [left, done, failed, left_out] = ["planned", "done", "failed", "left_out"].map(sum);
    let mine = run.owner == caller.actor.id;
    let at_work = ["planning", "running"].contains(&run.state.as_str());
    let order: Order = serde_json::from_str(&run.body)?;
    Ok(RunPage {
        label: action_words(&run.action),
        state_label: state_words(&run.state),
        owner: Names::default().of(house, conn, &run.owner)?,
        at: run.at.and_utc(),
        wanted: in_words(house, &order),
        left,
        done,
        failed,
        left_out,
        rows,
        next,
        at_work,
        of_people: run.action == Action::Call.code(),
        can_start: mine && run.state == "planned" && left > 0,
        can_cancel: mine && (at_work || run.state == "planned"),
        types_count: usize::try_from(left).is_ok_and(|left| left > TYPED_FROM),
        bundles: bundles(&run, &counts, opens(house, caller, &run)),
        counts,
        note: run.note,
        state: run.state,
        id: run.id,
    })
}

/// Whether the caller may open letters of the program.
fn opens(house: &House, caller: &Caller, run: &BulkRun) -> bool {
    let program = house.programs.newest(&run.program);
    program.is_ok_and(|program| could(&caller.actor, CommandName::Read, &program.definition))
}

fn counts(conn: &mut Conn, run: &BulkRun) -> Result<Vec<Count>, Error> {
    let count = |(state, reason, detail, count): (String, String, String, i64)| Count {
        label: item_words(&state),
        href: address(&run.id, &Asked { state: state.clone(), reason, after: String::new() }, None),
        state,
        detail,
        count,
    };
    Ok(bulk::counts(conn, &run.id)?.into_iter().map(count).collect())
}

/// The state of an item in words.
pub fn item_words(state: &str) -> &'static str {
    match state {
        "planned" => "処理する",
        "left_out" => "対象外",
        "done" => "処理ずみ",
        _ => "できませんでした",
    }
}

fn in_words(house: &House, order: &Order) -> Vec<Choice> {
    let pair = |label: &str, value: String| Choice { value, label: label.to_owned() };
    let program = house.programs.newest(&order.program).ok();
    let text = |key: String| program.as_ref().map(|it| words::text(it, &key)).unwrap_or_default();
    let mut found = vec![pair("制度", title(house, &order.program))];
    let mut put = |asked: bool, label: &str, value: String| {
        if asked {
            found.push(pair(label, value));
        }
    };
    put(!order.kind.is_empty(), "手続き", text(format!("kind.{}", order.kind)));
    let owner = if order.owner == "none" { "担当なし" } else { "自分" };
    put(!order.owner.is_empty(), "担当", owner.to_owned());
    let days = order.days.map(|(first, last)| [first, last].map(|day| show(day, DateStyle::WarekiFirst)));
    put(days.is_some(), "期間", days.map(|days| days.join("から")).unwrap_or_default());
    put(order.criteria.questions, "確認事項のあるもの", "含める".to_owned());
    put(order.criteria.changed, "前と内容が変わるもの・新規", "含める".to_owned());
    put(!order.letter.is_empty(), "通知", text(format!("letter.{}", order.letter)));
    let call = |name: &str| order.call.get(name).cloned().unwrap_or_default();
    put(!call("vaccine").is_empty(), "ワクチン", vaccine(house, &order.program, &call("vaccine")));
    let words = [
        ("dose", "何回目"),
        ("from", "生年月日（から）"),
        ("until", "生年月日（まで）"),
        ("district", "地区"),
    ];
    for (name, label) in words {
        put(!call(name).is_empty(), label, call(name));
    }
    let state = if call("state") == "ends" {
        "期間がもうすぐ終わる"
    } else {
        "標準の時期をすぎた"
    };
    put(!call("state").is_empty(), "状態", state.to_owned());
    put(!order.again.is_empty(), "もう一度する理由", order.again.clone());
    found
}

fn vaccine(house: &House, program: &str, key: &str) -> String {
    let keeping = Keeping::of(house, program);
    keeping.map(|it| name_of(&it.vaccines(house), key, Lang::Ja)).unwrap_or_default()
}

fn rows(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    run: &BulkRun,
    items: &[BulkItem],
) -> Result<Vec<Row>, Error> {
    let mut found = Vec::new();
    if run.action == Action::Call.code() {
        return of_people(house, conn, caller, items);
    }
    for item in items {
        // A case that the reader must not know of is left out.
        let opened = match house.open(conn, caller, &item.case_id, CommandName::Read) {
            Ok(opened) => opened,
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        found.push(Row {
            href: format!("/staff/cases/{}", item.case_id),
            reference: opened.stored.case.reference.clone().unwrap_or_default(),
            label: item_words(&item.state),
            detail: item.detail.clone(),
            values: values(house, conn, run, &opened, item)?,
        });
    }
    Ok(found)
}

/// Rows of persons of the ledger of vaccinations.
fn of_people(house: &House, conn: &mut Conn, caller: &Caller, items: &[BulkItem]) -> Result<Vec<Row>, Error> {
    let names = calls::names(house, conn, caller, items)?;
    let row = |item: &BulkItem| Row {
        href: format!("/staff/immunizations/people/{}", item.case_id),
        reference: names.get(&item.case_id).cloned().unwrap_or_default(),
        label: item_words(&item.state),
        detail: item.detail.clone(),
        values: String::new(),
    };
    Ok(items.iter().map(row).collect())
}

/// What is decided: as proposed, as drafted, or as it was decided.
fn values(
    house: &House,
    conn: &mut Conn,
    run: &BulkRun,
    opened: &Opened,
    item: &BulkItem,
) -> Result<String, Error> {
    if !opened.granted.sees(DataClass::Decision) || item.state == "left_out" {
        return Ok(String::new());
    }
    let program: &Program = &opened.program;
    let case = &opened.stored.case;
    let decided = case.decision().map(|decision| &decision.draft);
    match Action::from_code(&run.action) {
        Some(Action::Draft) if item.state == "planned" => {
            let proposed = proposal::of(house, conn, opened)?.unwrap_or_default();
            Ok(proposal::told(program, |key| proposed.value(key)))
        }
        Some(Action::Draft | Action::Approve) => {
            let draft = case.draft.as_ref().or(decided);
            Ok(draft.map(|it| proposal::told(program, |key| it.content.fields.get(key))).unwrap_or_default())
        }
        _ => Ok(String::new()),
    }
}
