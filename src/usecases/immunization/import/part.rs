//! One part of a run: read, put beside the ledger, and written in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::domain::immunization::Immunization;
use crate::domain::immunization::import::{Row, read};
use crate::store::Conn;
use crate::store::dose_imports::{self, DoseImport, Held, Tally};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;

use super::judge::{Outcome, Reason, beside, record, same_person};
use super::people::People;
use super::receive::{Body, Line};

/// Everything that a part is judged by.
struct Work<'a> {
    house: &'a House,
    caller: &'a Caller,
    run: &'a DoseImport,
    body: Body,
    keeping: Keeping,
    /// Names of the vaccines by their keys.
    vaccines: BTreeMap<String, String>,
    /// Vaccines whose doses are counted anew.
    anew: BTreeSet<String>,
}

/// Does the next part; there may be more afterwards.
pub(super) fn work(house: &House, caller: &Caller, run: &DoseImport) -> Result<bool, Error> {
    let body: Body = serde_json::from_str(&run.body)?;
    let keeping = Keeping::of(house, &run.program)?;
    let all = keeping.vaccines(house);
    let anew = all.iter().filter(|it| it.anew).map(|it| it.key.clone()).collect();
    let vaccines = all.into_iter().map(|it| (it.key, it.name)).collect();
    let work = Work { house, caller, run, body, keeping, vaccines, anew };
    house.database.write(|conn| work.part(conn))?;
    Ok(true)
}

impl Work<'_> {
    fn part(&self, conn: &mut Conn) -> Result<(), Error> {
        let written = dose_imports::part(conn, &self.house.keys, &self.run.id, self.run.place + 1)?;
        let lines: Vec<Line> = serde_json::from_str(&written)?;
        let read: Vec<_> =
            lines.iter().map(|(_, cells)| read(&self.body.map, &self.body.columns, cells)).collect();
        let mut people = People::load(self.house, conn, &self.run.program, read.iter().flatten())?;
        let mut doubts = self.doubts(read.iter().flatten())?.into_iter();
        let (mut tally, mut held) = (Tally::default(), Vec::new());
        for (line, read) in lines.iter().zip(read) {
            let outcome = match read {
                Ok(row) => self.judge(&mut people, &row, doubts.next().unwrap_or_default())?,
                Err(faults) => {
                    Outcome::Held(faults.iter().map(|it| Reason::of_fault(it, &self.body.map)).collect())
                }
            };
            self.count(&mut tally, &mut held, line, outcome)?;
        }
        self.store(conn, people, &held, tally)
    }

    fn judge(&self, people: &mut People, row: &Row, doubts: Vec<Reason>) -> Result<Outcome, Error> {
        let Some(person) = people.of(self.house, &self.run.program, row)? else {
            return Ok(Outcome::Held(vec![Reason::new("dose-import.nameless")]));
        };
        let record = self.record(row)?;
        let mut reasons = same_person(row, &person.subject);
        reasons.extend(doubts);
        let outcome = match beside(&record, &person.lines, self.anew.contains(&record.vaccine)) {
            // What is there already was looked at when it came.
            Outcome::Same => return Ok(Outcome::Same),
            Outcome::Held(more) => Outcome::Held(reasons.into_iter().chain(more).collect()),
            Outcome::Fresh if reasons.is_empty() => Outcome::Fresh,
            Outcome::Fresh => Outcome::Held(reasons),
        };
        if outcome == Outcome::Fresh {
            person.take(record);
        }
        Ok(outcome)
    }

    fn record(&self, row: &Row) -> Result<Immunization, Error> {
        let tables = &self.keeping.program.tables;
        let keep_until = (self.keeping.rules.keep_until)(tables, row.on.latest());
        let actor = &self.caller.actor;
        let by = (actor.id.as_str(), actor.name.as_str());
        Ok(record(row, self.house.new_id("imm")?, keep_until, by, self.house.now()))
    }

    /// What cannot be, or is doubtful, by the rules, for each line in turn.
    fn doubts<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> Result<Vec<Vec<Reason>>, Error> {
        let mut doses = Vec::new();
        for row in rows {
            doses.push((self.record(row)?.given(), row.birth));
        }
        let tables = &self.keeping.program.tables;
        let found = (self.keeping.rules.doubts_of_all)(&doses, tables, self.house.today());
        let told =
            doses.iter().zip(found).map(|((given, _), found)| match self.vaccines.get(&given.vaccine) {
                Some(name) => {
                    found.into_iter().map(|it| Reason::of_finding(it).with("vaccine", name)).collect()
                }
                None => vec![Reason::new("dose-import.vaccine").with("vaccine", &given.vaccine)],
            });
        Ok(told.collect())
    }

    fn count(
        &self,
        tally: &mut Tally,
        held: &mut Vec<Held>,
        line: &Line,
        outcome: Outcome,
    ) -> Result<(), Error> {
        tally.looked += 1;
        match outcome {
            Outcome::Fresh => tally.fresh += 1,
            Outcome::Same => tally.same += 1,
            Outcome::Held(reasons) => {
                tally.held += 1;
                held.push(self.held(line, &reasons)?);
            }
        }
        Ok(())
    }

    fn held(&self, (line, cells): &Line, reasons: &[Reason]) -> Result<Held, Error> {
        let body = serde_json::to_string(cells)?;
        let state = if self.is_trial() { "trial" } else { "open" };
        Ok(Held {
            run: self.run.id.clone(),
            line: *line,
            lookup: self.house.keys.lookup.hash("dose-import", &format!("{}\n{body}", self.run.program)),
            reasons: serde_json::to_string(reasons)?,
            body,
            state: state.to_owned(),
            note: None,
            settled_by: None,
            settled_at: None,
        })
    }

    fn is_trial(&self) -> bool {
        self.run.state == "checking"
    }

    fn store(&self, conn: &mut Conn, people: People, held: &[Held], tally: Tally) -> Result<(), Error> {
        if !dose_imports::advance(conn, self.run, tally, self.house.now())? {
            // Somebody else did this part, or the run was cancelled.
            return Ok(());
        }
        dose_imports::hold(conn, &self.house.keys, held)?;
        if self.is_trial() {
            return Ok(());
        }
        people.store(self.house, conn)?;
        let detail = json!({
            "run": self.run.id, "part": self.run.place + 1, "new": tally.fresh, "same": tally.same,
            "held": tally.held,
        });
        self.house.record(conn, self.caller, "import_doses", "", "done", detail)
    }
}
