//! What the certificate (臨床調査個人票) says, and whether it holds together.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::colitis;
use super::read::Slots;
use super::severity::{Observation, Observations, diagnosis_met, severity_met};
use super::show;
use super::ventilator::Device;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// 告示番号 of the disease with a computed severity.
const COLITIS: i64 = 97;
/// 告示番号 of パーキンソン病.
const PARKINSON: i64 = 6;

/// Linkids of the ten items of daily living.
const LIVING: [&str; 10] = [
    "meal", "transfer", "grooming", "toilet", "bathing", "walking", "stairs", "dressing", "bowel", "bladder",
];

/// Diagnosis and severity as the certificate has them.
pub struct Assessment {
    /// Whether the diagnosis is one that counts.
    pub diagnosis: Worked<Option<bool>>,
    /// Whether the severity reaches the gate.
    pub severity: Worked<Option<bool>>,
}

/// Works out both outcomes for a disease.
///
/// # Errors
/// When a table has no row for the day.
pub fn assess(slots: Slots, disease: i64, tables: &Tables, on: NaiveDate) -> Result<Assessment, TableError> {
    let (observed, grading) = observations(slots, disease, tables, on)?;
    let mut diagnosis = diagnosis_met(disease, slots.choice("diagnosis.category"), tables, on)?;
    diagnosis.findings.extend(signs_missing(slots, disease));
    let mut severity = severity_met(disease, &observed, tables, on)?;
    severity.steps = grading.steps.into_iter().chain(severity.steps).collect();
    severity.findings.extend(grading.findings);
    severity.findings.extend(stated_otherwise(slots, severity.value));
    Ok(Assessment { diagnosis, severity })
}

/// The observations that the gates look at; the working of a grade that had to be computed first.
fn observations(
    slots: Slots,
    disease: i64,
    tables: &Tables,
    on: NaiveDate,
) -> Result<(Observations, Worked<()>), TableError> {
    let mut observed = BTreeMap::new();
    for criterion in ["parkinson.hoehn-yahr", "parkinson.life-disability"] {
        if let (Some(grade), Some(shown)) = (slots.integer(criterion), slots.shown(criterion)) {
            let observation = Observation { grade, shown: shown.to_owned(), path: slots.slot(criterion) };
            observed.insert(criterion.to_owned(), observation);
        }
    }
    if disease != COLITIS {
        return Ok((observed, Worked::default()));
    }
    let grade = colitis::grade(&colitis_findings(slots), tables, on)?;
    let mut grading = Worked { value: (), steps: grade.steps, findings: grade.findings };
    if let Some(code) = grade.value {
        let row = tables.row("colitis_grades", &code, on)?;
        let (grade, name) = (row.integer("rank")?, row.text("name")?);
        let observation = Observation { grade, shown: name.to_owned(), path: slots.slot("colitis.stools") };
        observed.insert("colitis.grade".to_owned(), observation);
        grading.findings.extend(graded_otherwise(slots, &code, name));
    }
    Ok((observed, grading))
}

fn colitis_findings(slots: Slots) -> colitis::Findings {
    let sign = |present: &str, value: &str| colitis::Sign {
        present: slots.yes(&format!("colitis.{present}")),
        value: slots.decimal(&format!("colitis.{value}")),
    };
    colitis::Findings {
        stools: slots.decimal("colitis.stools"),
        blood: slots.decimal("colitis.blood"),
        fever: sign("fever", "temperature"),
        tachycardia: sign("tachycardia", "pulse"),
        anaemia: sign("anaemia", "haemoglobin"),
        inflammation: sign("inflammation", "esr"),
        crp: slots.decimal("colitis.crp"),
        bloody_stools: slots.decimal("colitis.bloody-stools"),
        leukocytes: slots.decimal("colitis.leukocytes"),
        strong_pain: slots.yes("colitis.strong-pain"),
    }
}

fn graded_otherwise(slots: Slots, computed: &str, name: &str) -> Option<Finding> {
    let stated = slots.choice("colitis.stated").filter(|stated| stated.code != computed)?;
    let finding =
        Finding::new(Severity::Ask, "finding.grade-stated-otherwise").at(&slots.slot("colitis.stated"));
    Some(finding.with("stated", &stated.display).with("computed", name))
}

/// The physician's own judgement of the severity differs from the computed one.
fn stated_otherwise(slots: Slots, computed: Option<bool>) -> Option<Finding> {
    let stated = slots.yes("diagnosis.meets-severity")?;
    let differs = computed.is_some_and(|computed| computed != stated);
    let path = slots.slot("diagnosis.meets-severity");
    differs.then(|| Finding::new(Severity::Ask, "finding.severity-stated-otherwise").at(&path))
}

/// Definite was chosen although a sign that it needs is marked absent.
fn signs_missing(slots: Slots, disease: i64) -> Option<Finding> {
    if slots.code("diagnosis.category") != Some("definite") {
        return None;
    }
    let absent = match disease {
        PARKINSON => parkinson_absent(slots),
        COLITIS => ["bloody-stool", "endoscopy", "biopsy", "excluded"]
            .into_iter()
            .any(|sign| slots.yes(&format!("colitis.{sign}")) == Some(false)),
        _ => false,
    };
    let path = slots.slot("diagnosis.category");
    absent.then(|| Finding::new(Severity::Ask, "finding.category-without-signs").at(&path))
}

