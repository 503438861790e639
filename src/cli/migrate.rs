//! `madoguchi migrate`: brings the database to the newest shape ahead of the next start.

use crate::config::Config;
use crate::store::{Database, migrate};

/// Applies what is not applied yet and prints its names.
///
/// # Errors
/// When a migration fails; then none of it was applied.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let database = Database::open(&config.database()?, 1)?;
    let applied = migrate::migrate(&database)?;
    for name in &applied {
        println!("applied {name}");
    }
    if applied.is_empty() {
        println!("nothing to do");
    }
    Ok(())
}
