//! 実施依頼書 and 長期療養特例: what has to be asked for before the dose is given.

use chrono::NaiveDate;

use super::Draft;
use super::wanted::Days;
use crate::domain::periods::month_period_end;
use crate::domain::proposal::{Finding, Severity, WorkingStep};
use crate::domain::tables::TableError;
use crate::programs::yobo::law::Law;
use crate::programs::yobo::person::Person;

impl Draft<'_> {
    /// A request to another mayor or clinic holds from the decision for the town's months, but no longer than a
    /// dose may be given.
    pub(super) fn request(&mut self, law: &Law<'_>, person: &Person) {
        self.given_already();
        if self.application.code("away.addressee") == Some("unknown") {
            self.ask("finding.addressee-unknown", "answers.away.addressee");
        }
        let Some((days, _)) = self.allowed(law, person, None) else { return };
        match self.town_rule("request-months", "yobo_request_months") {
            Ok((months, step)) => self.put_request(days, months, step),
            Err(error) => self.table_fault(&error),
        }
    }

    fn put_request(&mut self, days: Days, months: u32, step: WorkingStep) {
        let end = month_period_end(self.today, months);
        let to = days.to.map_or(end, |last| end.min(last));
        let steps = vec![step.input("on", self.today).gives(to)];
        self.put_day("valid_from", self.today, steps.clone());
        self.put_day("valid_to", to, steps);
    }

    /// What was given before the application cannot be asked for any more.
    fn given_already(&mut self) {
        let rows = self.application.rows("wanted.vaccine");
        let past = rows.iter().filter(|row| {
            let planned = self.application.day(&format!("{row}/wanted.on"));
            planned.is_some_and(|day| day < self.inputs.received_on)
        });
        let paths: Vec<String> = past.map(|row| self.application.slot(row)).collect();
        paths.iter().for_each(|path| self.ask("finding.request-after-dose", path));
    }

    /// After a long illness the window opens again from the day on which the circumstance ended.
    pub(super) fn long_term(&mut self, law: &Law<'_>, mut person: Person) {
        self.given_already();
        let Some(ended) = self.special_ended() else {
            return self.block("finding.no-end-of-illness", "answers.illness.ended");
        };
        person.facts.special_ended = Some(ended);
        self.no_exception(law);
        let Some((days, steps)) = self.allowed(law, &person, None) else { return };
        let from = days.from.map_or(ended, |first| first.max(ended));
        self.put_day("valid_from", from, steps.clone());
        if let Some(to) = days.to {
            self.put_day("valid_to", to, steps);
        }
    }

    /// The day on which the illness or the shortage ended, where the application rests on it.
    pub(super) fn special_ended(&self) -> Option<NaiveDate> {
        self.application.day("illness.ended").filter(|_| self.inputs.kind.code() == "long-term")
    }

    /// Vaccines that the exception leaves out (施行規則).
    fn no_exception(&mut self, law: &Law<'_>) {
        let rows = self.application.rows("wanted.vaccine");
        let places = rows.iter().filter_map(|row| {
            let place = law.place(self.application.code(&format!("{row}/wanted.vaccine"))?)?;
            Some((self.application.slot(row), &law.vaccines[place]))
        });
        let without =
            places.filter(|(_, it)| it.long_term.as_ref().and_then(|it| it.rule.applies) == Some(false));
        let findings: Vec<Finding> = without
            .map(|(path, vaccine)| {
                let name = vaccine.row.text("name").unwrap_or(vaccine.key);
                Finding::new(Severity::Block, "finding.no-exception").at(&path).with("vaccine", name)
            })
            .collect();
        self.proposal.findings.extend(findings);
    }

    /// A number that each town sets: its setting, else the row that holds when the application came.
    ///
    /// # Errors
    /// When the table has no such row.
    pub(super) fn town_rule(&self, rule: &str, setting: &str) -> Result<(u32, WorkingStep), TableError> {
        let own = self.inputs.settings.get(setting).and_then(|value| value.parse::<u32>().ok());
        let row = self.tables.row("town_rules", rule, self.inputs.received_on)?;
        let value = own.unwrap_or(u32::try_from(row.integer("value")?).unwrap_or_default());
        let step = WorkingStep::new("working.town-rule");
        let step = if own.is_some() { step } else { step.by(row) };
        Ok((value, step.input("months", value)))
    }
}
