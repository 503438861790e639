//! 制度マスタ: what the program folders keep, compared with what the hub holds before a batch goes out, and
//! given out in the hub's own form for whoever sets it up there.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::domain::masters::{
    CertificateType, ConditionCode, Difference, IncomeSegment, Masters, differences,
};
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::definition::Connector;
use crate::domain::tables::{Row, TableError};
use crate::ports::hub::{HubError, MasterTable};
use crate::usecases::access::Caller;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::Link;

/// What a table says of a row without an end.
const OPEN_END: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The forms in which a table is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a spreadsheet.
    Csv,
    /// For the hub.
    Json,
}

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// What differs; nothing when all is the same.
    Compared(Vec<Difference>),
    /// The hub has no way to ask for its masters.
    NotOffered,
}

impl Comparison {
    /// How many differences must be mended before anything is sent.
    pub fn stops(&self) -> usize {
        match self {
            Comparison::Compared(found) => found.iter().filter(|it| it.stops).count(),
            Comparison::NotOffered => 0,
        }
    }
}

/// What the folders keep for a connector, all programs together; nothing where its register has none.
///
/// # Errors
/// When a folder's table lacks a column; the check of the folder does not let that happen.
pub fn kept(house: &House, connector: &str) -> Result<Masters, Error> {
    let mut masters = Masters::default();
    for program in house.programs.offered() {
        let connectors = program.definition.connectors.iter().filter(|it| it.id == connector);
        for connector in connectors {
            let id = connector.certificate_type.text(house.today(), &house.settings).unwrap_or_default();
            read(&mut masters, program, connector, &id).map_err(|error| Error::Fault(error.to_string()))?;
        }
    }
    Ok(masters)
}

/// The register whose masters the folders keep, if one is configured.
fn keeper(house: &House) -> Result<Option<(Link, Masters)>, Error> {
    for link in Link::all(house) {
        let kept = kept(house, &link.connector)?;
        if !kept.is_empty() {
            return Ok(Some((link, kept)));
        }
    }
    Ok(None)
}

fn none_configured() -> Error {
    Error::Unavailable("no register with masters is configured".to_owned())
}

fn read(masters: &mut Masters, program: &Program, connector: &Connector, id: &str) -> Result<(), TableError> {
    let rows =
        |what: &str| program.tables.all_rows(&format!("{}_{what}", connector.id)).unwrap_or_default().iter();
    for row in rows("certificate_types") {
        masters.types.push(certificate_type(row, id)?);
    }
    for row in rows("income_segments") {
        masters.incomes.push(income_segment(row, id)?);
    }
    for row in rows("conditions") {
        masters.conditions.push(condition(row, id)?);
    }
    Ok(())
}

fn certificate_type(row: &Row, id: &str) -> Result<CertificateType, TableError> {
    let required = row.text("required_items").unwrap_or_default();
    Ok(CertificateType {
        id: id.to_owned(),
        name: row.text("name")?.to_owned(),
        law_number: row.text("law_number")?.to_owned(),
        scope: row.text("scope")?.to_owned(),
        open_from: row.valid_from,
        open_to: row.valid_to.unwrap_or(OPEN_END),
        uses_income_segment: row.boolean("uses_income_segment")?,
        required_items: required.split_whitespace().map(str::to_owned).collect(),
    })
}

fn income_segment(row: &Row, id: &str) -> Result<IncomeSegment, TableError> {
    Ok(IncomeSegment {
        certificate_type: id.to_owned(),
        code: row.text("segment")?.to_owned(),
        label: row.text("label")?.to_owned(),
        monthly_cap: u32::try_from(row.integer("monthly_cap")?).ok(),
        valid_from: row.valid_from,
        valid_to: row.valid_to.unwrap_or(OPEN_END),
    })
}

fn condition(row: &Row, id: &str) -> Result<ConditionCode, TableError> {
    let text = |column: &str| row.text(column).map(str::to_owned);
    Ok(ConditionCode {
        certificate_type: id.to_owned(),
        item: text("item")?,
        item_label: text("item_label")?,
        code: text("code")?,
        label: text("label")?,
    })
}

/// Compares what is kept with what the hub answered when it was asked for its masters.
///
/// # Errors
/// The hub's, but for a hub that does not know the question.
pub(super) fn compared(kept: &Masters, answer: Result<Masters, HubError>) -> Result<Comparison, HubError> {
    match answer {
        Ok(held) => Ok(Comparison::Compared(differences(kept, &held))),
        Err(HubError::NotFound) => Ok(Comparison::NotOffered),
        Err(error) => Err(error),
    }
}

/// Asks the hub now what its masters say, for the operator's page.
///
/// # Errors
/// When the caller has no place at the operator's desk; as [`ask`].
pub async fn compare(house: &House, caller: &Caller) -> Result<Comparison, Error> {
    house.seat(caller, Desk::Operation)?;
    ask(house).await
}

/// Asks the hub now what its masters say.
///
/// # Errors
/// [`Error::Unavailable`] when the hub gives no answer or none is configured.
pub async fn ask(house: &House) -> Result<Comparison, Error> {
    let (link, kept) = keeper(house)?.ok_or_else(none_configured)?;
    compared(&kept, link.hub.masters().await).map_err(|error| Error::Unavailable(error.to_string()))
}

/// The tables in the hub's form.
///
/// # Errors
/// [`Error::Unavailable`] when no hub is configured, whose form it would be.
pub fn tables(house: &House) -> Result<Vec<MasterTable>, Error> {
    let (link, kept) = keeper(house)?.ok_or_else(none_configured)?;
    Ok(link.hub.master_tables(&kept))
}

/// The tables for the operator's page.
///
/// # Errors
/// When the caller has no place at the operator's desk; none are there without a hub.
pub fn shown(house: &House, caller: &Caller) -> Result<Vec<MasterTable>, Error> {
    house.seat(caller, Desk::Operation)?;
    if keeper(house)?.is_none() { Ok(Vec::new()) } else { tables(house) }
}

/// One table as a file.
///
/// # Errors
/// [`Error::NotFound`] for a table that there is not; as [`shown`].
pub fn file(house: &House, caller: &Caller, name: &str, form: Form) -> Result<Vec<u8>, Error> {
    let tables = shown(house, caller)?;
    let table = tables.iter().find(|table| table.name == name).ok_or(Error::NotFound)?;
    house
        .database
        .write(|conn| house.record(conn, caller, "export_masters", "", "done", json!({ "table": name })))?;
    Ok(written(table, form))
}

/// A table in a form.
pub fn written(table: &MasterTable, form: Form) -> Vec<u8> {
    match form {
        Form::Csv => as_csv(table).into_bytes(),
        Form::Json => format!("{:#}\n", json!({ "items": items(table) })).into_bytes(),
    }
}

fn items(table: &MasterTable) -> Vec<Map<String, Value>> {
    let item = |row: &Vec<Value>| table.columns.iter().cloned().zip(row.iter().cloned()).collect();
    table.rows.iter().map(item).collect()
}

fn as_csv(table: &MasterTable) -> String {
    let mut text = format!("{}{}", csv::MARK, csv::line(table.columns.iter().map(String::as_str)));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        text += &csv::line(cells.iter().map(String::as_str));
    }
    text
}

/// A value as a cell shows it; entries of a list with semicolons between.
pub fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(cell).collect::<Vec<_>>().join(";"),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
