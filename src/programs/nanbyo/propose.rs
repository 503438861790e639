//! Putting the rules together: what is proposed for a decision, and what has to be looked at.

pub mod amend;
mod begin;

use chrono::NaiveDate;
use serde_json::Value;

use super::certificate::{self, Assessment, office_step};
use super::ground::Ground;
use super::transfer::{self, Earlier};
use super::validity::Ends;
use super::{attest, cap, late, ledger, matching, money, show, tier, validity, ventilator};
use crate::domain::clinical::Diagnosis;
use crate::domain::forms::Answers;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Match, Proposal, ProposedValue, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::Inputs;
use crate::programs::read::Slots;

/// Proposes every field of a decision that the answers allow.
pub fn propose(inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> Proposal {
    let mut draft = Draft::new(inputs, tables, today);
    draft.fill();
    draft.proposal
}

/// Diagnosis and severity of a certificate by itself.
pub fn assess_certificate(answers: &Answers, kind: &CaseKind, tables: &Tables, on: NaiveDate) -> Proposal {
    let slots = Slots::new("certificate", Some(answers));
    let mut proposal = Proposal::default();
    let Some(disease) = slots.integer("disease.number") else { return proposal };
    match certificate::assess(slots, disease, kind, tables, on) {
        Ok(Assessment { diagnosis, severity }) => {
            put_outcome(&mut proposal, "diagnosis_met", diagnosis);
            put_outcome(&mut proposal, "severity_met", severity);
        }
        Err(error) => proposal.findings.push(table_fault(&error)),
    }
    proposal
}

/// What stands against a certificate.
pub fn review_certificate(
    answers: &Answers,
    kind: &CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Vec<Finding> {
    let slots = Slots::new("certificate", Some(answers));
    certificate::review(slots, kind, tables, on).unwrap_or_else(|error| vec![table_fault(&error)])
}

/// Which designated diseases the recorded diagnoses may be; none when the list is missing, which
/// the check of the program folder does not let happen.
pub fn match_diagnosis(diagnoses: &[Diagnosis], tables: &Tables, on: NaiveDate) -> Vec<Match> {
    matching::match_diagnoses(diagnoses, tables, on).unwrap_or_default()
}

/// A table without a row for the day stops what needs it, in the open.
pub(super) fn table_fault(error: &TableError) -> Finding {
    Finding::new(Severity::Block, "finding.table").with("fault", error)
}

fn put_outcome(proposal: &mut Proposal, field: &str, worked: Worked<Option<bool>>) {
    let shown = show::yes_no(worked.value);
    proposal.put(field, ProposedValue::new(Value::from(worked.value), shown, worked.steps));
    proposal.findings.extend(worked.findings);
}

/// A proposal in the making.
struct Draft<'a> {
    inputs: &'a Inputs<'a>,
    application: Slots<'a>,
    certificate: Slots<'a>,
    office: Slots<'a>,
    tables: &'a Tables,
    today: NaiveDate,
    /// The kind by whose rules the certificate is judged.
    judged_as: CaseKind,
    /// The certificate of another authority that stands in for a new one.
    earlier: Option<Earlier>,
    /// The day after 軽症高額 was met, as far as the months tell.
    mild_cost_from: Option<NaiveDate>,
    proposal: Proposal,
}

impl<'a> Draft<'a> {
    fn new(inputs: &'a Inputs<'a>, tables: &'a Tables, today: NaiveDate) -> Draft<'a> {
        Draft {
            inputs,
            application: Slots::new("answers", Some(inputs.application)),
            certificate: Slots::new("certificate", inputs.certificate),
            office: Slots::new("office", inputs.office),
            tables,
            today,
            judged_as: inputs.kind.clone(),
            earlier: None,
            mild_cost_from: None,
            proposal: Proposal::default(),
        }
    }

    /// A part that fails for want of a table row is noted and leaves the others standing.
    fn fill(&mut self) {
        let earlier = transfer::earlier(self.application, self.inputs.kind, self.inputs.received_on);
        self.earlier = self.take(earlier).0;
        let kind = late::judged_as(self.inputs.kind, self.renewal(), self.tables);
        self.judged_as = self.settle(kind).unwrap_or_else(|| self.inputs.kind.clone());
        let disease = self.disease();
        let Some(disease) = self.settle(disease).flatten() else { return };
        if self.inputs.kind.code() == attest::REGISTRATION {
            let attested = self.attest(disease);
            self.settle(attested);
            return;
        }
        let ground = self.ground(disease);
        let ground = self.settle(ground).unwrap_or(Ground::Open);
        let start = self.start(ground);
        let start = self.settle(start).flatten();
        let rest = [
            start.map_or(Ok(()), |start| self.last_day(start)),
            self.extras(),
            self.costs(start.unwrap_or(self.inputs.received_on)),
        ];
        rest.into_iter().for_each(|part| _ = self.settle(part));
    }

    fn settle<T>(&mut self, result: Result<T, TableError>) -> Option<T> {
        result.map_err(|error| self.proposal.findings.push(table_fault(&error))).ok()
    }

    /// Takes the findings of a rule and gives its result and working.
    fn take<T>(&mut self, worked: Worked<T>) -> (T, Vec<WorkingStep>) {
        self.proposal.findings.extend(worked.findings);
        (worked.value, worked.steps)
    }

    fn put(&mut self, field: &str, value: impl Into<Value>, shown: &str, steps: Vec<WorkingStep>) {
        self.proposal.put(field, ProposedValue::new(value, shown, steps));
    }

    fn ask(&mut self, key: &str, path: &str) {
        self.proposal.findings.push(Finding::new(Severity::Ask, key).at(path));
    }

    /// The disease certified; before there is a certificate, the one applied for.
    fn disease(&mut self) -> Result<Option<i64>, TableError> {
        let (applied, certified) =
            (self.application.integer("disease.number"), self.certificate.integer("disease.number"));
        if applied.is_some() && certified.is_some() && applied != certified {
            self.ask("finding.disease-differs", "certificate.disease.number");
        }
        let Some(number) = certified.or(applied) else {
            self.ask("finding.disease-missing", "answers.disease.number");
            return Ok(None);
        };
        let row = self.tables.row("diseases", &number.to_string(), self.inputs.received_on)?;
        let name = row.text("name")?.to_owned();
        let slots = if certified.is_some() { self.certificate } else { self.application };
        let step = || {
            WorkingStep::new("working.disease")
                .by(row)
                .input(&slots.slot("disease.number"), number)
                .gives(&name)
        };
        self.put("disease_no", number.to_string(), &number.to_string(), vec![step()]);
        self.put("disease_name", name.clone(), &name, vec![step()]);
        Ok(Some(number))
    }

    fn ground(&mut self, disease: i64) -> Result<Ground, TableError> {
        let (diagnosis, severity) = self.outcomes(disease)?;
        let mild = self.mild_cost()?;
        let brought = self.earlier.is_some() && (severity == Some(true) || mild);
        let ground = match (diagnosis, severity) {
            (Some(true), _) if brought => Ground::Transfer,
            (Some(true), Some(true)) => Ground::Severity,
            (Some(true), Some(false)) if mild => Ground::MildCost,
            (Some(false), _) | (_, Some(false)) => Ground::Council,
            _ => Ground::Open,
        };
        let step = WorkingStep::new("working.ground")
            .input("diagnosis_met", show::yes_no(diagnosis))
            .input("severity_met", show::yes_no(severity))
            .input("mild_cost", show::yes_no(Some(mild)))
            .under("難病法7条1項・2項")
            .gives(ground.shown());
        self.put("ground", ground.code(), ground.shown(), vec![step]);
        Ok(ground)
    }

    /// Diagnosis and severity: the clerk's judgement where there is one, else the computed one.
    fn outcomes(&mut self, disease: i64) -> Result<(Option<bool>, Option<bool>), TableError> {
        let Assessment { diagnosis, severity } = self.assessed(disease)?;
        let diagnosis = self.judged("diagnosis_met", "medical.diagnosis-met", diagnosis);
        let severity = self.judged("severity_met", "medical.severity-met", severity);
        Ok((diagnosis, severity))
    }

    /// 登録者証: the diagnosis alone.
    fn attest(&mut self, disease: i64) -> Result<(), TableError> {
        let computed = match attest::shown(self.application, self.inputs.received_on, self.tables)? {
            Some(shown) => shown,
            None => self.assessed(disease)?.diagnosis,
        };
        self.judged("diagnosis_met", "medical.diagnosis-met", computed);
        Ok(())
    }

    fn assessed(&mut self, disease: i64) -> Result<Assessment, TableError> {
        if let Some(earlier) = self.earlier {
            return Ok(earlier.assessment(self.application, self.inputs.received_on));
        }
        if !self.certificate.exist() {
            self.ask("finding.certificate-missing", "certificate.disease.number");
            return Ok(Assessment { diagnosis: Worked::default(), severity: Worked::default() });
        }
        let on = self.inputs.received_on;
        self.proposal.findings.extend(certificate::formal(
            self.certificate,
            &self.judged_as,
            self.tables,
            on,
        )?);
        certificate::assess(self.certificate, disease, &self.judged_as, self.tables, on)
    }

    fn judged(&mut self, field: &str, path: &str, mut computed: Worked<Option<bool>>) -> Option<bool> {
        let slot = self.office.slot(path);
        if let Some(judged) = self.office.yes(path) {
            if computed.value.is_some_and(|value| value != judged) {
                self.ask("finding.judged-otherwise", &slot);
            }
            computed.value = Some(judged);
            computed.steps.push(office_step("working.judged", &slot, judged));
        }
        let value = computed.value;
        put_outcome(&mut self.proposal, field, computed);
        value
    }

    fn mild_cost(&mut self) -> Result<bool, TableError> {
        if self.earlier.is_some_and(|earlier| earlier.mild_cost) {
            self.put("mild_cost", true, &show::yes_no(Some(true)), Vec::new());
            return Ok(true);
        }
        if self.application.yes("special.mild-cost") != Some(true) {
            return Ok(false);
        }
        let onset = self.certificate.day("diagnosis.onset");
        let both = [self.application, self.office];
        let worked = money::costly("mild-cost", both, self.inputs.received_on, onset, self.tables)?;
        let (counted, steps) = self.take(worked);
        self.mild_cost_from = counted.effective_on;
        self.put("mild_cost", counted.met, &show::yes_no(Some(counted.met)), steps);
        Ok(counted.met)
    }

    fn last_day(&mut self, start: NaiveDate) -> Result<(), TableError> {
        let common = self.inputs.settings.get("common_end").and_then(|written| validity::common_end(written));
        let special = self.office.yes("validity.special") == Some(true);
        let worked = validity::last_day(start, self.today, Ends { common, special }, self.tables)?;
        let (end, steps) = self.take(worked);
        self.put("valid_to", end.to_string(), &show::day(end), steps);
        Ok(())
    }

    /// Tier, cap and share for care from `service` on.
    fn costs(&mut self, service: NaiveDate) -> Result<(), TableError> {
        if !self.office.exist() {
            self.ask("finding.office-missing", "office.tax.basis");
            return Ok(());
        }
        let input = money::tier_input(self.application, self.office, self.tables, service)?;
        let tier = tier::tier(&input, self.tables, service)?;
        let incomplete = money::household_incomplete(self.application, &input).filter(|_| !input.assistance);
        self.proposal.findings.extend(incomplete);
        let (tier, steps) = self.take(tier);
        self.put("tier_basis", tier.basis.clone(), show::tax_basis(&tier.basis), steps.clone());
        self.put("tier", tier.code.clone(), &tier.name, steps);
        let segment = self.tables.row("pmh_income_segments", &tier.code, service)?;
        let code = segment.text("segment")?.to_owned();
        let step = WorkingStep::new("working.segment").by(segment).input("tier", &tier.name).gives(&code);
        self.put("income_segment", code.clone(), &code, vec![step]);
        self.cap(tier.code, service)
    }

    fn cap(&mut self, tier: String, service: NaiveDate) -> Result<(), TableError> {
        let input = cap::CapInput { tier, ventilator: self.ventilator()?, long_term: self.long_term()? };
        let worked = cap::cap(&input, self.tables, service)?;
        let (cap, mut steps) = self.take(worked);
        let basis = self.tables.row("cap_bases", &cap.basis, service)?.text("name")?.to_owned();
        self.put("cap_basis", cap.basis.clone(), &basis, steps.clone());
        let others = money::other_caps(self.office);
        let mut yen = cap.yen;
        if !others.is_empty() {
            self.put("cap_whole", cap.yen.0, &cap.yen.to_string(), steps.clone());
            let worked = cap::share(cap.yen, &others, self.tables, service)?;
            let (share, more) = self.take(worked);
            yen = share;
            steps.extend(more);
        }
        self.put("cap", yen.0, &yen.to_string(), steps);
        Ok(())
    }

    fn ventilator(&mut self) -> Result<bool, TableError> {
        let device = certificate::device(self.certificate);
        let worked = ventilator::qualifies(&device, self.tables, self.inputs.received_on)?;
        let (computed, mut steps) = self.take(worked);
        let wished = self.application.yes("special.ventilator") == Some(true);
        let judged = self.office.yes("medical.ventilator");
        if judged.is_none() && wished != computed {
            self.ask("finding.ventilator-differs", "answers.special.ventilator");
        }
        let slot = self.office.slot("medical.ventilator");
        steps.extend(judged.map(|judged| office_step("working.judged", &slot, judged)));
        let value = judged.unwrap_or(computed);
        self.put("ventilator", value, &show::yes_no(Some(value)), steps);
        Ok(value)
    }

    fn long_term(&mut self) -> Result<bool, TableError> {
        if self.application.yes("special.long-term") != Some(true) {
            return Ok(false);
        }
        let both = [self.application, self.office];
        let worked = money::costly("long-term", both, self.inputs.received_on, None, self.tables)?;
        let (counted, steps) = self.take(worked);
        let met = counted.met;
        self.put("long_term", met, &show::yes_no(Some(met)), steps);
        Ok(met)
    }

    /// The share of the cost and the wording about institutions.
    fn extras(&mut self) -> Result<(), TableError> {
        if let Some(insurance) = self.office.integer("insurance.share") {
            let worked = ledger::percent(insurance, self.tables, self.inputs.received_on)?;
            let (percent, steps) = self.take(worked);
            self.put("share_percent", percent, &format!("{percent}%"), steps);
        }
        if let (Some(scope), Some(shown)) =
            (self.office.code("institution.scope"), self.office.shown("institution.scope"))
        {
            let step = WorkingStep::new("working.institutions")
                .input("office.institution.scope", shown)
                .gives(shown);
            self.put("institution_scope", scope, shown, vec![step]);
        }
        Ok(())
    }
}
