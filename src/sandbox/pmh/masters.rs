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
#[derive(Clone, Default)]
pub struct Masters {
    /// Certificate types.
    pub types: Vec<CertificateType>,
    /// Income segments.
    pub incomes: Vec<IncomeSegment>,
    /// Additional conditions.
    pub conditions: Vec<AdditionalCondition>,
}

/// 特定医療費 (法別 54) as the sandbox has it set up.
pub const SEEDED_TYPE: &str = "54NANBYO";

impl Masters {
    /// Tables for the one seeded type, with the caps of 難病法施行令 第1条.
    #[must_use]
    pub fn seeded(org_code: &str) -> Self {
        let (from, to) = (day(2015, 1, 1), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX));
        let id = || SEEDED_TYPE.to_owned();
        let incomes = [
            ("A", "生活保護", 0),
            ("B1", "低所得Ⅰ", 2_500),
            ("B2", "低所得Ⅱ", 5_000),
            ("C1", "一般所得Ⅰ", 10_000),
            ("C2", "一般所得Ⅱ", 20_000),
            ("D", "上位所得", 30_000),
        ];
        let conditions = [("01", "人工呼吸器等装着"), ("02", "高額かつ長期"), ("03", "軽症高額")];
        Self {
            types: vec![CertificateType {
                org_code: org_code.to_owned(),
                org_specific_certificate_type_id: id(),
                certification_name: "特定医療費（指定難病）受給者証".to_owned(),
                law_number: "54".to_owned(),
                domain: "国公費".to_owned(),
                open_from: from,
                open_to: to,
                uses_income_segment: true,
                required_detail_items: Vec::new(),
            }],
            incomes: incomes
                .map(|(code, label, cap)| IncomeSegment {
                    org_specific_certificate_type_id: id(),
                    income_segment: code.to_owned(),
                    label: label.to_owned(),
                    default_monthly_cap: Some(cap),
                    valid_from: from,
                    valid_to: to,
                })
                .into(),
            conditions: conditions
                .map(|(item, label)| AdditionalCondition {
                    org_specific_certificate_type_id: id(),
                    item_code: item.to_owned(),
                    item_label: label.to_owned(),
                    condition_code: "01".to_owned(),
                    condition_label: "該当".to_owned(),
                })
                .into(),
        }
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

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
