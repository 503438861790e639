//! Persons of the ledger: found by who they are or by their number in the town's systems, entered once.

use chrono::NaiveDate;

use crate::domain::immunization::record::Person;
use crate::domain::immunization::{Sex, Subject};
use crate::store::immunization_subjects::{self, Found, StoredSubject};
use crate::store::{Conn, StoreError};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::projection::person_hash;

use super::exchange;

/// What a source knows of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Day of birth.
    pub birth: NaiveDate,
    /// Sex, if it says so.
    pub sex: Option<Sex>,
    /// District, if it says so.
    pub district: String,
    /// Who they are; empty where it does not say.
    pub person: Person,
}

/// The keyed hashes by which a person is found: name in kana (else as written) with the birth date, blanks left
/// out, and the number in the town's systems.
pub fn hashes(house: &House, program: &str, person: &Person, birth: NaiveDate) -> Found {
    let number = person.resident_number.trim();
    let resident =
        (!number.is_empty()).then(|| house.keys.lookup.hash("resident", &format!("{program}\n{number}")));
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let who = person_hash(house, &bare(&person.name), &bare(&person.kana), &birth.to_string());
    Found { person: who, resident }
}

/// The person of whom a source tells, if the ledger has them.
///
/// # Errors
/// When the database fails.
pub fn find(
    house: &House,
    conn: &mut Conn,
    program: &str,
    told: &Told,
) -> Result<Option<StoredSubject>, Error> {
    let found = hashes(house, program, &told.person, told.birth);
    Ok(immunization_subjects::by_hash(conn, &house.keys, program, &found)?)
}

/// The person with a number in the town's systems.
///
/// # Errors
/// When the database fails.
pub fn by_number(
    house: &House,
    conn: &mut Conn,
    program: &str,
    number: &str,
) -> Result<Option<StoredSubject>, Error> {
    let person = Person { resident_number: number.to_owned(), ..Person::default() };
    let resident = hashes(house, program, &person, NaiveDate::default()).resident;
    let found = Found { person: String::new(), resident };
    Ok(immunization_subjects::by_hash(conn, &house.keys, program, &found)?)
}

/// The person of whom a source tells: entered if the ledger does not have them, else with what was not known of
/// them before. Nothing that is on record is overwritten by something empty.
///
/// # Errors
/// When the database fails.
pub fn enter(house: &House, conn: &mut Conn, program: &str, told: &Told) -> Result<StoredSubject, Error> {
    let Some(mut stored) = find(house, conn, program, told)? else {
        let found = hashes(house, program, &told.person, told.birth);
        let subject = fresh(house, program, told)?;
        return Ok(immunization_subjects::insert(conn, &house.keys, &subject, &found, house.now())?);
    };
    let before = stored.subject.clone();
    add(&mut stored.subject, told);
    if stored.subject != before {
        save(house, conn, &stored)?;
    }
    Ok(stored)
}

/// Stores what was changed in a person.
///
/// # Errors
/// When the database fails; [`Error::Fault`] when another person has the same name and birth.
pub fn save(house: &House, conn: &mut Conn, stored: &StoredSubject) -> Result<(), Error> {
    let subject = &stored.subject;
    let found = hashes(house, &subject.program, &subject.person, subject.birth);
    immunization_subjects::update(conn, stored, &found).map_err(|error: StoreError| Error::from(error))?;
    exchange::person(house, conn, stored)
}

fn fresh(house: &House, program: &str, told: &Told) -> Result<Subject, Error> {
    Ok(Subject {
        id: house.new_id("sub")?,
        program: program.to_owned(),
        birth: told.birth,
        sex: told.sex,
        district: told.district.clone(),
        person: told.person.clone(),
        moved_in_on: None,
        moved_out_on: None,
        died_on: None,
    })
}

/// Adds to a person what a source tells of them; nothing that is on record becomes empty by it.
pub(super) fn add(subject: &mut Subject, told: &Told) {
    let newer = |kept: &mut String, told: &str| {
        if !told.is_empty() {
            told.clone_into(kept);
        }
    };
    subject.sex = told.sex.or(subject.sex);
    newer(&mut subject.district, &told.district);
    let (person, news) = (&mut subject.person, &told.person);
    newer(&mut person.name, &news.name);
    newer(&mut person.kana, &news.kana);
    newer(&mut person.postcode, &news.postcode);
    newer(&mut person.address, &news.address);
    newer(&mut person.phone, &news.phone);
    newer(&mut person.guardian, &news.guardian);
    newer(&mut person.resident_number, &news.resident_number);
    newer(&mut person.cautions, &news.cautions);
    person.due = news.due.or(person.due);
    person.special_ended = news.special_ended.or(person.special_ended);
    let more = |kept: &mut Vec<String>, told: &[String]| {
        let fresh: Vec<String> = told.iter().filter(|it| !kept.contains(it)).cloned().collect();
        kept.extend(fresh);
    };
    more(&mut person.conditions, &news.conditions);
    more(&mut person.diseases, &news.diseases);
}

/// The persons for whom the caller acts, the youngest first.
///
/// # Errors
/// When the database fails.
pub fn of_guardian(house: &House, conn: &mut Conn, caller: &Caller) -> Result<Vec<StoredSubject>, Error> {
    Ok(immunization_subjects::of_guardian(conn, &house.keys, &caller.actor.id)?)
}
