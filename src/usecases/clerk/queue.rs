//! Lists of cases: filters in words, a page by keyset, search by keyed hash.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::EnteredDate;
use crate::domain::calendar::day_in_japan;
use crate::domain::permission::{Desk, Seated, holds};
use crate::domain::program::vocabulary::{Reach, State};
use crate::store::Conn;
use crate::store::offices;
use crate::store::queue::{self, Filter, Held, Line};
use crate::usecases::access::Caller;
use crate::usecases::effects::search_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::projection::{DELAY_READY, ON_THE_WAY, SENT_BACK, TO_REMIND};

use super::clock::{self, Chip};
use super::names::Names;
use super::selects::{self, Select};
use super::words;

/// Rows of a page.
const PAGE: i64 = 50;
/// Cases up to which they are counted.
const COUNTED: usize = 500;
/// The address of the list.
const ADDRESS: &str = "/staff/queue";

/// Marks that stand among what a case waits for.
const WAITING_MARKS: [&str; 5] = ["draft_returned", ON_THE_WAY, SENT_BACK, TO_REMIND, DELAY_READY];

/// The query parameters of a list, by name.
pub type Asked = BTreeMap<String, String>;

/// A row.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The case.
    pub id: String,
    reference: String,
    person: String,
    title: String,
    stage: &'static str,
    owner: Option<String>,
    waiting: Option<String>,
    clock: Option<Chip>,
    received_on: Option<NaiveDate>,
    unseen: bool,
    flags: Vec<&'static str>,
}

/// A filter that holds, and the address without it.
#[derive(Clone, Debug, Serialize)]
pub struct Active {
    label: String,
    remove: String,
}

/// A list.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    search: String,
    selects: Vec<Select>,
    active: Vec<Active>,
    words: String,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
    total: String,
}

/// A page of the cases that the caller's roles reach.
///
/// # Errors
/// `permission.denied`.
pub fn listing(house: &House, caller: &Caller, asked: &Asked) -> Result<Listing, Error> {
    let seated = house.seat(caller, Desk::Queue)?;
    let filter = filter(house, caller, asked);
    house.read_list(caller, "queue", |conn| {
        let mut lines = queue::page(conn, &seated, &filter, PAGE + 1)?;
        let full = lines.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        if full && filter.before.is_some() {
            lines.remove(0);
        } else if full {
            lines.pop();
        }
        let (first, last) = (lines.first().map(place), lines.last().map(place));
        let more = full || filter.before.is_some();
        let back = filter.after.is_some() || (filter.before.is_some() && full);
        let selects = selects::of(house, caller, asked, &offices::all(conn)?);
        let listing = Listing {
            search: asked.get("q").cloned().unwrap_or_default(),
            active: active(asked, &selects),
            words: selects::in_words(asked, &selects),
            selects,
            rows: rows(house, conn, &lines)?,
            previous: first.filter(|_| back).map(|place| address(asked, Some(("before", &place)))),
            next: last.filter(|_| more).map(|place| address(asked, Some(("after", &place)))),
            total: total(count(conn, &seated, &filter)?),
        };
        Ok((listing, lines.into_iter().map(|line| line.id).collect()))
    })
}

fn place(line: &Line) -> String {
    format!("{}~{}", line.due_on, line.id)
}

fn read_place(text: &str) -> Option<(NaiveDate, String)> {
    let (day, id) = text.split_once('~')?;
    Some((day.parse().ok()?, id.to_owned()))
}

/// The number of cases without regard to the page.
pub fn count(conn: &mut Conn, seated: &Seated, filter: &Filter) -> Result<usize, Error> {
    let whole = Filter { after: None, before: None, ..filter.clone() };
    Ok(queue::count(conn, seated, &whole)?)
}

/// A number of cases in words.
pub fn total(count: usize) -> String {
    if count > COUNTED { format!("{COUNTED}件以上") } else { format!("{count}件") }
}

/// The programs in which the caller works.
pub fn programs(house: &House, caller: &Caller) -> Vec<String> {
    let works = |program: &&std::sync::Arc<crate::domain::program::Program>| {
        let mut roles = program.definition.roles.iter();
        roles.any(|role| holds(&caller.actor, role) && role.reach == Reach::Organisation)
    };
    house.programs.offered().filter(works).map(|program| program.definition.id.clone()).collect()
}

/// The filter that query parameters mean; unknown values narrow nothing.
pub fn filter(house: &House, caller: &Caller, asked: &Asked) -> Filter {
    let get = |name: &str| asked.get(name).map_or("", |value| value.as_str());
    let reached = programs(house, caller);
    let wanted = get("program");
    let programs = if reached.iter().any(|it| it == wanted) { vec![wanted.to_owned()] } else { reached };
    let today = house.today();
    let due_until = match get("clock") {
        "over" => today.pred_opt(),
        "urgent" => Some(clock::day_after(today, clock::URGENT)),
        "soon" => Some(clock::day_after(today, clock::SOON)),
        _ => None,
    };
    let mark = get("mark");
    let waiting = if WAITING_MARKS.contains(&mark) { mark } else { get("waiting") };
    let search = get("q").trim();
    Filter {
        programs,
        state: get("state").to_owned(),
        assignee: if get("owner") == "me" { caller.actor.id.clone() } else { get("owner").to_owned() },
        waiting: waiting.to_owned(),
        sync: if mark == "rejected" || mark == "confirmed" { mark.to_owned() } else { String::new() },
        duplicate: mark == "duplicate",
        answered: mark == "answered",
        origin: get("origin").to_owned(),
        due_until,
        held: held(caller, get("held"), !search.is_empty()),
        received_by: get("office").to_owned(),
        token: if search.is_empty() { String::new() } else { search_token(house, &searched(search)) },
        after: read_place(get("after")),
        before: read_place(get("before")),
    }
}

