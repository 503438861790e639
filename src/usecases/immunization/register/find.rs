//! Finds a person of the ledger by a number, or by name and birth; enters one whom the ledger does not have.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::calendar::EnteredDate;
use crate::domain::immunization::Sex;
use crate::domain::immunization::record::Person;
use crate::domain::immunization::voucher::read_number;
use crate::domain::permission::{Actor, could};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::{Conn, StoreError, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{Keeping, at_register};
use crate::usecases::immunization::subjects::{self, Told};

/// What the record of access calls it.
const ACTION: &str = "find_subject";
/// Characters of a name, an address or a number at most.
const LONGEST: usize = 120;

/// What was typed to find or to enter somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// 宛名番号, or the number of a voucher.
    pub number: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date.
    pub birth: String,
    /// Name as written; only to enter somebody.
    pub name: String,
    /// `female`, `male` or empty.
    pub sex: String,
    /// Postcode.
    pub postcode: String,
    /// Address.
    pub address: String,
    /// District.
    pub district: String,
    /// Name of the guardian.
    pub guardian: String,
    /// Day of moving in; empty for who was born here.
    pub moved_in: String,
}

/// Whether somebody reads the ledger at the office.
pub fn is_open_to(house: &House, actor: &Actor) -> bool {
    let reads = |keeping: Keeping| could(actor, CommandName::ReadImmunizations, &keeping.program.definition);
    actor.office.is_none() && Keeping::first(house).is_ok_and(reads)
}

/// Whether the caller may also enter and change what the ledger holds.
///
/// # Errors
/// `permission.denied` when they may not even read it.
pub fn may_ask(house: &House, caller: &Caller) -> Result<bool, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    Ok(could(&caller.actor, CommandName::KeepImmunizations, &keeping.program.definition))
}

/// Finds a person. Each look-up is on record.
///
/// # Errors
/// What cannot be read; `register.nobody`.
pub fn find(house: &House, caller: &Caller, asked: &Asked) -> Result<String, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let program = keeping.program.definition.id.clone();
    let by_number = !asked.number.trim().is_empty();
    let birth = if by_number { NaiveDate::default() } else { birth(asked)? };
    let found = house.database.write(|conn| {
        let found = match by_number {
            true => numbered(house, conn, &program, &asked.number)?,
            false => named(house, conn, &program, asked, birth)?,
        };
        let outcome = if found.is_some() { "done" } else { "refused" };
        let detail = json!({ "subject": found, "by": if by_number { "number" } else { "name" } });
        house.record(conn, caller, ACTION, found.as_deref().unwrap_or_default(), outcome, detail)?;
        Ok::<_, Error>(found)
    })?;
    let at = if by_number { "number" } else { "kana" };
    found.ok_or_else(|| Refusal::new("register.nobody").at(at).into())
}

fn birth(asked: &Asked) -> Result<NaiveDate, Error> {
    if asked.kana.trim().is_empty() {
        return Err(Refusal::new("register.who").at("number").into());
    }
    let day = EnteredDate::parse(&asked.birth).ok().and_then(|entered| entered.date.day());
    day.ok_or_else(|| Refusal::new("voucher.birth").at("birth").into())
}

/// A number of the town's systems goes first; ten digits may be those of a voucher.
fn numbered(house: &House, conn: &mut Conn, program: &str, typed: &str) -> Result<Option<String>, Error> {
    let number = fold_width(typed.trim());
    if let Some(stored) = subjects::by_number(house, conn, program, &number)? {
        return Ok(Some(stored.subject.id));
    }
    let Ok(number) = read_number(&number) else { return Ok(None) };
    match vouchers::by_number(conn, &number) {
        Ok(voucher) => Ok(Some(voucher.subject)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn named(
    house: &House,
    conn: &mut Conn,
    program: &str,
    asked: &Asked,
    birth: NaiveDate,
) -> Result<Option<String>, Error> {
    let person = Person { kana: asked.kana.trim().to_owned(), ..Person::default() };
    let told = Told { birth, sex: None, district: String::new(), person };
    Ok(subjects::find(house, conn, program, &told)?.map(|it| it.subject.id))
}

/// Enters a person whom the ledger does not have; of one that it has, what was not known is added.
///
/// # Errors
/// `permission.denied`; what cannot be read.
pub fn enter(house: &House, caller: &Caller, asked: &Asked) -> Result<String, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::KeepImmunizations)?;
    let (told, moved_in) = (read(asked, house.today())?, moved_in(asked, house.today())?);
    let program = keeping.program.definition.id.clone();
    house.database.write(|conn| {
        let mut stored = subjects::enter(house, conn, &program, &told)?;
        if moved_in.is_some_and(|day| stored.subject.moved_in_on != Some(day)) {
            stored.subject.moved_in_on = moved_in;
            subjects::save(house, conn, &stored)?;
        }
        let id = stored.subject.id;
        house.record(conn, caller, "enter_subject", &id, "done", json!({ "subject": id }))?;
        Ok(id)
    })
}

fn moved_in(asked: &Asked, today: NaiveDate) -> Result<Option<NaiveDate>, Error> {
    if asked.moved_in.trim().is_empty() {
        return Ok(None);
    }
    let day = EnteredDate::parse(&asked.moved_in).ok().and_then(|entered| entered.date.day());
    let fits = day.filter(|day| *day <= today && birth(asked).is_ok_and(|birth| birth <= *day));
    fits.map(Some).ok_or_else(|| Refusal::new("register.left").at("moved-in").into())
}

fn read(asked: &Asked, today: NaiveDate) -> Result<Told, Error> {
    let birth = birth(asked)?;
    if birth > today {
        return Err(Refusal::new("register.unborn").at("birth").into());
    }
    if asked.name.trim().is_empty() {
        return Err(Refusal::new("register.name").at("name").into());
    }
    let who = [&asked.name, &asked.kana, &asked.number, &asked.guardian];
    let home = [&asked.postcode, &asked.address, &asked.district];
    if who.iter().chain(&home).any(|text| text.chars().count() > LONGEST) {
        return Err(Refusal::new("dose.long").with("most", LONGEST).at("name").into());
    }
    let text = |typed: &String| typed.trim().to_owned();
    let person = Person {
        name: text(&asked.name),
        kana: text(&asked.kana),
        postcode: text(&asked.postcode),
        address: text(&asked.address),
        guardian: text(&asked.guardian),
        resident_number: fold_width(asked.number.trim()),
        ..Person::default()
    };
    Ok(Told { birth, sex: Sex::from_code(&asked.sex), district: text(&asked.district), person })
}
