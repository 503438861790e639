//! An entry as the row that the hub takes, or everything that keeps it from being one.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::row::{BasicFive, Cap, Condition, PrintedItem, Sex, SubsidyRow};
use crate::domain::numbers::{MyNumber, NumberError, PayerNumber};
use crate::ports::hub::{Defect, Entry};

/// Reads an entry.
///
/// # Errors
/// Everything that keeps it from being sent.
pub(super) fn subsidy_row(entry: &Entry) -> Result<SubsidyRow, Vec<Defect>> {
    let mut reader = Reader { fields: &entry.fields, faults: Vec::new() };
    let number = reader.number(&entry.number);
    let certificate_type = reader.required("certificate_type", &entry.certificate_type);
    let certificate_name = reader.must("certificate_name");
    let person = reader.person();
    let payer_number = reader.payer_number();
    let cap = reader.cap();
    let conditions = reader.conditions();
    let withheld = reader.flag("withheld");
    let always_reimbursed = reader.flag("always_reimbursed");
    let (Some(number), Some(person), true) = (number, person, reader.faults.is_empty()) else {
        return Err(reader.faults);
    };
    Ok(SubsidyRow {
        certificate_type,
        number,
        person,
        withheld,
        payer_number,
        certificate_name,
        recipient_number: reader.optional("recipient_number"),
        sub_key: None,
        segment: None,
        income_segment: reader.optional("income_segment"),
        conditions,
        institutions: reader.optional("institutions").map(|text| one_line(&text)),
        always_reimbursed,
        cap,
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        history_key: entry.history_key.clone(),
        deleted: entry.deleted,
        printed: printed(&entry.details),
    })
}

/// Number and 基本5情報 of an entry, and everything that keeps them from being sent.
pub(super) fn person_of(entry: &Entry) -> (Option<MyNumber>, Option<BasicFive>, Vec<Defect>) {
    let mut reader = Reader { fields: &entry.fields, faults: Vec::new() };
    let number = reader.number(&entry.number);
    let person = reader.person();
    (number, person, reader.faults)
}

/// A line without a value is not printed, and the hub takes none.
fn printed(details: &[(String, String, String)]) -> Vec<PrintedItem> {
    let said = details.iter().filter(|(_, _, value)| !value.trim().is_empty());
    said.map(|(code, name, value)| PrintedItem {
        code: code.clone(),
        name: name.clone(),
        value: one_line(value),
    })
    .collect()
}

/// A fault of our own making: codes without the hub's prefix.
pub(super) fn fault(code: &str, field: Option<&str>) -> Defect {
    let field = field.map(str::to_owned);
    Defect { row: None, field, code: code.to_owned(), message: String::new() }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("、")
}

struct Reader<'a> {
    fields: &'a BTreeMap<String, String>,
    faults: Vec<Defect>,
}

