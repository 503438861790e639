//! What did not arrive, and what waits to be posted.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{Conn, letters};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::words;

/// Lines of each list.
const MOST: i64 = 200;

/// A delivery.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    case: String,
    reference: String,
    letter: String,
    href: Option<String>,
    state: String,
    problem: String,
    at: DateTime<Utc>,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Undelivered {
    bounced: Vec<Line>,
    paper: Vec<Line>,
}

/// Mails that came back, and letters that wait for the post.
///
/// # Errors
/// `permission.denied`.
pub fn undelivered(house: &House, caller: &Caller) -> Result<Undelivered, Error> {
    house.seat(caller, Desk::Register)?;
    house.database.read(|conn| {
        let bounced = lines(house, conn, caller, "mail", "bounced")?;
        Ok(Undelivered { bounced, paper: lines(house, conn, caller, "paper", "queued")? })
    })
}

fn lines(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    channel: &str,
    state: &str,
) -> Result<Vec<Line>, Error> {
    let mut found = Vec::new();
    for (_, case, letter, channel, state, _, problem, at) in
        letters::deliveries_in(conn, channel, &[state], "", MOST)?
    {
        // A case that the reader must not know of is left out.
        let opened = match house.open(conn, caller, &case, CommandName::Read) {
            Ok(opened) => opened,
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let rows = letters::of_case(conn, &opened.stored)?;
        let kind = rows.iter().find(|row| Some(&row.id) == letter.as_ref()).map(|row| row.kind.clone());
        let rules = &opened.program.definition.letters;
        let rule = rules.iter().find(|rule| Some(&rule.code) == kind.as_ref());
        found.push(Line {
            reference: opened.stored.case.reference.clone().unwrap_or_default(),
            letter: rule.map(|rule| words::text(&opened.program, &rule.label)).unwrap_or_default(),
            href: letter.map(|letter| format!("/staff/cases/{case}/letters/{letter}.pdf")),
            state: words::delivery(&channel, &state),
            problem,
            at: at.and_utc(),
            case,
        });
    }
    Ok(found)
}
