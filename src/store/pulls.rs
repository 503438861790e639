//! What the clinical platform gave, or a Bundle file held: the bytes as received.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::schema::pulled_pages;

/// One page as it came.
#[derive(Clone, Debug)]
pub struct PulledPage {
    /// Which pull it belongs to; sorts by time.
    pub pull: String,
    /// Its number within the pull, from 0.
    pub page: i64,
    /// The platform, or `file`.
    pub source: String,
    /// Resource type asked for.
    pub resource: String,
    /// Version of the interface.
    pub version: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The bytes.
    pub body: Vec<u8>,
}

fn place(case_id: &str, pull: &str, page: i64) -> String {
    format!("pulled_pages.body.{case_id}.{pull}.{page}")
}

/// Stores the pages of a pull.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, stored: &Stored, pages: &[PulledPage]) -> Result<(), StoreError> {
    let case_id = &stored.case.id;
    for page in pages {
        let body = stored.key.seal(&place(case_id, &page.pull, page.page), &page.body)?;
        diesel::insert_into(pulled_pages::table)
            .values((
                pulled_pages::case_id.eq(case_id),
                pulled_pages::pull.eq(&page.pull),
                pulled_pages::page.eq(page.page),
                pulled_pages::source.eq(&page.source),
                pulled_pages::resource.eq(&page.resource),
                pulled_pages::version.eq(&page.version),
                pulled_pages::at.eq(page.at.naive_utc()),
                pulled_pages::body.eq(body),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The pages of the newest pull of a case, in order.
///
/// # Errors
/// When the database fails or a page cannot be opened.
pub fn newest(conn: &mut Conn, _granted: &Granted, stored: &Stored) -> Result<Vec<PulledPage>, StoreError> {
    let case_id = &stored.case.id;
    let pull: Option<String> = pulled_pages::table
        .filter(pulled_pages::case_id.eq(case_id))
        .order(pulled_pages::pull.desc())
        .select(pulled_pages::pull)
        .first(conn)
        .optional()?;
    let Some(pull) = pull else { return Ok(Vec::new()) };
    let rows: Vec<(i64, String, String, String, NaiveDateTime, String)> = pulled_pages::table
        .filter(pulled_pages::case_id.eq(case_id))
        .filter(pulled_pages::pull.eq(&pull))
        .order(pulled_pages::page)
        .select((
            pulled_pages::page,
            pulled_pages::source,
            pulled_pages::resource,
            pulled_pages::version,
            pulled_pages::at,
            pulled_pages::body,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(page, source, resource, version, at, body)| {
            let body = stored.key.open(&place(case_id, &pull, page), &body)?;
            Ok(PulledPage { pull: pull.clone(), page, source, resource, version, at: at.and_utc(), body })
        })
        .collect()
}
