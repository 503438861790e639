use chrono::NaiveDate;

use super::resident::{self, Resident, Told};
use super::{Columns, Field, Kind, Map, MapFault, Row, read};
use crate::domain::calendar::PartialDate;
use crate::domain::immunization::record::{Category, Person};
use crate::domain::immunization::{Sex, Subject};

const HEADINGS: [&str; 9] =
    ["宛名番号", "氏名", "生年月日", "性別", "予防接種", "回数", "接種日", "接種区分", "医療機関コード"];

fn map() -> Map {
    let mut map = Map::read(Kind::Doses, Kind::Doses.common()).unwrap();
    map.vaccines.insert("031".to_owned(), "hepb".to_owned());
    map
}

fn columns() -> Columns {
    map().places(Kind::Doses, &HEADINGS.map(str::to_owned)).unwrap()
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
    assert_eq!((row.who.resident.as_str(), row.who.person.name.as_str()), ("1000042", "山田 はな"));
    assert_eq!(
        (row.who.birth, row.who.sex),
        (NaiveDate::from_ymd_opt(2026, 6, 15).unwrap(), Some(Sex::Female))
    );
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
    assert_eq!(everything.len(), Kind::Doses.needed().len());
    assert_eq!(read(&map(), &columns(), &[]).unwrap_err().len(), Kind::Doses.needed().len());
}

#[test]
fn a_cell_of_any_length_is_refused_and_not_stored() {
    assert_eq!(with(1, &"あ".repeat(201)), Err(vec![("dose-import.long", Field::Name)]));
}

#[test]
fn a_map_needs_the_columns_without_which_a_line_says_nothing() {
    assert!(matches!(Map::read(Kind::Doses, "[columns]\nname = 1"), Err(MapFault::Unreadable(_))));
    assert!(matches!(Map::read(Kind::Doses, "[colours]"), Err(MapFault::Unreadable(_))));
    let short = "[columns]\nresident = \"a\"\nbirth = \"b\"\ndate = \"c\"";
    assert_eq!(Map::read(Kind::Doses, short), Err(MapFault::Missing(Field::Vaccine)));
    assert_eq!(map().places(Kind::Doses, &["宛名番号".to_owned()]), Err("生年月日".to_owned()));
}

const PEOPLE: [&str; 7] = ["宛名番号", "氏名", "生年月日", "転入日", "転出日", "死亡日", "個人番号"];

fn resident(headings: &[&str], cells: &[&str]) -> Result<Resident, Vec<(&'static str, Field)>> {
    let map = Map::read(Kind::Residents, Kind::Residents.common()).unwrap();
    let headings: Vec<String> = headings.iter().map(|it| (*it).to_owned()).collect();
    let columns = map.places(Kind::Residents, &headings).unwrap();
    let cells: Vec<String> = cells.iter().map(|it| (*it).to_owned()).collect();
    let read = resident::read(&map, &columns, &cells);
    read.map_err(|faults| faults.into_iter().map(|it| (it.key, it.field)).collect())
}

fn with_days(came: &str, left: &str, died: &str) -> Resident {
    resident(&PEOPLE, &["1", "山田 はな", "2020-04-01", came, left, died, ""]).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn subject(left: Option<&str>, died: Option<&str>) -> Subject {
    Subject {
        id: "sub_1".to_owned(),
        program: "program".to_owned(),
        birth: date("2020-04-01"),
        sex: None,
        district: String::new(),
        person: Person::default(),
        moved_in_on: None,
        moved_out_on: left.map(date),
        died_on: died.map(date),
    }
}

/// The days of a person after a line: moved in, moved out, died.
fn after(line: &Resident, mut before: Subject) -> [Option<NaiveDate>; 3] {
    line.stay(&mut before);
    [before.moved_in_on, before.moved_out_on, before.died_on]
}

#[test]
fn a_resident_is_read_and_a_filler_is_no_day() {
    let line = with_days("令和6年5月1日", "00000000", "9999-99-99");
    assert_eq!((line.moved_in, line.moved_out, line.died), (Some(date("2024-05-01")), Told::No, Told::No));
    let short = resident(&PEOPLE[..3], &["1", "山田 はな", "2020-04-01"]).unwrap();
    assert_eq!((short.moved_out, short.died, short.who.number), (Told::Silent, Told::Silent, None));
    let wrong = |place: usize, text| {
        let mut cells = ["1", "山田 はな", "2020-04-01", "", "", "", ""];
        cells[place] = text;
        resident(&PEOPLE, &cells).unwrap_err()
    };
    assert_eq!(wrong(4, "そのうち"), [("dose-import.date", Field::MovedOut)]);
    assert_eq!(wrong(5, "2026-05"), [("dose-import.birth", Field::Died)]);
    assert_eq!(wrong(6, "990000013278"), [("dose-import.my-number", Field::MyNumber)]);
    assert_eq!(wrong(0, ""), [("dose-import.missing", Field::Resident)]);
    assert!(
        resident(&PEOPLE, &["1", "", "2020-04-01", "", "", "", "990000013277"]).unwrap().who.number.is_some()
    );
}

#[test]
fn who_moved_in_again_lives_here_and_who_left_does_not() {
    let left = |came, left| after(&with_days(came, left, ""), subject(None, None))[1];
    assert_eq!(left("", "2025-03-01"), Some(date("2025-03-01")));
    assert_eq!(left("2024-01-01", "2025-03-01"), Some(date("2025-03-01")));
    assert_eq!(left("2026-01-01", "2025-03-01"), None);
    let gone = || subject(Some("2025-03-01"), None);
    assert_eq!(after(&with_days("2026-01-01", "", ""), gone()), [Some(date("2026-01-01")), None, None]);
    let silent = resident(&PEOPLE[..3], &["1", "山田 はな", "2020-04-01"]).unwrap();
    assert_eq!(after(&silent, gone())[1], Some(date("2025-03-01")), "the file says nothing of it");
    assert!(silent.doubts(&gone()).is_empty());
    assert_eq!(after(&with_days("", "", "2026-02-03"), gone())[2], Some(date("2026-02-03")));
}

#[test]
fn what_contradicts_the_ledger_or_the_calendar_is_asked_about() {
    let today = date("2026-11-23");
    assert_eq!(with_days("", "2026-11-24", "").faults(today), ["dose-import.future"]);
    assert_eq!(with_days("2020-03-31", "", "").faults(today), ["dose-import.before-birth"]);
    assert!(with_days("2020-04-01", "2026-11-23", "").faults(today).is_empty());
    let gone = subject(Some("2025-03-01"), Some("2025-03-02"));
    assert_eq!(with_days("", "", "").doubts(&gone), ["dose-import.left", "dose-import.died"]);
    assert_eq!(with_days("2025-02-01", "", "2025-03-02").doubts(&gone), ["dose-import.left"]);
    assert!(with_days("2025-03-01", "", "2025-03-02").doubts(&gone).is_empty());
    assert!(with_days("", "2025-03-01", "2025-03-02").doubts(&gone).is_empty());
}