/// What the caller's office has; on request what it passed on. A search looks in both.
fn held(caller: &Caller, wanted: &str, searching: bool) -> Held {
    let own = caller.actor.office.clone().unwrap_or_default();
    match wanted {
        "passed" => Held::PassedOnBy(own),
        _ if searching => Held::KnownTo(own),
        _ => Held::With(own),
    }
}

/// A date in either calendar is searched as it is indexed; anything else as it was typed.
pub(in crate::usecases) fn searched(text: &str) -> String {
    let day = EnteredDate::parse(text).ok().and_then(|entered| entered.date.day());
    day.map_or_else(|| text.to_owned(), |day| day.to_string())
}

fn rows(house: &House, conn: &mut Conn, lines: &[Line]) -> Result<Vec<Row>, Error> {
    let mut names = Names::default();
    lines.iter().map(|line| row(house, conn, &mut names, line)).collect()
}

/// One line of a list in words.
///
/// # Errors
/// When a name cannot be opened.
pub fn row(house: &House, conn: &mut Conn, names: &mut Names, line: &Line) -> Result<Row, Error> {
    let state = State::from_code(&line.state);
    let owner = match line.assignee.as_str() {
        "" => None,
        id => Some(names.of(house, conn, id)?),
    };
    let program = house.programs.newest(&line.program)?;
    let kind = words::text(&program, &format!("kind.{}", line.kind));
    let tokens = line.waiting.split_whitespace();
    let waits: Vec<String> = tokens.filter_map(|code| words::waiting(&program, code)).collect();
    let clock = match state {
        Some(State::Correction) => Some(clock::paused()),
        Some(State::Decided | State::Ended) | None => None,
        Some(_) => clock::chip(house.today(), line.due_on),
    };
    Ok(Row {
        id: line.id.clone(),
        reference: line.reference.clone().unwrap_or_default(),
        person: line.name(&house.keys)?,
        title: format!("{}・{}", words::text(&program, &program.definition.title), kind),
        stage: state.map(words::state).unwrap_or_default(),
        owner,
        waiting: (!waits.is_empty()).then(|| waits.join("、")),
        clock,
        received_on: line.submitted_at.map(|at| day_in_japan(at.and_utc())),
        unseen: line.answered,
        flags: flags(line),
    })
}

fn flags(line: &Line) -> Vec<&'static str> {
    let waits = |mark: &str| line.waiting.split_whitespace().any(|code| code == mark);
    let marks = [
        (line.duplicate, "重複の疑い"),
        (line.answered, "補正の回答あり"),
        (waits("draft_returned"), "起案の差戻し"),
        (waits(TO_REMIND), "催促が必要"),
        (waits(DELAY_READY), "延期通知の準備あり"),
        (waits(ON_THE_WAY), "進達・未受領"),
        (waits(SENT_BACK), "処分庁からの差戻し"),
        (line.origin == "paper", "紙の申請"),
        (line.sync == "rejected", "連携エラー"),
        (line.sync == "confirmed", "連携済"),
    ];
    marks.into_iter().filter(|(on, _)| *on).map(|(_, words)| words).collect()
}

fn active(asked: &Asked, selects: &[Select]) -> Vec<Active> {
    let chip = |name: &str, label: String| {
        let mut rest = asked.clone();
        rest.remove(name);
        Active { label, remove: address(&rest, None) }
    };
    let search = asked.get("q").filter(|it| !it.trim().is_empty());
    let search = search.map(|text| chip("q", format!("「{}」", text.trim())));
    let chosen = selects.iter().filter_map(|select| Some(chip(select.name, select.chosen()?)));
    search.into_iter().chain(chosen).collect()
}

/// The address of a list with its filters, and a place in it.
pub fn address(asked: &Asked, place: Option<(&str, &str)>) -> String {
    let kept = asked.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let filters = kept.filter(|(name, value)| !value.is_empty() && *name != "after" && *name != "before");
    let pairs: Vec<(&str, &str)> = filters.chain(place).collect();
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{ADDRESS}?{query}"),
        _ => ADDRESS.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_filters_and_forgets_the_old_place() {
        let asked: Asked = [("state", "in_review"), ("after", "2026-01-01~case_1"), ("owner", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(address(&asked, None), "/staff/queue?state=in_review");
        let next = address(&asked, Some(("after", "2026-02-01~case_2")));
        assert_eq!(next, "/staff/queue?state=in_review&after=2026-02-01%7Ecase_2");
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let day = NaiveDate::from_ymd_opt(2026, 2, 1);
        assert_eq!(read_place("2026-02-01~case_2"), day.map(|day| (day, "case_2".to_owned())));
        assert_eq!(read_place("2026-02-31~case_2"), None);
    }

    #[test]
    fn a_birth_date_is_searched_in_either_calendar() {
        assert_eq!(searched("昭和40年5月3日"), "1965-05-03");
        assert_eq!(searched("NB-7K3F-92QM-V"), "NB-7K3F-92QM-V");
    }
}
