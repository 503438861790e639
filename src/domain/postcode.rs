//! Places by postcode.
//!
//! The table stays one sorted text that is searched by halving, so the whole country costs no
//! memory beyond the text itself. Where the text comes from is written beside it, in
//! `static/POSTCODES-SOURCE.md`.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::numbers::{MunicipalityCode, NumberError};
use super::text;

/// The cleaned table of Japan Post, whole country.
const NATIONAL: &str = include_str!("../../static/postcodes.tsv");

/// A postcode of seven digits, which need not be in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

impl Postcode {
    /// Reads seven digits of any width, with or without 〒 and hyphen.
    ///
    /// # Errors
    /// [`NumberError::NotDigits`] or [`NumberError::Length`].
    pub fn parse(typed: &str) -> Result<Postcode, NumberError> {
        let digits =
            text::fold_digits(typed.trim().trim_start_matches('〒')).ok_or(NumberError::NotDigits)?;
        if digits.len() == 7 { Ok(Postcode(digits)) } else { Err(NumberError::Length { expected: "7" }) }
    }

    /// The seven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As it is printed: `498-0000`.
impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (area, rest) = self.0.split_at_checked(3).unwrap_or_default();
        write!(f, "{area}-{rest}")
    }
}

/// A place that a postcode stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place<'a> {
    /// 全国地方公共団体コード of the municipality.
    pub municipality: MunicipalityCode,
    /// 都道府県
    pub prefecture: &'a str,
    /// 市区町村, with 郡 and with the ward of a large city.
    pub city: &'a str,
    /// 町域; empty if the postcode stands for the whole municipality.
    pub town: &'a str,
}

/// The text is no table of postcodes.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a table of postcodes has two parts with an empty line between them")]
pub struct TableError;

/// A table of places by postcode.
#[derive(Clone, Copy, Debug)]
pub struct Postcodes<'a> {
    cities: &'a str,
    places: &'a str,
}

impl<'a> Postcodes<'a> {
    /// The table in `text`: lines of municipality code, 都道府県, 市区町村, then an empty line, then
    /// lines of postcode, municipality code, 町域; tab-separated, both parts sorted by bytes.
    ///
    /// # Errors
    /// [`TableError`] if the two parts are missing.
    pub fn new(text: &'a str) -> Result<Postcodes<'a>, TableError> {
        let (cities, places) = text.split_once("\n\n").ok_or(TableError)?;
        Ok(Postcodes { cities, places })
    }

    /// Every place of the postcode, in the order of municipality codes. Several places are normal,
    /// and a code may reach over the border of a prefecture.
    pub fn lookup(&self, code: &Postcode) -> Vec<Place<'a>> {
        lines_from(self.places, code.as_str())
            .map_while(|line| line.strip_prefix(code.as_str())?.strip_prefix('\t'))
            .filter_map(|rest| self.place(rest))
            .collect()
    }

    fn place(&self, rest: &'a str) -> Option<Place<'a>> {
        let (municipality, town) = rest.split_once('\t')?;
        let city_line = lines_from(self.cities, municipality).next()?;
        let (prefecture, city) =
            city_line.strip_prefix(municipality)?.strip_prefix('\t')?.split_once('\t')?;
        Some(Place { municipality: MunicipalityCode::from_five(municipality).ok()?, prefecture, city, town })
    }
}

/// Every place of the postcode in the whole country.
pub fn lookup(code: &Postcode) -> Vec<Place<'static>> {
    Postcodes::new(NATIONAL).map(|table| table.lookup(code)).unwrap_or_default()
}

/// The lines of a sorted text from the first one on that is not below `key`.
fn lines_from<'a>(sorted: &'a str, key: &str) -> std::str::Lines<'a> {
    let bytes = sorted.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = line_start(bytes, low + (high - low) / 2);
        let end = line_end(bytes, middle);
        if bytes.get(middle..end).is_some_and(|line| line < key.as_bytes()) {
            low = (end + 1).min(bytes.len());
        } else {
            high = middle;
        }
    }
    sorted.get(low..).unwrap_or_default().lines()
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1)
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).position(|b| *b == b'\n').map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "01101\t北海道\t札幌市中央区\n13103\t東京都\t港区\n\n0600000\t01101\t\n1050011\t13103\t芝公園\n1050012\t13103\t芝大門\n1050012\t13103\t浜松町\n";

    fn code(typed: &str) -> Postcode {
        Postcode::parse(typed).unwrap()
    }

    fn towns(table: &Postcodes<'static>, typed: &str) -> Vec<&'static str> {
        table.lookup(&code(typed)).into_iter().map(|place| place.town).collect()
    }

    #[test]
    fn a_code_is_read_in_any_spelling() {
        for typed in ["4980000", "498-0000", "〒498-0000", "４９８－００００", " 498 ー 0000 "] {
            assert_eq!(code(typed).as_str(), "4980000", "{typed}");
        }
        assert_eq!(code("4980000").to_string(), "498-0000");
        assert_eq!(Postcode::parse("498-000"), Err(NumberError::Length { expected: "7" }));
        assert_eq!(Postcode::parse("港区"), Err(NumberError::NotDigits));
    }

    #[test]
    fn first_middle_and_last_codes_are_found() {
        let table = Postcodes::new(SMALL).unwrap();
        assert_eq!(towns(&table, "0600000"), [""]);
        assert_eq!(towns(&table, "1050011"), ["芝公園"]);
        assert_eq!(towns(&table, "1050012"), ["芝大門", "浜松町"]);
        for unknown in ["0000000", "0600001", "9999999"] {
            assert!(towns(&table, unknown).is_empty(), "{unknown}");
        }
    }

    #[test]
    fn a_text_without_two_parts_is_refused() {
        assert_eq!(Postcodes::new("1050011\t13103\t芝公園\n").unwrap_err(), TableError);
    }

    #[test]
    fn one_code_can_stand_in_two_prefectures() {
        let places: Vec<_> = lookup(&code("4980000"))
            .into_iter()
            .map(|p| (p.municipality.to_string(), p.prefecture, p.city))
            .collect();
        assert_eq!(
            places,
            [("232351".to_owned(), "愛知県", "弥富市"), ("243035".to_owned(), "三重県", "桑名郡木曽岬町")]
        );
    }

    #[test]
    fn the_national_table_is_sorted_and_every_line_is_found() {
        let table = Postcodes::new(NATIONAL).unwrap();
        assert!(table.cities.lines().is_sorted() && table.places.lines().is_sorted());
        assert_eq!(table.places.lines().count(), 124_198);
        for line in table.places.lines().step_by(997) {
            let (digits, rest) = line.split_once('\t').unwrap();
            let (_, town) = rest.split_once('\t').unwrap();
            assert!(lookup(&code(digits)).iter().any(|place| place.town == town), "{line}");
        }
    }

    #[test]
    fn no_remark_is_left_in_a_town() {
        let table = Postcodes::new(NATIONAL).unwrap();
        let remarks = ["以下に掲載", "（", "）", "地割", "場合", "、", "〜"];
        assert_eq!(
            table.places.lines().find(|line| remarks.iter().any(|remark| line.contains(remark))),
            None
        );
    }
}
