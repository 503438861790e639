//! What the ledger shall hold, or a certificate say: each dose with what the rules of its day say of it.

use super::Draft;
use super::told::{Line, Told};
use crate::domain::calendar::{DateStyle, show};
use crate::domain::immunization::{Brought, Given};
use crate::domain::proposal::WorkingStep;
use crate::programs::yobo::evaluate::{Evaluated, evaluate};
use crate::programs::yobo::findings::{of_doses, of_verdict};
use crate::programs::yobo::law::Law;
use crate::programs::yobo::person::Person;
use crate::programs::yobo::working::steps;

impl Draft<'_> {
    /// Proposes the lines of the record; for a certificate without the verdicts, which are the office's.
    pub(super) fn records(&mut self, law: &Law<'_>, told: &Told) {
        if told.lines.is_empty() {
            return self.ask("finding.no-records", "answers.past.vaccine");
        }
        let numbers: Vec<Option<String>> =
            told.lines.iter().map(|line| Some(line.dose.clone()).filter(|it| !it.is_empty())).collect();
        self.proposal.findings.extend(of_doses(&told.person, &numbers, &twins(&told.person)));
        let evaluated = evaluate(law, &told.person);
        let judged = self.inputs.kind.code() != "certificate";
        let line = |(place, line): (usize, &Line)| {
            shown(line, evaluated.iter().find(|it| it.dose.place == place), judged)
        };
        let lines: Vec<String> = told.lines.iter().enumerate().map(line).collect();
        let mut working = Vec::new();
        for one in &evaluated {
            let Ok(verdict) = &one.verdict else { continue };
            working.extend(steps(&one.asked, &told.person, verdict));
            self.proposal
                .findings
                .extend(of_verdict(&one.asked, &told.person, verdict).into_iter().filter(|_| judged));
        }
        working
            .push(WorkingStep::new("working.records").input("record-lines", lines.len()).gives(lines.len()));
        self.put_text("records", lines.join("／"), working);
    }
}

/// Doses that are the same vaccine on the same day as an earlier one.
fn twins(person: &Person) -> Vec<usize> {
    let doses = person.doses.iter().enumerate();
    let twin = doses.filter(|(place, dose)| {
        let same =
            |it: &&crate::programs::yobo::person::Dose| it.vaccine == dose.vaccine && it.first == dose.first;
        dose.vaccine.is_some() && dose.first == dose.last && person.doses[..*place].iter().any(|it| same(&it))
    });
    twin.map(|(_, dose)| dose.place).collect()
}

/// Vaccine, dose and day of a line, with which it begins.
fn label(line: &Line) -> String {
    let dose = if line.dose.is_empty() { String::new() } else { format!(" {}回目", line.dose) };
    format!("{}{dose}：{}", line.name, show(line.on, DateStyle::WarekiFirst))
}

/// The lines as doses of which the application tells.
pub(super) fn brought(told: &Told) -> Vec<Brought> {
    let one = |line: &Line| Brought {
        label: label(line),
        given: Given {
            id: String::new(),
            vaccine: line.vaccine.clone(),
            product: line.product_key.clone(),
            lot: line.lot.clone(),
            dose: line.dose.clone(),
            on: line.on,
        },
        place: line.clinic.clone(),
    };
    told.lines.iter().map(one).collect()
}

/// A line as people read it: vaccine and dose, day, product and lot, and the verdict.
fn shown(line: &Line, evaluated: Option<&Evaluated<'_>>, judged: bool) -> String {
    let verdict = evaluated.filter(|_| judged).map(|it| match it.status() {
        "valid" => "定期接種の要件に合う",
        "invalid" => "定期接種の要件に合わない",
        _ => "確かめられない",
    });
    let rest = [Some(line.product.as_str()).filter(|it| !it.is_empty()), verdict];
    let rest: String = rest.into_iter().flatten().map(|it| format!("、{it}")).collect();
    format!("{}{rest}", label(line))
}
