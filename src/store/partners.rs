//! Cases whose caps are shared: how they are found, and which links were accepted.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{partner_links, partner_tokens};

/// Cases and links that are read at once.
const MOST: i64 = 100;

/// An accepted link between two cases.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Link {
    /// Id.
    pub id: String,
    /// One case; its id sorts before the other's.
    pub left: String,
    /// The other case.
    pub right: String,
}

impl Link {
    /// The case at the other end.
    pub fn other(&self, case_id: &str) -> &str {
        if self.left == case_id { &self.right } else { &self.left }
    }
}

/// Replaces the keyed hashes under which a case is found.
///
/// # Errors
/// When the database fails.
pub fn keep(conn: &mut Conn, case_id: &str, tokens: &[String]) -> Result<(), StoreError> {
    diesel::delete(partner_tokens::table.filter(partner_tokens::case_id.eq(case_id))).execute(conn)?;
    for token in tokens {
        diesel::insert_into(partner_tokens::table)
            .values((partner_tokens::token.eq(token), partner_tokens::case_id.eq(case_id)))
            .execute(conn)?;
    }
    Ok(())
}

/// The cases of some keyed hashes, each with the hash that found it.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, _: &Granted, tokens: &[String]) -> Result<Vec<(String, String)>, StoreError> {
    Ok(partner_tokens::table
        .filter(partner_tokens::token.eq_any(tokens))
        .order((partner_tokens::case_id, partner_tokens::token))
        .limit(MOST)
        .select((partner_tokens::token, partner_tokens::case_id))
        .load(conn)?)
}

/// The living links of some cases.
///
/// # Errors
/// When the database fails.
pub fn links(conn: &mut Conn, cases: &[String]) -> Result<Vec<Link>, StoreError> {
    Ok(partner_links::table
        .filter(partner_links::ended_at.is_null())
        .filter(partner_links::left_case.eq_any(cases).or(partner_links::right_case.eq_any(cases)))
        .order(partner_links::id)
        .limit(MOST)
        .select((partner_links::id, partner_links::left_case, partner_links::right_case))
        .load(conn)?)
}

/// Links two different cases.
///
/// # Errors
/// [`StoreError::Duplicate`] when they are linked.
pub fn link(
    conn: &mut Conn,
    id: &str,
    [one, other]: [&str; 2],
    author: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(partner_links::table)
        .values((
            partner_links::id.eq(id),
            partner_links::left_case.eq(one.min(other)),
            partner_links::right_case.eq(one.max(other)),
            partner_links::author.eq(author),
            partner_links::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a link of a case.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such living link.
pub fn unlink(
    conn: &mut Conn,
    granted: &Granted,
    id: &str,
    case_id: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let target = partner_links::table
        .filter(partner_links::id.eq(id))
        .filter(partner_links::ended_at.is_null())
        .filter(partner_links::left_case.eq(case_id).or(partner_links::right_case.eq(case_id)));
    let ended = diesel::update(target)
        .set((
            partner_links::ended_at.eq(Some(at.naive_utc())),
            partner_links::ended_by.eq(Some(&granted.actor().id)),
        ))
        .execute(conn)?;
    if ended == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
