//! The chained record: who did what, who read what. Each row is sealed to the one before it, and a
//! head row holds the newest seal, so that altering, removing or reordering any row shows.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{audit, audit_head};

/// Serialises appenders on PostgreSQL; SQLite's writer lock does it there.
const APPEND_LOCK: i64 = 0x6175_6469;

/// An entry to be recorded. It never holds a name, an answer or an identifier.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Id of who acted.
    pub actor: &'a str,
    /// The command, `read`, `sign_in` and so on.
    pub action: &'a str,
    /// The case, or empty.
    pub case_id: &'a str,
    /// Where from: the client's address, `system`, `cli`.
    pub source: &'a str,
    /// `done`, `refused` or `failed`.
    pub outcome: &'a str,
    /// Further facts: role, purpose, version, refusal key.
    pub detail: Value,
}

/// A recorded entry.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    /// Position in the chain, from 1.
    pub seq: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Id of who acted.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The case, or empty.
    pub case_id: String,
    /// Where from.
    pub source: String,
    /// How it went.
    pub outcome: String,
    /// Further facts as JSON.
    pub detail: String,
    /// Seal of the row before.
    pub previous: String,
    /// Seal of this row.
    pub mac: String,
}

/// What is wrong with the chain, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Position of the row at which it shows.
    pub seq: i64,
    /// What shows.
    pub what: &'static str,
}

impl Row {
    fn seal(&self, keys: &Keyring) -> String {
        let at = self.at.and_utc().timestamp_micros().to_string();
        let seq = self.seq.to_string();
        let parts = [
            seq.as_str(),
            &at,
            &self.actor,
            &self.action,
            &self.case_id,
            &self.source,
            &self.outcome,
            &self.detail,
            &self.previous,
        ];
        // Lengths before parts: no two different rows give the same text.
        let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        keys.audit.hash("audit", &text)
    }
}

/// Appends an entry, in the caller's transaction.
///
/// # Errors
/// When the database fails; then the caller's whole transaction must fail.
pub fn append(conn: &mut Conn, keys: &Keyring, entry: &Entry) -> Result<(), StoreError> {
    append_all(conn, keys, std::slice::from_ref(entry))
}

/// Appends entries in their order, in the caller's transaction.
///
/// # Errors
/// As [`append`].
pub fn append_all(conn: &mut Conn, keys: &Keyring, entries: &[Entry]) -> Result<(), StoreError> {
    if let Conn::Postgres(c) = conn {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({APPEND_LOCK})")).execute(c)?;
    }
    let head: Option<(i64, String)> =
        audit_head::table.find(1).select((audit_head::seq, audit_head::mac)).first(conn).optional()?;
    let (before, head_mac) = head.unwrap_or_default();
    let mut last = head_mac.split_once('.').map_or(String::new(), |(mac, _)| mac.to_owned());
    let mut seq = before;
    for entry in entries {
        seq += 1;
        let row = follow(keys, entry, seq, last);
        insert(conn, &row)?;
        last = row.mac;
    }
    if seq == before { Ok(()) } else { set_head(conn, seq, &head_seal(keys, seq, &last), before == 0) }
}

/// An entry as the row after the one with the seal `previous`.
fn follow(keys: &Keyring, entry: &Entry, seq: i64, previous: String) -> Row {
    let mut row = Row {
        seq,
        at: entry.at.naive_utc(),
        actor: entry.actor.to_owned(),
        action: entry.action.to_owned(),
        case_id: entry.case_id.to_owned(),
        source: entry.source.to_owned(),
        outcome: entry.outcome.to_owned(),
        detail: entry.detail.to_string(),
        previous,
        mac: String::new(),
    };
    row.mac = row.seal(keys);
    row
}

fn insert(conn: &mut Conn, row: &Row) -> Result<(), StoreError> {
    diesel::insert_into(audit::table)
        .values((
            audit::seq.eq(row.seq),
            audit::at.eq(row.at),
            audit::actor.eq(&row.actor),
            audit::action.eq(&row.action),
            audit::case_id.eq(&row.case_id),
            audit::source.eq(&row.source),
            audit::outcome.eq(&row.outcome),
            audit::detail.eq(&row.detail),
            audit::previous.eq(&row.previous),
            audit::mac.eq(&row.mac),
        ))
        .execute(conn)?;
    Ok(())
}

/// The head holds the newest row's seal, sealed again with its number: it cannot be made from a cut chain.
fn head_seal(keys: &Keyring, seq: i64, mac: &str) -> String {
    format!("{mac}.{}", keys.audit.hash("head", &format!("{seq}.{mac}")))
}

fn set_head(conn: &mut Conn, seq: i64, mac: &str, first: bool) -> Result<(), StoreError> {
    if first {
        let row = (audit_head::id.eq(1), audit_head::seq.eq(seq), audit_head::mac.eq(mac));
        diesel::insert_into(audit_head::table).values(row).execute(conn)?;
    } else {
        let row = (audit_head::seq.eq(seq), audit_head::mac.eq(mac));
        diesel::update(audit_head::table.find(1)).set(row).execute(conn)?;
    }
    Ok(())
}

/// Walks the whole chain, a page at a time, and names the first break; otherwise the number of rows.
///
/// # Errors
/// When the database fails.
pub fn verify(conn: &mut Conn, keys: &Keyring) -> Result<Result<i64, Break>, StoreError> {
    let (mut expected, mut previous) = (1, String::new());
    loop {
        let page = after(conn, expected - 1, 1000)?;
        if page.is_empty() {
            return verify_head(conn, keys, expected - 1, &previous);
        }
        for row in page {
            let what = if row.seq != expected {
                Some("a row is missing before this one")
            } else if row.previous != previous {
                Some("this row does not follow the one before it")
            } else if row.seal(keys) != row.mac {
                Some("this row was altered")
            } else {
                None
            };
            if let Some(what) = what {
                return Ok(Err(Break { seq: row.seq, what }));
            }
            expected += 1;
            previous = row.mac;
        }
    }
}

fn verify_head(
    conn: &mut Conn,
    keys: &Keyring,
    seq: i64,
    mac: &str,
) -> Result<Result<i64, Break>, StoreError> {
    let head: Option<(i64, String)> =
        audit_head::table.find(1).select((audit_head::seq, audit_head::mac)).first(conn).optional()?;
    let matches = match head {
        None => seq == 0,
        Some((head_seq, head_mac)) => {
            // The row's seal travels inside the head's, so compare the whole.
            head_seq == seq && head_mac == head_seal(keys, seq, mac)
        }
    };
    Ok(if matches { Ok(seq) } else { Err(Break { seq, what: "rows are missing after this one" }) })
}

/// Rows after a position, in order.
///
/// # Errors
/// When the database fails.
pub fn after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    Ok(audit::table.filter(audit::seq.gt(seq)).order(audit::seq).limit(limit).load(conn)?)
}

/// The newest rows, before a position if one is given; of one case if one is named.
///
/// # Errors
/// When the database fails.
pub fn newest(
    conn: &mut Conn,
    case_id: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = audit::table.order(audit::seq.desc()).limit(limit).into_boxed();
    if !case_id.is_empty() {
        query = query.filter(audit::case_id.eq(case_id));
    }
    if let Some(before) = before {
        query = query.filter(audit::seq.lt(before));
    }
    Ok(query.load(conn)?)
}
