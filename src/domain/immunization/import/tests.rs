use chrono::NaiveDate;

use super::{Columns, Field, Map, MapFault, Row, read};
use crate::domain::calendar::PartialDate;
use crate::domain::immunization::Sex;
use crate::domain::immunization::record::Category;

const HEADINGS: [&str; 9] =
    ["宛名番号", "氏名", "生年月日", "性別", "予防接種", "回数", "接種日", "接種区分", "医療機関コード"];

fn map() -> Map {
    let mut map = Map::read(Map::common()).unwrap();
    map.vaccines.insert("031".to_owned(), "hepb".to_owned());
    map
}

fn columns() -> Columns {
    map().places(&HEADINGS.map(str::to_owned)).unwrap()
}

fn cells(line: [&str; 9]) -> Vec<String> {
    line.map(str::to_owned).to_vec()
}

const GOOD: [&str; 9] =
    ["1000042", "山田 はな", "令和8年6月15日", "2", "031", "追加", "20260817", "定期", ""];

fn with(field: usize, text: &str) -> Result<Row, Vec<(&'static str, Field)>> {
    let mut line = GOOD;
    line[field] = text;
    read(&map(), &columns(), &cells(line))
        .map_err(|faults| faults.into_iter().map(|it| (it.key, it.field)).collect())
}

#[test]
fn a_line_is_read_by_the_map() {
    let row = with(0, "１０００042").unwrap();
    assert_eq!((row.resident.as_str(), row.person.name.as_str()), ("1000042", "山田 はな"));
    assert_eq!((row.birth, row.sex), (NaiveDate::from_ymd_opt(2026, 6, 15).unwrap(), Some(Sex::Female)));
    assert_eq!((row.vaccine.as_str(), row.dose.as_str()), ("hepb", "B"));
    assert_eq!(
        (row.on, row.category),
        (PartialDate::new(2026, Some(8), Some(17)).unwrap(), Category::Routine)
    );
    assert_eq!(with(5, "02").unwrap().dose, "2");
    assert_eq!(with(5, "２回目").unwrap().dose, "2");
}

#[test]
fn a_day_that_is_not_known_stays_as_it_was_said() {
    let month = PartialDate::new(2026, Some(5), None).unwrap();
    for written in ["20260500", "2026-05-99", "2026/05/00", "R8.5", "令和8年5月", "2026-05"] {
        assert_eq!(with(6, written).unwrap().on, month, "{written}");
    }
    assert_eq!(with(6, "20260000").unwrap().on, PartialDate::new(2026, None, None).unwrap());
}

#[test]
fn what_cannot_be_read_is_told_with_its_column() {
    let cases = [
        (0, "", ("dose-import.missing", Field::Resident)),
        (2, "2026-06", ("dose-import.birth", Field::Birth)),
        (3, "9", ("dose-import.code", Field::Sex)),
        (4, "", ("dose-import.missing", Field::Vaccine)),
        (5, "第一期", ("dose-import.dose", Field::Dose)),
        (5, "0", ("dose-import.dose", Field::Dose)),
        (6, "2026-02-30", ("dose-import.date", Field::Date)),
        (6, "2月", ("dose-import.date", Field::Date)),
        (6, "昭和65年1月5日", ("dose-import.date", Field::Date)),
        (7, "8", ("dose-import.code", Field::Category)),
        (8, "1312345678", ("dose-import.institution", Field::Institution)),
        (8, "131234", ("dose-import.institution", Field::Institution)),
        (1, "山\u{FFFD}", ("dose-import.letters", Field::Name)),
    ];
    for (field, text, fault) in cases {
        assert_eq!(with(field, text), Err(vec![fault]), "{text}");
    }
    let everything = read(&map(), &columns(), &cells([""; 9])).unwrap_err();
    assert_eq!(everything.len(), Field::NEEDED.len());
    assert_eq!(read(&map(), &columns(), &[]).unwrap_err().len(), Field::NEEDED.len());
}

#[test]
fn a_cell_of_any_length_is_refused_and_not_stored() {
    assert_eq!(with(1, &"あ".repeat(201)), Err(vec![("dose-import.long", Field::Name)]));
}

#[test]
fn a_map_needs_the_columns_without_which_a_line_says_nothing() {
    assert!(matches!(Map::read("[columns]\nname = 1"), Err(MapFault::Unreadable(_))));
    assert!(matches!(Map::read("[colours]"), Err(MapFault::Unreadable(_))));
    let short = "[columns]\nresident = \"a\"\nbirth = \"b\"\ndate = \"c\"";
    assert_eq!(Map::read(short), Err(MapFault::Missing(Field::Vaccine)));
    assert_eq!(map().places(&["宛名番号".to_owned()]), Err("生年月日".to_owned()));
}
