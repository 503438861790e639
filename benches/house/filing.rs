//! A whole filing against the rows that it leaves, inserted as they are in as many commits.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use madoguchi::usecases::citizen::submit;

use super::stand::{Stand, database};
use super::table::{Table, median};

/// Filings that are measured.
const FILINGS: usize = 30;
/// As our own connections are set up. Without foreign keys, so that the bare side only writes.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; \
                       PRAGMA foreign_keys = OFF;";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Files applications, and after each inserts what it wrote into a bare copy.
pub fn measure(table: &mut Table) -> anyhow::Result<()> {
    let stand = Stand::new(&[])?;
    let ours = database(&stand.dir);
    let mut bare = bare_copy(&ours, &stand.dir.path().join("bare.db"))?;
    let (mut filed, mut inserted) = (Vec::new(), Vec::new());
    for number in 0..FILINGS {
        let caller = stand.citizen(number)?;
        let case = stand.draft(&caller)?;
        let before = stand.dir.path().join(format!("before-{number}.db"));
        copy(&ours, &before)?;
        let began = Instant::now();
        submit::file(stand.house(), &caller, &case, "", true, &[])?;
        filed.push(1.0 / began.elapsed().as_secs_f64());
        let written = written(&ours, &before)?;
        let began = Instant::now();
        written.insert(&mut bare)?;
        inserted.push(1.0 / began.elapsed().as_secs_f64());
        std::fs::remove_file(before)?;
    }
    table.ratio("filing an application", "/s", median(filed), median(inserted), 0.25);
    Ok(())
}

fn open(path: &Path) -> anyhow::Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
    connection.batch_execute(&format!("PRAGMA busy_timeout = 5000; {PRAGMAS}"))?;
    Ok(connection)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    Ok(open(from)?.batch_execute(&format!("VACUUM INTO '{}'", to.display()))?)
}

fn bare_copy(ours: &Path, path: &Path) -> anyhow::Result<SqliteConnection> {
    copy(ours, path)?;
    open(path)
}

/// What a filing wrote: one statement a row, and in how many commits.
struct Written {
    rows: Vec<String>,
    commits: usize,
}

impl Written {
    fn insert(&self, connection: &mut SqliteConnection) -> anyhow::Result<()> {
        for part in self.rows.chunks(self.rows.len().div_ceil(self.commits)) {
            connection.batch_execute("BEGIN IMMEDIATE")?;
            for row in part {
                connection.batch_execute(row)?;
            }
            connection.batch_execute("COMMIT")?;
        }
        Ok(())
    }
}

/// The rows that are there now and were not before, of every table.
fn written(ours: &Path, before: &Path) -> anyhow::Result<Written> {
    let mut connection = open(ours)?;
    connection.batch_execute(&format!("ATTACH '{}' AS before", before.display()))?;
    let tables: Vec<Line> = diesel::sql_query(
        "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .load(&mut connection)?;
    let mut rows = Vec::new();
    for table in &tables {
        rows.extend(new_rows(&mut connection, &table.line)?);
    }
    // Each command leaves one row in the record of access.
    let commits = "SELECT (SELECT count(*) FROM main.audit) - (SELECT count(*) FROM before.audit) AS number";
    let commits: Number = diesel::sql_query(commits).get_result(&mut connection)?;
    anyhow::ensure!(!rows.is_empty(), "a filing wrote nothing");
    Ok(Written { rows, commits: usize::try_from(commits.number)?.max(1) })
}

fn new_rows(connection: &mut SqliteConnection, table: &str) -> anyhow::Result<Vec<String>> {
    let columns: Vec<Line> =
        diesel::sql_query(format!("SELECT name AS line FROM pragma_table_info('{table}')"))
            .load(connection)?;
    let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{}\")", column.line)).collect();
    let values = quoted.join(" || ',' || ");
    let query = format!(
        "SELECT 'INSERT OR REPLACE INTO {table} VALUES (' || {values} || ')' AS line \
         FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM before.{table})"
    );
    let rows: Vec<Line> = diesel::sql_query(query).load(connection).context(table.to_owned())?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}
