//! The lines of a file of residents beside the ledger: who is new, what changed, who left or died.

use crate::domain::immunization::import::resident::{Resident, read};
use crate::store::Conn;
use crate::usecases::error::Error;
use crate::usecases::immunization::subjects::{Told, add};

use super::judge::{Reason, same_person};
use super::part::{Fate, Work};
use super::people::{People, Someone};
use super::receive::Line;

/// What becomes of the lines of a part, and the persons as they are after them.
pub(super) fn judged(work: &Work, conn: &mut Conn, lines: &[Line]) -> Result<(People, Vec<Fate>), Error> {
    let body = &work.body;
    let read: Vec<_> = lines.iter().map(|(_, cells)| read(&body.map, &body.columns, cells)).collect();
    let who = read.iter().flatten().map(|it| &it.who);
    let mut people = People::load(work, conn, who)?;
    let mut fates = Vec::with_capacity(lines.len());
    for read in read {
        fates.push(match read {
            Ok(resident) => fate(work, &mut people, resident)?,
            Err(faults) => Fate::Held(faults.iter().map(|it| Reason::of_fault(it, &body.map)).collect()),
        });
    }
    Ok((people, fates))
}

fn fate(work: &Work, people: &mut People, resident: Resident) -> Result<Fate, Error> {
    let (house, program) = (work.house, work.run.program.as_str());
    let mut faults = resident.faults(house.today());
    if people.is_namesake(house, program, &resident.who) {
        faults.push("dose-import.namesake");
    }
    if !faults.is_empty() {
        return Ok(held(&faults));
    }
    let Some(person) = people.of(house, program, &resident.who)? else {
        return Ok(held(&["dose-import.nameless"]));
    };
    let mut reasons = same_person(&resident.who, &person.subject);
    reasons.extend(person.other_number(&resident.who));
    reasons.extend(resident.doubts(&person.subject).into_iter().map(Reason::new));
    if !reasons.is_empty() {
        return Ok(Fate::Held(reasons));
    }
    let fate = enter(person, resident);
    let (place, found) = person.now_found(house);
    people.rename(place, found);
    Ok(fate)
}

fn held(faults: &[&str]) -> Fate {
    Fate::Held(faults.iter().map(|key| Reason::new(key)).collect())
}

fn enter(person: &mut Someone, resident: Resident) -> Fate {
    let before = person.subject.clone();
    resident.stay(&mut person.subject);
    let who = resident.who;
    let told = Told { birth: who.birth, sex: who.sex, district: who.district, person: who.person };
    add(&mut person.subject, &told);
    let learned = person.learn(who.number);
    if person.enter() {
        Fate::Fresh
    } else if learned || person.subject != before {
        person.change(&before);
        Fate::Changed
    } else {
        Fate::Same
    }
}
