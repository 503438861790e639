//! Brings a database to the newest shape.

use diesel::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, Database};
use super::error::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any fixed number will do; it only has to be the same in every process.
const MIGRATION_LOCK: i64 = 0x6D61_646F;

/// Applies what is not applied yet and returns the names of what was.
///
/// Two processes that start together do not meet: PostgreSQL waits on an advisory lock, SQLite on
/// the file's.
///
/// # Errors
/// When a migration fails; then none of it was applied.
pub fn migrate(database: &Database) -> Result<Vec<String>, StoreError> {
    database.read(|conn| match conn {
        Conn::Sqlite(c) => run(c, SQLITE),
        Conn::Postgres(c) => {
            diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).execute(c)?;
            let outcome = run(c, POSTGRES);
            diesel::sql_query(format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).execute(c)?;
            outcome
        }
    })
}

fn run<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, StoreError> {
    conn.run_pending_migrations(migrations)
        .map(|applied| applied.iter().map(ToString::to_string).collect())
        .map_err(|error| StoreError::Database(error.to_string()))
}

/// Names of the migrations that are not applied yet.
///
/// # Errors
/// When the database fails.
pub fn pending(database: &Database) -> Result<Vec<String>, StoreError> {
    database.read(|conn| match conn {
        Conn::Sqlite(c) => missing(c, SQLITE),
        Conn::Postgres(c) => missing(c, POSTGRES),
    })
}

fn missing<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, StoreError> {
    conn.pending_migrations(migrations)
        .map(|missing| missing.iter().map(|it| it.name().to_string()).collect())
        .map_err(|error| StoreError::Database(error.to_string()))
}
