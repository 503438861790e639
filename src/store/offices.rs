//! Offices that receive applications and pass them on.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::receiving_offices as offices;

/// Most offices of an installation: a prefecture has fewer than 200 municipalities.
const MOST: i64 = 500;

/// A registered office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivingOffice {
    /// 全国地方公共団体コード, or the operator's own code of a branch.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How the addresses begin for which it receives what is filed on line; empty for none.
    pub covers: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was closed: it receives nothing new.
    pub closed_at: Option<DateTime<Utc>>,
}

type Columns = (String, String, String, NaiveDateTime, Option<NaiveDateTime>);

fn read((code, name, covers, created, closed): Columns) -> ReceivingOffice {
    let closed_at = closed.map(|at| at.and_utc());
    ReceivingOffice { code, name, covers, created_at: created.and_utc(), closed_at }
}

/// Registers an office.
///
/// # Errors
/// [`StoreError::Duplicate`] when the code was ever given.
pub fn insert(conn: &mut Conn, office: &ReceivingOffice) -> Result<(), StoreError> {
    diesel::insert_into(offices::table)
        .values((
            offices::code.eq(&office.code),
            offices::name.eq(&office.name),
            offices::covers.eq(&office.covers),
            offices::created_at.eq(office.created_at.naive_utc()),
            offices::closed_at.eq(office.closed_at.map(|at| at.naive_utc())),
        ))
        .execute(conn)?;
    Ok(())
}

/// The office of a code, closed or not.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(conn: &mut Conn, code: &str) -> Result<ReceivingOffice, StoreError> {
    Ok(read(offices::table.find(code).first(conn)?))
}

/// Every office, closed ones too, by code.
///
/// # Errors
/// When the database fails.
pub fn all(conn: &mut Conn) -> Result<Vec<ReceivingOffice>, StoreError> {
    let rows: Vec<Columns> = offices::table.order(offices::code).limit(MOST).load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Closes an office.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none of that code.
pub fn close(conn: &mut Conn, code: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let changed =
        diesel::update(offices::table.find(code)).set(offices::closed_at.eq(at.naive_utc())).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
