//! Applications that nobody has taken up yet.

use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::cases;

/// Ids of a program's filed applications that nobody has taken up, in their order; a page of them by key.
///
/// # Errors
/// When the database fails.
pub fn of(conn: &mut Conn, program: &str, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    Ok(cases::table
        .filter(cases::program.eq(program))
        .filter(cases::state.eq("submitted"))
        .filter(cases::id.gt(after))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?)
}
