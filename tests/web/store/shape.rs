//! Both databases have the same shape, and come to it only once.

use std::collections::BTreeMap;

use madoguchi::store::{Keyring, StoreError, migrate};

use super::bench::{Store, each, in_threads, moment};

const SQLITE: &str = "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" THEN ' required' ELSE '' END AS text
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_%' ESCAPE '\\'
     AND m.name NOT LIKE 'sqlite%' ORDER BY 1";
const POSTGRES: &str = "SELECT table_name || '.' || column_name ||
     CASE WHEN is_nullable = 'NO' THEN ' required' ELSE '' END AS text
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%' ORDER BY 1";

fn columns(store: &Store) -> Vec<String> {
    store.texts(if store.database.address().is_embedded() { SQLITE } else { POSTGRES })
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let seen = std::cell::RefCell::new(BTreeMap::new());
    each("shape", |store| {
        seen.borrow_mut().insert(store.database.address().is_embedded(), columns(store));
    });
    let seen = seen.into_inner();
    let one = seen.values().next().unwrap();
    assert!(one.len() > 150, "{one:?}");
    assert!(seen.values().all(|other| other == one), "{seen:#?}");
}

#[test]
fn migrating_again_changes_nothing() {
    each("again", |store| {
        assert_eq!(migrate::migrate(&store.database).unwrap(), Vec::<String>::new());
        assert_eq!(migrate::pending(&store.database).unwrap(), Vec::<String>::new());
    });
}

#[test]
fn processes_that_start_together_do_not_meet() {
    each("together", |store| {
        let rings = in_threads(4, |_| {
            migrate::migrate(&store.database).unwrap();
            Keyring::open(&store.database, store.kek.clone(), moment()).unwrap()
        });
        assert!(rings.iter().all(|ring| ring.lookup.hash("x", "y") == store.keys.lookup.hash("x", "y")));
    });
}

#[test]
fn a_failed_transaction_leaves_nothing_behind() {
    each("rollback", |store| {
        let failed = store.database.write(|conn| {
            madoguchi::store::decisions::next_number(conn, "series")?;
            Err::<(), _>(StoreError::NotFound)
        });
        assert!(failed.is_err());
        let number = store.write(|conn| madoguchi::store::decisions::next_number(conn, "series"));
        assert_eq!(number, 1);
    });
}
