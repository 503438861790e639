//! `madoguchi verify-audit`: whether the record of who did and read what is whole, and whether every
//! signature under a certificate holds.

use crate::adapters::hospital::{Jose, profile::Profile as Received};
use crate::adapters::signature::{Jws, profile::Profile};
use crate::config::Config;
use crate::store::audit::{self, Break};
use crate::store::signing::Place;
use crate::store::{Database, Keyring, StoreError, audit_search};
use crate::usecases::signatures;

use super::place;

/// What came of walking the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Number of rows, and the newest row's seal.
    Whole(i64, String),
    /// The first row at which something shows.
    Broken(Break),
}

/// Walks the chain, checks the signatures and prints what came of it; `false` when something is broken.
///
/// # Errors
/// When the database or its key is not there.
pub fn run(config: &Config) -> anyhow::Result<bool> {
    let database = place::database(config)?;
    let keys = place::keys(config, &database)?;
    let chain = told(walk(&database, &keys)?);
    let (sound, broken) = signed(&database, &keys)?;
    println!("{sound} signatures under certificates hold");
    for (case, form, version) in &broken {
        println!("BROKEN: the signature under version {version} of {form} of {case}");
    }
    Ok(chain && broken.is_empty())
}

/// Prints what came of walking the chain; `false` when it is broken.
fn told(chain: Chain) -> bool {
    match chain {
        Chain::Whole(rows, seal) => {
            println!("{rows} rows, none altered, removed or reordered");
            println!("last seal {seal}");
            println!("Write the last seal down outside: it proves later that nothing before it was changed.");
            true
        }
        Chain::Broken(Break { seq, what }) => {
            println!("the chain breaks at row {seq}: {what}");
            println!(
                "Keep the database as it is, compare it with the last backup, and tell whoever is in charge."
            );
            false
        }
    }
}

/// How many signatures hold, and the places of those that do not, on one picture of the data.
///
/// # Errors
/// When the database fails.
pub fn signed(database: &Database, keys: &Keyring) -> Result<(usize, Vec<Place>), StoreError> {
    let own = Jws::new(Profile::own_key());
    // A document's key was checked when it came and is kept beside it: no authority is asked again.
    let hospitals = Jose::new(Received::new(Vec::new()));
    database.snapshot(|conn| {
        let (made, mut broken) = signatures::check_all(&own, conn, keys)?;
        let (received, more) = signatures::check_received(&hospitals, conn, keys)?;
        broken.extend(more);
        Ok((made + received, broken))
    })
}

/// Walks the chain, on one picture of the data.
///
/// # Errors
/// When the database fails.
pub fn walk(database: &Database, keys: &Keyring) -> Result<Chain, StoreError> {
    database.snapshot(|conn| match audit::verify(conn, keys)? {
        Ok(rows) => Ok(Chain::Whole(rows, audit_search::head(conn)?.map(|it| it.1).unwrap_or_default())),
        Err(broken) => Ok(Chain::Broken(broken)),
    })
}
