//! 副反応疑い報告: reports about doses, each sealed under the key of its person.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::domain::immunization::reaction::{Content, Report};

use super::conn::Conn;
use super::error::StoreError;
use super::immunization_subjects::{self, StoredSubject};
use super::keys::Keyring;
use super::schema::reaction_reports;

/// Reports that are read at most.
const MOST: i64 = 500;

#[derive(Queryable, Selectable)]
#[diesel(table_name = reaction_reports)]
struct Row {
    id: String,
    subject: String,
    line: String,
    institution: String,
    reported_on: NaiveDate,
    body: String,
    author: String,
}

fn place(id: &str) -> String {
    format!("reaction_reports.body.{id}")
}

fn open(of: &StoredSubject, row: Row) -> Result<Report, StoreError> {
    let content: Content = serde_json::from_slice(&of.key.open(&place(&row.id), &row.body)?)?;
    Ok(Report {
        id: row.id,
        subject: row.subject,
        line: row.line,
        institution: row.institution,
        on: row.reported_on,
        content,
        author: row.author,
    })
}

/// Stores a report.
///
/// # Errors
/// [`StoreError::Duplicate`] when it is there.
pub fn insert(
    conn: &mut Conn,
    of: &StoredSubject,
    report: &Report,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let body = of.key.seal(&place(&report.id), &serde_json::to_vec(&report.content)?)?;
    let row = (
        reaction_reports::id.eq(&report.id),
        reaction_reports::subject.eq(&report.subject),
        reaction_reports::line.eq(&report.line),
        reaction_reports::institution.eq(&report.institution),
        reaction_reports::reported_on.eq(report.on),
        reaction_reports::body.eq(body),
        reaction_reports::author.eq(&report.author),
        reaction_reports::at.eq(at.naive_utc()),
    );
    diesel::insert_into(reaction_reports::table).values(row).execute(conn)?;
    Ok(())
}

/// The reports about a person, the newest first.
///
/// # Errors
/// When the database fails or a report cannot be opened.
pub fn of_subject(conn: &mut Conn, of: &StoredSubject) -> Result<Vec<Report>, StoreError> {
    let rows: Vec<Row> = reaction_reports::table
        .filter(reaction_reports::subject.eq(&of.subject.id))
        .order(reaction_reports::id.desc())
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(of, row)).collect()
}

/// The newest reports, each with its person.
///
/// # Errors
/// When the database fails or a report cannot be opened.
pub fn newest(conn: &mut Conn, keys: &Keyring) -> Result<Vec<(StoredSubject, Report)>, StoreError> {
    let rows: Vec<Row> = reaction_reports::table
        .order((reaction_reports::at.desc(), reaction_reports::id))
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    let ids: Vec<String> = rows.iter().map(|row| row.subject.clone()).collect();
    let owners = immunization_subjects::many(conn, keys, &ids)?;
    let mut found = Vec::new();
    for row in rows {
        let Some(owner) = owners.iter().find(|it| it.subject.id == row.subject) else { continue };
        found.push((owner.clone(), open(owner, row)?));
    }
    Ok(found)
}
