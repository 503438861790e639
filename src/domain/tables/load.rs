//! Reading the tables of a program folder and checking them whole.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::cell::{Cell, Kind};
use super::manifest::{self, Announced};
use super::{Row, Tables};
use crate::domain::problem::Problem;

/// The manifest inside the program folder.
pub const MANIFEST: &str = "tables/tables.toml";

/// Columns every table has besides its own.
const PERIOD: [(&str, Kind, bool); 4] = [
    ("valid_from", Kind::Date, true),
    ("valid_to", Kind::Date, false),
    ("article", Kind::Text, true),
    ("source", Kind::Text, true),
];

/// Loads the tables announced in [`MANIFEST`] out of `files`, which maps the path of each file
/// inside the program folder to its text. A folder without manifest has no tables.
///
/// # Errors
/// Every problem found in any of them; an empty list is never returned.
pub fn load(files: &BTreeMap<String, String>) -> Result<Tables, Vec<Problem>> {
    let Some(manifest) = files.get(MANIFEST) else { return Ok(Tables::default()) };
    let announced = manifest::read(manifest, MANIFEST).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut tables = Tables::default();
    for (name, table) in &announced {
        match read_table(name, table, files) {
            Ok(rows) => _ = tables.tables.insert(name.clone(), rows),
            Err(found) => problems.extend(found),
        }
    }
    for (name, table) in &announced {
        problems.extend(unresolved(name, table, &tables));
    }
    if problems.is_empty() { Ok(tables) } else { Err(problems) }
}

fn read_table(
    name: &str,
    table: &Announced,
    files: &BTreeMap<String, String>,
) -> Result<Vec<Row>, Vec<Problem>> {
    let unknown = table.unknown_columns();
    if !unknown.is_empty() {
        let message = format!("{} is no announced column", unknown.join(", "));
        return Err(vec![Problem::new(MANIFEST, name, message, "list it under columns")]);
    }
    let file = table.path();
    let Some(source) = files.get(&file) else {
        let message = format!("the file {file} is missing");
        return Err(vec![Problem::new(MANIFEST, name, message, "add the file or correct its name")]);
    };
    let rows = Reader { name, table, file: &file }.rows(source)?;
    let problems = periods(&rows, table);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// Reads the rows of one file.
struct Reader<'a> {
    name: &'a str,
    table: &'a Announced,
    file: &'a str,
}

