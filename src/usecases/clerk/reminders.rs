//! Whom to call or to write to: assignees whose ladder of reminders came to a person.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::case::reminding::left_to_a_person;
use crate::domain::case::work::WorkItem;
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::{Channel, CommandName};
use crate::store::users::{self, User};
use crate::store::{Conn, StoreError, queue};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::projection::TO_REMIND;

use super::clock::{self, Chip};
use super::queue::{Asked, count, filter, total};
use super::words;

/// Cases at most; those whose periods end first come first.
const MOST: i64 = 100;

/// Somebody to remind.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    reference: String,
    person: String,
    href: String,
    what: String,
    #[serde(flatten)]
    contact: Contact,
    asked_at: Option<DateTime<Utc>>,
    due_on: NaiveDate,
    clock: Option<Chip>,
    via: &'static str,
    listed_at: DateTime<Utc>,
}

/// How somebody is reached.
#[derive(Clone, Debug, Serialize)]
struct Contact {
    assignee: String,
    institution: String,
    address: String,
    phone: String,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Reminders {
    rows: Vec<Row>,
    total: String,
}

/// Everybody to call or to write to, the most urgent case first.
///
/// # Errors
/// `permission.denied`.
pub fn reminders(house: &House, caller: &Caller) -> Result<Reminders, Error> {
    let seated = house.seat(caller, Desk::Queue)?;
    let asked: Asked = [("mark".to_owned(), TO_REMIND.to_owned())].into();
    let filter = filter(house, caller, &asked);
    house.read_list(caller, "reminders", |conn| {
        let (mut rows, mut cases) = (Vec::new(), Vec::new());
        for line in queue::page(conn, &seated, &filter, MOST)? {
            let opened = house.open(conn, caller, &line.id, CommandName::Read)?;
            let person = line.name(&house.keys)?;
            rows.extend(of_case(house, conn, &opened, &person)?);
            cases.push(line.id);
        }
        let total = total(count(conn, &seated, &filter)?);
        Ok((Reminders { rows, total }, cases))
    })
}

fn of_case(house: &House, conn: &mut Conn, opened: &Opened, person: &str) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for item in &opened.stored.case.work {
        let Some(step) = left_to_a_person(item) else { continue };
        let shape = opened.program.definition.work_item(&item.kind).ok_or(Error::NotFound)?;
        rows.push(Row {
            reference: opened.stored.case.reference.clone().unwrap_or_default(),
            person: person.to_owned(),
            href: format!("/staff/cases/{}/work/{}", opened.stored.case.id, item.id),
            what: words::text(&opened.program, &shape.label),
            asked_at: item.requested_at,
            due_on: item.due_on,
            clock: clock::chip(house.today(), item.due_on),
            via: way(step.via),
            listed_at: step.at,
            contact: contact(house, conn, item)?,
        });
    }
    Ok(rows)
}

/// Somebody who is gone, or not named yet, is reached as the case names them.
fn contact(house: &House, conn: &mut Conn, item: &WorkItem) -> Result<Contact, Error> {
    let user = match users::find(conn, &house.keys, &item.assignee) {
        Ok(user) => Some(user),
        Err(StoreError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let known = user.and_then(|User { name, designation, .. }| Some((name, designation?)));
    Ok(match known {
        Some((assignee, place)) => Contact {
            assignee,
            institution: place.institution,
            address: place.institution_address,
            phone: place.institution_phone,
        },
        None => Contact {
            assignee: item.assignee_name.clone(),
            institution: String::new(),
            address: String::new(),
            phone: String::new(),
        },
    })
}

/// How a person reminds somebody.
pub fn way(via: Channel) -> &'static str {
    match via {
        Channel::Letter => "手紙・ファクス",
        _ => "電話",
    }
}
