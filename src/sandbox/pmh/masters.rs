//! 制度マスタ: certificate types, income segments, additional conditions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A certificate the organisation issues.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateType {
    /// Issuing organisation, six digits.
    pub org_code: String,
    /// 機関別受給者証種別ID.
    pub org_specific_certificate_type_id: String,
    /// 受給者証名.
    pub certification_name: String,
    /// 法別番号, two digits.
    pub law_number: String,
    /// 国公費 or 地単.
    pub domain: String,
    /// First day on which a certificate may begin.
    pub open_from: NaiveDate,
    /// Last day on which a certificate may begin.
    pub open_to: NaiveDate,
    /// Whether a record must carry an income segment of the master.
    pub uses_income_segment: bool,
    /// Item codes `certificationDetails` must contain.
    pub required_detail_items: Vec<String>,
}

/// 所得区分.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncomeSegment {
    /// Certificate type it belongs to.
    pub org_specific_certificate_type_id: String,
    /// Code.
    pub income_segment: String,
    /// Japanese name.
    pub label: String,
    /// Monthly cap in yen.
    pub default_monthly_cap: Option<u32>,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: NaiveDate,
}

/// 所得区分以外: an item and one of its conditions.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdditionalCondition {
    /// Certificate type it belongs to.
    pub org_specific_certificate_type_id: String,
    /// 追加条件項目コード.
    pub item_code: String,
    /// Japanese name of the item.
    pub item_label: String,
    /// 追加条件コード.
    pub condition_code: String,
    /// Japanese name of the condition.
    pub condition_label: String,
}

/// The three tables.
#[derive(Clone, Default, Deserialize)]
pub struct Masters {
    /// Certificate types.
    pub types: Vec<CertificateType>,
    /// Income segments.
    pub incomes: Vec<IncomeSegment>,
    /// Additional conditions.
    pub conditions: Vec<AdditionalCondition>,
}

const SEED: &str = include_str!("../data/pmh_masters.json");

/// The certificate type (法別 54) that the sandbox has set up.
#[cfg(test)]
pub const SEEDED_TYPE: &str = "54NANBYO";

impl Masters {
    /// Tables for the one seeded type, with the caps in force since 2015-01-01.
    ///
    /// # Errors
    /// When the tables shipped with the sandbox are not valid.
    pub fn seeded(org_code: &str) -> Result<Self, serde_json::Error> {
        let mut masters: Self = serde_json::from_str(SEED)?;
        for kind in &mut masters.types {
            org_code.clone_into(&mut kind.org_code);
        }
        Ok(masters)
    }

    /// A certificate type.
    #[must_use]
    pub fn certificate(&self, type_id: &str) -> Option<&CertificateType> {
        self.types.iter().find(|t| t.org_specific_certificate_type_id == type_id)
    }

    /// Whether the type has this income segment on that day.
    #[must_use]
    pub fn has_income(&self, type_id: &str, code: &str, on: NaiveDate) -> bool {
        self.incomes.iter().any(|i| {
            i.org_specific_certificate_type_id == type_id
                && i.income_segment == code
                && (i.valid_from..=i.valid_to).contains(&on)
        })
    }

    /// Whether the type has every entry of 追加条件.
    #[must_use]
    pub fn has_conditions(&self, type_id: &str, entries: &str) -> bool {
        entries.split(';').all(|entry| {
            self.conditions.iter().any(|c| {
                c.org_specific_certificate_type_id == type_id
                    && entry == format!("{}-{}", c.item_code, c.condition_code)
            })
        })
    }
}
