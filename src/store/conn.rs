//! Connections to either database behind one type, and the only two ways to open a transaction.

#![expect(missing_docs, reason = "the connection derive writes public items without docs")]

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool, PooledConnection};
use diesel::{MultiConnection, PgConnection, SqliteConnection};

use super::error::StoreError;

/// A connection to the embedded or the served database.
#[derive(MultiConnection)]
pub enum Conn {
    /// The database file.
    Sqlite(SqliteConnection),
    /// A PostgreSQL server.
    Postgres(PgConnection),
}

/// Runs the same diesel expression on whichever back end `$conn` is.
///
/// For the few constructs that [`Conn`] itself cannot express: upserts and batch inserts.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::store::conn::Conn::Sqlite($c) => $body,
            $crate::store::conn::Conn::Postgres($c) => $body,
        }
    };
}
pub(crate) use on;

/// Which database an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file path.
    Sqlite(String),
    /// A connection string.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite:///path` or `postgres://…`.
    ///
    /// # Errors
    /// A bare path is refused, so that a slip in a server's address cannot create an empty file.
    pub fn parse(text: &str) -> Result<Address, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() => Ok(Address::Sqlite(path.to_owned())),
            _ => Err(StoreError::Address),
        }
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        matches!(self, Address::Sqlite(_))
    }

    pub(crate) fn connection_string(&self) -> &str {
        match self {
            Address::Sqlite(path) => path,
            Address::Postgres(url) => url,
        }
    }
}

/// A bounded set of connections; a caller waits at most five seconds for one.
#[derive(Clone)]
pub struct Database {
    pool: Pool<ConnectionManager<Conn>>,
    address: Address,
}

#[derive(Debug)]
struct Prepare;

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), diesel::r2d2::Error> {
        let Conn::Sqlite(sqlite) = conn else { return Ok(()) };
        // The waiting time must be set before the first statement that can find the file busy.
        // FULL, because NORMAL loses acknowledged rows when the power goes.
        for pragma in [
            "PRAGMA busy_timeout = 5000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA temp_store = MEMORY",
            "PRAGMA cache_size = -8000",
        ] {
            diesel::sql_query(pragma).execute(sqlite).map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(())
    }
}

impl Database {
    /// Opens a pool of at most `size` connections.
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub fn open(address: &Address, size: u32) -> Result<Database, StoreError> {
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .test_on_check_out(!address.is_embedded())
            .connection_customizer(Box::new(Prepare))
            .build(ConnectionManager::new(address.connection_string()))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Database { pool, address: address.clone() })
    }

    /// Where the data is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    fn take(&self) -> Result<PooledConnection<ConnectionManager<Conn>>, StoreError> {
        self.pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// Runs `work` on one connection, without changing anything.
    ///
    /// # Errors
    /// Whatever `work` fails with, or that no connection was free in time.
    pub fn read<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut conn = self.take()?;
        work(&mut conn)
    }

    /// Runs `work` on one unchanging picture of the data, however long it reads and whatever others write.
    ///
    /// # Errors
    /// Whatever `work` fails with, or that no connection was free in time.
    pub fn snapshot<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut conn = self.take()?;
        begin_snapshot(&mut conn)?;
        let outcome = work(&mut conn);
        roll_back(&mut conn);
        outcome
    }

    /// Runs `work` as one transaction: all of it is stored, or nothing.
    ///
    /// SQLite begins IMMEDIATE, because a transaction that first reads and then writes cannot wait
    /// for another writer and fails at once.
    ///
    /// # Errors
    /// Whatever `work` fails with; then nothing was changed.
    pub fn write<T, E>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut conn = self.take()?;
        begin(&mut conn)?;
        match work(&mut conn) {
            Ok(value) => {
                commit(&mut conn)?;
                Ok(value)
            }
            Err(error) => {
                roll_back(&mut conn);
                Err(error)
            }
        }
    }
}

fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c)?,
    }
    Ok(())
}

fn begin_snapshot(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?,
        Conn::Postgres(c) => {
            let sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            AnsiTransactionManager::begin_transaction_sql(c, sql)?;
        }
    }
    Ok(())
}

fn commit(conn: &mut Conn) -> Result<(), StoreError> {
    on!(conn, c => AnsiTransactionManager::commit_transaction(c))?;
    Ok(())
}

fn roll_back(conn: &mut Conn) {
    if let Err(error) = on!(conn, c => AnsiTransactionManager::rollback_transaction(c)) {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}
