//! The desk of an office: its clients, those first whose certificate ends soonest.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::State;
use crate::domain::text::search_key;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::citizen::head_of;
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::clients::{Client, all};

/// Clients on a page.
const PAGE: usize = 50;

/// The certificate of a client.
#[derive(Clone, Debug, Serialize)]
pub struct Certified {
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    /// Days to the last day; negative once it is over.
    pub left: i64,
}

/// A case that is under way.
#[derive(Clone, Debug, Serialize)]
pub struct Running {
    /// Its name.
    pub title: String,
    /// How it stands.
    pub state: &'static str,
    /// Its reference, once it was filed.
    pub reference: Option<String>,
    /// Where the office goes on with its draft.
    pub href: Option<String>,
}

/// A client as the list shows them.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Id of the leave, by which the client's page is found.
    pub id: String,
    /// Name.
    pub name: String,
    /// Birth date, where it is known.
    pub birth: String,
    /// Last day of the leave.
    pub until: NaiveDate,
    /// Name of the program.
    pub program: String,
    /// What counts today.
    pub certified: Option<Certified>,
    /// Whether it can be renewed and nobody has begun to.
    pub renewable: bool,
    /// What is under way.
    pub running: Vec<Running>,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Clients {
    /// Name of the office.
    pub office: String,
    /// The clients of the page.
    pub lines: Vec<Line>,
    /// What was searched for.
    pub search: String,
    /// How many clients there are in all, and how many fit the search.
    pub total: usize,
    /// How many fit the search.
    pub found: usize,
    /// How many can be renewed now.
    pub due: usize,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

/// A page of the clients of the caller's office. What it shows is on record.
///
/// # Errors
/// `permission.denied`.
pub fn page(house: &House, caller: &Caller, search: &str, page: usize) -> Result<Clients, Error> {
    house.read_list(caller, "clients", |conn| {
        let office = super::clients::office(house, conn, caller)?;
        let clients = all(house, conn, caller)?;
        let total = clients.len();
        let mut lines: Vec<(Line, Vec<String>)> = clients.iter().map(|it| shown(house, it)).collect();
        let due = lines.iter().filter(|(line, _)| line.renewable).count();
        let wanted = search_key(search);
        lines.retain(|(line, _)| search_key(&line.name).contains(&wanted));
        lines.sort_by_key(|(line, _)| (urgency(line), line.name.clone()));
        let found = lines.len();
        let kept: Vec<(Line, Vec<String>)> = lines.into_iter().skip(page * PAGE).take(PAGE).collect();
        let cases = kept.iter().flat_map(|(_, cases)| cases.clone()).collect();
        let address = |page: usize| {
            let asked = [("q", search.to_owned()), ("page", page.to_string())];
            format!("/agent?{}", serde_urlencoded::to_string(asked).unwrap_or_default())
        };
        let clients = Clients {
            office: office.name,
            lines: kept.into_iter().map(|(line, _)| line).collect(),
            search: search.to_owned(),
            total,
            found,
            due,
            previous: page.checked_sub(1).map(address),
            next: (found > (page + 1) * PAGE).then(|| address(page + 1)),
        };
        Ok((clients, cases))
    })
}

/// First what can be renewed, then by the last day; those without a certificate come last.
fn urgency(line: &Line) -> (bool, Option<i64>, bool) {
    let left = line.certified.as_ref().map(|it| it.left);
    (!line.renewable, left.filter(|left| *left >= 0).or(Some(i64::MAX)), left.is_none())
}

fn shown(house: &House, client: &Client) -> (Line, Vec<String>) {
    let program = house.programs.newest(&client.mandate.program);
    let title = program.map(|it| words::text(&it, &it.definition.title)).unwrap_or_default();
    let line = Line {
        id: client.mandate.id.clone(),
        name: client.profile.name.clone(),
        birth: client.profile.birth_date.clone(),
        until: client.mandate.ends_on,
        program: title,
        certified: certified(house, client),
        renewable: client.renewable(house).is_some(),
        running: client.running().map(running).collect(),
    };
    (line, client.cases.iter().map(|it| it.stored.case.id.clone()).collect())
}

/// What counts today of a client's grants.
pub fn certified(house: &House, client: &Client) -> Option<Certified> {
    let (_, last) = client.certified(house)?;
    let left = (last.valid_to - house.today()).num_days();
    Some(Certified { valid_from: last.valid_from, valid_to: last.valid_to, left })
}

/// A case that is under way.
pub fn running(opened: &Opened) -> Running {
    let case = &opened.stored.case;
    Running {
        title: head_of(case, &opened.program, Lang::Ja).title,
        state: words::state(case.state),
        reference: case.reference.clone(),
        href: (case.state == State::Draft).then(|| format!("/agent/drafts/{}", case.id)),
    }
}
