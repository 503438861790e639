//! The ring of keys: the key-encryption key from outside, and what it wraps in the database.

use diesel::prelude::*;

use super::conn::{Conn, Database};
use super::error::StoreError;
use super::schema::{cases, immunization_subjects, keys};
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
        self.new_key("cases", case_id)
    }

    /// A fresh data key for a person of the ledger of vaccinations, with its wrapped form.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn new_subject_key(&self, subject: &str) -> Result<(DataKey, String), StoreError> {
        self.new_key("immunization_subjects", subject)
    }

    /// The data key of a person of the ledger of vaccinations.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it was altered or belongs to another person.
    pub fn subject_key(&self, subject: &str, wrapped: &str) -> Result<DataKey, StoreError> {
        DataKey::unwrap_under(&self.kek, &place("immunization_subjects", subject), wrapped)
    }

    fn new_key(&self, table: &str, id: &str) -> Result<(DataKey, String), StoreError> {
        let key = DataKey::generate()?;
        let wrapped = key.wrap(&self.kek, &place(table, id))?;
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

/// Wraps the data keys of one table anew, page by page, and gives how many there were.
macro_rules! rotate_all {
    ($conn:expr, $table:ident, $old:expr, $new:expr) => {{
        let (mut count, mut after) = (0, String::new());
        loop {
            let page: Vec<(String, String)> = $table::table
                .filter($table::id.gt(&after))
                .order($table::id)
                .limit(PAGE)
                .select(($table::id, $table::data_key))
                .load($conn)?;
            let Some((last, _)) = page.last() else { break count };
            after.clone_from(last);
            for (id, wrapped) in &page {
                let again = rewrap($old, $new, &place(stringify!($table), id), wrapped)?;
                diesel::update($table::table.find(id)).set($table::data_key.eq(again)).execute($conn)?;
            }
            count += page.len();
        }
    }};
}

/// Rows whose keys are wrapped anew in one go.
const PAGE: i64 = 500;

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
        let cases = rotate_all!(conn, cases, old, new);
        let subjects = rotate_all!(conn, immunization_subjects, old, new);
        Ok(purposes.len() + cases + subjects)
    })
}

fn rewrap(old: &DataKey, new: &DataKey, place: &str, wrapped: &str) -> Result<String, StoreError> {
    DataKey::unwrap_under(old, place, wrapped)?.wrap(new, place)
}

fn place(table: &str, id: &str) -> String {
    format!("{table}.key.{id}")
}
