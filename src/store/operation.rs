//! What the operator's desk counts and lists. References and codes only: nothing here opens a case.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{cases, deliveries, discrepancies, hub_batches, hub_rows, jobs, letters};

/// How much of everything waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// Jobs to do.
    pub open_jobs: i64,
    /// Jobs that failed for good.
    pub dead_jobs: i64,
    /// Letters to be printed or posted.
    pub paper: i64,
    /// Mails that did not arrive.
    pub bounced: i64,
    /// Rows that the register refused.
    pub rejected: i64,
    /// Rows that the register took and nobody has read back yet.
    pub unconfirmed: i64,
    /// Differences between the register and us.
    pub discrepancies: i64,
}

/// Counts what waits.
///
/// # Errors
/// When the database fails.
pub fn tallies(conn: &mut Conn) -> Result<Tallies, StoreError> {
    let open = discrepancies::table.filter(discrepancies::cleared_at.is_null());
    Ok(Tallies {
        open_jobs: jobs_in(conn, "ready")?,
        dead_jobs: jobs_in(conn, "dead")?,
        paper: deliveries_in(conn, "paper", &["queued", "printed"])?,
        bounced: deliveries_in(conn, "mail", &["bounced"])?,
        rejected: rows_in(conn, "rejected")?,
        unconfirmed: rows_in(conn, "accepted")?,
        discrepancies: open.select(count_star()).first(conn)?,
    })
}

fn jobs_in(conn: &mut Conn, state: &str) -> Result<i64, StoreError> {
    Ok(jobs::table.filter(jobs::state.eq(state)).select(count_star()).first(conn)?)
}

/// Number of deliveries of a channel in the given states.
///
/// # Errors
/// When the database fails.
pub fn deliveries_in(conn: &mut Conn, channel: &str, states: &[&str]) -> Result<i64, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::state.eq_any(states.to_vec()))
        .select(count_star())
        .first(conn)?)
}

fn rows_in(conn: &mut Conn, state: &str) -> Result<i64, StoreError> {
    Ok(hub_rows::table.filter(hub_rows::state.eq(state)).select(count_star()).first(conn)?)
}

/// Opens the data key of the newest case, if there is a case.
///
/// # Errors
/// [`StoreError::Sealed`] when the keys in use are not those of the database.
pub fn opens_newest_case(conn: &mut Conn, keys: &Keyring) -> Result<(), StoreError> {
    let newest: Option<(String, String)> =
        cases::table.order(cases::id.desc()).select((cases::id, cases::data_key)).first(conn).optional()?;
    match newest {
        Some((id, wrapped)) => keys.case_key(&id, &wrapped).map(drop),
        None => Ok(()),
    }
}

/// Reference numbers of cases by their ids; a draft has none.
///
/// # Errors
/// When the database fails.
pub fn references(conn: &mut Conn, ids: &[String]) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, Option<String>)> = cases::table
        .filter(cases::id.eq_any(ids.to_vec()))
        .select((cases::id, cases::reference))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, reference)| Some((id, reference?))).collect())
}

/// The case of a reference number.
///
/// # Errors
/// When the database fails.
pub fn case_of_reference(conn: &mut Conn, reference: &str) -> Result<Option<String>, StoreError> {
    Ok(cases::table.filter(cases::reference.eq(reference)).select(cases::id).first(conn).optional()?)
}

/// A delivery as the list shows it.
#[derive(Clone, Debug, Queryable)]
pub struct DeliveryRow {
    /// Id, `dlv_…`.
    pub id: String,
    /// The case.
    pub case_id: String,
    /// The letter, or none for a bare notice.
    pub letter_id: Option<String>,
    /// Its kind, as the program names it.
    pub kind: Option<String>,
    /// Characters that no font had.
    pub missing: Option<String>,
    /// The program of the case.
    pub program: String,
    /// `queued`, `sent`, `bounced`, `printed` or `posted`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Why the last try failed.
    pub problem: String,
    /// When it changed last, UTC.
    pub changed_at: NaiveDateTime,
}

