//! One part of a run: read, put beside the ledger, and written in one transaction.

use serde_json::json;

use crate::domain::immunization::import::{Field, Kind};
use crate::store::Conn;
use crate::store::dose_imports::{self, DoseImport, Held, Tally};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;

use super::judge::Reason;
use super::people::People;
use super::receive::{Body, Line};
use super::{doses, kind_of, residents};

/// What becomes of a line of a file.
pub(super) enum Fate {
    /// It tells of something that the ledger does not have.
    Fresh,
    /// It changes what is on record of a person.
    Changed,
    /// The ledger has it.
    Same,
    /// A person has to look at it.
    Held(Vec<Reason>),
}

/// Everything that a part is judged by.
pub(super) struct Work<'a> {
    pub(super) house: &'a House,
    pub(super) caller: &'a Caller,
    pub(super) run: &'a DoseImport,
    pub(super) body: Body,
    pub(super) keeping: Keeping,
}

/// Does the next part; there may be more afterwards.
pub(super) fn work(house: &House, caller: &Caller, run: &DoseImport) -> Result<bool, Error> {
    let body: Body = serde_json::from_str(&run.body)?;
    let work = Work { house, caller, run, body, keeping: Keeping::of(house, &run.program)? };
    house.database.write(|conn| work.part(conn))?;
    Ok(true)
}

impl Work<'_> {
    fn part(&self, conn: &mut Conn) -> Result<(), Error> {
        let written = dose_imports::part(conn, &self.house.keys, &self.run.id, self.run.place + 1)?;
        let lines: Vec<Line> = serde_json::from_str(&written)?;
        let (people, fates) = match kind_of(self.run)? {
            Kind::Doses => doses::judged(self, conn, &lines)?,
            Kind::Residents => residents::judged(self, conn, &lines)?,
        };
        let (mut tally, mut held) = (Tally::default(), Vec::new());
        for (line, fate) in lines.iter().zip(fates) {
            self.count(&mut tally, &mut held, line, fate)?;
        }
        self.store(conn, people, &held, tally)
    }

    /// Whether the file tells numbers by which the national register knows people.
    pub(super) fn is_numbered(&self) -> bool {
        self.body.columns.has(Field::MyNumber)
    }

    fn count(&self, tally: &mut Tally, held: &mut Vec<Held>, line: &Line, fate: Fate) -> Result<(), Error> {
        tally.looked += 1;
        match fate {
            Fate::Fresh => tally.fresh += 1,
            Fate::Changed => tally.changed += 1,
            Fate::Same => tally.same += 1,
            Fate::Held(reasons) => {
                tally.held += 1;
                held.push(self.held(line, &reasons)?);
            }
        }
        Ok(())
    }

    /// A line that waits keeps no 個人番号: whoever settles it does not need it.
    fn held(&self, (line, cells): &Line, reasons: &[Reason]) -> Result<Held, Error> {
        let mut cells = cells.clone();
        self.body.columns.blank(&mut cells, Field::MyNumber);
        let body = serde_json::to_string(&cells)?;
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
            "run": self.run.id, "part": self.run.place + 1, "kind": self.run.kind, "new": tally.fresh,
            "changed": tally.changed, "same": tally.same, "held": tally.held,
        });
        self.house.record(conn, self.caller, "import_doses", "", "done", detail)
    }
}