impl Reader<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        self.fields.get(name).filter(|value| !value.trim().is_empty()).cloned()
    }

    fn must(&mut self, name: &str) -> String {
        let value = self.optional(name).unwrap_or_default();
        self.required(name, &value)
    }

    fn required(&mut self, name: &str, value: &str) -> String {
        if value.trim().is_empty() {
            self.faults.push(fault("field-missing", Some(name)));
        }
        value.to_owned()
    }

    fn number(&mut self, text: &str) -> Option<MyNumber> {
        let found = match MyNumber::parse(text) {
            Ok(number) => return Some(number),
            Err(_) if text.trim().is_empty() => fault("number-missing", None),
            Err(NumberError::CheckDigit) => fault("number-wrong", None),
            Err(_) => fault("field-wrong", Some("number")),
        };
        self.faults.push(found);
        None
    }

    fn wrong<T>(&mut self, name: &str) -> Option<T> {
        self.faults.push(fault("field-wrong", Some(name)));
        None
    }

    /// `1`/`0` or `true`/`false`; anything else is a fault, because both flags protect somebody.
    fn flag(&mut self, name: &str) -> bool {
        match self.must(name).as_str() {
            "1" | "true" => true,
            "0" | "false" | "" => false,
            _ => self.wrong::<bool>(name).unwrap_or(true),
        }
    }

    fn person(&mut self) -> Option<BasicFive> {
        let (name, kana, address) = (self.must("name"), self.must("name_kana"), self.must("address"));
        let sex = self.sex();
        let born = self.must("birth_date");
        let birth_date = match born.parse::<NaiveDate>() {
            Ok(day) => day,
            Err(_) if born.is_empty() => return None,
            Err(_) => return self.wrong("birth_date"),
        };
        Some(BasicFive { name, kana, address: one_line(&address), birth_date, sex })
    }

    /// FHIR AdministrativeGender.
    fn sex(&mut self) -> Sex {
        match self.optional("sex").unwrap_or_default().as_str() {
            "male" => Sex::Male,
            "female" => Sex::Female,
            "other" => Sex::NotApplicable,
            "unknown" | "" => Sex::Unknown,
            _ => self.wrong("sex").unwrap_or(Sex::Unknown),
        }
    }

    fn payer_number(&mut self) -> Option<PayerNumber> {
        let text = self.optional("payer_number")?;
        PayerNumber::parse(&text).ok().or_else(|| self.wrong("payer_number"))
    }

    /// Item and code with a hyphen between, and blanks between entries.
    fn conditions(&mut self) -> Vec<Condition> {
        let text = self.optional("conditions").unwrap_or_default();
        let entry = |entry: &str| {
            let (item, code) = entry.split_once('-')?;
            Some(Condition { item: item.to_owned(), code: code.to_owned() })
        };
        let read: Option<Vec<Condition>> = text.split_whitespace().map(entry).collect();
        read.or_else(|| self.wrong("conditions")).unwrap_or_default()
    }

    fn cap(&mut self) -> Option<Cap> {
        let text = self.optional("monthly_cap")?;
        match text.parse() {
            Ok(monthly) => Some(Cap { monthly, note: self.optional("cap_note") }),
            Err(_) => self.wrong("monthly_cap"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;

    fn faults(entry: &Entry) -> Vec<(String, Option<String>)> {
        let faults = subsidy_row(entry).err().unwrap();
        faults.into_iter().map(|fault| (fault.code, fault.field)).collect()
    }

    #[test]
    fn every_field_finds_its_place() {
        let row = subsidy_row(&entry()).unwrap();
        assert_eq!((row.person.sex, row.withheld, row.always_reimbursed), (Sex::Female, false, false));
        assert_eq!(row.person.birth_date.to_string(), "1990-06-28");
        assert_eq!(row.payer_number.map(|it| it.as_str().to_owned()).as_deref(), Some("54136015"));
        assert!(matches!(row.cap, Some(Cap { monthly: 10_000, note: None })));
        assert_eq!(row.printed.len(), 1, "a line without a value is left out");
        assert_eq!(row.institutions.as_deref(), Some("青空病院、若葉薬局"));
    }

    #[test]
    fn a_missing_number_is_told_and_nothing_is_sent() {
        let bare = Entry { number: String::new(), ..entry() };
        assert_eq!(faults(&bare), vec![("number-missing".to_owned(), None)]);
    }

    #[test]
    fn a_mistyped_number_is_told_without_the_number() {
        let mistyped = Entry { number: "123456789012".to_owned(), ..entry() };
        assert_eq!(faults(&mistyped), vec![("number-wrong".to_owned(), None)]);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let mut broken = entry();
        for name in ["name_kana", "birth_date"] {
            broken.fields.remove(name);
        }
        broken.fields.insert("monthly_cap".to_owned(), "一万円".to_owned());
        broken.fields.insert("withheld".to_owned(), "maybe".to_owned());
        let fields: Vec<String> = faults(&broken).into_iter().filter_map(|(_, field)| field).collect();
        assert_eq!(fields, ["name_kana", "birth_date", "monthly_cap", "withheld"]);
    }
}
