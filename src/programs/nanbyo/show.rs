//! How values are shown in the working.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::domain::calendar::{self, DateStyle, PartialDate};

/// A value, or a dash while it is unknown.
pub fn or_dash<T: fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "－".to_owned(), |value| value.to_string())
}

/// A yes or no, or a dash while it is unknown.
pub fn yes_no(value: Option<bool>) -> String {
    or_dash(value.map(|yes| if yes { "はい" } else { "いいえ" }))
}

/// A month of the era's year: `令和8年4月`.
pub fn month(first: NaiveDate) -> String {
    let month = PartialDate::new(first.year(), Some(first.month()), None);
    month.map_or_else(String::new, |month| calendar::show(month, DateStyle::WarekiOnly))
}

/// A day in both calendars: `令和8年4月20日（2026年4月20日）`.
pub fn day(day: NaiveDate) -> String {
    calendar::show(day, DateStyle::WarekiFirst)
}

/// How the source of a tier is shown.
pub fn tax_basis(basis: &str) -> &'static str {
    match basis {
        "exchange" => "情報連携",
        "certificate" => "課税・非課税証明書",
        "public-assistance" => "生活保護",
        "border-case" => "境界層",
        _ => "税情報なし（上位所得）",
    }
}
