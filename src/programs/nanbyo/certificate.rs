//! What the certificate (臨床調査個人票) says, and whether it holds together.

use chrono::{Months, NaiveDate};

use super::RENEWAL;
use super::parts::{self, Part};
use super::renewal;
use super::severity::{Category, diagnosis_met, severity_met};
use super::show;
use super::ventilator::Device;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

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
pub fn assess(
    slots: Slots,
    disease: i64,
    kind: &CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Assessment, TableError> {
    let part = parts::of(disease);
    let diagnosis = match renewal::diagnosis(slots, disease, part.category, tables, kind)? {
        Some(worked) => worked,
        None => by_category(slots, &part, tables, on)?,
    };
    let observed = (part.severity)(slots, tables, on)?;
    let mut severity = severity_met(disease, &observed.observations, tables, on)?;
    severity.steps.splice(0..0, observed.steps);
    severity.findings.extend(observed.findings);
    severity.findings.extend(stated_otherwise(slots, severity.value));
    Ok(Assessment { diagnosis, severity })
}

/// The diagnosis by its category, beside the findings that this rests on.
fn by_category(
    slots: Slots,
    part: &Part,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Worked<Option<bool>>, TableError> {
    let signs = (part.signs)(slots, tables, on)?;
    let category = Category { chosen: slots.choice(part.category), path: slots.slot(part.category) };
    let mut diagnosis = diagnosis_met(part.disease, &category, tables, on)?;
    diagnosis.steps.splice(0..0, signs.steps);
    let contradiction = || Finding::new(Severity::Ask, "finding.category-without-signs").at(&category.path);
    diagnosis.findings.extend(signs.contradict.then(contradiction));
    Ok(diagnosis)
}

/// The physician's own judgement of the severity differs from the computed one.
fn stated_otherwise(slots: Slots, computed: Option<bool>) -> Option<Finding> {
    let stated = slots.yes("diagnosis.meets-severity")?;
    let differs = computed.is_some_and(|computed| computed != stated);
    let path = slots.slot("diagnosis.meets-severity");
    differs.then(|| Finding::new(Severity::Ask, "finding.severity-stated-otherwise").at(&path))
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
    kind: &CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Vec<Finding>, TableError> {
    let mut findings = formal(slots, kind, tables, on)?;
    if let Some(disease) = slots.integer("disease.number") {
        let Assessment { diagnosis, severity } = assess(slots, disease, kind, tables, on)?;
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
    kind: &CaseKind,
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
    kind: &CaseKind,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Option<Finding>, TableError> {
    let path = slots.slot("physician.kind");
    let Some(code) = slots.code("physician.kind") else {
        return Ok(Some(Finding::new(Severity::Ask, "finding.physician-unknown").at(&path)));
    };
    let row = tables.row("physician_kinds", code, on)?;
    let entitled = row.boolean(if kind.code() == RENEWAL { "renewal" } else { "first" })?;
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
