//! A table as the choices of a form: `catalogue:diseases` is the table `diseases`.

use chrono::NaiveDate;

use super::{Row, TableError, Tables};
use crate::domain::forms::Choice;
use crate::domain::lang::Lang;

impl Tables {
    /// The rows that hold on `day` as choices: the key is the code, the column `name` the label,
    /// and the column `name_en`, where there is one, its English.
    ///
    /// # Errors
    /// When there is no such table or it has no column `name`.
    pub fn choices(&self, table: &str, day: NaiveDate) -> Result<Vec<Choice>, TableError> {
        self.rows(table, day)?.into_iter().map(choice).collect()
    }
}

fn choice(row: &Row) -> Result<Choice, TableError> {
    let mut choice = Choice::new(row.key(), row.text("name")?);
    if let Ok(english) = row.text("name_en") {
        choice.label.others.insert(Lang::En, english.to_owned());
    }
    Ok(choice)
}
