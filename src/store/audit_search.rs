//! Looking something up in the chained record.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::audit::Row;
use super::conn::Conn;
use super::error::StoreError;
use super::schema::{audit, audit_head};

/// What is looked for; an empty part does not count.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Ids of who acted; `None` for anybody.
    pub actors: Option<Vec<String>>,
    /// The case.
    pub case_id: String,
    /// What was done.
    pub actions: Vec<String>,
    /// Not these.
    pub except: Vec<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// The newest rows that fit, before a position if one is given.
///
/// # Errors
/// When the database fails.
pub fn find(
    conn: &mut Conn,
    wanted: &Wanted,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = audit::table.order(audit::seq.desc()).limit(limit).into_boxed();
    if let Some(actors) = &wanted.actors {
        query = query.filter(audit::actor.eq_any(actors.clone()));
    }
    if !wanted.case_id.is_empty() {
        query = query.filter(audit::case_id.eq(&wanted.case_id));
    }
    if !wanted.actions.is_empty() {
        query = query.filter(audit::action.eq_any(wanted.actions.clone()));
    }
    if !wanted.except.is_empty() {
        query = query.filter(audit::action.ne_all(wanted.except.clone()));
    }
    if let Some(from) = wanted.from {
        query = query.filter(audit::at.ge(from.naive_utc()));
    }
    if let Some(until) = wanted.until {
        query = query.filter(audit::at.lt(until.naive_utc()));
    }
    if let Some(before) = before {
        query = query.filter(audit::seq.lt(before));
    }
    Ok(query.load(conn)?)
}

/// Number and seal of the newest row, to be written down outside; `None` when there is no row yet.
///
/// # Errors
/// When the database fails.
pub fn head(conn: &mut Conn) -> Result<Option<(i64, String)>, StoreError> {
    let head: Option<(i64, String)> =
        audit_head::table.find(1).select((audit_head::seq, audit_head::mac)).first(conn).optional()?;
    Ok(head.map(|(seq, mac)| (seq, mac.split('.').next().unwrap_or_default().to_owned())))
}

/// The latest moment of which there is a record.
///
/// # Errors
/// When the database fails.
pub fn latest(conn: &mut Conn) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at: Option<NaiveDateTime> = audit::table.select(max(audit::at)).first(conn)?;
    Ok(at.map(|at| at.and_utc()))
}
