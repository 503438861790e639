//! A line of a file of doses.

use super::map::{Columns, Field, Map};
use super::reader::{Fault, Reader, Who, known, line};
use crate::domain::calendar::PartialDate;
use crate::domain::immunization::record::{Category, Content};
use crate::domain::numbers::InstitutionCode;
use crate::domain::text::fold_width;

/// A line as read. Vaccine and product are keys of the tables where the map has them, and otherwise what was written.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The person.
    pub who: Who,
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
    line(map, columns, cells, Reader::row)
}

impl Reader<'_> {
    fn row(&mut self) -> Option<Row> {
        let (who, vaccine) = (self.who(), self.needed(Field::Vaccine));
        let on = self.needed(Field::Date).and_then(|text| self.day(&text, Field::Date));
        let (category, institution) = (self.category(), self.institution());
        Some(Row {
            who: who?,
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

    fn content(&self) -> Content {
        Content {
            institution: self.text(Field::InstitutionName),
            physician: self.text(Field::Physician),
            amount: self.text(Field::Amount),
            ..Content::default()
        }
    }
}
