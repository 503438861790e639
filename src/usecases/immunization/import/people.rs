//! The persons of a part, with what the ledger has of them: read at once, written at once.

use std::collections::BTreeMap;

use crate::domain::immunization::import::Who;
use crate::domain::immunization::{Immunization, Origin, Subject};
use crate::domain::numbers::MyNumber;
use crate::store::immunization_subjects::{Found, StoredSubject};
use crate::store::{Conn, immunization_numbers, immunization_subjects, immunizations, vouchers};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::exchange;
use crate::usecases::immunization::subjects::hashes;

use super::judge::Reason;
use super::part::Work;

/// A person of a part.
pub(super) struct Someone {
    /// Who it is, as of the lines before this.
    pub(super) subject: Subject,
    /// Every line: those of the ledger, and the new ones before this.
    pub(super) lines: Vec<Immunization>,
    place: usize,
    found: Found,
    stored: Option<StoredSubject>,
    fresh: Vec<Immunization>,
    number: Option<MyNumber>,
    /// Whether the number is new.
    learned: bool,
    /// Whether the file enters or changes the person, apart from doses.
    told: bool,
    /// Why what they have left of vouchers ends.
    ended: Option<&'static str>,
}

impl Someone {
    /// Takes a new line.
    pub(super) fn take(&mut self, record: Immunization) {
        self.lines.push(record.clone());
        self.fresh.push(record);
    }

    /// Takes the 個人番号 where none is known; whether it was taken.
    pub(super) fn learn(&mut self, number: Option<MyNumber>) -> bool {
        if self.number.is_some() || number.is_none() {
            return false;
        }
        (self.number, self.learned) = (number, true);
        true
    }

    /// Why a line with another 個人番号 than the known one waits.
    pub(super) fn other_number(&self, who: &Who) -> Option<Reason> {
        let differs = self.number.is_some() && who.number.is_some() && self.number != who.number;
        differs.then(|| Reason::new("dose-import.other-number"))
    }

    /// Takes a person whom the ledger does not have, if this is one; whether it was taken.
    pub(super) fn enter(&mut self) -> bool {
        let new = self.stored.is_none() && !self.told && self.fresh.is_empty();
        self.told |= new;
        new
    }

    /// Takes what changed of a person.
    pub(super) fn change(&mut self, before: &Subject) {
        self.told = true;
        if self.subject.died_on.is_some() && before.died_on.is_none() {
            self.ended = Some("died");
        } else if self.subject.moved_out_on.is_some() && before.moved_out_on.is_none() {
            self.ended = self.ended.or(Some("moved_out"));
        }
    }

    fn is_news(&self) -> bool {
        self.told || !self.fresh.is_empty() || (self.learned && self.stored.is_some())
    }
}

/// All persons of a part.
#[derive(Default)]
pub(super) struct People {
    all: Vec<Someone>,
    by_number: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

fn is_nameless(who: &Who) -> bool {
    who.person.name.is_empty() && who.person.kana.is_empty()
}

impl People {
    /// Reads the persons of some lines, as far as the ledger has them.
    pub(super) fn load<'a>(
        work: &Work,
        conn: &mut Conn,
        lines: impl Iterator<Item = &'a Who>,
    ) -> Result<People, Error> {
        let (house, program) = (work.house, work.run.program.as_str());
        let founds: Vec<Found> = lines.map(|who| hashes(house, program, &who.person, who.birth)).collect();
        let known = immunization_subjects::by_hashes(conn, &house.keys, program, &founds)?;
        let subjects: Vec<&StoredSubject> = known.iter().map(|(_, stored)| stored).collect();
        let mut lines = immunizations::of_subjects(conn, &subjects)?;
        let mut numbers = match work.is_numbered() {
            true => immunization_numbers::of_subjects(conn, &subjects)?,
            false => BTreeMap::new(),
        };
        let mut people = People::default();
        for (found, stored) in known {
            let id = stored.subject.id.clone();
            let lines = lines.remove(&id).unwrap_or_default();
            let place = people.add(stored.subject.clone(), found, Some(stored));
            if let Some(someone) = people.all.get_mut(place) {
                (someone.lines, someone.number) = (lines, numbers.remove(&id));
            }
        }
        Ok(people)
    }

    fn add(&mut self, subject: Subject, found: Found, stored: Option<StoredSubject>) -> usize {
        let place = self.all.len();
        if let Some(number) = &found.resident {
            self.by_number.insert(number.clone(), place);
        }
        self.by_name.entry(found.person.clone()).or_insert(place);
        self.all.push(Someone {
            subject,
            lines: Vec::new(),
            place,
            found,
            stored,
            fresh: Vec::new(),
            number: None,
            learned: false,
            told: false,
            ended: None,
        });
        place
    }

    /// The person of a line, by their number and otherwise by name and birth; a new one if the ledger has nobody.
    /// `None` if the line does not say who it is.
    pub(super) fn of(
        &mut self,
        house: &House,
        program: &str,
        who: &Who,
    ) -> Result<Option<&mut Someone>, Error> {
        let found = hashes(house, program, &who.person, who.birth);
        let known = found.resident.as_ref().and_then(|number| self.by_number.get(number));
        let nameless = is_nameless(who);
        let known = known.or_else(|| self.by_name.get(&found.person).filter(|_| !nameless)).copied();
        let place = match known {
            Some(place) => place,
            None if nameless => return Ok(None),
            None => self.add(fresh(house, program, who)?, found, None),
        };
        Ok(self.all.get_mut(place))
    }

