//! The persons of a part, with what the ledger has of them: read at once, written at once.

use std::collections::BTreeMap;

use crate::domain::immunization::import::Row;
use crate::domain::immunization::{Immunization, Subject};
use crate::store::immunization_subjects::{Found, StoredSubject};
use crate::store::{Conn, immunization_subjects, immunizations};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::subjects::hashes;

/// A person of a part.
pub(super) struct Someone {
    /// Who it is.
    pub(super) subject: Subject,
    /// Every line: those of the ledger, and the new ones before this.
    pub(super) lines: Vec<Immunization>,
    found: Found,
    stored: Option<StoredSubject>,
    fresh: Vec<Immunization>,
}

impl Someone {
    /// Takes a new line.
    pub(super) fn take(&mut self, record: Immunization) {
        self.lines.push(record.clone());
        self.fresh.push(record);
    }
}

/// All persons of a part.
#[derive(Default)]
pub(super) struct People {
    all: Vec<Someone>,
    by_number: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

impl People {
    /// Reads the persons of some lines, as far as the ledger has them.
    pub(super) fn load<'a>(
        house: &House,
        conn: &mut Conn,
        program: &str,
        rows: impl Iterator<Item = &'a Row>,
    ) -> Result<People, Error> {
        let founds: Vec<Found> = rows.map(|row| hashes(house, program, &row.person, row.birth)).collect();
        let known = immunization_subjects::by_hashes(conn, &house.keys, program, &founds)?;
        let subjects: Vec<&StoredSubject> = known.iter().map(|(_, stored)| stored).collect();
        let mut lines = immunizations::of_subjects(conn, &subjects)?;
        let mut people = People::default();
        for (found, stored) in known {
            let lines = lines.remove(&stored.subject.id).unwrap_or_default();
            people.add(Someone {
                subject: stored.subject.clone(),
                stored: Some(stored),
                found,
                lines,
                fresh: Vec::new(),
            });
        }
        Ok(people)
    }

    fn add(&mut self, person: Someone) -> usize {
        let place = self.all.len();
        if let Some(number) = &person.found.resident {
            self.by_number.insert(number.clone(), place);
        }
        self.by_name.entry(person.found.person.clone()).or_insert(place);
        self.all.push(person);
        place
    }

    /// The person of a line, by their number and otherwise by name and birth; a new one if the ledger has nobody.
    /// `None` if the line does not say who it is.
    pub(super) fn of(
        &mut self,
        house: &House,
        program: &str,
        row: &Row,
    ) -> Result<Option<&mut Someone>, Error> {
        let found = hashes(house, program, &row.person, row.birth);
        let known = found.resident.as_ref().and_then(|number| self.by_number.get(number));
        let nameless = row.person.name.is_empty() && row.person.kana.is_empty();
        let known = known.or_else(|| self.by_name.get(&found.person).filter(|_| !nameless)).copied();
        let place = match known {
            Some(place) => place,
            None if nameless => return Ok(None),
            None => self.add(fresh(house, program, row, found)?),
        };
        Ok(self.all.get_mut(place))
    }

    /// Writes the new persons and all new lines.
    pub(super) fn store(self, house: &House, conn: &mut Conn) -> Result<(), Error> {
        let (known, new): (Vec<Someone>, Vec<Someone>) =
            self.all.into_iter().filter(|it| !it.fresh.is_empty()).partition(|it| it.stored.is_some());
        let entered: Vec<(Subject, Found)> =
            new.iter().map(|it| (it.subject.clone(), it.found.clone())).collect();
        let entered = immunization_subjects::insert_all(conn, &house.keys, &entered, house.now())?;
        let known = known.into_iter().filter_map(|it| it.stored.map(|stored| (stored, it.fresh)));
        let new = entered.into_iter().zip(new.into_iter().map(|it| it.fresh));
        let lines: Vec<(StoredSubject, Vec<Immunization>)> = known.chain(new).collect();
        Ok(immunizations::insert_all(conn, &lines)?)
    }
}

fn fresh(house: &House, program: &str, row: &Row, found: Found) -> Result<Someone, Error> {
    let subject = Subject {
        id: house.new_id("sub")?,
        program: program.to_owned(),
        birth: row.birth,
        sex: row.sex,
        district: row.district.clone(),
        person: row.person.clone(),
        moved_out_on: None,
        died_on: None,
    };
    Ok(Someone { subject, found, lines: Vec::new(), stored: None, fresh: Vec::new() })
}
