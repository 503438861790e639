//! 償還払い: of each dose the smaller of what was paid and the town's ceiling is paid back, if the dose was one of
//! the programme and the claim came in time.

use chrono::NaiveDate;

use super::told::Told;
use super::wanted::{about, label};
use super::{Draft, said, shown};
use crate::domain::immunization::{Brought, Given};
use crate::domain::money::Yen;
use crate::domain::periods::month_period_end;
use crate::domain::proposal::{Finding, ProposedValue, Severity, WorkingStep};
use crate::programs::yobo::history::Asked;
use crate::programs::yobo::law::{Code, Law};
use crate::programs::yobo::person::{Dose, Person};
use crate::programs::yobo::working::steps;

/// The vaccine for which nobody has to ask before the dose.
const WITHOUT_REQUEST: &str = "rsv_maternal";

/// A dose for which money is asked back.
struct Payment {
    /// Slot path of its row.
    path: String,
    vaccine: usize,
    product: Option<Code>,
    dose: String,
    lot: String,
    clinic: String,
    on: NaiveDate,
    paid: Yen,
}

/// The highest amount that a town pays for a dose, and where it says so.
struct Ceiling {
    yen: Yen,
    step: WorkingStep,
}

impl Draft<'_> {
    /// Proposes the amount, with a line for each dose.
    pub(super) fn claim(&mut self, law: &Law<'_>, told: &Told) {
        if self.application.yes("claim.paid-there") == Some(true) {
            self.ask("finding.paid-there", "answers.claim.paid-there");
        }
        let payments = self.payments(law);
        if payments.is_empty() {
            return self.block("finding.nothing-paid", "answers.paid.vaccine");
        }
        self.requested(law, &payments);
        let (mut total, mut paid) = (Yen::ZERO, Yen::ZERO);
        let (mut lines, mut working) = (Vec::new(), Vec::new());
        for (place, payment) in payments.iter().enumerate() {
            paid = paid.checked_add(payment.paid).unwrap_or(paid);
            let person = with_others(law, &told.person, &payments, place);
            let Some((yen, line, steps)) = self.one(law, &person, payment) else { continue };
            total = total.checked_add(yen).unwrap_or(total);
            lines.push(line);
            working.extend(steps);
        }
        self.put_claim([total, paid], lines, working);
    }

    fn put_claim(&mut self, [total, paid]: [Yen; 2], lines: Vec<String>, mut steps: Vec<WorkingStep>) {
        let none = lines.is_empty();
        steps.push(WorkingStep::new("working.claim").input("claim-lines", lines.len()).gives(total));
        self.proposal.put("claim_total", ProposedValue::new(total.0, total.to_string(), steps.clone()));
        self.proposal.put("claim_paid", ProposedValue::new(paid.0, paid.to_string(), steps.clone()));
        if none {
            return self.block("finding.nothing-to-pay", "answers.paid.vaccine");
        }
        self.put_text("claim_working", lines.join("／"), steps);
    }

    /// What is paid back for one dose; `None` with a finding where nothing is.
    fn one(
        &mut self,
        law: &Law<'_>,
        person: &Person,
        payment: &Payment,
    ) -> Option<(Yen, String, Vec<WorkingStep>)> {
        let asked =
            Asked { law, vaccine: payment.vaccine, product: payment.product, on: payment.on, past: true };
        let label = label(&asked, &payment.dose);
        let mut working = self.routine(&asked, person, payment, &label)?;
        working.push(self.in_time(payment, &label)?);
        let Some(ceiling) = self.ceiling(asked.vaccine().key, payment.on) else {
            let finding = Finding::new(Severity::Ask, "finding.no-ceiling").at(&payment.path);
            self.push(finding.with("vaccine", &label));
            return None;
        };
        let yen = payment.paid.min(ceiling.yen);
        working.push(ceiling.step.input("paid", payment.paid).input("ceiling", ceiling.yen).gives(yen));
        let about = begins(&label, payment.on);
        let line = format!("{about}支払額{}・上限額{}→支給額{yen}", payment.paid, ceiling.yen);
        Some((yen, line, working))
    }

    /// The working of a dose that was 定期接種 on its day.
    fn routine(
        &mut self,
        asked: &Asked<'_>,
        person: &Person,
        payment: &Payment,
        label: &str,
    ) -> Option<Vec<WorkingStep>> {
        let before: Vec<Dose> = person.doses.iter().filter(|dose| dose.last < asked.on).copied().collect();
        match asked.judge(person, &before) {
            Ok(verdict) if verdict.is_eligible() => Some(steps(asked, person, &verdict)),
            Ok(verdict) => {
                let key = said::refused(verdict.reason).or(said::early(verdict.reason));
                let finding = key.map(|key| about(key, label, asked.on, &verdict).at(&payment.path));
                self.proposal.findings.extend(finding);
                None
            }
            Err(need) => {
                let finding = Finding::new(Severity::Ask, said::needed(need)).at(&payment.path);
                self.push(finding.with("vaccine", label).with("date", shown(payment.on)));
                None
            }
        }
    }

    /// The day until which the dose can be claimed, counted from the day after it was paid for.
    fn in_time(&mut self, payment: &Payment, label: &str) -> Option<WorkingStep> {
        let (months, step) = match self.town_rule("claim-months", "yobo_claim_months") {
            Ok(found) => found,
            Err(error) => {
                self.table_fault(&error);
                return None;
            }
        };
        let last = month_period_end(payment.on, months);
        if self.inputs.received_on > last {
            let finding = Finding::new(Severity::Ask, "finding.claim-late").at(&payment.path);
            self.push(finding.with("vaccine", label).with("latest", shown(last)));
            return None;
        }
        Some(step.input("paid-on", payment.on).gives(last))
    }

    /// The town's ceiling on the day of a dose: its table, else what the office typed with its source.
    fn ceiling(&self, vaccine: &str, on: NaiveDate) -> Option<Ceiling> {
        let step = WorkingStep::new("working.ceiling");
        if let Ok(row) = self.tables.row("ceilings", vaccine, on) {
            return Some(Ceiling { yen: Yen(row.integer("yen").ok()?), step: step.by(row) });
        }
        let rows = self.office.rows("ceiling.vaccine");
        let at = |row: &String, item: &str| format!("{row}/ceiling.{item}");
        let row = rows.iter().find(|row| self.office.code(&at(row, "vaccine")) == Some(vaccine))?;
        let source = self.office.written(&at(row, "source")).unwrap_or_default();
        let yen = self.office.yen(&at(row, "yen"))?;
        Some(Ceiling { yen, step: step.input(&self.office.slot(&at(row, "source")), source) })
    }

    /// Most towns ask that the request letter was there before the dose.
    fn requested(&mut self, law: &Law<'_>, payments: &[Payment]) {
        let mut needing = payments.iter().filter(|it| law.vaccines[it.vaccine].key != WITHOUT_REQUEST);
        let first = needing.by_ref().map(|it| it.on).min();
        let Some(first) = first else { return };
        if self.application.written("claim.request-number").is_none() {
            return self.ask("finding.no-request", "answers.claim.request-number");
        }
        if self.application.day("claim.request-on").is_some_and(|day| day > first) {
            self.ask("finding.dose-before-request", "answers.claim.request-on");
        }
    }

    /// The doses for which money is asked back.
    pub(super) fn claimed(&self, law: &Law<'_>) -> Vec<Brought> {
        self.payments(law).into_iter().map(|payment| brought(law, payment)).collect()
    }

    fn payments(&self, law: &Law<'_>) -> Vec<Payment> {
        let rows = self.application.rows("paid.vaccine");
        rows.into_iter().filter_map(|row| self.payment(law, &row)).collect()
    }

    fn payment(&self, law: &Law<'_>, row: &str) -> Option<Payment> {
        let at = |item: &str| format!("{row}/paid.{item}");
        let vaccine = law.place(self.application.code(&at("vaccine"))?)?;
        let product = self.application.code(&at("product")).and_then(|name| law.code(name));
        Some(Payment {
            path: self.application.slot(row),
            vaccine,
            product: product.filter(|code| law.has_product(vaccine, *code)),
            dose: self.application.written(&at("dose")).unwrap_or_default(),
            lot: self.application.written(&at("lot")).unwrap_or_default(),
            clinic: self.application.written(&at("clinic")).unwrap_or_default(),
            on: self.application.day(&at("on"))?,
            paid: self.application.yen(&at("yen"))?,
        })
    }
}

