//! What is proposed for a decision on an application: what the record allows, what is paid back, what the state
//! found. A proposal never decides, and whether a dose is given is for the physician to say on the day.

mod claim;
mod records;
mod relief;
mod request;
mod said;
mod told;
mod wanted;

use chrono::NaiveDate;

use super::law::{Code, Fault, Law};
use super::person::Person;
use crate::domain::calendar::{self, DateStyle};
use crate::domain::immunization::{Brought, Circumstances, Entitled, Entitlement};
use crate::domain::proposal::{Finding, Proposal, ProposedValue, Severity, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::Inputs;
use crate::programs::read::Slots;
pub(super) use said::needed;
use told::Told;

/// Proposes every field of a decision that the answers allow.
pub fn propose(inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> Proposal {
    let mut draft = Draft::new(inputs, tables, today);
    match Law::read(tables) {
        Ok(law) => draft.fill(&law),
        Err(Fault::Table(error)) => draft.table_fault(&error),
        Err(fault) => draft.push(Finding::new(Severity::Block, "finding.table").with("error", fault)),
    }
    draft.proposal
}

/// Kinds of procedure by which vouchers are issued.
const VOUCHERS: [&str; 4] = ["issue", "reissue", "catch-up", "long-term"];

/// The doses to which an application gives a right if it is granted, by the same judgement as the proposal.
pub fn entitled(inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> Entitled {
    let mut draft = Draft::new(inputs, tables, today);
    let (mut brought, mut circumstances) = (Vec::new(), Circumstances::default());
    if let Ok(law) = Law::read(tables) {
        draft.fill(&law);
        brought = draft.brought(&law);
        circumstances = draft.circumstances(&law);
    }
    let kind = inputs.kind.code();
    let doses = if VOUCHERS.contains(&kind) { draft.rights } else { Vec::new() };
    let role = draft.application.code("filer.role");
    let guardian = matches!(role, Some("self" | "guardian"));
    Entitled { guardian, replaces: kind == "reissue", doses, brought, circumstances }
}

/// A proposal that is being made.
struct Draft<'a> {
    inputs: &'a Inputs<'a>,
    tables: &'a Tables,
    today: NaiveDate,
    application: Slots<'a>,
    office: Slots<'a>,
    proposal: Proposal,
    /// The doses to which the proposal would give a right.
    rights: Vec<Entitlement>,
}

impl<'a> Draft<'a> {
    fn new(inputs: &'a Inputs<'a>, tables: &'a Tables, today: NaiveDate) -> Draft<'a> {
        Draft {
            inputs,
            tables,
            today,
            application: Slots::new("answers", Some(inputs.application)),
            office: Slots::new("office", inputs.office),
            proposal: Proposal::default(),
            rights: Vec::new(),
        }
    }

    fn fill(&mut self, law: &Law<'_>) {
        self.checked();
        let Some(told) = self.told(law) else {
            return self.block("finding.needs-birth", "answers.person.birth");
        };
        self.proposal.findings.extend(told.findings.iter().cloned());
        match self.inputs.kind.code() {
            "issue" | "reissue" => self.voucher(law, &told.person, None),
            "catch-up" => self.catch_up(law, told.person),
            "out-of-area" => self.request(law, &told.person),
            "long-term" => self.long_term(law, told.person),
            "reimbursement" => self.claim(law, &told),
            "relief" => self.relief(law, &told),
            _ => self.records(law, &told),
        }
    }

    /// The person, with past doses from the ledger where the office typed them, else as the applicant told.
    fn told(&self, law: &Law<'_>) -> Option<Told> {
        told::told(law, self.application, self.office, self.inputs)
    }

    /// Doses of the past: those of a claim for money, otherwise those that the record shall hold.
    fn brought(&self, law: &Law<'_>) -> Vec<Brought> {
        match self.inputs.kind.code() {
            "reimbursement" => self.claimed(law),
            _ => self.told(law).map(|told| records::brought(&told)).unwrap_or_default(),
        }
    }

    /// What the answers told of the person, as far as the judgement rests on it.
    fn circumstances(&self, law: &Law<'_>) -> Circumstances {
        let Some(Told { person, .. }) = self.told(law) else { return Circumstances::default() };
        let names = |codes: &[Code]| codes.iter().map(|code| law.name(*code).to_owned()).collect();
        Circumstances {
            due: person.due,
            special_ended: self.special_ended(),
            conditions: names(&person.facts.yes),
            diseases: names(&person.facts.diseases),
        }
    }

    /// What the office found on the ledger and the papers.
    fn checked(&mut self) {
        let doubts = [
            ("record.resident", "finding.not-resident", Severity::Block),
            ("record.unused", "finding.already-used", Severity::Block),
            ("record.statement", "finding.no-statement", Severity::Block),
            ("record.receipts", "finding.not-proved", Severity::Block),
            ("record.agrees", "finding.record-differs", Severity::Ask),
        ];
        for (item, key, severity) in doubts {
            if self.office.yes(item) == Some(false) {
                self.push(Finding::new(severity, key).at(&self.office.slot(item)));
            }
        }
        if self.application.yes("reissue.unused") == Some(false) {
            self.ask("finding.maybe-used", "answers.reissue.unused");
        }
    }

    /// What remains of every exception after an illness or a shortage: the person as the law sees them then.
    fn catch_up(&mut self, law: &Law<'_>, mut person: Person) {
        let Some(scheme) = self.application.code("catch-up.scheme") else {
            return self.block("finding.nothing-wanted", "answers.catch-up.scheme");
        };
        let row = match self.tables.row("catch_ups", scheme, self.inputs.received_on) {
            Ok(row) => row,
            Err(_) => return self.block("finding.catch-up-over", "answers.catch-up.scheme"),
        };
        if let Some(fact) = row.text("fact").ok().and_then(|fact| law.code(fact)) {
            self.recognised(law.name(fact));
            person.facts.no.retain(|it| *it != fact);
            person.facts.yes.push(fact);
        }
        let vaccine = row.text("vaccine").ok().and_then(|key| law.place(key));
        self.voucher(law, &person, vaccine);
    }

    /// Some catch-ups are only for those whom the mayor recognises.
    fn recognised(&mut self, fact: &str) {
        let found = self.office.codes("record.recognised").contains(&fact);
        match (self.office.exist(), found) {
            (_, true) => {}
            (true, false) => self.block("finding.not-recognised", "office.record.recognised"),
            (false, false) => self.ask("finding.to-be-recognised", "office.record.recognised"),
        }
    }

    fn put_day(&mut self, field: &str, day: NaiveDate, steps: Vec<WorkingStep>) {
        self.proposal.put(field, ProposedValue::new(day.to_string(), shown(day), steps));
    }

    fn put_text(&mut self, field: &str, text: String, steps: Vec<WorkingStep>) {
        self.proposal.put(field, ProposedValue::new(text.clone(), text, steps));
    }

    fn push(&mut self, finding: Finding) {
        self.proposal.findings.push(finding);
    }

    fn ask(&mut self, key: &str, at: &str) {
        self.push(Finding::new(Severity::Ask, key).at(at));
    }

    fn block(&mut self, key: &str, at: &str) {
        self.push(Finding::new(Severity::Block, key).at(at));
    }

    /// A table that lacks a row is told, not guessed over.
    fn table_fault(&mut self, error: &TableError) {
        self.push(Finding::new(Severity::Block, "finding.table").with("error", error));
    }
}

/// A day as the working shows it, in both calendars.
fn shown(day: NaiveDate) -> String {
    calendar::show(day, DateStyle::WarekiFirst)
}
