//! The ring of keys: the key-encryption key from outside, and what it wraps in the database.

use diesel::prelude::*;

use super::conn::{Conn, Database};
use super::error::StoreError;
use super::schema::{cases, keys};
use super::seal::DataKey;

/// Keys in use by a running installation.
#[derive(Clone, Debug)]
pub struct Keyring {
    kek: DataKey,
    /// Seals what belongs to no single case: profiles, second factors.
    pub general: DataKey,
    /// Hashes values that are looked up.
    pub lookup: DataKey,
    /// Seals the audit chain.
    pub audit: DataKey,
}

impl Keyring {
    /// Opens the ring, and makes the keys that are not there yet.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when `kek` is not the key under which this database was sealed.
    pub fn open(
        database: &Database,
        kek: DataKey,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Keyring, StoreError> {
        database.write(|conn| {
            Ok(Keyring {
                general: key_for(conn, &kek, "general", now)?,
                lookup: key_for(conn, &kek, "lookup", now)?,
                audit: key_for(conn, &kek, "audit", now)?,
                kek,
            })
        })
    }

    /// A fresh data key for a case, with its wrapped form.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn new_case_key(&self, case_id: &str) -> Result<(DataKey, String), StoreError> {
        let key = DataKey::generate()?;
        let wrapped = key.wrap(&self.kek, &place("cases", case_id))?;
        Ok((key, wrapped))
    }

    /// The data key of a case.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it was altered or belongs to another case.
    pub fn case_key(&self, case_id: &str, wrapped: &str) -> Result<DataKey, StoreError> {
        DataKey::unwrap_under(&self.kek, &place("cases", case_id), wrapped)
    }
}

fn key_for(
    conn: &mut Conn,
    kek: &DataKey,
    purpose: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<DataKey, StoreError> {
    let wrapped: Option<String> = keys::table.find(purpose).select(keys::wrapped).first(conn).optional()?;
    if let Some(wrapped) = wrapped {
        return DataKey::unwrap_under(kek, &place("keys", purpose), &wrapped);
    }
    let key = DataKey::generate()?;
    let row = (
        keys::purpose.eq(purpose),
        keys::wrapped.eq(key.wrap(kek, &place("keys", purpose))?),
        keys::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(keys::table).values(row).execute(conn)?;
    Ok(key)
}

/// Wraps every data key under another key-encryption key, in one transaction.
///
/// # Errors
/// When one of them cannot be opened; then nothing was changed.
pub fn rotate(database: &Database, old: &DataKey, new: &DataKey) -> Result<usize, StoreError> {
    database.write(|conn| {
        let purposes: Vec<(String, String)> =
            keys::table.select((keys::purpose, keys::wrapped)).load(conn)?;
        for (purpose, wrapped) in &purposes {
            let again = rewrap(old, new, &place("keys", purpose), wrapped)?;
            diesel::update(keys::table.find(purpose)).set(keys::wrapped.eq(again)).execute(conn)?;
        }
        let mut count = purposes.len();
        let mut after = String::new();
        loop {
            let page: Vec<(String, String)> = cases::table
                .filter(cases::id.gt(&after))
                .order(cases::id)
                .limit(500)
                .select((cases::id, cases::data_key))
                .load(conn)?;
            let Some((last, _)) = page.last() else { return Ok(count) };
            after.clone_from(last);
            for (id, wrapped) in &page {
                let again = rewrap(old, new, &place("cases", id), wrapped)?;
                diesel::update(cases::table.find(id)).set(cases::data_key.eq(again)).execute(conn)?;
            }
            count += page.len();
        }
    })
}

fn rewrap(old: &DataKey, new: &DataKey, place: &str, wrapped: &str) -> Result<String, StoreError> {
    DataKey::unwrap_under(old, place, wrapped)?.wrap(new, place)
}

fn place(table: &str, id: &str) -> String {
    format!("{table}.key.{id}")
}
