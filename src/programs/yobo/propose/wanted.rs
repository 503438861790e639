//! 接種券・予診票: which of the vaccinations asked for the record allows, from when and until when.

use chrono::NaiveDate;

use super::{Draft, said, shown};
use crate::domain::immunization::Entitlement;
use crate::domain::proposal::{Finding, Severity, WorkingStep};
use crate::programs::yobo::evaluate::evaluate;
use crate::programs::yobo::findings::{of_counting, of_doses, of_verdict};
use crate::programs::yobo::history::Asked;
use crate::programs::yobo::judge::Verdict;
use crate::programs::yobo::law::{Code, Law};
use crate::programs::yobo::person::Person;
use crate::programs::yobo::working::steps;

/// A vaccination that is asked for.
pub(super) struct Wish {
    /// Slot path of its row.
    pub path: String,
    /// Its vaccine.
    pub vaccine: usize,
    /// Its product, if one is asked for.
    pub product: Option<Code>,
    /// The number of the dose as written.
    pub dose: String,
    /// The planned day, if there is one.
    pub on: Option<NaiveDate>,
}

/// What the record says of a wish.
struct Judged {
    /// Vaccine and dose as people read them.
    label: String,
    /// The published code of the verdict; empty where something is missing on record.
    code: &'static str,
    /// First and last day, where it is allowed.
    allowed: Option<(Option<NaiveDate>, Option<NaiveDate>)>,
    /// The dose to which it gives a right, where it is allowed.
    right: Option<Entitlement>,
    /// Why it is not.
    refused: Option<Finding>,
    steps: Vec<WorkingStep>,
    findings: Vec<Finding>,
}

/// The days over which what is allowed can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// The first of them.
    pub from: Option<NaiveDate>,
    /// The last, if there is one.
    pub to: Option<NaiveDate>,
}

impl Draft<'_> {
    /// Proposes what a voucher is for and when it can be used; of a catch-up only its own vaccine.
    pub(super) fn voucher(&mut self, law: &Law<'_>, person: &Person, only: Option<usize>) {
        let Some((days, steps)) = self.allowed(law, person, only) else { return };
        if let Some(from) = days.from {
            self.put_day("valid_from", from.max(self.inputs.received_on), steps.clone());
        }
        if let Some(to) = days.to {
            self.put_day("valid_to", to, steps);
        }
    }

    /// Proposes the vaccinations that the record allows, each with its days; `None` when there is none.
    pub(super) fn allowed(
        &mut self,
        law: &Law<'_>,
        person: &Person,
        only: Option<usize>,
    ) -> Option<(Days, Vec<WorkingStep>)> {
        let wishes = self.wishes(law, only);
        if wishes.is_empty() {
            self.block("finding.nothing-wanted", "answers.wanted.vaccine");
            return None;
        }
        let judged: Vec<Judged> = wishes.iter().map(|wish| self.judge(law, person, wish)).collect();
        self.proposal.findings.extend(of_doses(person, &[], &[]));
        let steps: Vec<WorkingStep> = judged.iter().flat_map(|it| it.steps.clone()).collect();
        let codes: Vec<String> = judged.iter().map(|it| format!("{}：{}", it.label, it.code)).collect();
        self.put_text("verdicts", codes.join("、"), steps.clone());
        let days = self.settle(judged, &steps)?;
        Some((days, steps))
    }

    /// Tells what is not allowed, which blocks if nothing else is, and proposes the rest.
    fn settle(&mut self, judged: Vec<Judged>, steps: &[WorkingStep]) -> Option<Days> {
        let some = judged.iter().any(|it| it.allowed.is_some());
        let mut lines = Vec::new();
        let mut spans = Vec::new();
        for one in judged {
            self.proposal.findings.extend(one.findings);
            let refused =
                one.refused.map(|it| if some { it } else { Finding { severity: Severity::Block, ..it } });
            self.proposal.findings.extend(refused);
            if let Some((from, to)) = one.allowed {
                lines.push(format!("{}：{}", one.label, period(from, to)));
                self.rights.extend(one.right);
                spans.push((from, to));
            }
        }
        if !some {
            return None;
        }
        self.put_text("vaccines", lines.join("／"), steps.to_vec());
        let to = spans.iter().map(|(_, to)| *to).collect::<Option<Vec<_>>>();
        let to = to.and_then(|days| days.into_iter().max());
        Some(Days { from: spans.iter().filter_map(|(from, _)| *from).min(), to })
    }

    fn wishes(&self, law: &Law<'_>, only: Option<usize>) -> Vec<Wish> {
        if let Some(vaccine) = only {
            let path = self.application.slot("catch-up.scheme");
            return vec![Wish { path, vaccine, product: None, dose: String::new(), on: None }];
        }
        let rows = self.application.rows("wanted.vaccine");
        rows.into_iter().filter_map(|row| self.wish(law, &row)).collect()
    }

    fn wish(&self, law: &Law<'_>, row: &str) -> Option<Wish> {
        let at = |item: &str| format!("{row}/wanted.{item}");
        let vaccine = law.place(self.application.code(&at("vaccine"))?)?;
        let product = self.application.code(&at("product")).and_then(|name| law.code(name));
        Some(Wish {
            path: self.application.slot(row),
            vaccine,
            product: product.filter(|code| law.has_product(vaccine, *code)),
            dose: self.application.written(&at("dose")).unwrap_or_default(),
            on: self.application.day(&at("on")),
        })
    }

    fn judge(&self, law: &Law<'_>, person: &Person, wish: &Wish) -> Judged {
        let on = wish.on.unwrap_or(self.inputs.received_on);
        let asked = Asked { law, vaccine: wish.vaccine, product: wish.product, on, past: false };
        let label = label(&asked, &wish.dose);
        match asked.judge(person, &person.doses) {
            Ok(verdict) => told(&asked, person, wish, label, &verdict),
            Err(need) => {
                let finding = Finding::new(Severity::Ask, said::needed(need)).at(&wish.path);
                let refused = Some(finding.with("vaccine", &label).with("date", on));
                Judged {
                    label,
                    code: "",
                    allowed: None,
                    right: None,
                    refused,
                    steps: Vec::new(),
                    findings: Vec::new(),
                }
            }
        }
    }
}

