//! The lines of a file of doses beside the ledger.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::immunization::Immunization;
use crate::domain::immunization::import::{Row, read};
use crate::store::Conn;
use crate::usecases::error::Error;

use super::judge::{Outcome, Reason, beside, record, same_person};
use super::part::{Fate, Work};
use super::people::People;
use super::receive::Line;

struct Judge<'a> {
    work: &'a Work<'a>,
    /// Names of the vaccines by their keys.
    vaccines: BTreeMap<String, String>,
    /// Vaccines whose doses are counted anew.
    anew: BTreeSet<String>,
}

/// What becomes of the lines of a part, and the persons with what is new of them.
pub(super) fn judged(work: &Work, conn: &mut Conn, lines: &[Line]) -> Result<(People, Vec<Fate>), Error> {
    let all = work.keeping.vaccines(work.house);
    let anew = all.iter().filter(|it| it.anew).map(|it| it.key.clone()).collect();
    let judge = Judge { work, anew, vaccines: all.into_iter().map(|it| (it.key, it.name)).collect() };
    let body = &work.body;
    let read: Vec<_> = lines.iter().map(|(_, cells)| read(&body.map, &body.columns, cells)).collect();
    let who = read.iter().flatten().map(|row| &row.who);
    let mut people = People::load(work, conn, who)?;
    let mut doubts = judge.doubts(read.iter().flatten())?.into_iter();
    let mut fates = Vec::with_capacity(lines.len());
    for read in read {
        fates.push(match read {
            Ok(row) => judge.fate(&mut people, row, doubts.next().unwrap_or_default())?,
            Err(faults) => Fate::Held(faults.iter().map(|it| Reason::of_fault(it, &body.map)).collect()),
        });
    }
    Ok((people, fates))
}

impl Judge<'_> {
    fn fate(&self, people: &mut People, row: Row, doubts: Vec<Reason>) -> Result<Fate, Error> {
        let Some(person) = people.of(self.work.house, &self.work.run.program, &row.who)? else {
            return Ok(Fate::Held(vec![Reason::new("dose-import.nameless")]));
        };
        let record = self.record(&row)?;
        let mut reasons = same_person(&row.who, &person.subject);
        reasons.extend(doubts);
        if let Some(other) = person.other_number(&row.who) {
            return Ok(Fate::Held(vec![other]));
        }
        let found = beside(&record, &person.lines, self.anew.contains(&record.vaccine));
        match found {
            // What is there already was looked at when it came.
            Outcome::Same if reasons.is_empty() => {
                let learned = person.learn(row.who.number);
                return Ok(if learned { Fate::Changed } else { Fate::Same });
            }
            Outcome::Same => return Ok(Fate::Same),
            Outcome::Held(more) => reasons.extend(more),
            Outcome::Fresh => {}
        }
        if !reasons.is_empty() {
            return Ok(Fate::Held(reasons));
        }
        person.take(record);
        person.learn(row.who.number);
        Ok(Fate::Fresh)
    }

    fn record(&self, row: &Row) -> Result<Immunization, Error> {
        let Work { house, caller, keeping, .. } = self.work;
        let keep_until = (keeping.rules.keep_until)(&keeping.program.tables, row.on.latest());
        let by = (caller.actor.id.as_str(), caller.actor.name.as_str());
        Ok(record(row, house.new_id("imm")?, keep_until, by, house.now()))
    }

    /// What cannot be, or is doubtful, by the rules, for each line in turn.
    fn doubts<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> Result<Vec<Vec<Reason>>, Error> {
        let mut doses = Vec::new();
        for row in rows {
            doses.push((self.record(row)?.given(), row.who.birth));
        }
        let keeping = &self.work.keeping;
        let today = self.work.house.today();
        let found = (keeping.rules.doubts_of_all)(&doses, &keeping.program.tables, today);
        let told =
            doses.iter().zip(found).map(|((given, _), found)| match self.vaccines.get(&given.vaccine) {
                Some(name) => {
                    found.into_iter().map(|it| Reason::of_finding(it).with("vaccine", name)).collect()
                }
                None => vec![Reason::new("dose-import.vaccine").with("vaccine", &given.vaccine)],
            });
        Ok(told.collect())
    }
}
