//! What is asked before a dose: which questions, from when answers count, and what a physician looks at.

use chrono::NaiveDate;

use crate::domain::immunization::screening::{Asked, Signer};
use crate::domain::tables::{TableError, Tables};

/// What is asked before a dose of a vaccine on a day; `None` where the town has no form for it.
pub fn asked(vaccine: &str, tables: &Tables, on: NaiveDate) -> Option<Asked> {
    read(vaccine, tables, on).ok()
}

fn read(vaccine: &str, tables: &Tables, on: NaiveDate) -> Result<Asked, TableError> {
    let row = tables.row("screenings", vaccine, on)?;
    let number = |rule: &str| tables.row("screening_rules", rule, on)?.integer("value");
    let raise =
        |row: &&crate::domain::tables::Row| Ok((row.text("question")?.to_owned(), row.boolean("answer")?));
    Ok(Asked {
        form: row.text("form")?.to_owned(),
        group: row.text("group")?.to_owned(),
        signer: Signer::from_code(row.text("signer")?).unwrap_or(Signer::Guardian),
        days: number("answered-days")?.unsigned_abs(),
        fever_tenths: u32::try_from(number("fever-tenths")?).unwrap_or(u32::MAX),
        raises: tables.rows("screening_raises", on)?.iter().map(raise).collect::<Result<_, TableError>>()?,
        source: row.source.clone(),
    })
}
