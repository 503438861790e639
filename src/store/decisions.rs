//! Final decisions and their signatures. The constraints of the tables repeat the law.

use diesel::prelude::*;

use crate::domain::case::decision::Decision;

use super::cases::Stored;
use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{counters, decisions, signatures};

/// Stores a final decision with its signatures.
///
/// # Errors
/// When the database fails, or holds the decision to be against the law: an adverse one without
/// reasons or appeal instruction, or a signature by the drafter.
pub fn insert(
    conn: &mut Conn,
    stored: &Stored,
    decision: &Decision,
    adverse: bool,
) -> Result<(), StoreError> {
    let content = &decision.draft.content;
    let body = stored.key.seal(&format!("decisions.body.{}", decision.id), &serde_json::to_vec(decision)?)?;
    diesel::insert_into(decisions::table)
        .values((
            decisions::id.eq(&decision.id),
            decisions::case_id.eq(&stored.case.id),
            decisions::seq.eq(decision.seq),
            decisions::outcome.eq(content.outcome.code()),
            decisions::adverse.eq(adverse),
            decisions::reasons.eq(i64::try_from(content.reasons.len()).unwrap_or(i64::MAX)),
            decisions::appeal_text.eq(&content.appeal),
            decisions::body.eq(body),
            decisions::draft_hash.eq(&decision.draft.hash),
            decisions::drafted_by.eq(&decision.draft.by),
            decisions::effective_from.eq(content.effective_from),
            decisions::valid_to.eq(content.valid_to),
            decisions::final_at.eq(decision.at.naive_utc()),
            decisions::supersedes.eq(&decision.supersedes),
        ))
        .execute(conn)?;
    for signature in &decision.draft.signatures {
        diesel::insert_into(signatures::table)
            .values((
                signatures::decision_id.eq(&decision.id),
                signatures::level.eq(signature.level),
                signatures::drafter.eq(&decision.draft.by),
                signatures::signer.eq(&signature.by),
                signatures::at.eq(signature.at.naive_utc()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The next number of a series, from 1. Two transactions never get the same.
///
/// # Errors
/// When the database fails.
pub fn next_number(conn: &mut Conn, series: &str) -> Result<i64, StoreError> {
    let row = (counters::name.eq(series), counters::value.eq(1));
    on!(conn, c => diesel::insert_into(counters::table)
        .values(row)
        .on_conflict(counters::name)
        .do_update()
        .set(counters::value.eq(counters::value + 1))
        .execute(c))?;
    Ok(counters::table.find(series).select(counters::value).first(conn)?)
}