/// Deliveries of a channel in one of the states, oldest first; after an id.
///
/// # Errors
/// When the database fails.
pub fn deliveries(
    conn: &mut Conn,
    channel: &str,
    states: &[&str],
    after: &str,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let rows = deliveries::table
        .inner_join(cases::table.on(cases::id.eq(deliveries::case_id)))
        .left_join(letters::table.on(deliveries::letter_id.eq(letters::id.nullable())));
    Ok(rows
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::state.eq_any(states.to_vec()))
        .filter(deliveries::id.gt(after))
        .order(deliveries::id)
        .limit(limit)
        .select((
            deliveries::id,
            deliveries::case_id,
            deliveries::letter_id,
            letters::kind.nullable(),
            letters::missing.nullable(),
            cases::program,
            deliveries::state,
            deliveries::attempts,
            deliveries::problem,
            deliveries::updated_at,
        ))
        .load(conn)?)
}

/// How a delivery stands: its case, letter, channel and state.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn delivery(conn: &mut Conn, id: &str) -> Result<(String, Option<String>, String, String), StoreError> {
    let columns = (deliveries::case_id, deliveries::letter_id, deliveries::channel, deliveries::state);
    Ok(deliveries::table.find(id).select(columns).first(conn)?)
}

/// A row of a run.
#[derive(Clone, Debug, Queryable)]
pub struct RunRow {
    /// Id, `hub_…`.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// Reference number of its case.
    pub reference: Option<String>,
    /// The key under which the register keeps it.
    pub history_key: String,
    /// Whether it withdraws that key.
    pub deleted: bool,
    /// Whether it did not wait for the night.
    pub urgent: bool,
    /// Its state.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Why it was rejected, as JSON.
    pub problem: String,
    /// What proves that it was taken.
    pub receipt: String,
}

/// From when to when a run lasted.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Its begin.
    pub from: DateTime<Utc>,
    /// Its end, or now.
    pub to: DateTime<Utc>,
}

/// Rows that went out in batches built during a run, or were refused during it before they went out.
macro_rules! of_span {
    ($span:expr) => {{
        let (from, to) = ($span.from.naive_utc(), $span.to.naive_utc());
        let built =
            hub_batches::table.filter(hub_batches::at.between(from, to)).select(hub_batches::id.nullable());
        let unsent = hub_rows::batch
            .is_null()
            .and(hub_rows::state.eq("rejected"))
            .and(hub_rows::updated_at.between(from, to));
        hub_rows::table.filter(hub_rows::batch.eq_any(built).or(unsent))
    }};
}

/// Number of rows of a run by state.
///
/// # Errors
/// When the database fails.
pub fn run_counts(conn: &mut Conn, span: Span) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows: Vec<String> = of_span!(span).select(hub_rows::state).load(conn)?;
    let mut counts = BTreeMap::new();
    rows.into_iter().for_each(|state| *counts.entry(state).or_insert(0) += 1);
    Ok(counts)
}

/// Rows of a run in one of the states (any, when none is given), by id; after an id.
///
/// # Errors
/// When the database fails.
pub fn run_rows(
    conn: &mut Conn,
    span: Span,
    states: &[&str],
    after: &str,
    limit: i64,
) -> Result<Vec<RunRow>, StoreError> {
    let mut query = of_span!(span)
        .left_join(cases::table)
        .filter(hub_rows::id.gt(after))
        .order(hub_rows::id)
        .limit(limit)
        .select((
            hub_rows::id,
            hub_rows::connector,
            cases::reference.nullable(),
            hub_rows::history_key,
            hub_rows::deleted,
            hub_rows::urgent,
            hub_rows::state,
            hub_rows::attempts,
            hub_rows::problem,
            hub_rows::receipt,
        ))
        .into_boxed();
    if !states.is_empty() {
        query = query.filter(hub_rows::state.eq_any(states.to_vec()));
    }
    Ok(query.load(conn)?)
}
