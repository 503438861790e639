use std::cmp::Ordering;

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn partial(text: &str) -> PartialDate {
    text.parse().unwrap()
}

fn read(typed: &str) -> Result<String, DateError> {
    EnteredDate::parse(typed).map(|entered| entered.date.to_string())
}

fn boxes(era: &str, year: &str, month: &str, day: &str) -> Result<EnteredDate, DateError> {
    EnteredDate::from_boxes(DateBoxes { era, year, month, day })
}

#[test]
fn one_day_is_read_in_every_spelling() {
    for typed in [
        "S30.1.5",
        "s30.1.5",
        "S.30.1.5",
        "Ｓ３０．１．５",
        "昭和30年1月5日",
        "昭和三十年一月五日",
        "昭和３０年１月５日",
        "昭和 30年 1月 5日",
        "昭30.1.5",
        "昭和30/1/5",
        "S300105",
        "19550105",
        "１９５５０１０５",
        "1955/1/5",
        "1955-01-05",
        "1955.1.5",
        "1955−1−5",
        "1955 1 5",
        "1955年1月5日",
        "西暦1955年1月5日",
        "一九五五年一月五日",
        "1955年（昭和30年）1月5日",
        "昭和30年1月5日（1955年1月5日）",
        "1955年1月5日(水)",
        "  1955/01/05 ",
    ] {
        assert_eq!(read(typed), Ok("1955-01-05".to_owned()), "{typed}");
    }
}

#[test]
fn the_first_year_of_an_era_has_its_own_word() {
    for typed in ["令和元年5月1日", "R元.5.1", "R1.5.1", "令和一年五月一日", "㋿1年5月1日", "令和1年5月1日"]
    {
        assert_eq!(read(typed), Ok("2019-05-01".to_owned()), "{typed}");
    }
}

#[test]
fn kanji_numbers_above_ten_are_read() {
    assert_eq!(read("平成二十一年十二月三十一日"), Ok("2009-12-31".to_owned()));
    assert_eq!(read("昭和六十四年一月七日"), Ok("1989-01-07".to_owned()));
    assert_eq!(read("二〇一九年十月十日"), Ok("2019-10-10".to_owned()));
}

#[test]
fn the_day_or_the_month_may_be_missing() {
    assert_eq!(read("昭和30年"), Ok("1955".to_owned()));
    assert_eq!(read("昭和30年1月"), Ok("1955-01".to_owned()));
    assert_eq!(read("1955"), Ok("1955".to_owned()));
    assert_eq!(read("1955/1"), Ok("1955-01".to_owned()));
}

#[test]
fn what_is_no_date_is_refused() {
    for typed in [
        "abc",
        "30.1.5",
        "5月1日",
        "1955年5日",
        "1955/1/5/",
        "1955//5",
        "1955/1/5/3",
        "195501",
        "昭和",
        "昭和0年",
        "元年",
        "1955一1一5",
        "昭和30年1月5時",
        "昭和十十年",
        "999999999",
        "(1955)",
    ] {
        assert!(
            matches!(read(typed), Err(DateError::Unreadable | DateError::Empty)),
            "{typed}: {:?}",
            read(typed)
        );
    }
    assert_eq!(read("　"), Err(DateError::Empty));
    assert_eq!(read("2026/2/29"), Err(DateError::NoSuchDay));
    assert_eq!(read("令和8年13月1日"), Err(DateError::NoSuchDay));
    assert_eq!(read("明治5年12月2日"), Err(DateError::BeforeGregorian));
    assert_eq!(read("明治6年1月1日"), Ok("1873-01-01".to_owned()));
}

#[test]
fn an_era_that_was_over_is_converted_and_asked_about() {
    for (typed, date, era_year, meant) in [
        ("昭和65年1月5日", "1990-01-05", "昭和65年", "平成2年1月5日"),
        ("平成31年5月1日", "2019-05-01", "平成31年", "令和元年5月1日"),
        ("令和元年4月30日", "2019-04-30", "令和元年", "平成31年4月30日"),
        ("平成1年1月7日", "1989-01-07", "平成元年", "昭和64年1月7日"),
        ("昭和100年", "2025", "昭和100年", "令和7年"),
    ] {
        let entered = EnteredDate::parse(typed).unwrap();
        assert_eq!(entered.date, partial(date));
        assert_eq!(entered.doubt, Some(Doubt { typed: era_year.to_owned(), meant: meant.to_owned() }));
    }
}

