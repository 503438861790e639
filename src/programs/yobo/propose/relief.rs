//! 健康被害救済: what the Act has for the category of the vaccine, by when it is claimed, and what the state found.
//! Whether the vaccination was the cause is for the Minister to say (予防接種法15条).

use chrono::NaiveDate;

use super::told::Told;
use super::{Draft, said, shown};
use crate::domain::money::Yen;
use crate::domain::periods::{age_on, month_period_end};
use crate::domain::proposal::{Finding, ProposedValue, Severity, WorkingStep};
use crate::domain::tables::Row;
use crate::programs::read::Slots;
use crate::programs::yobo::history::Asked;
use crate::programs::yobo::law::Law;
use crate::programs::yobo::person::Dose;

/// The age from which a disability is compensated to the person, not to who raises them (予防接種法16条).
const ADULT: u32 = 18;

impl Draft<'_> {
    /// Proposes the benefit and what the state found of it.
    pub(super) fn relief(&mut self, law: &Law<'_>, told: &Told) {
        let application = self.application;
        let (Some(benefit), Some(vaccine)) =
            (application.code("relief.benefit"), application.code("relief.vaccine"))
        else {
            return self.block("finding.no-benefit", "answers.relief.benefit");
        };
        if let Some(place) = law.place(vaccine) {
            self.routine_dose(law, told, place);
            let category = law.vaccines[place].row.text("category").unwrap_or_default().to_owned();
            self.benefit(benefit, &category, told.person.birth);
        }
        self.state();
    }

    fn benefit(&mut self, benefit: &str, category: &str, birth: NaiveDate) {
        let key = format!("{benefit}/{category}");
        let Ok(row) = self.tables.row("relief_benefits", &key, self.inputs.received_on) else {
            return self.block("finding.no-such-benefit", "answers.relief.benefit");
        };
        let step = WorkingStep::new("working.benefit").by(row).input("category", category).gives(benefit);
        self.proposal.put("benefit", ProposedValue::new(benefit, benefit, vec![step]));
        self.in_time_for_relief(row);
        if (benefit, category) == ("medical", "B") {
            self.ask("finding.hospital-degree", "answers.relief.benefit");
        }
        let adult = age_on(birth, self.inputs.received_on).is_some_and(|age| age >= ADULT);
        if (benefit, adult) == ("child-pension", true) || (benefit, adult) == ("disability-pension", false) {
            self.ask("finding.other-pension", "answers.relief.benefit");
        }
    }

    /// Only some benefits of category B have a time limit.
    fn in_time_for_relief(&mut self, row: &Row) {
        let Some(years) = row.integer("limit_years").ok().and_then(|years| u32::try_from(years).ok()) else {
            return;
        };
        let from = match row.text("limit_from") {
            Ok("death") => self.application.day("relief.died-on"),
            _ => self.first_payment(),
        };
        let Some(last) = from.map(|day| month_period_end(day, years * 12)) else { return };
        if self.inputs.received_on > last {
            let finding = Finding::new(Severity::Ask, "finding.relief-late").at("answers.relief.benefit");
            self.push(finding.with("latest", shown(last)).with("years", years));
        }
    }

    fn first_payment(&self) -> Option<NaiveDate> {
        let rows = self.application.rows("care.clinic");
        rows.iter().filter_map(|row| self.application.day(&format!("{row}/care.paid-on"))).min()
    }

    /// The Act is about doses of the programme; for others there is the relief of PMDA.
    fn routine_dose(&mut self, law: &Law<'_>, told: &Told, vaccine: usize) {
        let Some(on) = self.application.day("relief.on") else { return };
        let asked = Asked { law, vaccine, product: None, on, past: true };
        let before: Vec<Dose> = told.person.doses.iter().filter(|dose| dose.last < on).copied().collect();
        let key = match asked.judge(&told.person, &before) {
            Ok(verdict) if verdict.is_eligible() => return,
            Ok(_) => "finding.relief-not-routine",
            Err(need) => said::needed(need),
        };
        let name = law.vaccines[vaccine].row.text("name").unwrap_or_default();
        let finding = Finding::new(Severity::Ask, key).at("answers.relief.on");
        self.push(finding.with("vaccine", name).with("date", shown(on)));
    }

    /// What the Minister recognised or denied.
    fn state(&mut self) {
        let state = Slots::new("state-decision", self.inputs.further.get("state-decision"));
        match state.code("state.result") {
            Some("recognised") => self.recognised_by_state(state),
            Some(_) => self.block("finding.denied-by-state", "state-decision.state.result"),
            None => self.ask("finding.state-open", "state-decision.state.result"),
        }
    }

    fn recognised_by_state(&mut self, state: Slots<'_>) {
        let step = |item: &str| WorkingStep::new("working.state").input(&state.slot(item), item);
        if let Some(day) = state.day("state.on") {
            self.put_day("recognised_on", day, vec![step("state.on").gives(day)]);
        }
        if let Some(Yen(yen)) = state.yen("state.yen") {
            let shown = Yen(yen).to_string();
            self.proposal
                .put("award_yen", ProposedValue::new(yen, shown, vec![step("state.yen").gives(Yen(yen))]));
        }
        if let Some(basis) = state.written("state.basis") {
            self.put_text("award_basis", basis.clone(), vec![step("state.basis").gives(basis)]);
        }
    }
}
