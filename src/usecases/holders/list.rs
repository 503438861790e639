//! The register as a page: as of any day, narrowed in words, by keyset.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::case::holding::Standing;
use crate::domain::refusal::Refusal;
use crate::store::holders::Wanted;
use crate::usecases::access::Caller;
use crate::usecases::bulk::shown::Choice;
use crate::usecases::clerk::queue::{programs, searched};
use crate::usecases::clerk::typed::day;
use crate::usecases::clerk::words;
use crate::usecases::effects::search_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::hub::CARE_BASE;

use super::{Line, heads, page, seat, standing_words};

/// Lines of a page.
const PAGE: usize = 50;

/// The query parameters, by name.
pub type Asked = BTreeMap<String, String>;

/// A page of the register.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    program: String,
    programs: Vec<Choice>,
    standing: String,
    standings: Vec<Choice>,
    search: String,
    /// The day for which it is read.
    pub day: NaiveDate,
    heads: Vec<String>,
    lines: Vec<Line>,
    next: Option<String>,
    /// The same as a table to download.
    table: String,
    /// Whether changes are told to the insurers' federation.
    changes: bool,
}

/// What is asked for.
pub(super) struct Question {
    pub(super) program: String,
    pub(super) wanted: Wanted,
}

/// Reads what is asked for; the register of one program is read at a time.
///
/// # Errors
/// What is wrong with the day; `permission.denied` for whoever works in no program.
pub(super) fn question(house: &House, caller: &Caller, asked: &Asked) -> Result<Question, Error> {
    let get = |name: &str| asked.get(name).map_or("", |value| value.trim());
    let reached = programs(house, caller);
    let chosen = reached.iter().find(|id| *id == get("program")).or(reached.first());
    let program = chosen.cloned().ok_or_else(|| Refusal::new("permission.denied"))?;
    let on = if get("on").is_empty() { house.today() } else { day(get("on"), "on")? };
    let standing = match get("standing") {
        "" => Some(Standing::Valid),
        code => Standing::from_code(code),
    };
    let token = if get("q").is_empty() { String::new() } else { search_token(house, &searched(get("q"))) };
    let after = get("after").to_owned();
    let wanted = Wanted { programs: vec![program.clone()], day: on, standing, token, after };
    Ok(Question { program, wanted })
}

/// A page of the register. One row of the record says whose lines it showed.
///
/// # Errors
/// As [`question`].
pub fn list(house: &House, caller: &Caller, asked: &Asked) -> Result<Register, Error> {
    let seated = seat(house, caller)?;
    let Question { program, wanted } = question(house, caller, asked)?;
    let (lines, next) = house.read_list(caller, "holders", |conn| {
        let found = page(house, conn, caller, &seated, &wanted, PAGE)?;
        let cases = found.0.iter().map(|line| line.case.clone()).collect();
        Ok((found, cases))
    })?;
    let newest = house.programs.newest(&program)?;
    Ok(Register {
        programs: choices(house, caller),
        standing: wanted.standing.map_or("all", Standing::code).to_owned(),
        standings: standings(),
        search: asked.get("q").cloned().unwrap_or_default(),
        day: wanted.day,
        heads: heads(&newest),
        lines,
        next: next.map(|after| address("/staff/holders", asked, &after)),
        table: address("/staff/holders/table.csv", asked, ""),
        changes: newest.definition.connectors.iter().any(|it| it.id == CARE_BASE),
        program,
    })
}

fn choices(house: &House, caller: &Caller) -> Vec<Choice> {
    let found = programs(house, caller).into_iter().filter_map(|id| house.programs.newest(&id).ok());
    let choice = |program: std::sync::Arc<crate::domain::program::Program>| Choice {
        value: program.definition.id.clone(),
        label: words::text(&program, &program.definition.title),
    };
    found.map(choice).collect()
}

fn standings() -> Vec<Choice> {
    let choice = |it: Standing| Choice { value: it.code().into(), label: standing_words(it).into() };
    let all = Choice { value: "all".into(), label: "すべて".into() };
    Standing::ALL.into_iter().map(choice).chain([all]).collect()
}

fn address(path: &str, asked: &Asked, after: &str) -> String {
    let kept = asked.iter().filter(|(name, value)| *name != "after" && !value.is_empty());
    let pairs = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    let place = (!after.is_empty()).then_some(("after", after));
    let pairs: Vec<(&str, &str)> = pairs.chain(place).collect();
    format!("{path}?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}
