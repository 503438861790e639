//! 人工呼吸器等装着者 (施行令1条1項6号): the answers of the certificate that make one.

use chrono::NaiveDate;

use super::show;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// How many items of daily living the certificate asks for.
pub const LIVING_ITEMS: usize = 10;

/// What the certificate says about devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// 人工呼吸器の使用
    pub used: Option<bool>,
    /// 施行状況
    pub mode: Option<String>,
    /// 離脱の見込み
    pub weaning: Option<String>,
    /// The answered items of 生活状況.
    pub living: Vec<String>,
    /// 体外式補助人工心臓
    pub external_heart: Option<bool>,
    /// Whether the device is due to the certified disease.
    pub due_to_disease: Option<bool>,
}

/// Whether the patient counts as 人工呼吸器等装着者.
///
/// # Errors
/// When the table `ventilator_codes` is missing.
pub fn qualifies(device: &Device, tables: &Tables, on: NaiveDate) -> Result<Worked<bool>, TableError> {
    if device.used != Some(true) && device.external_heart != Some(true) {
        return Ok(Worked::default());
    }
    let breathing = device.used == Some(true) && constant(device, tables, on);
    let value = device.due_to_disease == Some(true) && (breathing || device.external_heart == Some(true));
    let row = tables.row("ventilator_codes", "ventilator.mode/all-day", on)?;
    let worked = Worked::by(value, step(device).by(row).gives(show::yes_no(Some(value))));
    let unclear = device.due_to_disease.is_none() || device.living.len() < LIVING_ITEMS;
    let finding = Finding::new(Severity::Ask, "finding.device-unclear").at("certificate.ventilator.used");
    Ok(if !value && unclear { worked.noting(finding) } else { worked })
}

/// All day, no weaning in sight, and help with every item of daily living.
fn constant(device: &Device, tables: &Tables, on: NaiveDate) -> bool {
    let fits = |item: &str, code: &str| tables.row("ventilator_codes", &format!("{item}/{code}"), on).is_ok();
    let mode = device.mode.as_ref().is_some_and(|code| fits("ventilator.mode", code));
    let weaning = device.weaning.as_ref().is_some_and(|code| fits("ventilator.weaning", code));
    let living = device.living.len() == LIVING_ITEMS && device.living.iter().all(|code| fits("living", code));
    mode && weaning && living
}

fn step(device: &Device) -> WorkingStep {
    WorkingStep::new("working.ventilator")
        .input("certificate.ventilator.used", show::yes_no(device.used))
        .input("certificate.ventilator.mode", show::or_dash(device.mode.as_ref()))
        .input("certificate.ventilator.weaning", show::or_dash(device.weaning.as_ref()))
        .input("certificate.ventilator.living", device.living.join(" "))
        .input("certificate.ventilator.external-heart", show::yes_no(device.external_heart))
        .input("certificate.ventilator.due-to-disease", show::yes_no(device.due_to_disease))
}
