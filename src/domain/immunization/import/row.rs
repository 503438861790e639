//! One line of a file.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::map::{Columns, Field, Map};
use crate::domain::calendar::{EnteredDate, PartialDate};
use crate::domain::immunization::Sex;
use crate::domain::immunization::record::{Category, Content, Person};

use crate::domain::numbers::InstitutionCode;
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

/// A line as read. Vaccine and product are keys of the tables where the map has them, and otherwise what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
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
    /// Vaccine.
    pub vaccine: String,
    /// Number of the dose; empty if there is none.
    pub dose: String,
    /// The day, as far as it is known.
    pub on: PartialDate,
    /// 接種区分.
    pub category: Category,
    /// Product.
    pub product: Option<String>,
    /// Lot.
    pub lot: String,
    /// Code of the institution; empty if there is none.
    pub institution: String,
    /// What is sealed of the dose.
    pub content: Content,
}

/// Reads a line.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(map: &Map, columns: &Columns, cells: &[String]) -> Result<Row, Vec<Fault>> {
    let mut reader = Reader { map, columns, cells, faults: Vec::new() };
    reader.check_letters();
    let row = reader.row();
    match row.filter(|_| reader.faults.is_empty()) {
        Some(row) => Ok(row),
        None => Err(reader.faults),
    }
}

struct Reader<'a> {
    map: &'a Map,
    columns: &'a Columns,
    cells: &'a [String],
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn row(&mut self) -> Option<Row> {
        let (resident, vaccine) = (self.needed(Field::Resident), self.needed(Field::Vaccine));
        let (birth, on) = (self.birth(), self.date());
        let (sex, category, institution) = (self.sex(), self.category(), self.institution());
        Some(Row {
            resident: fold_width(&resident?),
            birth: birth?,
            sex,
            district: self.text(Field::District),
            person: self.person(),
            vaccine: known(&self.map.vaccines, vaccine?),
            dose: self.dose(),
            on: on?,
            category,
            product: Some(known(&self.map.products, self.text(Field::Product))).filter(|it| !it.is_empty()),
            lot: fold_width(&self.text(Field::Lot)).to_uppercase(),
            institution,
            content: self.content(),
        })
    }

    fn text(&self, field: Field) -> String {
        self.columns.text(self.cells, field).to_owned()
    }

    fn fault(&mut self, key: &'static str, field: Field) {
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

    fn needed(&mut self, field: Field) -> Option<String> {
        let text = self.text(field);
        if text.is_empty() {
            self.fault("dose-import.missing", field);
            return None;
        }
        Some(text)
    }

    fn birth(&mut self) -> Option<NaiveDate> {
        let date = self.day(Field::Birth)?;
        let whole = date.day();
        if whole.is_none() {
            self.fault("dose-import.birth", Field::Birth);
        }
        whole
    }

    fn date(&mut self) -> Option<PartialDate> {
        self.day(Field::Date)
    }

    /// A day in any spelling. One of an era that was not in force is asked about rather than turned into another.
    fn day(&mut self, field: Field) -> Option<PartialDate> {
        let text = self.needed(field)?;
        match EnteredDate::parse(&without_blank_days(&fold_width(&text))) {
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

    fn category(&mut self) -> Category {
        let text = self.text(Field::Category);
        if text.is_empty() {
            return Category::Unknown;
        }
        let found = Category::from_code(&known(&self.map.categories, text));
        if found.is_none() {
            self.fault("dose-import.code", Field::Category);
        }
        found.unwrap_or(Category::Unknown)
    }

    fn dose(&mut self) -> String {
        let text = known(&self.map.doses, fold_width(&self.text(Field::Dose)));
        let short = text.trim_end_matches("回目").trim_end_matches('回').trim_start_matches('0').to_owned();
        if short.chars().count() > 2 || (short.is_empty() && !text.is_empty()) {
            self.fault("dose-import.dose", Field::Dose);
        }
        short
    }

    /// The long code, whose check digit tells a wrong one.
    fn institution(&mut self) -> String {
        let text = self.text(Field::Institution);
        if text.is_empty() {
            return text;
        }
        match InstitutionCode::parse_strict(&text) {
            Ok(code) => code.as_str().to_owned(),
            Err(_) => {
                self.fault("dose-import.institution", Field::Institution);
                text
            }
        }
    }

    fn person(&self) -> Person {
        Person {
            name: self.text(Field::Name),
            kana: self.text(Field::Kana),
            postcode: self.text(Field::Postcode),
            address: self.text(Field::Address),
            phone: self.text(Field::Phone),
            resident_number: fold_width(&self.text(Field::Resident)),
            ..Person::default()
        }
    }

    fn content(&self) -> Content {
        Content {
            institution: self.text(Field::InstitutionName),
            physician: self.text(Field::Physician),
            amount: self.text(Field::Amount),
            ..Content::default()
        }
    }
}

/// What a code means; a word that is none stays as it was written.
fn known(list: &BTreeMap<String, String>, written: String) -> String {
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
