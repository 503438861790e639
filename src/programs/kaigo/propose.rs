//! What is proposed for a decision: the level as the committee found it, the period, the limit of services.

use chrono::{Days, NaiveDate};

use super::earlier::{Earlier, LEVEL};
use super::limit::limit;
use super::validity::{self, Period};
use crate::domain::periods::completes_age_on;
use crate::domain::proposal::{Finding, Proposal, ProposedValue, Severity, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::Inputs;
use crate::programs::read::Slots;

/// The age from which one is insured by age alone (第1号被保険者, 介護保険法9条).
const FIRST_INSURED: &str = "first-insured";
/// The level of somebody who needs no care (非該当).
pub const NOT_APPLICABLE: &str = "not_applicable";

/// Proposes every field of a decision that the answers allow.
pub fn propose(inputs: &Inputs<'_>, tables: &Tables, _today: NaiveDate) -> Proposal {
    let mut draft = Draft::new(inputs, tables);
    if let Err(error) = draft.fill() {
        draft.proposal.findings.push(table_fault(&error));
    }
    draft.proposal
}

/// A table that lacks a row is told, not guessed over.
fn table_fault(error: &TableError) -> Finding {
    Finding::new(Severity::Block, "finding.table").with("error", error)
}

struct Draft<'a> {
    inputs: &'a Inputs<'a>,
    tables: &'a Tables,
    application: Slots<'a>,
    office: Slots<'a>,
    panel: Slots<'a>,
    earlier: Earlier<'a>,
    proposal: Proposal,
}

impl<'a> Draft<'a> {
    fn new(inputs: &'a Inputs<'a>, tables: &'a Tables) -> Draft<'a> {
        Draft {
            inputs,
            tables,
            application: Slots::new("answers", Some(inputs.application)),
            office: Slots::new("office", inputs.office),
            panel: Slots::new("panel", inputs.further.get("panel")),
            earlier: Earlier::of(inputs),
            proposal: Proposal::default(),
        }
    }

    fn fill(&mut self) -> Result<(), TableError> {
        match self.inputs.kind.code() {
            "cancellation" => self.end("cancellation.effective"),
            "loss" => self.end("loss.on"),
            _ => return self.certification(),
        }
        Ok(())
    }

    /// The last day of a certification that ends early.
    fn end(&mut self, item: &str) {
        match self.application.day(item) {
            Some(day) => self.put("last_day", day.to_string(), "working.ends", item),
            None => self.find(Severity::Block, "finding.no-last-day", item),
        }
        if let Some(level) = self.earlier.decided_level() {
            self.put_plain(LEVEL, level, "working.before");
        }
    }

    fn certification(&mut self) -> Result<(), TableError> {
        self.insured()?;
        self.primary();
        let Some(level) = self.level() else {
            self.find(Severity::Ask, "finding.no-result", "panel.level");
            return Ok(());
        };
        if level == NOT_APPLICABLE {
            self.find(Severity::Block, "finding.level-not-applicable", "panel.level");
            return Ok(());
        }
        self.put(LEVEL, level.clone(), "working.committee", "panel.level");
        let Some(starts_on) = self.starts_on() else {
            self.find(Severity::Block, "finding.no-start", "previous.to");
            return Ok(());
        };
        self.put("valid_from", starts_on.to_string(), "working.starts", self.start_item());
        self.period(&level, starts_on)?;
        let worked = limit(&[&level], starts_on, self.tables)?;
        let units = worked.value.units;
        self.proposal.put("limit_units", ProposedValue::new(units, format!("{units}単位"), worked.steps));
        self.copied("committee_opinion", "panel.opinion");
        self.copied("services", "panel.services");
        self.copay();
        Ok(())
    }

    /// 負担割合 (49条の2・59条の2): as the desk that keeps the insurance answered, only with both ends of its time.
    fn copay(&mut self) {
        let (from, to) = (self.office.day("copay.from"), self.office.day("copay.to"));
        let (Some(share), Some(from), Some(to)) = (self.office.code("copay.share"), from, to) else { return };
        if to < from {
            return self.find(Severity::Ask, "finding.copay-time", "copay.to");
        }
        self.put("copay", share.to_owned(), "working.copay", "copay.share");
        self.put("copay_from", from.to_string(), "working.copay", "copay.from");
        self.put("copay_to", to.to_string(), "working.copay", "copay.to");
    }

    /// 第1号 or 第2号, and the disease that the latter must have (介護保険法7条3項2号, 27条4項).
    fn insured(&mut self) -> Result<(), TableError> {
        let Some(category) = self.application.code("insured.category") else { return Ok(()) };
        self.put("category", category.to_owned(), "working.category", "insured.category");
        self.age_fits(category)?;
        if category != "second" {
            return Ok(());
        }
        match self.application.written("disease.specific") {
            Some(name) => self.put("specific_disease", name, "working.disease", "disease.specific"),
            None => self.find(Severity::Block, "finding.no-specific-disease", "disease.specific"),
        }
        if self.panel.yes("panel.disease-met") == Some(false) {
            self.find(Severity::Block, "finding.disease-not-met", "panel.disease-met");
        }
        Ok(())
    }

    /// A category that does not fit the age on the day of the application is asked about.
    fn age_fits(&mut self, category: &str) -> Result<(), TableError> {
        let Some(birth) = self.application.day("person.birth") else { return Ok(()) };
        let row = self.tables.row("ages", FIRST_INSURED, self.inputs.received_on)?;
        let age = u32::try_from(row.integer("age")?).unwrap_or_default();
        let first = completes_age_on(birth, age) <= self.inputs.received_on;
        if first != (category == "first") {
            self.find(Severity::Ask, "finding.category-age", "insured.category");
        }
        Ok(())
    }

    /// The level that the ministry's software gave, beside the one that holds in the end.
    fn primary(&mut self) {
        if let Some(level) = self.office.code("judged.level") {
            self.put("primary_level", level.to_owned(), "working.primary", "judged.level");
        }
    }

    /// The level: as the committee found it; of a person who moved here, as the municipality before said; by the
    /// office alone (30条), as it says where no committee was asked.
    fn level(&self) -> Option<String> {
        let found = match self.inputs.kind.code() {
            "transfer-in" => self.application.code("earlier-certification.level"),
            "ex-officio" => self.panel.code("panel.level").or(self.application.code("ex-officio.level")),
            _ => self.panel.code("panel.level"),
        };
        found.map(str::to_owned)
    }

    /// The item of the application from which the first day is read.
    fn start_item(&self) -> &'static str {
        match self.inputs.kind.code() {
            "renewal" => "previous.to",
            "transfer-in" => "earlier-certification.moved-on",
            "ex-officio" => "ex-officio.effective",
            _ => "received_on",
        }
    }