/// Vaccine, dose and day of a dose, with which its line begins.
fn begins(label: &str, on: NaiveDate) -> String {
    format!("{label} {}：", shown(on))
}

fn brought(law: &Law<'_>, payment: Payment) -> Brought {
    let asked = Asked { law, vaccine: payment.vaccine, product: payment.product, on: payment.on, past: true };
    Brought {
        label: begins(&label(&asked, &payment.dose), payment.on),
        given: Given {
            id: String::new(),
            vaccine: asked.vaccine().key.to_owned(),
            product: payment.product.map(|code| law.name(code).to_owned()),
            lot: payment.lot,
            dose: payment.dose,
            on: payment.on.into(),
        },
        place: payment.clinic,
    }
}

/// The person with the other doses of the claim in their history, each once.
fn with_others(law: &Law<'_>, person: &Person, payments: &[Payment], place: usize) -> Person {
    let mut person = person.clone();
    let next = person.doses.iter().map(|dose| dose.place + 1).max().unwrap_or_default();
    let others = payments.iter().enumerate().filter(|(at, _)| *at != place);
    for (at, other) in others {
        let known = |dose: &Dose| dose.vaccine == Some(other.vaccine) && dose.first == other.on;
        if !person.doses.iter().any(known) {
            person.doses.push(given(law, other, next + at));
        }
    }
    person.doses.sort_by_key(|dose| (dose.first, dose.place));
    person
}

fn given(law: &Law<'_>, payment: &Payment, place: usize) -> Dose {
    Dose {
        place,
        vaccine: Some(payment.vaccine),
        product: payment.product,
        first: payment.on,
        last: payment.on,
        injected_live: law.is_injected_live(payment.vaccine, payment.product),
        same_pregnancy: None,
        withdrawn: false,
    }
}