#[test]
fn a_day_of_two_eras_is_accepted_in_both() {
    for typed in [
        "明治45年7月30日",
        "大正元年7月30日",
        "大正15年12月25日",
        "昭和元年12月25日",
        "昭和64年1月7日",
        "平成元年1月8日",
        "平成31年4月30日",
    ] {
        assert_eq!(EnteredDate::parse(typed).unwrap().doubt, None, "{typed}");
    }
    for typed in
        ["大正元年7月29日", "昭和元年12月24日", "大正15年12月26日", "明治45年7月31日", "昭和64年1月8日"]
    {
        assert!(EnteredDate::parse(typed).unwrap().doubt.is_some(), "{typed}");
    }
    assert_eq!(EnteredDate::parse("昭和64年").unwrap().doubt, None);
    assert_eq!(EnteredDate::parse("平成元年").unwrap().doubt, None);
}

#[test]
fn separate_boxes_are_read_like_one_text() {
    for (era, year) in
        [("昭和", "30"), ("S", "30"), ("3", "３０"), ("", "1955"), ("西暦", "1955年"), ("昭和", "三十")]
    {
        assert_eq!(boxes(era, year, "1", "5日").unwrap().date, partial("1955-01-05"), "{era} {year}");
    }
    assert_eq!(boxes("令和", "元", "5", "1").unwrap().date, partial("2019-05-01"));
    assert_eq!(boxes("昭和", "30", "1", "").unwrap().date, partial("1955-01"));
    assert_eq!(boxes("昭和", "30", "", "").unwrap().date, partial("1955"));
    assert_eq!(boxes("", "S30.1.5", "", "").unwrap().date, partial("1955-01-05"));
    assert!(boxes("昭和", "65", "1", "5").unwrap().doubt.is_some());
}

#[test]
fn boxes_that_make_no_date_are_refused() {
    assert_eq!(boxes("昭和", "", " ", ""), Err(DateError::Empty));
    assert_eq!(boxes("昭和", "30", "", "5"), Err(DateError::Unreadable));
    assert_eq!(boxes("昭和", "", "1", "5"), Err(DateError::Unreadable));
    assert_eq!(boxes("文久", "3", "1", "5"), Err(DateError::Unreadable));
    assert_eq!(boxes("昭和", "30", "2", "30"), Err(DateError::NoSuchDay));
}

#[test]
fn an_entered_date_keeps_its_text_and_calendar() {
    let entered = EnteredDate::parse(" S30.1.5 ").unwrap();
    assert_eq!((entered.original.as_str(), entered.calendar), ("S30.1.5", CalendarUsed::Wareki));
    assert_eq!(EnteredDate::parse("1955/1/5").unwrap().calendar, CalendarUsed::Western);
    let json = serde_json::to_value(&entered).unwrap();
    assert_eq!(json, serde_json::json!({"date": "1955-01-05", "original": "S30.1.5", "calendar": "wareki"}));
    assert_eq!(serde_json::from_value::<EnteredDate>(json).unwrap(), entered);
}

#[test]
fn dates_are_printed_in_the_chosen_style() {
    let date = day("2026-04-03");
    assert_eq!(show(date, DateStyle::WarekiFirst), "令和8年4月3日（2026年4月3日）");
    assert_eq!(show(date, DateStyle::WesternFirst), "2026年（令和8年）4月3日");
    assert_eq!(show(date, DateStyle::WarekiOnly), "令和8年4月3日");
    assert_eq!(show(date, DateStyle::WesternOnly), "2026年4月3日");
}

#[test]
fn each_era_begins_on_its_first_day() {
    for (date, printed) in [
        ("1872-12-31", "1872年12月31日"),
        ("1873-01-01", "明治6年1月1日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
    ] {
        assert_eq!(show(day(date), DateStyle::WarekiOnly), printed);
    }
}

#[test]
fn a_year_of_two_eras_shows_both() {
    assert_eq!(show(partial("1989"), DateStyle::WarekiFirst), "昭和64年・平成元年（1989年）");
    assert_eq!(show(partial("1989-01"), DateStyle::WarekiOnly), "昭和64年1月・平成元年1月");
    assert_eq!(show(partial("1955"), DateStyle::WesternFirst), "1955年（昭和30年）");
}

#[test]
fn a_partial_date_reads_back_and_knows_its_bounds() {
    for text in ["1955", "1955-01", "1955-01-05"] {
        assert_eq!(partial(text).to_string(), text);
    }
    assert_eq!(
        (partial("2028-02").earliest(), partial("2028-02").latest()),
        (day("2028-02-01"), day("2028-02-29"))
    );
    assert_eq!(
        (partial("1955").earliest(), partial("1955").latest()),
        (day("1955-01-01"), day("1955-12-31"))
    );
    for wrong in ["", "1955-1", "1955-13", "1955-02-30", "55", "1955-01-05-01", "0000"] {
        assert!(wrong.parse::<PartialDate>().is_err(), "{wrong}");
    }
    assert_eq!(PartialDate::new(1955, None, Some(5)), None);
}

#[test]
fn partial_dates_are_ordered_only_where_it_is_certain() {
    assert_eq!(partial("1955").certain_order(&partial("1956-01-01")), Some(Ordering::Less));
    assert_eq!(partial("1955-02").certain_order(&partial("1955-01-31")), Some(Ordering::Greater));
    assert_eq!(partial("1955").certain_order(&partial("1955-06-01")), None);
    assert_eq!(partial("1955").certain_order(&partial("1955")), None);
    assert_eq!(partial("1955-01-05").certain_order(&partial("1955-01-05")), Some(Ordering::Equal));
    assert!(partial("1955-01").can_be(day("1955-01-31")) && !partial("1955-01").can_be(day("1955-02-01")));
}

/// Holidays of a year as published by 内閣府 (国民の祝日について).
fn holidays(year: i32) -> Vec<String> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let days = first.iter_days().take_while(|d| d.year() == year).filter(|d| holiday_name(*d).is_some());
    days.map(|d| format!("{}/{}", d.month(), d.day())).collect()
}

