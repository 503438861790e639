//! The persons for whom somebody sees and acts: children, the other one's children, themself.

use serde::Serialize;

use crate::domain::immunization::Subject;
use crate::domain::immunization::calendar::{Line, Standing};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Keeping};
use crate::usecases::immunization::subjects;

use super::lines;
use super::words::{Speaker, age};

/// A person.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Age in words.
    pub age: String,
    /// Vaccines that may be given now.
    pub open: usize,
    /// Of these, those whose advised time is over.
    pub late: usize,
    /// What to do next, in a sentence.
    pub next: String,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Mine {
    /// The persons, the youngest first.
    pub people: Vec<Person>,
    /// The program in which one applies; none where it is not offered.
    pub program: Option<String>,
}

/// Everybody for whom the caller acts.
///
/// # Errors
/// When the database fails.
pub fn list(house: &House, caller: &Caller, lang: Lang) -> Result<Mine, Error> {
    house.database.write(|conn| {
        let known = subjects::of_guardian(house, conn, caller)?;
        let mut people = Vec::new();
        for stored in known {
            let id = stored.subject.id;
            let ledger = access::open(house, conn, caller, &id, CommandName::ReadImmunizations)?;
            let lines = lines::of(house, conn, &ledger, lang)?;
            people.push(person(house, ledger.subject(), &lines, lang));
        }
        let program = Keeping::first(house).ok().map(|it| it.program.definition.id.clone());
        Ok(Mine { people, program })
    })
}

/// Whether a ledger of vaccinations is kept.
pub fn are_kept(house: &House) -> bool {
    Keeping::first(house).is_ok()
}

fn person(house: &House, subject: &Subject, lines: &[Line], lang: Lang) -> Person {
    let speaker = Speaker { house, lang };
    let open = lines.iter().filter(|line| line.standing.is_open()).count();
    let late = lines.iter().filter(|line| line.standing == Standing::Overdue).count();
    let in_sight = |line: &&Line| line.standing.has_next() && line.next.opens_on().is_some();
    let next = match lines.iter().find(in_sight) {
        Some(line) => format!("{} {} {}", line.name, speaker.dose(&line.next.number), speaker.sentence(line)),
        None => speaker.say("nothing-next", &[]),
    };
    Person {
        id: subject.id.clone(),
        name: subject.person.name.clone(),
        age: aged(&speaker, subject),
        open,
        late,
        next,
    }
}

/// The age of a person in words.
pub(super) fn aged(speaker: &Speaker<'_>, subject: &Subject) -> String {
    let (years, months) = age(subject.birth, speaker.house.today());
    let key = if years < 7 { "age-child" } else { "age" };
    speaker.say(key, &[("years", &years.to_string()), ("months", &months.to_string())])
}