fn told(asked: &Asked<'_>, person: &Person, wish: &Wish, label: String, verdict: &Verdict<'_>) -> Judged {
    let mut findings = of_verdict(asked, person, verdict);
    findings.extend(of_counting(asked, &evaluate(asked.law, person)));
    let finding = |key: &str| about(key, &label, asked.on, verdict).at(&wish.path);
    // A day that was not planned is only the day of the question.
    let early = said::early(verdict.reason).filter(|_| wish.on.is_some());
    findings.extend(early.map(finding));
    let refused = said::refused(verdict.reason).map(finding);
    let allowed = refused.is_none().then_some((verdict.earliest, verdict.latest));
    let code = verdict.reason.code();
    let right = allowed.map(|days| right(asked, wish, &label, verdict, days));
    Judged { steps: steps(asked, person, verdict), label, code, allowed, right, refused, findings }
}

/// The dose that is asked for; without a number the next one of the course.
fn right(
    asked: &Asked<'_>,
    wish: &Wish,
    label: &str,
    verdict: &Verdict<'_>,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
) -> Entitlement {
    let next = verdict.dose.unwrap_or_default();
    let dose = if wish.dose.is_empty() { next } else { &wish.dose };
    Entitlement {
        label: label.to_owned(),
        vaccine: asked.vaccine().key.to_owned(),
        product: wish.product.map(|code| asked.law.name(code).to_owned()),
        dose: dose.to_owned(),
        from,
        to,
    }
}

/// A finding about a dose, with every slot that the sentences may have.
pub(super) fn about(key: &str, label: &str, on: NaiveDate, verdict: &Verdict<'_>) -> Finding {
    let day = |day: Option<NaiveDate>| day.map(shown).unwrap_or_default();
    let finding = Finding::new(Severity::Ask, key).with("vaccine", label).with("date", shown(on));
    finding.with("earliest", day(verdict.earliest)).with("latest", day(verdict.latest))
}

/// The vaccine with the number of its dose.
pub(super) fn label(asked: &Asked<'_>, dose: &str) -> String {
    let name = asked.vaccine().row.text("name").unwrap_or(asked.vaccine().key);
    if dose.is_empty() { name.to_owned() } else { format!("{name} {dose}回目") }
}

fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    let from = from.map(|day| format!("{}から", shown(day)));
    let to = to.map(|day| format!("{}まで", shown(day)));
    let days = [from, to].into_iter().flatten().collect::<String>();
    if days.is_empty() { "市区町村の実施期間".to_owned() } else { days }
}
