//! 制度マスタ in the proposed layout: what the hub answers, and what it is given.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::profile::Profile;
use crate::domain::masters::{CertificateType, ConditionCode, IncomeSegment, Masters};
use crate::ports::hub::MasterTable;

const TYPES: [&str; 9] = [
    "orgCode",
    "orgSpecificCertificateTypeId",
    "certificationName",
    "lawNumber",
    "domain",
    "openFrom",
    "openTo",
    "usesIncomeSegment",
    "requiredDetailItems",
];
const INCOMES: [&str; 6] =
    ["orgSpecificCertificateTypeId", "incomeSegment", "label", "defaultMonthlyCap", "validFrom", "validTo"];
const CONDITIONS: [&str; 5] =
    ["orgSpecificCertificateTypeId", "itemCode", "itemLabel", "conditionCode", "conditionLabel"];

/// The three tables in the hub's form.
pub(super) fn tables(kept: &Masters, org: &str) -> Vec<MasterTable> {
    let types = kept.types.iter().map(|it| type_row(it, org)).collect();
    let incomes = kept.incomes.iter().map(income_row).collect();
    let conditions = kept.conditions.iter().map(condition_row).collect();
    vec![
        table("certificate-types", &TYPES, types),
        table("income-segments", &INCOMES, incomes),
        table("additional-conditions", &CONDITIONS, conditions),
    ]
}

fn table(name: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> MasterTable {
    let columns = columns.iter().map(|it| (*it).to_owned()).collect();
    MasterTable { name: name.to_owned(), columns, rows }
}

fn type_row(it: &CertificateType, org: &str) -> Vec<Value> {
    vec![
        json!(org),
        json!(it.id),
        json!(it.name),
        json!(it.law_number),
        json!(it.scope),
        json!(it.open_from),
        json!(it.open_to),
        json!(it.uses_income_segment),
        json!(it.required_items),
    ]
}

fn income_row(it: &IncomeSegment) -> Vec<Value> {
    vec![
        json!(it.certificate_type),
        json!(it.code),
        json!(it.label),
        json!(it.monthly_cap),
        json!(it.valid_from),
        json!(it.valid_to),
    ]
}

fn condition_row(it: &ConditionCode) -> Vec<Value> {
    [&it.certificate_type, &it.item, &it.item_label, &it.code, &it.label].map(|text| json!(text)).into()
}

/// The tables as answered; `None` when a single row cannot be read: half a comparison would mislead.
pub(super) fn read(
    [types, incomes, conditions]: [&Value; 3],
    org: &str,
    profile: &Profile,
) -> Option<Masters> {
    let list = |body: &Value| body.get(&profile.masters_list)?.as_array().cloned();
    let own = |it: &Value| text(it, TYPES[0]).is_some_and(|code| code == org);
    let (types, incomes, conditions) = (list(types)?, list(incomes)?, list(conditions)?);
    Some(Masters {
        types: types.iter().filter(|it| own(it)).map(certificate_type).collect::<Option<_>>()?,
        incomes: incomes.iter().map(income_segment).collect::<Option<_>>()?,
        conditions: conditions.iter().map(condition).collect::<Option<_>>()?,
    })
}

fn certificate_type(row: &Value) -> Option<CertificateType> {
    let required = row.get(TYPES[8])?.as_array()?;
    Some(CertificateType {
        id: text(row, TYPES[1])?,
        name: text(row, TYPES[2])?,
        law_number: text(row, TYPES[3])?,
        scope: text(row, TYPES[4])?,
        open_from: date(row, TYPES[5])?,
        open_to: date(row, TYPES[6])?,
        uses_income_segment: row.get(TYPES[7])?.as_bool()?,
        required_items: required.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<_>>()?,
    })
}

fn income_segment(row: &Value) -> Option<IncomeSegment> {
    let cap = row.get(INCOMES[3]).and_then(Value::as_u64);
    Some(IncomeSegment {
        certificate_type: text(row, INCOMES[0])?,
        code: text(row, INCOMES[1])?,
        label: text(row, INCOMES[2])?,
        monthly_cap: cap.and_then(|yen| u32::try_from(yen).ok()),
        valid_from: date(row, INCOMES[4])?,
        valid_to: date(row, INCOMES[5])?,
    })
}

fn condition(row: &Value) -> Option<ConditionCode> {
    Some(ConditionCode {
        certificate_type: text(row, CONDITIONS[0])?,
        item: text(row, CONDITIONS[1])?,
        item_label: text(row, CONDITIONS[2])?,
        code: text(row, CONDITIONS[3])?,
        label: text(row, CONDITIONS[4])?,
    })
}

fn text(row: &Value, name: &str) -> Option<String> {
    row.get(name)?.as_str().map(str::to_owned)
}

fn date(row: &Value, name: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(row.get(name)?.as_str()?, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Masters {
        let day = |text: &str| text.parse().unwrap();
        let (from, to) = (day("2015-01-01"), day("9999-12-31"));
        let id = || "54A".to_owned();
        let kind = CertificateType {
            id: id(),
            name: "受給者証".to_owned(),
            law_number: "54".to_owned(),
            scope: "国公費".to_owned(),
            open_from: from,
            open_to: to,
            uses_income_segment: true,
            required_items: vec!["TIER".to_owned()],
        };
        let income = IncomeSegment {
            certificate_type: id(),
            code: "C1".to_owned(),
            label: "一般所得Ⅰ".to_owned(),
            monthly_cap: Some(10_000),
            valid_from: from,
            valid_to: to,
        };
        let condition = ConditionCode {
            certificate_type: id(),
            item: "01".to_owned(),
            item_label: "装着".to_owned(),
            code: "01".to_owned(),
            label: "該当".to_owned(),
        };
        Masters { types: vec![kind], incomes: vec![income], conditions: vec![condition] }
    }

    /// The bodies with which a hub would answer that took the tables.
    fn bodies(masters: &Masters) -> Vec<Value> {
        let body = |table: &MasterTable| {
            let item = |row: &Vec<Value>| -> Value {
                table
                    .columns
                    .iter()
                    .cloned()
                    .zip(row.iter().cloned())
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            };
            json!({ "items": table.rows.iter().map(item).collect::<Vec<_>>() })
        };
        tables(masters, "132012").iter().map(body).collect()
    }

    fn answered(bodies: &[Value]) -> Option<Masters> {
        read([&bodies[0], &bodies[1], &bodies[2]], "132012", &Profile::proposed())
    }

    #[test]
    fn what_is_given_out_comes_back_as_it_was() {
        assert_eq!(answered(&bodies(&kept())), Some(kept()));
    }

    #[test]
    fn types_of_other_bodies_are_left_out_and_a_broken_row_spoils_the_whole() {
        let mut others = bodies(&kept());
        others[0]["items"][0]["orgCode"] = json!("999999");
        assert_eq!(answered(&others).unwrap().types, []);
        let mut broken = bodies(&kept());
        broken[1]["items"][0]["validTo"] = json!("soon");
        assert_eq!(answered(&broken), None);
    }
}
