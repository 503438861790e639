//! What the members of a household consented to, and the codes by which they reach it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{member_codes, member_consents};

/// Consents of a case that are read.
const MOST: i64 = 500;

/// A consent in force.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Given {
    /// The member.
    pub member: String,
    /// Its key.
    pub consent: String,
    /// `online`, `paper` or `representative`.
    pub way: String,
    /// The day on which it was given; on paper that of the signature.
    pub given_on: NaiveDate,
}

/// A consent as it is given.
#[derive(Clone, Debug)]
pub struct Giving<'a> {
    /// Id.
    pub id: &'a str,
    /// The member.
    pub member: &'a str,
    /// Its key.
    pub consent: &'a str,
    /// `online`, `paper` or `representative`.
    pub way: &'a str,
    /// The day on which it was given.
    pub given_on: NaiveDate,
}

/// A code that was found.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Code {
    /// The case.
    pub case_id: String,
    /// The member.
    pub member: String,
    /// How often a wrong birth date was given with it.
    pub failures: i64,
    /// When it ends.
    pub ends_at: NaiveDateTime,
}

/// The consents of a case that are in force.
///
/// # Errors
/// When the database fails.
pub fn given(conn: &mut Conn, _: &Granted, case_id: &str) -> Result<Vec<Given>, StoreError> {
    Ok(member_consents::table
        .filter(member_consents::case_id.eq(case_id))
        .filter(member_consents::revoked_at.is_null())
        .order(member_consents::id)
        .limit(MOST)
        .select((
            member_consents::member,
            member_consents::consent,
            member_consents::way,
            member_consents::given_on,
        ))
        .load(conn)?)
}

/// Stores a consent.
///
/// # Errors
/// [`StoreError::Duplicate`] when it is in force already.
pub fn give(
    conn: &mut Conn,
    granted: &Granted,
    case_id: &str,
    giving: &Giving<'_>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(member_consents::table)
        .values((
            member_consents::id.eq(giving.id),
            member_consents::case_id.eq(case_id),
            member_consents::member.eq(giving.member),
            member_consents::consent.eq(giving.consent),
            member_consents::way.eq(giving.way),
            member_consents::given_on.eq(giving.given_on),
            member_consents::author.eq(&granted.actor().id),
            member_consents::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes a consent back; one that is not in force stays as it is.
///
/// # Errors
/// When the database fails.
pub fn revoke(
    conn: &mut Conn,
    granted: &Granted,
    [case_id, member, consent]: [&str; 3],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let target = member_consents::table
        .filter(member_consents::case_id.eq(case_id))
        .filter(member_consents::member.eq(member))
        .filter(member_consents::consent.eq(consent))
        .filter(member_consents::revoked_at.is_null());
    diesel::update(target)
        .set((
            member_consents::revoked_at.eq(Some(at.naive_utc())),
            member_consents::revoked_by.eq(Some(&granted.actor().id)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives a member a code in place of any earlier one.
///
/// # Errors
/// When the database fails.
pub fn set_code(
    conn: &mut Conn,
    granted: &Granted,
    [case_id, member, code]: [&str; 3],
    ends_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let change = (
        member_codes::code.eq(code),
        member_codes::failures.eq(0),
        member_codes::author.eq(&granted.actor().id),
        member_codes::ends_at.eq(ends_at.naive_utc()),
    );
    let row = (member_codes::case_id.eq(case_id), member_codes::member.eq(member), change);
    on!(conn, c => diesel::insert_into(member_codes::table)
        .values(row)
        .on_conflict((member_codes::case_id, member_codes::member))
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// The case and member of a code's hash. Holds the row for the rest of the transaction, so that tries at once
/// are counted one after the other.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Code, StoreError> {
    let target = member_codes::table.filter(member_codes::code.eq(code));
    diesel::update(target).set(member_codes::failures.eq(member_codes::failures)).execute(conn)?;
    Ok(target
        .select((member_codes::case_id, member_codes::member, member_codes::failures, member_codes::ends_at))
        .first(conn)?)
}

/// Counts a wrong birth date.
///
/// # Errors
/// When the database fails.
pub fn count_failure(conn: &mut Conn, code: &str) -> Result<(), StoreError> {
    let target = member_codes::table.filter(member_codes::code.eq(code));
    diesel::update(target).set(member_codes::failures.eq(member_codes::failures + 1)).execute(conn)?;
    Ok(())
}