#[test]
fn holidays_agree_with_the_published_lists() {
    for (year, list) in [
        (2015, "1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23"),
        (
            2019,
            "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 11/3 11/4 11/23",
        ),
        (2020, "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23"),
        (2021, "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23"),
        (
            2024,
            "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
        ),
        (
            2025,
            "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
        ),
        (2026, "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23"),
        (2027, "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23"),
    ] {
        assert_eq!(holidays(year).join(" "), list, "{year}");
    }
}

#[test]
fn holidays_have_their_names() {
    for (date, name) in [
        ("2026-05-06", "振替休日"),
        ("2026-09-22", "国民の休日"),
        ("2026-09-23", "秋分の日"),
        ("2018-12-23", "天皇誕生日"),
        ("2026-02-23", "天皇誕生日"),
        ("2019-10-22", "即位礼正殿の儀の行われる日"),
        ("2019-10-14", "体育の日"),
    ] {
        assert_eq!(holiday_name(day(date)), Some(name), "{date}");
    }
    assert_eq!(holiday_name(day("2019-12-23")), None);
    assert_eq!(holiday_name(day("2100-01-01")), None);
}

#[test]
fn an_office_is_closed_at_weekends_on_holidays_and_at_new_year() {
    let office = OfficeCalendar::default();
    for closed in
        ["2026-04-04", "2026-04-05", "2026-04-29", "2025-12-29", "2025-12-31", "2026-01-02", "2024-01-03"]
    {
        assert!(!office.is_open(day(closed)), "{closed}");
    }
    for open in ["2026-04-03", "2025-12-26", "2026-01-05", "2024-01-04"] {
        assert!(office.is_open(day(open)), "{open}");
    }
}

#[test]
fn a_closed_day_moves_to_the_next_business_day() {
    let mut office = OfficeCalendar::default();
    assert_eq!(office.next_business_day(day("2026-05-01")), day("2026-05-01"));
    assert_eq!(office.next_business_day(day("2026-05-02")), day("2026-05-07"));
    assert_eq!(office.next_business_day(day("2025-12-27")), day("2026-01-05"));
    office.single.insert(day("2026-05-07"));
    assert_eq!(office.next_business_day(day("2026-05-02")), day("2026-05-08"));
    assert_eq!(office.business_days_after(day("2026-05-01"), 2), day("2026-05-11"));
    assert_eq!(office.business_days_after(day("2026-05-01"), 0), day("2026-05-01"));
}

#[test]
fn a_calendar_that_never_opens_still_answers() {
    let whole_year =
        YearlyClosing { from: MonthDay { month: 1, day: 1 }, to: MonthDay { month: 12, day: 31 } };
    let office = OfficeCalendar { yearly: vec![whole_year], ..OfficeCalendar::default() };
    assert_eq!(office.next_business_day(day("2026-05-01")), day("2026-05-01"));
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(offset in 0u64..80_000) {
        let date = day("1873-01-01") + Days::new(offset);
        for style in [DateStyle::WarekiFirst, DateStyle::WesternFirst, DateStyle::WarekiOnly, DateStyle::WesternOnly] {
            let entered = EnteredDate::parse(&show(date, style)).unwrap();
            prop_assert_eq!((entered.date.day(), entered.doubt), (Some(date), None));
        }
    }

    #[test]
    fn no_text_makes_the_reader_fail_otherwise(typed in "[昭和令年月日元十一二〇0-9０-９/. ()SRー-]{0,12}|\\PC{0,12}") {
        if let Ok(entered) = EnteredDate::parse(&typed) {
            prop_assert!(entered.date.earliest() >= day("1873-01-01"));
        }
    }

    #[test]
    fn a_partial_date_lies_between_its_bounds(offset in 0u64..80_000) {
        let date = day("1873-01-01") + Days::new(offset);
        for known in [PartialDate::new(date.year(), None, None), PartialDate::new(date.year(), Some(date.month()), None), Some(date.into())] {
            prop_assert!(known.unwrap().can_be(date));
        }
    }
}
