//! The installation that a command works on: it must be there already.

use anyhow::{Context, bail};

use crate::adapters::clock::SystemClock;
use crate::app::existing_key;
use crate::config::Config;
use crate::ports::clock::Clock;
use crate::store::{Address, Database, Keyring};

/// The database of the settings. An embedded one that is not there is not made.
///
/// # Errors
/// When it is not there or cannot be reached.
pub fn database(config: &Config) -> anyhow::Result<Database> {
    let address = config.database()?;
    if let Address::Sqlite(path) = &address
        && !std::path::Path::new(path).is_file()
    {
        bail!(
            "there is no database at {path}: correct `database_url`, or start `serve` or `migrate` to make it"
        );
    }
    Ok(Database::open(&address, 1)?)
}

/// The keys of a database.
///
/// # Errors
/// When the key is not there or is not this database's.
pub fn keys(config: &Config, database: &Database) -> anyhow::Result<Keyring> {
    let advice = "the key does not open this database; after `keys rotate` was interrupted, run it again";
    Keyring::open(database, existing_key(config)?, SystemClock.now()).context(advice)
}
