//! Who stands before the desk of a clinic: by the code or the number of a voucher, or by themself with consent.
//! It opens the ledger of that one person for the day, and nothing else does.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::calendar::EnteredDate;
use crate::domain::immunization::record::Person;
use crate::domain::immunization::voucher::{Code, Opens, read_number};
use crate::domain::permission::Desk;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, StoreError, immunization_subjects, screenings, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::lookups::{Found, counted, refusal};

use super::access::Keeping;
use super::subjects::{self, Told};
use super::vouchers::{code, town};

/// What the record of access calls it.
const ACTION: &str = "find_subject";

/// What was typed or scanned.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The text of the code on a voucher or a form.
    pub scanned: String,
    /// The number of a voucher.
    pub number: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date; it goes with the number and with the name.
    pub birth: String,
    /// Whether the person or a guardian agrees to the clinic's seeing the ledger.
    pub consent: bool,
}

/// How the person is looked for.
enum Way {
    Code(String),
    Form(String),
    Number(String, NaiveDate),
    Person(String, NaiveDate),
}

/// Whether the caller sits at the desk.
///
/// # Errors
/// `permission.denied`.
pub fn may_ask(house: &House, caller: &Caller) -> Result<(), Error> {
    house.seat(caller, Desk::Clinic).map(drop)
}

/// Who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The person.
    pub subject: String,
    /// The form that was shown, if it was one.
    pub form: Option<String>,
}

/// Finds the person, and opens their ledger to the caller for the day.
///
/// # Errors
/// What cannot be read; `voucher.town`; `voucher.unknown` or `voucher.person`, the same for every reason;
/// `voucher.rest` after many of those.
pub fn find(house: &House, caller: &Caller, asked: &Asked) -> Result<Presented, Error> {
    house.seat(caller, Desk::Clinic)?;
    let way = read(house, asked)?;
    let found = house.database.write(|conn| look(house, conn, caller, &way))?;
    let at = if matches!(way, Way::Person(..)) { "kana" } else { "number" };
    let form = if let Way::Form(id) = way { Some(id) } else { None };
    Ok(Presented { subject: found.map_err(|key| refusal(key, at))?, form })
}

fn look(house: &House, conn: &mut Conn, caller: &Caller, way: &Way) -> Result<Found, Error> {
    let (by, unknown) = match way {
        Way::Code(_) => ("code", "voucher.unknown"),
        Way::Form(_) => ("form", "voucher.unknown"),
        Way::Number(..) => ("number", "voucher.unknown"),
        Way::Person(..) => ("consent", "voucher.person"),
    };
    let found = counted(house, conn, caller, (ACTION, "voucher.rest"), |conn| {
        Ok(subject_of(house, conn, way)?.ok_or(unknown))
    })?;
    if let Ok(subject) = &found {
        immunization_subjects::present(conn, subject, &caller.actor.id, house.now())?;
        house.record(conn, caller, ACTION, subject, "done", json!({ "subject": subject, "by": by }))?;
    }
    Ok(found)
}

fn subject_of(house: &House, conn: &mut Conn, way: &Way) -> Result<Option<String>, Error> {
    match way {
        Way::Code(number) => Ok(known(vouchers::by_number(conn, number))?.map(|it| it.subject)),
        Way::Form(id) => known(screenings::subject_of(conn, id)),
        Way::Number(number, birth) => {
            let Some(voucher) = known(vouchers::by_number(conn, number))? else { return Ok(None) };
            let stored = immunization_subjects::find(conn, &house.keys, &voucher.subject)?;
            Ok((stored.subject.birth == *birth).then_some(voucher.subject))
        }
        Way::Person(kana, birth) => {
            let program = Keeping::first(house)?.program.definition.id.clone();
            let person = Person { kana: kana.clone(), ..Person::default() };
            let told = Told { birth: *birth, sex: None, district: String::new(), person };
            Ok(subjects::find(house, conn, &program, &told)?.map(|it| it.subject.id))
        }
    }
}

fn known<T>(found: Result<T, StoreError>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read(house: &House, asked: &Asked) -> Result<Way, Refusal> {
    if !asked.scanned.trim().is_empty() {
        return scanned(house, &asked.scanned);
    }
    let birth = || {
        let day = EnteredDate::parse(&asked.birth).ok().and_then(|entered| entered.date.day());
        day.ok_or_else(|| Refusal::new("voucher.birth").at("birth"))
    };
    if !asked.number.trim().is_empty() {
        return Ok(Way::Number(read_number(&asked.number)?, birth()?));
    }
    if asked.kana.trim().is_empty() {
        return Err(Refusal::new("voucher.number").at("number"));
    }
    if !asked.consent {
        return Err(Refusal::new("voucher.consent").at("consent"));
    }
    Ok(Way::Person(asked.kana.trim().to_owned(), birth()?))
}

/// A code of another town is named as such; one that we did not make is none.
fn scanned(house: &House, text: &str) -> Result<Way, Refusal> {
    let read = Code::parse(text)?;
    if read.town != town(house) {
        return Err(Refusal::new("voucher.town").with("town", &read.town).at("scanned"));
    }
    if read != code(house, read.opens, &read.number) {
        return Err(Refusal::new("voucher.code").at("scanned"));
    }
    Ok(match read.opens {
        Opens::Voucher => Way::Code(read.number),
        Opens::Screening => Way::Form(read.number),
    })
}
