//! The cells of a line, whatever it tells of: who it is about, and days in any spelling.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::map::{Columns, Field, Map};
use crate::domain::calendar::{EnteredDate, PartialDate};
use crate::domain::immunization::Sex;
use crate::domain::immunization::record::Person;
use crate::domain::numbers::MyNumber;
use crate::domain::text::fold_width;

/// Characters of one cell at most.
const LONGEST: usize = 200;

/// Why a line is kept for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Key of the sentence in the catalogue.
    pub key: &'static str,
    /// The column it is about.
    pub field: Field,
}

/// The person of a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Who {
    /// 宛名番号.
    pub resident: String,
    /// Day of birth.
    pub birth: NaiveDate,
    /// Sex, if it is given.
    pub sex: Option<Sex>,
    /// District.
    pub district: String,
    /// Who it is.
    pub person: Person,
    /// 個人番号, if it is given.
    pub number: Option<MyNumber>,
}

/// Reads a line, and collects what is wrong with it.
pub(super) struct Reader<'a> {
    pub(super) map: &'a Map,
    pub(super) columns: &'a Columns,
    cells: &'a [String],
    faults: Vec<Fault>,
}

/// Reads a line.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn line<'a, T>(
    map: &'a Map,
    columns: &'a Columns,
    cells: &'a [String],
    read: impl FnOnce(&mut Reader<'a>) -> Option<T>,
) -> Result<T, Vec<Fault>> {
    let mut reader = Reader { map, columns, cells, faults: Vec::new() };
    reader.check_letters();
    let found = read(&mut reader);
    match found.filter(|_| reader.faults.is_empty()) {
        Some(found) => Ok(found),
        None => Err(reader.faults),
    }
}

impl Reader<'_> {
    pub(super) fn text(&self, field: Field) -> String {
        self.columns.text(self.cells, field).to_owned()
    }

    pub(super) fn fault(&mut self, key: &'static str, field: Field) {
        self.faults.push(Fault { key, field });
    }

    /// Letters that the file's encoding does not have came as U+FFFD; what stood there is not guessed.
    fn check_letters(&mut self) {
        let fields: Vec<Field> = self.map.columns.keys().copied().collect();
        for field in fields {
            let text = self.text(field);
            if text.contains('\u{FFFD}') {
                self.fault("dose-import.letters", field);
            } else if text.chars().count() > LONGEST {
                self.fault("dose-import.long", field);
            }
        }
    }

    pub(super) fn needed(&mut self, field: Field) -> Option<String> {
        let text = self.text(field);
        if text.is_empty() {
            self.fault("dose-import.missing", field);
            return None;
        }
        Some(text)
    }

    pub(super) fn who(&mut self) -> Option<Who> {
        let (resident, birth) = (self.needed(Field::Resident), self.birth());
        let (sex, number) = (self.sex(), self.number());
        Some(Who {
            resident: fold_width(&resident?),
            birth: birth?,
            sex,
            district: self.text(Field::District),
            person: self.person(),
            number,
        })
    }

    fn birth(&mut self) -> Option<NaiveDate> {
        let text = self.needed(Field::Birth)?;
        self.whole(&text, Field::Birth)
    }

    /// A day that may be left open. Systems fill the cell with zeros or nines then.
    pub(super) fn day_if_any(&mut self, field: Field) -> Option<NaiveDate> {
        let text = fold_width(&self.text(field));
        let open = |filler: char| text.chars().all(|c| c == filler || "-/.".contains(c));
        if open('0') || open('9') {
            return None;
        }
        self.whole(&text, field)
    }

    fn whole(&mut self, text: &str, field: Field) -> Option<NaiveDate> {
        let whole = self.day(text, field)?.day();
        if whole.is_none() {
            self.fault("dose-import.birth", field);
        }
        whole
    }

    /// A day in any spelling. One of an era that was not in force is asked about rather than turned into another.
    pub(super) fn day(&mut self, text: &str, field: Field) -> Option<PartialDate> {
        match EnteredDate::parse(&without_blank_days(&fold_width(text))) {
            Ok(entered) if entered.doubt.is_none() => Some(entered.date),
            _ => {
                self.fault("dose-import.date", field);
                None
            }
        }
    }

    fn sex(&mut self) -> Option<Sex> {
        let text = self.text(Field::Sex);
        let sex = Sex::from_code(&known(&self.map.sexes, text.clone()));
        if sex.is_none() && !text.is_empty() {
            self.fault("dose-import.code", Field::Sex);
        }
        sex
    }

    fn number(&mut self) -> Option<MyNumber> {
        let text = self.text(Field::MyNumber);
        let number = MyNumber::parse(&text).ok();
        if number.is_none() && !text.is_empty() {
            self.fault("dose-import.my-number", Field::MyNumber);
        }
        number
    }

    fn person(&self) -> Person {
        Person {
            name: self.text(Field::Name),
            kana: self.text(Field::Kana),
            postcode: self.text(Field::Postcode),
            address: self.text(Field::Address),
            phone: self.text(Field::Phone),
            guardian: self.text(Field::Guardian),
            resident_number: fold_width(&self.text(Field::Resident)),
            ..Person::default()
        }
    }
}

/// What a code means; a word that is none stays as it was written.
pub(super) fn known(list: &BTreeMap<String, String>, written: String) -> String {
    list.get(&written).cloned().unwrap_or(written)
}

/// Systems write `20260500` or `2026-05-99` where they do not know the day: that is a month, and no day.
fn without_blank_days(text: &str) -> String {
    let blank = |part: &str| part == "00" || part == "99";
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match (blank(&text[4..6]), blank(&text[6..])) {
            (true, _) => text[..4].to_owned(),
            (false, true) => format!("{}-{}", &text[..4], &text[4..6]),
            _ => text.to_owned(),
        };
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [year, month, _] if blank(month) => (*year).to_owned(),
        [year, month, day] if blank(day) => format!("{year}-{month}"),
        _ => text.to_owned(),
    }
}