impl Reader<'_> {
    fn rows(&self, source: &str) -> Result<Vec<Row>, Vec<Problem>> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source.as_bytes());
        let headers = reader.headers().map_err(|fault| vec![self.broken(&fault)])?.clone();
        let mut problems = self.headers(&headers);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            match record.map_err(|fault| vec![self.broken(&fault)]).and_then(|r| self.row(&headers, &r)) {
                Ok(row) => rows.push(row),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(rows) } else { Err(problems) }
    }

    fn column(&self, name: &str) -> Option<(Kind, bool)> {
        let common = PERIOD.iter().find(|(column, ..)| *column == name);
        common.map(|(_, kind, required)| (*kind, *required)).or_else(|| self.table.column(name))
    }

    fn headers(&self, headers: &csv::StringRecord) -> Vec<Problem> {
        let written: BTreeSet<&str> = headers.iter().collect();
        let own = self.table.columns.keys().chain(self.table.optional.keys()).map(String::as_str);
        let expected: BTreeSet<&str> = own.chain(PERIOD.map(|(name, ..)| name)).collect();
        let problem = |column: &&str, message, fix| Problem::new(self.file, column, message, fix).on_line(1);
        let missing = expected.difference(&written).map(|c| problem(c, "missing column", "add it"));
        let unknown =
            written.difference(&expected).map(|c| problem(c, "unknown column", "announce or remove it"));
        missing.chain(unknown).collect()
    }

    fn row(&self, headers: &csv::StringRecord, record: &csv::StringRecord) -> Result<Row, Vec<Problem>> {
        let line = record.position().map_or(0, |position| position.line() as usize);
        let mut problems = Vec::new();
        let mut cells = BTreeMap::new();
        for (column, written) in headers.iter().zip(record) {
            match self.cell(column, written) {
                Ok(Some(cell)) => _ = cells.insert(column.to_owned(), cell),
                Ok(None) => {}
                Err(problem) => problems.push(problem.on_line(line)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        self.finish(cells, line).ok_or_else(|| vec![self.no_period(line)])
    }

    fn cell(&self, column: &str, written: &str) -> Result<Option<Cell>, Problem> {
        let Some((kind, required)) = self.column(column) else { return Ok(None) };
        if written.is_empty() && !required {
            return Ok(None);
        }
        let cell = if written.is_empty() { None } else { Cell::read(kind, written) };
        cell.map(Some).ok_or_else(|| {
            let message = format!("\"{written}\" is not what this column holds");
            Problem::new(self.file, column, message, format!("write {}", kind.expected()))
        })
    }

    fn finish(&self, mut cells: BTreeMap<String, Cell>, line: usize) -> Option<Row> {
        let key = self.table.key.iter().filter_map(|name| cells.get(name)).map(written).collect::<Vec<_>>();
        let valid_from = cells.remove("valid_from")?.as_date()?;
        let valid_to = cells.remove("valid_to").and_then(|cell| cell.as_date());
        let article = cells.remove("article")?.as_text()?.to_owned();
        let source = cells.remove("source")?.as_text()?.to_owned();
        let ordered = valid_to.is_none_or(|end| valid_from <= end);
        let table = self.name.to_owned();
        ordered.then(|| Row { table, key: key.join("/"), cells, valid_from, valid_to, article, source, line })
    }

    fn no_period(&self, line: usize) -> Problem {
        Problem::new(self.file, "valid_to", "the row ends before it begins", "correct the period")
            .on_line(line)
    }

    fn broken(&self, fault: &csv::Error) -> Problem {
        let problem =
            Problem::new(self.file, "", fault.to_string(), "give every line the columns of the first");
        match fault.position() {
            Some(position) => problem.on_line(position.line() as usize),
            None => problem,
        }
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Decimal(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Boolean(answer) => (if *answer { "yes" } else { "no" }).to_owned(),
    }
}

fn periods(rows: &[Row], table: &Announced) -> Vec<Problem> {
    let mut by_key: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_key.entry(row.key()).or_default().push(row);
    }
    let mut problems = Vec::new();
    for rows in by_key.values_mut() {
        rows.sort_by_key(|row| row.valid_from);
        let pairs = rows.iter().zip(rows.iter().skip(1));
        problems.extend(pairs.filter_map(|(earlier, later)| joint(earlier, later, table)));
    }
    problems
}

/// What is wrong where one row of a key ends and the next begins.
fn joint(earlier: &Row, later: &Row, table: &Announced) -> Option<Problem> {
    let next: Option<NaiveDate> = earlier.valid_to.and_then(|end| end.checked_add_days(Days::new(1)));
    let (message, fix) = match next {
        Some(day) if day == later.valid_from => return None,
        Some(day) if day < later.valid_from && table.gaps => return None,
        Some(day) if day < later.valid_from => {
            (format!("no row of {} from {day}", later.key), "close the gap")
        }
        _ => (
            format!("two rows of {} on {}", later.key, later.valid_from),
            "end the earlier row the day before",
        ),
    };
    Some(Problem::new(&table.path(), "valid_from", message, fix).on_line(later.line))
}

fn unresolved(name: &str, table: &Announced, tables: &Tables) -> Vec<Problem> {
    let rows = tables.all_rows(name).unwrap_or_default();
    let mut problems = Vec::new();
    for (column, target) in &table.references {
        let known = tables.all_rows(target).unwrap_or_default();
        for row in rows {
            let Some(value) = row.cell(column).map(written) else { continue };
            if !known.iter().any(|candidate| candidate.key() == value) {
                let message = format!("{value} is no key of the table {target}");
                problems.push(
                    Problem::new(&table.path(), column, message, "use an existing key").on_line(row.line),
                );
            }
        }
    }
    problems
}
