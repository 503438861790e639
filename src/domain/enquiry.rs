//! Reading answers to enquiries: a table with headings, each row on its own, found by the number of the enquiry.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::forms::{Answers, Env, Form, fill};
use crate::domain::program::enquiry::{AnswerColumn, Enquiry};

/// Rows of a file.
pub const MOST_ROWS: usize = 2000;
/// Characters of a value.
const LONGEST: usize = 200;

/// Values for the office's form, by linkId.
pub type Values = BTreeMap<String, String>;

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Number of the enquiry, as it stands there.
    pub id: String,
    /// What it says, or what is wrong with it.
    pub values: Result<Values, Fault>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Text key.
    pub key: &'static str,
    /// Heading of the column, where it is about one.
    pub heading: String,
}

impl Fault {
    fn new(key: &'static str, heading: &str) -> Fault {
        Fault { key, heading: heading.to_owned() }
    }
}

/// Reads a file with answers to one kind of enquiry; each value must fit the office's form.
///
/// # Errors
/// The key of what is wrong with the whole file: `enquiry.headings`, `enquiry.version`, `enquiry.rows`.
pub fn read(kind: &Enquiry, text: &str, form: &Form, env: &Env<'_>) -> Result<Vec<Row>, Fault> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| Fault::new("enquiry.headings", ""))?.clone();
    let place = |heading: &str| headings.iter().position(|it| it == heading);
    let version = kind.version();
    let wanted = [kind.id_heading()].into_iter().chain(version.map(|it| it.0)).chain(required(kind));
    if let Some(missing) = wanted.into_iter().find(|heading| place(heading).is_none()) {
        return Err(Fault::new("enquiry.headings", missing));
    }
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Fault::new("enquiry.headings", ""))?;
        if rows.len() == MOST_ROWS {
            return Err(Fault::new("enquiry.rows", ""));
        }
        let cell = |heading: &str| place(heading).and_then(|at| record.get(at)).unwrap_or_default();
        if let Some((heading, _)) = version.filter(|(heading, version)| cell(heading) != *version) {
            return Err(Fault::new("enquiry.version", heading));
        }
        let id = cell(kind.id_heading()).chars().take(LONGEST).collect::<String>();
        let values = if seen.insert(id.clone()) { answer(kind, cell, form, env) } else { Err(twice(kind)) };
        rows.push(Row { line: record.position().map_or(0, csv::Position::line), id, values });
    }
    Ok(rows)
}

fn required(kind: &Enquiry) -> impl Iterator<Item = &str> {
    kind.answers.iter().filter(|column| column.required).map(|column| column.heading.as_str())
}

fn twice(kind: &Enquiry) -> Fault {
    Fault::new("enquiry.twice", kind.id_heading())
}

/// What one answer says, by heading.
///
/// # Errors
/// `enquiry.empty` and `enquiry.value`, with the heading.
pub fn answer<'a>(
    kind: &Enquiry,
    cell: impl Fn(&str) -> &'a str,
    form: &Form,
    env: &Env<'_>,
) -> Result<Values, Fault> {
    let mut values = Values::new();
    for column in &kind.answers {
        let written = cell(&column.heading).trim();
        if !written.is_empty() {
            let value = meant(column, written, form, env);
            let value = value.ok_or_else(|| Fault::new("enquiry.value", &column.heading))?;
            values.insert(column.item.clone(), value);
        } else if column.required {
            return Err(Fault::new("enquiry.empty", &column.heading));
        }
    }
    Ok(values)
}

/// What a word of the file means in the form; none for what does not fit.
fn meant(column: &AnswerColumn, written: &str, form: &Form, env: &Env<'_>) -> Option<String> {
    if written.chars().count() > LONGEST {
        return None;
    }
    let value = if column.values.is_empty() { written } else { column.values.get(written)? };
    let fits = fill(form, &mut Answers::new(), (&column.item, value), "", env).is_ok();
    fits.then(|| value.to_owned())
}
