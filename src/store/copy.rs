//! What copying a whole database away, and bringing it back, asks of the database itself.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::conn::{Conn, Database};
use super::error::StoreError;
use super::schema::{documents, letters};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Writes a consistent copy of the embedded database to a new file, while others read and write.
///
/// # Errors
/// When the file is there, cannot be written, or the database is not the embedded one.
pub fn into_file(database: &Database, path: &str) -> Result<(), StoreError> {
    database.read(|conn| match conn {
        Conn::Sqlite(c) => {
            let copy = diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(path);
            copy.execute(c)?;
            Ok(())
        }
        Conn::Postgres(_) => Err(StoreError::Database("a served database is copied by pg_dump".to_owned())),
    })
}

/// Whether nobody else is connected. Asked before something that running processes would not notice.
///
/// # Errors
/// When the database fails.
pub fn is_alone(database: &Database) -> Result<bool, StoreError> {
    database.read(|conn| match conn {
        // Only the last connection can leave the write-ahead log.
        Conn::Sqlite(c) => Ok(diesel::sql_query("PRAGMA journal_mode = DELETE").execute(c).is_ok()),
        Conn::Postgres(c) => {
            let others = "SELECT count(*) AS n FROM pg_stat_activity \
                          WHERE datname = current_database() AND pid <> pg_backend_pid()";
            Ok(diesel::sql_query(others).get_result::<Number>(c)?.n == 0)
        }
    })
}

/// Number of tables.
///
/// # Errors
/// When the database fails.
pub fn tables(database: &Database) -> Result<i64, StoreError> {
    database.read(|conn| match conn {
        Conn::Sqlite(c) => {
            let query = "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'";
            Ok(diesel::sql_query(query).get_result::<Number>(c)?.n)
        }
        Conn::Postgres(c) => {
            let query =
                "SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = current_schema()";
            Ok(diesel::sql_query(query).get_result::<Number>(c)?.n)
        }
    })
}

/// The names of all files that rows name: attached documents and drawn letters.
///
/// # Errors
/// When the database fails.
pub fn named_files(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let mut names: Vec<String> =
        documents::table.filter(documents::state.ne("removed")).select(documents::id).load(conn)?;
    names.extend(letters::table.filter(letters::file.ne("")).select(letters::file).load::<String>(conn)?);
    Ok(names)
}