    /// Whether somebody else than the person with the number of a line has its name and birth.
    pub(super) fn is_namesake(&self, house: &House, program: &str, who: &Who) -> bool {
        let found = hashes(house, program, &who.person, who.birth);
        let numbered = found.resident.as_ref().and_then(|number| self.by_number.get(number));
        let named = self.by_name.get(&found.person).filter(|_| !is_nameless(who));
        numbered.is_some() && named.is_some() && numbered != named
    }

    /// Finds a person from now on by what a line changed.
    pub(super) fn rename(&mut self, place: usize, found: Found) {
        let Some(someone) = self.all.get_mut(place) else { return };
        if let Some(number) = &found.resident {
            self.by_number.insert(number.clone(), place);
        }
        self.by_name.insert(found.person.clone(), place);
        someone.found = found;
    }

    /// Writes the new persons, what changed of the others, and all new lines; ends the vouchers of who left, and tells
    /// the register.
    pub(super) fn store(self, house: &House, conn: &mut Conn) -> Result<(), Error> {
        let news: Vec<Someone> = self.all.into_iter().filter(Someone::is_news).collect();
        let (mut known, new): (Vec<Someone>, Vec<Someone>) =
            news.into_iter().partition(|it| it.stored.is_some());
        let entered: Vec<(Subject, Found)> =
            new.iter().map(|it| (it.subject.clone(), it.found.clone())).collect();
        let entered = immunization_subjects::insert_all(conn, &house.keys, &entered, house.now())?;
        for someone in &mut known {
            someone.change_stored(conn)?;
        }
        let of = |it: Someone| it.stored.clone().map(|stored| (stored, it));
        let known = known.into_iter().filter_map(of);
        let all: Vec<(StoredSubject, Someone)> = known.chain(entered.into_iter().zip(new)).collect();
        write_numbers(house, conn, &all)?;
        let lines: Vec<_> =
            all.iter().map(|(stored, someone)| (stored.clone(), someone.fresh.clone())).collect();
        immunizations::insert_all(conn, &lines)?;
        end_vouchers(house, conn, &all)?;
        tell(house, conn, &all)
    }
}

impl Someone {
    /// The place by which [`People::rename`] knows the person, and how they are found now.
    pub(super) fn now_found(&self, house: &House) -> (usize, Found) {
        let subject = &self.subject;
        (self.place, hashes(house, &subject.program, &subject.person, subject.birth))
    }

    fn change_stored(&mut self, conn: &mut Conn) -> Result<(), Error> {
        let Some(stored) = self.stored.as_mut().filter(|_| self.told) else { return Ok(()) };
        stored.subject = self.subject.clone();
        Ok(immunization_subjects::update(conn, stored, &self.found)?)
    }
}

fn write_numbers(house: &House, conn: &mut Conn, all: &[(StoredSubject, Someone)]) -> Result<(), Error> {
    let learned = all.iter().filter(|(_, someone)| someone.learned);
    let numbers: Vec<(&StoredSubject, &MyNumber)> =
        learned.filter_map(|(stored, someone)| Some((stored, someone.number.as_ref()?))).collect();
    Ok(immunization_numbers::insert_all(conn, &numbers, house.now())?)
}

fn end_vouchers(house: &House, conn: &mut Conn, all: &[(StoredSubject, Someone)]) -> Result<(), Error> {
    for reason in ["moved_out", "died"] {
        let gone = all.iter().filter(|(_, someone)| someone.ended == Some(reason));
        let ids: Vec<&str> = gone.map(|(stored, _)| stored.subject.id.as_str()).collect();
        vouchers::cancel_all(conn, &ids, reason, house.now())?;
    }
    Ok(())
}

/// Doses that were recorded here are told as soon as the number is known; what another system brought, it told itself.
fn tell(house: &House, conn: &mut Conn, all: &[(StoredSubject, Someone)]) -> Result<(), Error> {
    let recorded = |it: &Someone| it.lines.iter().any(|line| line.origin != Origin::Import);
    let (waited, changed): (Vec<_>, Vec<_>) =
        all.iter().filter(|(_, it)| it.told || it.learned).partition(|(_, it)| it.learned && recorded(it));
    waited.iter().try_for_each(|(stored, _)| exchange::everything(house, conn, stored))?;
    let changed: Vec<&StoredSubject> = changed.into_iter().map(|(stored, _)| stored).collect();
    exchange::people(house, conn, &changed)
}

fn fresh(house: &House, program: &str, who: &Who) -> Result<Subject, Error> {
    Ok(Subject {
        id: house.new_id("sub")?,
        program: program.to_owned(),
        birth: who.birth,
        sex: who.sex,
        district: who.district.clone(),
        person: who.person.clone(),
        moved_in_on: None,
        moved_out_on: None,
        died_on: None,
    })
}
