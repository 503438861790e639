//! A certificate that is presented at a counter: its number and the birth date together open the ledger of
//! its holder for the day, and nothing else does.

use serde_json::{Value, json};

use crate::domain::calendar::EnteredDate;
use crate::domain::case::decision::Decision;
use crate::domain::ledger::{in_force, newest};
use crate::domain::numbers::RecipientNumber;
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::{Conn, cards};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::lookups::{counted, refusal};
use crate::usecases::{slots, standing};

/// What the record of access calls it.
const ACTION: &str = "find_card";
/// What stands before number and birth date in the code on the certificate.
const MARK: &str = "MADOGUCHI-CARD";

/// What was typed, or read from the code on the certificate.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// 受給者番号
    pub number: String,
    /// Birth date.
    pub birth: String,
    /// The text of the code, if a reader gave it.
    pub scanned: String,
}

/// Makes the certificate of a decision findable. The number and the birth date are hashed together.
///
/// # Errors
/// When the database fails.
pub fn keep(house: &House, conn: &mut Conn, opened: &Opened) -> Result<(), Error> {
    let decision = opened.stored.case.decision().filter(|it| it.draft.content.outcome.grants());
    let Some(decision) = decision.filter(|_| opened.effect().certifies()) else { return Ok(()) };
    let Some((number, birth)) = of_decision(conn, opened, decision)? else { return Ok(()) };
    Ok(cards::keep(conn, &token(house, &number, &birth), opened.root())?)
}

/// The text of the code on the certificate; none where no institution asks for it.
///
/// # Errors
/// When the answers cannot be read.
pub fn code(conn: &mut Conn, opened: &Opened, decision: &Decision) -> Result<Option<String>, Error> {
    Ok(of_decision(conn, opened, decision)?.map(|(number, birth)| format!("{MARK} {number} {birth}")))
}

/// Number and birth date of the holder.
fn of_decision(
    conn: &mut Conn,
    opened: &Opened,
    decision: &Decision,
) -> Result<Option<(String, String)>, Error> {
    let definition = &opened.program.definition;
    let Some(shape) = &definition.ledger else { return Ok(None) };
    let number = decision.draft.content.fields.get(&shape.number).and_then(Value::as_str);
    let answers = standing::answers(conn, opened)?;
    let birth = slots::text(&answers, &definition.subject.birth);
    Ok(number.map(str::to_owned).zip(birth))
}

fn token(house: &House, number: &str, birth: &str) -> String {
    house.keys.lookup.hash("card", &format!("{number} {birth}"))
}

/// Whether the caller may ask for ledgers at all.
///
/// # Errors
/// `permission.denied`.
pub fn may_ask(house: &House, caller: &Caller) -> Result<(), Error> {
    house.seat(caller, Desk::Institution).map(drop)
}

/// Finds the case of a presented certificate, and opens its ledger to the caller for the day.
///
/// # Errors
/// What cannot be read; `card.unknown`, the same for every other reason; `card.rest` after many of those.
pub fn find(house: &House, caller: &Caller, asked: &Asked) -> Result<String, Error> {
    house.seat(caller, Desk::Institution)?;
    let (number, birth) = read(asked)?;
    let found = house.database.write(|conn| {
        let token = token(house, &number, &birth);
        let found = counted(house, conn, caller, (ACTION, "card.rest"), |conn| {
            Ok(holder(house, conn, &token)?.ok_or("card.unknown"))
        })?;
        if let Ok(case) = &found {
            cards::present(conn, case, &caller.actor.id, house.now())?;
            house.record(conn, caller, ACTION, case, "done", json!({}))?;
        }
        Ok::<_, Error>(found)
    })?;
    found.map_err(|key| refusal(key, "number").into())
}

/// The case of a certificate: the one that holds today, else the newest that ever did.
fn holder(house: &House, conn: &mut Conn, lookup: &str) -> Result<Option<String>, Error> {
    let mut found: Vec<Opened> = Vec::new();
    for id in cards::find(conn, lookup)? {
        let opened = house.open(conn, &Caller::system(), &id, CommandName::RecordSync)?;
        found.extend(newest(&opened.rulings()).is_some().then_some(opened));
    }
    let today = house.today();
    let holds = found.iter().find(|opened| in_force(&opened.rulings(), today).is_some());
    Ok(holds.or(found.first()).map(|opened| opened.stored.case.id.clone()))
}

/// Number and birth date as they are hashed.
fn read(asked: &Asked) -> Result<(String, String), Refusal> {
    let scanned = fold_width(asked.scanned.trim());
    if !scanned.is_empty() {
        return read_code(&scanned).ok_or_else(|| Refusal::new("card.code").at("scanned"));
    }
    let number =
        RecipientNumber::parse(&asked.number).map_err(|_| Refusal::new("card.number").at("number"))?;
    let birth = EnteredDate::parse(&asked.birth).ok().and_then(|entered| entered.date.day());
    let birth = birth.ok_or_else(|| Refusal::new("card.birth").at("birth"))?;
    Ok((number.to_string(), birth.to_string()))
}

/// Reads the code on a certificate. Readers may type a line break after it.
fn read_code(text: &str) -> Option<(String, String)> {
    let mut parts = text.split_whitespace();
    let ours = parts.next()? == MARK;
    let (number, birth) = (RecipientNumber::parse(parts.next()?).ok()?, parts.next()?);
    let birth = EnteredDate::parse(birth).ok()?.date.day()?;
    (ours && parts.next().is_none()).then(|| (number.to_string(), birth.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(number: &str, birth: &str, scanned: &str) -> Asked {
        Asked { number: number.to_owned(), birth: birth.to_owned(), scanned: scanned.to_owned() }
    }

    #[test]
    fn number_and_birth_date_are_read_in_any_width_and_calendar() {
        let wanted = ("0000018".to_owned(), "1958-04-12".to_owned());
        assert_eq!(read(&asked("0000018", "1958-04-12", "")), Ok(wanted.clone()));
        assert_eq!(read(&asked("００００ ０１８", "昭和33年4月12日", "")), Ok(wanted.clone()));
        assert_eq!(read(&asked("", "", "MADOGUCHI-CARD 0000018 1958-04-12\n")), Ok(wanted));
    }

    #[test]
    fn what_cannot_be_read_is_named_without_telling_who_exists() {
        let key = |asked: &Asked| read(asked).unwrap_err().key;
        assert_eq!(key(&asked("123", "1958-04-12", "")), "card.number");
        assert_eq!(key(&asked("0000018", "1958-04", "")), "card.birth");
        assert_eq!(key(&asked("", "", "https://example.jp/")), "card.code");
        assert_eq!(key(&asked("", "", "MADOGUCHI-CARD 0000018 1958-04-12 x")), "card.code");
    }
}
