//! Letters on paper: each is printed once, unless somebody says why it must be printed again.

use serde_json::json;

use crate::domain::letter::Letter;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::DataClass;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::bulk::BulkItem;
use crate::store::bulk_pages::{self, LetterLine, Print};
use crate::store::letters;
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{AtWork, Seen};

/// What would come of a page of letters.
pub(super) fn look(
    house: &House,
    conn: &mut Conn,
    at_work: &AtWork,
    lines: &[LetterLine],
) -> Result<Vec<Seen>, Error> {
    let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let travels = bulk_pages::channels(conn, &ids)?;
    let printed = bulk_pages::prints(conn, &ids)?;
    let mut found = Vec::new();
    for line in lines {
        let mailed = travels.iter().any(|(id, way)| id.as_deref() == Some(line.id.as_str()) && way == "mail");
        let barred = match (mailed, printed.contains(&line.id) && at_work.order.again.is_empty()) {
            (true, _) => Some("bulk.mailed"),
            (_, true) => Some("bulk.printed"),
            _ => None,
        };
        found.extend(one(house, conn, at_work, line, barred)?);
    }
    Ok(found)
}

fn one(
    house: &House,
    conn: &mut Conn,
    at_work: &AtWork,
    line: &LetterLine,
    barred: Option<&str>,
) -> Result<Option<Seen>, Error> {
    let opened = match house.open(conn, &at_work.caller, &line.case_id, at_work.order.action.command()) {
        Ok(opened) if opened.granted.sees(DataClass::Decision) => opened,
        // Letters of a case that the caller must not know of are none of theirs.
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let label = label(&opened.program, &line.kind);
    let would = match barred {
        Some(key) => Err(Refusal::new(key)),
        None => Ok((line.kind.clone(), label)),
    };
    let sorted_by = if would.is_ok() { postcode(conn, &opened.stored, &line.id)? } else { String::new() };
    let seen = Seen::case(&line.case_id, opened.stored.case.version, would);
    Ok(Some(Seen { item: line.id.clone(), sorted_by, ..seen }))
}

/// The name of a kind of letter.
pub(super) fn label(program: &Program, kind: &str) -> String {
    let rule = program.definition.letters.iter().find(|rule| rule.code == kind);
    let key = rule.map_or_else(|| format!("letter.{kind}"), |rule| rule.label.clone());
    words::text(program, &key)
}

/// By what letters are sorted for the post; letters without an address come first.
fn postcode(conn: &mut Conn, stored: &crate::store::cases::Stored, id: &str) -> Result<String, Error> {
    let letter: Letter = serde_json::from_slice(&letters::body(conn, stored, id)?)?;
    Ok(letter.head.to.map(|to| to.postcode).unwrap_or_default())
}

/// Notes that a letter is printed.
pub(super) fn act(house: &House, at_work: &AtWork, item: &BulkItem) -> Result<(), Error> {
    let caller = &at_work.caller;
    house.database.write(|conn| {
        let opened = house.open(conn, caller, &item.case_id, at_work.order.action.command())?;
        if !opened.granted.sees(DataClass::Decision) {
            return Err(Error::NotFound);
        }
        let again = !at_work.order.again.is_empty();
        if !again && !bulk_pages::prints_of_others(conn, &item.item, &at_work.run.id)?.is_empty() {
            return Err(Error::refused("bulk.printed"));
        }
        let print = Print { letter: &item.item, run: &at_work.run.id, by: &caller.actor.id, again };
        if !bulk_pages::print(conn, &print, house.now())? {
            return Ok(());
        }
        let detail = json!({ "letter": item.item, "run": at_work.run.id, "again": again });
        house.record(conn, caller, "print_letter", &item.case_id, "done", detail)
    })
}