/// Rest tremor, or two of rigidity, akinesia and postural instability; imaging; no drug; response.
fn parkinson_absent(slots: Slots) -> bool {
    let yes = |sign: &str| slots.yes(&format!("parkinson.{sign}"));
    let signs = ["rigidity", "akinesia", "postural"].map(yes);
    let answered = signs.iter().all(Option::is_some) && yes("tremor").is_some();
    let few = signs.iter().filter(|sign| **sign == Some(true)).count() < 2;
    let unlike = answered && few && yes("tremor") == Some(false);
    let response = slots.code("parkinson.drug-response").is_some_and(|code| code != "improved");
    unlike || yes("imaging") == Some(false) || yes("no-drug") == Some(false) || response
}

/// What the certificate says about breathing and heart devices.
pub fn device(slots: Slots) -> Device {
    let code = |path: &str| slots.code(path).map(str::to_owned);
    Device {
        used: slots.yes("ventilator.used"),
        mode: code("ventilator.mode"),
        weaning: code("ventilator.weaning"),
        living: LIVING.iter().filter_map(|item| code(&format!("living.{item}"))).collect(),
        external_heart: slots.yes("ventilator.external-heart"),
        due_to_disease: slots.yes("ventilator.due-to-disease"),
    }
}

/// What stands against a certificate: its author, its age, contradictions in it. `on` is the day
/// of receipt of the application, or today while it is being written.
///
/// # Errors
/// When a table has no row for the day.
pub fn review(
    slots: Slots,
    kind: CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Vec<Finding>, TableError> {
    let mut findings = formal(slots, kind, tables, on)?;
    if let Some(disease) = slots.integer("disease.number") {
        let Assessment { diagnosis, severity } = assess(slots, disease, tables, on)?;
        findings.extend(diagnosis.findings.into_iter().chain(severity.findings));
    }
    Ok(findings)
}

/// As [`review`], without diagnosis and severity.
///
/// # Errors
/// When a table has no row for the day.
pub fn formal(
    slots: Slots,
    kind: CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Vec<Finding>, TableError> {
    let found = [
        not_entitled(slots, kind, tables, on)?,
        designation_over(slots, on),
        too_old(slots, tables, on)?,
        day_missing(slots),
    ];
    Ok(found.into_iter().flatten().collect())
}

/// 施行規則12条3項: a first application needs a 難病指定医.
fn not_entitled(
    slots: Slots,
    kind: CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Option<Finding>, TableError> {
    let path = slots.slot("physician.kind");
    let Some(code) = slots.code("physician.kind") else {
        return Ok(Some(Finding::new(Severity::Ask, "finding.physician-unknown").at(&path)));
    };
    let row = tables.row("physician_kinds", code, on)?;
    let entitled = row.boolean(if kind == CaseKind::New { "first" } else { "renewal" })?;
    let finding = || Finding::new(Severity::Block, "finding.physician-not-entitled").at(&path);
    let name = row.text("name")?;
    Ok((!entitled).then(|| finding().with("kind", name).with("article", &row.article)))
}

fn designation_over(slots: Slots, on: NaiveDate) -> Option<Finding> {
    let signed = slots.day("physician.written-on").unwrap_or(on);
    let until = slots.day("physician.designated-until").filter(|until| *until < signed)?;
    let path = slots.slot("physician.designated-until");
    Some(Finding::new(Severity::Block, "finding.designation-over").at(&path).with("until", show::day(until)))
}

fn too_old(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Option<Finding>, TableError> {
    let Some(written) = slots.day("physician.written-on") else { return Ok(None) };
    let row = tables.row("certificate_rules", "max-age-months", on)?;
    let months = row.integer("value")?;
    let limit = written.checked_add_months(Months::new(u32::try_from(months).unwrap_or(0)));
    let old = limit.is_some_and(|limit| limit < on);
    let path = slots.slot("physician.written-on");
    let finding = || Finding::new(Severity::Ask, "finding.certificate-old").at(&path);
    Ok(old.then(|| finding().with("months", months).with("written", show::day(written))))
}

/// 診断年月日 is given if and only if the severity is met.
fn day_missing(slots: Slots) -> Option<Finding> {
    let (meets, day) = (slots.yes("diagnosis.meets-severity")?, slots.day("diagnosis.met-on"));
    let path = slots.slot("diagnosis.met-on");
    (meets != day.is_some()).then(|| Finding::new(Severity::Ask, "finding.day-and-severity-differ").at(&path))
}

/// The step that replaces a computed outcome by the office's own.
pub fn office_step(what: &str, path: &str, value: bool) -> WorkingStep {
    let shown = show::yes_no(Some(value));
    WorkingStep::new(what).input(path, &shown).gives(shown)
}
