//! What is stored cannot be read, moved or opened with another key.

use chrono::Duration;
use madoguchi::domain::permission::{Actor, Granted, Relation, grant};
use madoguchi::domain::program::load;
use madoguchi::domain::program::vocabulary::CommandName;
use madoguchi::store::cases::{self, Projection};
use madoguchi::store::citizens::{self, Profile};
use madoguchi::store::seal::DataKey;
use madoguchi::store::{Keyring, StoreError, answers, keys, secrets};

use super::bench::{Store, day, each, moment};
use crate::database;

const NUMBER: &str = "990000013277";
const NAME: &str = "青空 花子";

fn granted() -> Granted {
    let folders = madoguchi::app::program_folders("").unwrap();
    let program = load(folders.values().next().unwrap()).unwrap();
    let own = Relation { own: true, ..Relation::default() };
    grant(&Actor::citizen("cit_1", NAME), CommandName::Read, &program.definition, &own).unwrap()
}

fn fill(store: &Store) -> cases::Stored {
    let projection = Projection { due_on: day(1), label: NAME.to_owned(), ..Projection::default() };
    let stored = store.filed("case_1", &projection);
    store.write(|conn| {
        secrets::save(conn, &store.keys, &stored, "patient.my-number", NUMBER)?;
        answers::save(conn, &stored, "form", 0, NAME.as_bytes(), "digest", "cit_1", moment())?;
        let profile = Profile { name: NAME.to_owned(), ..Profile::default() };
        citizens::sign_in(conn, &store.keys, "subject", "cit_1", &profile, moment())
    });
    stored
}

fn read(store: &Store, keys: &Keyring) -> Result<String, StoreError> {
    store.database.read(|conn| {
        let stored = cases::find(conn, keys, "case_1")?;
        Ok(secrets::find(conn, &granted(), &stored, "patient.my-number")?.unwrap_or_default())
    })
}

#[test]
fn what_was_sealed_comes_back() {
    each("back", |store| {
        let stored = fill(store);
        assert_eq!(read(store, &store.keys).unwrap(), NUMBER);
        let saved = store.write(|conn| answers::find(conn, &granted(), &stored, "form", 0)).unwrap();
        assert_eq!(saved.body, NAME.as_bytes());
        assert_eq!(store.write(|conn| citizens::find(conn, &store.keys, "cit_1")).profile.name, NAME);
    });
}

#[test]
fn no_name_and_no_number_stands_in_the_database_file() {
    each("plain", |store| {
        fill(store);
        let Some(file) = &store.file else { return };
        let wal = file.with_extension("db-wal");
        for file in [file, &wal] {
            let Ok(bytes) = std::fs::read(file) else { continue };
            for secret in [NUMBER, NAME, "青空", "花子"] {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{secret} stands in {}", file.display());
            }
        }
        let written = std::fs::read(file).unwrap().len() + std::fs::read(&wal).map_or(0, |it| it.len());
        assert!(written > 10_000);
    });
}

#[test]
fn no_column_of_any_table_holds_a_name_or_number() {
    each("dump", |store| {
        fill(store);
        for table in database::tables(&store.database) {
            let all = database::rows(&store.database, &table);
            for secret in [NUMBER, NAME, "青空", "花子"] {
                assert!(!all.iter().any(|row| row.contains(secret)), "{table} shows {secret}");
            }
        }
    });
}

#[test]
fn a_sealed_cell_opens_in_no_other_row() {
    each("moved-cells", |store| {
        fill(store);
        let other = store.filed("case_2", &Projection { due_on: day(1), ..Projection::default() });
        store.write(|conn| secrets::save(conn, &store.keys, &other, "patient.my-number", "0"));
        store
            .sql("UPDATE case_secrets SET body = (SELECT body FROM case_secrets WHERE case_id = 'case_2')")
            .unwrap();
        assert!(matches!(read(store, &store.keys), Err(StoreError::Sealed)));
        store
            .sql(
                "UPDATE cases SET body = (SELECT body FROM cases WHERE id = 'case_2'),
            data_key = (SELECT data_key FROM cases WHERE id = 'case_2') WHERE id = 'case_1'",
            )
            .unwrap();
        assert!(matches!(read(store, &store.keys), Err(StoreError::Sealed)));
    });
}

#[test]
fn another_key_opens_nothing() {
    each("other-key", |store| {
        fill(store);
        let other = DataKey::generate().unwrap();
        let opened = Keyring::open(&store.database, other, moment() + Duration::days(1));
        assert!(matches!(opened, Err(StoreError::Sealed)));
    });
}

#[test]
fn after_a_rotation_the_new_key_opens_everything_and_the_old_one_nothing() {
    each("rotate", |store| {
        fill(store);
        let new = DataKey::generate().unwrap();
        assert_eq!(keys::rotate(&store.database, &store.kek, &new).unwrap(), 4);
        assert!(matches!(read(store, &store.keys), Err(StoreError::Sealed)));
        assert!(Keyring::open(&store.database, store.kek.clone(), moment()).is_err());
        let ring = Keyring::open(&store.database, new, moment()).unwrap();
        assert_eq!(read(store, &ring).unwrap(), NUMBER);
        assert_eq!(store.write(|conn| citizens::find(conn, &ring, "cit_1")).profile.name, NAME);
    });
}

#[test]
fn a_rotation_that_cannot_open_one_key_changes_none() {
    each("half-rotate", |store| {
        fill(store);
        store.filed("case_2", &Projection { due_on: day(1), ..Projection::default() });
        store.sql("UPDATE cases SET data_key = 'v1.AAAA' WHERE id = 'case_2'").unwrap();
        let new = DataKey::generate().unwrap();
        assert!(matches!(keys::rotate(&store.database, &store.kek, &new), Err(StoreError::Sealed)));
        assert_eq!(read(store, &store.keys).unwrap(), NUMBER);
    });
}
