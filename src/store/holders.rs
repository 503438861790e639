//! Cases with grants, for the register of holders: by stored columns and keyset.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::case::holding::Standing;
use crate::domain::permission::Seated;
use crate::domain::program::vocabulary::Outcome;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{case_search, cases, decisions};

/// Which cases are looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Programs.
    pub programs: Vec<String>,
    /// The day for which the register is read.
    pub day: NaiveDate,
    /// How the grant stands on that day; none for any.
    pub standing: Option<Standing>,
    /// Keyed hash of what was searched for; empty for nothing.
    pub token: String,
    /// Cases after this id.
    pub after: String,
}

/// Ids of cases whose grants may stand as wanted; their decisions say whether they do. A page by id.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut Conn,
    _seated: &Seated,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let grants: Vec<&str> = Outcome::ALL.iter().filter(|it| it.grants()).map(|it| it.code()).collect();
    let mut query = cases::table
        .inner_join(decisions::table)
        .filter(cases::program.eq_any(&wanted.programs))
        .filter(decisions::outcome.eq_any(grants))
        .filter(cases::id.gt(&wanted.after))
        .into_boxed();
    let day = wanted.day;
    query = match wanted.standing {
        Some(Standing::Valid) => {
            query.filter(decisions::effective_from.le(day)).filter(decisions::valid_to.ge(day))
        }
        Some(Standing::Future) => query.filter(decisions::effective_from.gt(day)),
        // A later decision may have ended it early or taken it back.
        Some(Standing::Ended) => query.filter(decisions::effective_from.le(day)),
        Some(Standing::Withdrawn) | None => query,
    };
    if !wanted.token.is_empty() {
        let found = case_search::table.filter(case_search::token.eq(&wanted.token));
        query = query.filter(cases::id.eq_any(found.select(case_search::case_id)));
    }
    Ok(query.order(cases::id).select(cases::id).distinct().limit(limit).load(conn)?)
}
