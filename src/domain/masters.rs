//! 制度マスタ of a register of subsidies: which certificates, income segments and conditions it knows. The
//! authority keeps them, the register holds its own; a row that names what the register does not know is
//! refused, or read by the wrong rule.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

/// A certificate that the authority issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateType {
    /// 機関別受給者証種別ID.
    pub id: String,
    /// 受給者証名.
    pub name: String,
    /// 法別番号, two digits.
    pub law_number: String,
    /// 国公費 or 地単.
    pub scope: String,
    /// First day on which a certificate may begin.
    pub open_from: NaiveDate,
    /// Last day on which a certificate may begin.
    pub open_to: NaiveDate,
    /// Whether a row must name an income segment.
    pub uses_income_segment: bool,
    /// Codes of the printed lines that a row must have.
    pub required_items: Vec<String>,
}

/// 所得区分.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomeSegment {
    /// The certificate type to which it belongs.
    pub certificate_type: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// The cap of the segment without special conditions, yen a month.
    pub monthly_cap: Option<u32>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
}

/// 所得区分以外: an item with one of its conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionCode {
    /// The certificate type to which it belongs.
    pub certificate_type: String,
    /// 追加条件項目コード.
    pub item: String,
    /// Name of the item.
    pub item_label: String,
    /// 追加条件コード.
    pub code: String,
    /// Name of the condition.
    pub label: String,
}

/// The tables together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masters {
    /// Certificate types.
    pub types: Vec<CertificateType>,
    /// 所得区分.
    pub incomes: Vec<IncomeSegment>,
    /// 所得区分以外.
    pub conditions: Vec<ConditionCode>,
}

impl Masters {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Masters::default()
    }
}

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Certificate types.
    Types,
    /// 所得区分.
    Incomes,
    /// 所得区分以外.
    Conditions,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// We keep an entry that the register lacks.
    MissingThere,
    /// The register has an entry of our certificate that we do not keep.
    MissingHere,
    /// These columns of an entry differ.
    Columns(Vec<&'static str>),
}

/// A difference between what we keep and what the register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In which table.
    pub table: Table,
    /// The entry: its codes, with blanks between.
    pub entry: String,
    /// What differs.
    pub what: What,
    /// Whether rows would be refused or read by another rule, so that none may be sent before it is mended.
    pub stops: bool,
}

/// Every difference that concerns the certificate types that we keep; other authorities and schemes may have
/// theirs.
pub fn differences(kept: &Masters, held: &Masters) -> Vec<Difference> {
    let ours: BTreeSet<&str> = kept.types.iter().map(|it| it.id.as_str()).collect();
    let of_ours = |kind: &str| ours.contains(kind);
    let mut found = table(Table::Types, types(kept, &of_ours), types(held, &of_ours));
    found.extend(table(Table::Incomes, incomes(kept, &of_ours), incomes(held, &of_ours)));
    found.extend(table(Table::Conditions, conditions(kept, &of_ours), conditions(held, &of_ours)));
    found
}

