//! Entries as records, and records as the bytes of a file. Pure.

use serde_json::{Map, Value, json};

use super::profile::{Column, Format, Kind, Look, Origin, Version, columns};
use crate::ports::hub::Entry;

/// Whose records they are and how they look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    pub version: Version,
    pub format: Format,
    pub insurer: &'a str,
    pub kind: Kind,
}

/// The content of a file.
///
/// # Errors
/// When the records cannot be written; they can, once they have no defects.
pub(super) fn content(shape: Shape<'_>, entries: &[&Entry]) -> std::io::Result<Vec<u8>> {
    let columns = columns(shape.version, shape.kind);
    match shape.format {
        Format::Csv => as_csv(shape, columns, entries),
        Format::Json => {
            let records: Vec<Value> = entries.iter().map(|entry| as_object(shape, columns, entry)).collect();
            Ok(format!("{:#}\n", Value::Array(records)).into_bytes())
        }
    }
}

fn as_csv(shape: Shape<'_>, columns: &[Column], entries: &[&Entry]) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns.iter().map(|(name, _)| name))?;
    for entry in entries {
        writer.write_record(columns.iter().map(|(_, from)| cell(&value(shape, *from, entry))))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => if *flag { "1" } else { "0" }.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Values that there are not are left out.
fn as_object(shape: Shape<'_>, columns: &[Column], entry: &Entry) -> Value {
    let pair = |(name, from): &Column| ((*name).to_owned(), value(shape, *from, entry));
    Value::Object(columns.iter().map(pair).filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
}

fn value(shape: Shape<'_>, from: Origin, entry: &Entry) -> Value {
    match from {
        Origin::Insurer => json!(shape.insurer),
        Origin::Insured => json!(entry.number),
        Origin::Key => json!(entry.history_key),
        Origin::HistoryNumber => json!(entry.history_number),
        Origin::Deleted => json!(entry.deleted),
        Origin::ValidFrom => json!(entry.valid_from),
        Origin::ValidTo => json!(entry.valid_to),
        Origin::Fixed(text) => json!(text),
        Origin::Field(name, look, _) => field(look, entry.fields.get(name).map_or("", |it| it.trim())),
    }
}

fn field(look: Look, value: &str) -> Value {
    match look {
        _ if value.is_empty() => Value::Null,
        Look::Number => value.parse::<u32>().map_or(Value::Null, |number| json!(number)),
        Look::Flag => json!(value == "true"),
        Look::Code(_) | Look::Day | Look::Text(_) => json!(value),
    }
}
