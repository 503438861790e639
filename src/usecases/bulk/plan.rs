//! The dry run: what would come of each case, a page at a time.

use crate::domain::bulk::MOST;
use crate::store::bulk::{self, BulkItem};
use crate::store::bulk_pages::LetterLine;
use crate::store::{Conn, bulk_pages, grants};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::order::Action;
use super::{AtWork, Seen, approvals, calls, drafts, invitations, prints};

/// Cases or letters looked at in one part.
const PAGE: i64 = 50;

/// A page of the plan, and the last candidate on it; none when there are no more.
type Page = (Vec<BulkItem>, Option<String>);

/// Plans the next page; whether there is another.
pub(super) fn part(house: &House, at_work: &AtWork) -> Result<bool, Error> {
    let program = house.programs.newest(&at_work.order.program)?;
    // What was looked at is on record with the plan, and what could not be recorded is not planned.
    let (rows, last) = house.read_list(&at_work.caller, "bulk", |conn| {
        let (seen, last) = page(house, conn, at_work)?;
        let cases = seen.iter().map(|seen| seen.case.clone()).collect();
        let rows = seen.into_iter().map(|seen| seen.row(house, &at_work.run.id, &program)).collect();
        Ok::<(Page, Vec<String>), Error>(((rows, last), cases))
    })?;
    house.database.write(|conn| store(house, conn, at_work, rows, last))
}

fn store(
    house: &House,
    conn: &mut Conn,
    at_work: &AtWork,
    rows: Vec<BulkItem>,
    last: Option<String>,
) -> Result<bool, Error> {
    let (run, now) = (&at_work.run.id, house.now());
    let looked = bulk::add(conn, &house.keys, run, rows)?;
    let full = usize::try_from(looked).is_ok_and(|looked| looked >= MOST);
    if let Some(last) = last.filter(|_| !full) {
        bulk::reach(conn, run, &last, now)?;
        return Ok(true);
    }
    if matches!(at_work.order.action, Action::Print | Action::Call) {
        bulk::put_in_order(conn, &house.keys, run)?;
    }
    let note = if full { format!("{MOST}件で打ち切りました。") } else { String::new() };
    bulk::turn(conn, run, ("planning", "planned"), &note, now)?;
    Ok(false)
}

fn page(house: &House, conn: &mut Conn, at_work: &AtWork) -> Result<(Vec<Seen>, Option<String>), Error> {
    let (order, after) = (&at_work.order, at_work.run.place.as_str());
    if order.action == Action::Print {
        let lines = bulk_pages::letters(conn, &order.program, &order.letter, order.time(), after, PAGE)?;
        let last = lines.last().map(LetterLine::place);
        return Ok((prints::look(house, conn, at_work, &lines)?, last));
    }
    if order.action == Action::Call {
        return calls::page(house, conn, at_work, PAGE);
    }
    let ids = match (order.action, order.days) {
        (Action::Invite, Some((first, last))) => {
            grants::ending(conn, &order.program, first..=last, after, PAGE)?
        }
        _ => bulk_pages::cases(conn, &order.wanted(), after, PAGE)?,
    };
    let mut found = Vec::new();
    for id in &ids {
        found.extend(one(house, conn, at_work, id)?);
    }
    Ok((found, ids.last().cloned()))
}

/// A case that the caller must not know of is none of theirs; one that cannot be judged is left out.
fn one(house: &House, conn: &mut Conn, at_work: &AtWork, case: &str) -> Result<Option<Seen>, Error> {
    let looked = match at_work.order.action {
        Action::Draft => drafts::look(house, conn, at_work, case),
        Action::Approve => approvals::look(house, conn, at_work, case),
        Action::Print | Action::Invite | Action::Call => invitations::look(house, conn, at_work, case),
    };
    match looked {
        Ok(seen) => Ok(Some(seen)),
        Err(Error::NotFound) => Ok(None),
        Err(Error::Refused(refusals)) => {
            Ok(refusals.into_iter().next().map(|refusal| Seen::case(case, 0, Err(refusal))))
        }
        Err(error) => Err(error),
    }
}
