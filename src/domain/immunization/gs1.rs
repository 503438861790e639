//! The code on a package of a vaccine (GS1-128, GS1 DataMatrix): article (01), expiry (17) and lot (10).
//!
//! Read as the GS1 General Specifications write them: fixed lengths follow each other, an element of variable
//! length ends with FNC1, which readers hand on as the character 29. The form with brackets is read too.

use chrono::{Datelike, Months, NaiveDate};

/// The character that readers send for FNC1.
const FNC1: char = '\u{1d}';

/// What a code says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// GTIN of 14 digits.
    pub article: String,
    /// Lot.
    pub lot: String,
    /// Last day on which it may be used.
    pub expires: Option<NaiveDate>,
}

/// Reads a code; `None` for what is none, so that it can be taken as a lot that was typed.
pub fn read(text: &str) -> Option<Package> {
    let text = text.trim().trim_start_matches("]d2").trim_start_matches("]C1").trim_start_matches(FNC1);
    let mut package = Package::default();
    let mut rest = text;
    while !rest.is_empty() {
        rest = element(rest, &mut package)?;
    }
    (!package.lot.is_empty() && is_article(&package.article)).then_some(package)
}

/// Takes one element and gives what is left.
fn element<'a>(text: &'a str, package: &mut Package) -> Option<&'a str> {
    let (bracketed, text) = match text.strip_prefix('(') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let (identifier, body) = text.split_at_checked(2)?;
    let body = if bracketed { body.strip_prefix(')')? } else { body };
    let end = match identifier {
        "01" => 14,
        "11" | "17" => 6,
        "10" | "21" | "30" => body.find([FNC1, '(']).unwrap_or(body.len()),
        _ => return None,
    };
    let (value, rest) = body.split_at_checked(end)?;
    match identifier {
        "01" => package.article = value.to_owned(),
        "10" if (1..=20).contains(&value.len()) => package.lot = value.to_owned(),
        "17" => package.expires = Some(day(value)?),
        "10" => return None,
        _ => {}
    }
    Some(rest.trim_start_matches(FNC1))
}

/// YYMMDD of this century; the day 00 is the last of the month.
fn day(text: &str) -> Option<NaiveDate> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (part(0..2)?, part(2..4)?, part(4..6)?);
    let first = NaiveDate::from_ymd_opt(2000 + i32::try_from(year).ok()?, month, 1)?;
    if day == 0 {
        return first.checked_add_months(Months::new(1))?.pred_opt();
    }
    first.with_day(day)
}

/// 14 digits, the last of which makes the sum with weights 3 and 1 a multiple of ten.
fn is_article(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    text.len() == 14 && digits.len() == 14 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        let expires = NaiveDate::from_ymd_opt(2027, 2, 28);
        Package { article: "04912345678904".to_owned(), lot: "AB-12".to_owned(), expires }
    }

    #[test]
    fn every_way_of_writing_the_same_code_is_read_alike() {
        let ways = [
            "01049123456789041727022810AB-12",
            "]d201049123456789041727020010AB-12",
            "010491234567890410AB-12\u{1d}17270228",
            "(01)04912345678904(17)270228(10)AB-12",
        ];
        for way in ways {
            assert_eq!(read(way), Some(package()), "{way:?}");
        }
    }

    #[test]
    fn what_is_no_code_is_left_as_it_was_typed() {
        let others = [
            "",
            "AB-12",
            "AB123C",
            "0104912345678905",
            "01049123456789041727023010AB-12",
            "010491234567890517270228",
            "010491234567890417991328",
        ];
        for other in others {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