/// Columns of an entry with their values; `stops` those by which rows are refused or judged.
struct Entry {
    stops: Vec<(&'static str, String)>,
    warns: Vec<(&'static str, String)>,
}

type Entries = BTreeMap<String, Entry>;

fn types(of: &Masters, ours: &dyn Fn(&str) -> bool) -> Entries {
    let entry = |it: &CertificateType| Entry {
        stops: vec![
            ("law_number", it.law_number.clone()),
            ("open_from", it.open_from.to_string()),
            ("open_to", it.open_to.to_string()),
            ("uses_income_segment", it.uses_income_segment.to_string()),
            ("required_items", it.required_items.join(" ")),
        ],
        warns: vec![("name", it.name.clone()), ("scope", it.scope.clone())],
    };
    of.types.iter().filter(|it| ours(&it.id)).map(|it| (it.id.clone(), entry(it))).collect()
}

fn incomes(of: &Masters, ours: &dyn Fn(&str) -> bool) -> Entries {
    let cap = |it: &IncomeSegment| it.monthly_cap.map(|yen| yen.to_string()).unwrap_or_default();
    let entry = |it: &IncomeSegment| Entry {
        stops: vec![("monthly_cap", cap(it)), ("valid_to", it.valid_to.to_string())],
        warns: vec![("label", it.label.clone())],
    };
    let key = |it: &IncomeSegment| format!("{} {} {}", it.certificate_type, it.code, it.valid_from);
    of.incomes.iter().filter(|it| ours(&it.certificate_type)).map(|it| (key(it), entry(it))).collect()
}

fn conditions(of: &Masters, ours: &dyn Fn(&str) -> bool) -> Entries {
    let entry = |it: &ConditionCode| Entry {
        stops: Vec::new(),
        warns: vec![("item_label", it.item_label.clone()), ("label", it.label.clone())],
    };
    let key = |it: &ConditionCode| format!("{} {}-{}", it.certificate_type, it.item, it.code);
    of.conditions.iter().filter(|it| ours(&it.certificate_type)).map(|it| (key(it), entry(it))).collect()
}

fn table(table: Table, kept: Entries, held: Entries) -> Vec<Difference> {
    let entries: BTreeSet<&String> = kept.keys().chain(held.keys()).collect();
    let difference = |entry: &String| {
        let (what, stops) = match (kept.get(entry), held.get(entry)) {
            (Some(_), None) => (What::MissingThere, true),
            (None, Some(_)) => (What::MissingHere, false),
            (Some(ours), Some(theirs)) => compared(ours, theirs)?,
            (None, None) => return None,
        };
        Some(Difference { table, entry: entry.clone(), what, stops })
    };
    entries.into_iter().filter_map(difference).collect()
}

fn compared(ours: &Entry, theirs: &Entry) -> Option<(What, bool)> {
    let differ = |ours: &[(&'static str, String)], theirs: &[(&'static str, String)]| {
        let pairs = ours.iter().zip(theirs);
        pairs.filter(|(a, b)| a.1 != b.1).map(|(a, _)| a.0).collect::<Vec<_>>()
    };
    let mut columns = differ(&ours.stops, &theirs.stops);
    let stops = !columns.is_empty();
    columns.extend(differ(&ours.warns, &theirs.warns));
    (!columns.is_empty()).then_some((What::Columns(columns), stops))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn masters() -> Masters {
        let kind = CertificateType {
            id: "54A".to_owned(),
            name: "受給者証".to_owned(),
            law_number: "54".to_owned(),
            scope: "国公費".to_owned(),
            open_from: day("2015-01-01"),
            open_to: day("9999-12-31"),
            uses_income_segment: true,
            required_items: Vec::new(),
        };
        let income = IncomeSegment {
            certificate_type: "54A".to_owned(),
            code: "C1".to_owned(),
            label: "一般所得Ⅰ".to_owned(),
            monthly_cap: Some(10_000),
            valid_from: day("2015-01-01"),
            valid_to: day("9999-12-31"),
        };
        let condition = ConditionCode {
            certificate_type: "54A".to_owned(),
            item: "01".to_owned(),
            item_label: "装着".to_owned(),
            code: "01".to_owned(),
            label: "該当".to_owned(),
        };
        Masters { types: vec![kind], incomes: vec![income], conditions: vec![condition] }
    }

    fn told(held: &Masters) -> Vec<(String, bool)> {
        let found = differences(&masters(), held);
        found.into_iter().map(|it| (format!("{} {:?}", it.entry, it.what), it.stops)).collect()
    }

    fn changed(change: impl FnOnce(&mut Masters)) -> Masters {
        let mut held = masters();
        change(&mut held);
        held
    }

    #[test]
    fn the_same_has_no_difference_and_what_others_registered_is_theirs() {
        assert_eq!(told(&masters()), []);
        let other = |held: &mut Masters| {
            let (mut kind, mut income) = (held.types[0].clone(), held.incomes[0].clone());
            kind.id = "81CHILD".to_owned();
            income.certificate_type = "81CHILD".to_owned();
            held.types.push(kind);
            held.incomes.push(income);
        };
        assert_eq!(told(&changed(other)), []);
    }

    #[test]
    fn what_the_register_lacks_stops() {
        let found = told(&Masters::default());
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|(words, stops)| words.ends_with("MissingThere") && *stops), "{found:?}");
    }

    #[test]
    fn another_rule_stops_and_another_name_only_warns() {
        let one = |words: &str, stops| vec![(words.to_owned(), stops)];
        let cap = changed(|held| held.incomes[0].monthly_cap = Some(5_000));
        assert_eq!(told(&cap), one("54A C1 2015-01-01 Columns([\"monthly_cap\"])", true));
        let open = changed(|held| held.types[0].open_to = day("2026-03-31"));
        assert_eq!(told(&open), one("54A Columns([\"open_to\"])", true));
        let label = changed(|held| held.conditions[0].label = "あり".to_owned());
        assert_eq!(told(&label), one("54A 01-01 Columns([\"label\"])", false));
    }

    #[test]
    fn what_only_the_register_has_warns() {
        let more = changed(|held| {
            let further = IncomeSegment { code: "E".to_owned(), ..held.incomes[0].clone() };
            held.incomes.push(further);
        });
        assert_eq!(told(&more), [("54A E 2015-01-01 MissingHere".to_owned(), false)]);
    }
}
