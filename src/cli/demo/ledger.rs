//! Lines in the ledgers of some granted cases, posted at the counters of the demo's institutions.

use anyhow::Context;
use chrono::Duration;

use crate::domain::ledger::in_force;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{cases, users};
use crate::usecases::ledger::append;
use crate::usecases::ledger::card::{self, Asked};
use crate::usecases::ledger::typed::Typed;
use crate::usecases::{Caller, Error, House, sessions};

use super::clock::MovedClock;

/// Granted cases that have lines.
const CASES: i64 = 5;
/// Days ago, who posts, kind of care, and total cost in yen.
const POSTS: &[(i64, &str, &str, &str)] = &[
    (36, "byoin", "outpatient", "64000"),
    (36, "yakkyoku", "pharmacy", "38000"),
    (15, "byoin", "outpatient", "20000"),
    (15, "yakkyoku", "pharmacy", "15000"),
    (8, "byoin", "outpatient", "12000"),
    (1, "byoin", "outpatient", "9000"),
    (1, "yakkyoku", "pharmacy", "8500"),
];

/// Posts the lines, day after day.
///
/// # Errors
/// The first line that was refused.
pub fn lines(house: &House, clock: &MovedClock) -> anyhow::Result<()> {
    clock.move_back(0);
    let later = house.now() + Duration::days(1);
    let decided = house.database.read(|conn| cases::unchanged_since(conn, "decided", later, "", 100))?;
    let mut kept = 0;
    for case in decided {
        clock.move_back(0);
        let Some(scanned) = code(house, &case)? else { continue };
        for (days, login, kind, total) in POSTS {
            clock.move_back(days * 86_400);
            post(house, login, &scanned, kind, total).with_context(|| format!("{login} {days} days ago"))?;
        }
        kept += 1;
        if kept == CASES {
            break;
        }
    }
    clock.move_back(0);
    Ok(())
}

/// The code on the certificate of a case; none where nothing was granted, or not from the first line on.
fn code(house: &House, case: &str) -> anyhow::Result<Option<String>> {
    let clerk = colleague(house, "tantou")?;
    let longest_ago = POSTS.iter().map(|(days, ..)| *days).max().unwrap_or_default();
    let first_day = house.today() - Duration::days(longest_ago);
    Ok(house.database.read(|conn| {
        let opened = house.open(conn, &clerk, case, CommandName::Read)?;
        match in_force(&opened.rulings(), first_day) {
            Some(held) => card::code(conn, &opened, held.decision),
            None => Ok::<_, Error>(None),
        }
    })?)
}

fn colleague(house: &House, login: &str) -> anyhow::Result<Caller> {
    let user = house.database.read(|conn| users::by_login(conn, &house.keys, login))?;
    Ok(Caller { actor: sessions::actor_of(&user), source: "127.0.0.1".to_owned() })
}

fn post(house: &House, login: &str, scanned: &str, kind: &str, total: &str) -> anyhow::Result<()> {
    let counter = colleague(house, login)?;
    let asked = Asked { scanned: scanned.to_owned(), ..Asked::default() };
    let case = card::find(house, &counter, &asked)?;
    let typed = Typed {
        care_on: house.today().to_string(),
        kind: kind.to_owned(),
        total: total.to_owned(),
        ..Typed::default()
    };
    append::post(house, &counter, &case, &typed)?;
    Ok(())
}