    /// The first day: of the application (27条8項), or after the old period (28条9項).
    fn starts_on(&self) -> Option<NaiveDate> {
        match self.inputs.kind.code() {
            "renewal" => self.earlier.ended_on().and_then(|day| day.checked_add_days(Days::new(1))),
            "transfer-in" | "ex-officio" => self.application.day(self.start_item()),
            _ => Some(self.inputs.received_on),
        }
    }

    fn period(&mut self, level: &str, starts_on: NaiveDate) -> Result<(), TableError> {
        let (kind, tables) = (self.earlier.validity_case(level), self.tables);
        let wanted = self.panel.integer("panel.months");
        let worked = validity::period(kind, starts_on, wanted, tables)?;
        let Period { months, ends_on, range } = worked.value;
        if !(range.shortest..=range.longest).contains(&months) {
            let finding = Finding::new(Severity::Block, "finding.months").at("panel.panel.months");
            let finding = finding.with("shortest", range.shortest).with("longest", range.longest);
            self.proposal.findings.push(finding);
        }
        let shown = format!("{months}か月");
        self.proposal.put("months", ProposedValue::new(months, shown, worked.steps.clone()));
        self.proposal
            .put("valid_to", ProposedValue::new(ends_on.to_string(), ends_on.to_string(), worked.steps));
        Ok(())
    }

    fn copied(&mut self, field: &str, item: &str) {
        if let Some(text) = self.panel.written(item) {
            self.put(field, text, "working.committee", item);
        }
    }

    fn put(&mut self, field: &str, value: String, what: &str, item: &str) {
        let step = WorkingStep::new(what).input(item, &value).gives(&value);
        self.proposal.put(field, ProposedValue::new(value.clone(), value, vec![step]));
    }

    fn put_plain(&mut self, field: &str, value: &str, what: &str) {
        let step = WorkingStep::new(what).gives(value);
        self.proposal.put(field, ProposedValue::new(value, value, vec![step]));
    }

    fn find(&mut self, severity: Severity, key: &str, item: &str) {
        self.proposal.findings.push(Finding::new(severity, key).at(item));
    }
}
