//! The chained record: whatever is done to it behind its back shows.

use chrono::Duration;
use madoguchi::store::StoreError;
use madoguchi::store::audit::{self, Break, Entry};
use madoguchi::store::seal::DataKey;
use serde_json::json;

use super::bench::{Store, each, in_threads, moment};

fn fill(store: &Store, number: i64) {
    for at in 0..number {
        store.write(|conn| audit::append(conn, &store.keys, &entry(at)));
    }
}

fn entry(at: i64) -> Entry<'static> {
    Entry {
        at: moment() + Duration::microseconds(at),
        actor: "usr_1",
        action: "read",
        case_id: "case_1",
        source: "127.0.0.1",
        outcome: "done",
        detail: json!({ "at": at }),
    }
}

fn verify(store: &Store) -> Result<i64, Break> {
    store.database.read(|conn| audit::verify(conn, &store.keys)).unwrap()
}

/// Spoils a record of nine rows by SQL and tells at which row it shows.
fn spoilt(store: &Store, sql: &[&str]) -> i64 {
    for table in ["audit", "audit_head"] {
        store.sql(&format!("DELETE FROM {table}")).unwrap();
    }
    fill(store, 9);
    assert_eq!(verify(store), Ok(9));
    for line in sql {
        assert!(store.sql(line).unwrap() > 0, "{line}");
    }
    verify(store).expect_err("the change has to show").seq
}

#[test]
fn a_sound_record_is_sound_and_an_empty_one_as_well() {
    each("sound", |store| {
        assert_eq!(verify(store), Ok(0));
        fill(store, 5);
        assert_eq!(verify(store), Ok(5));
    });
}

#[test]
fn every_column_of_every_row_is_sealed() {
    each("columns", |store| {
        for change in [
            "actor = 'usr_2'",
            "action = 'print'",
            "case_id = ''",
            "source = 'cli'",
            "outcome = 'refused'",
            "detail = '{}'",
            "at = '2026-01-01 00:00:00'",
            "mac = previous",
        ] {
            assert_eq!(spoilt(store, &[&format!("UPDATE audit SET {change} WHERE seq = 4")]), 4, "{change}");
        }
        assert_eq!(spoilt(store, &["UPDATE audit SET previous = '' WHERE seq = 4"]), 4);
        assert_eq!(spoilt(store, &["UPDATE audit SET actor = 'usr_' || '2' WHERE seq = 9"]), 9);
    });
}

#[test]
fn what_was_moved_between_columns_shows() {
    each("between", |store| {
        let shift = "UPDATE audit SET actor = 'usr_1r', action = 'ead' WHERE seq = 2";
        assert_eq!(spoilt(store, &[shift]), 2);
    });
}

#[test]
fn removed_swapped_and_cut_rows_show() {
    each("removed", |store| {
        assert_eq!(spoilt(store, &["DELETE FROM audit WHERE seq = 1"]), 2);
        assert_eq!(spoilt(store, &["DELETE FROM audit WHERE seq = 5"]), 6);
        assert_eq!(spoilt(store, &["DELETE FROM audit WHERE seq = 9"]), 8);
        assert_eq!(spoilt(store, &["DELETE FROM audit WHERE seq > 3"]), 3);
        let swap = [
            "UPDATE audit SET seq = 100 WHERE seq = 3",
            "UPDATE audit SET seq = 3 WHERE seq = 4",
            "UPDATE audit SET seq = 4 WHERE seq = 100",
        ];
        assert_eq!(spoilt(store, &swap), 3);
        let renumber = ["DELETE FROM audit WHERE seq = 9", "UPDATE audit_head SET seq = 8"];
        assert_eq!(spoilt(store, &renumber), 8);
        assert_eq!(spoilt(store, &["DELETE FROM audit"]), 0);
    });
}

#[test]
fn a_cut_record_cannot_be_given_a_new_end() {
    each("end", |store| {
        // The seal of an earlier row is known to whoever reads the table; the head's own seal is not.
        let cut = [
            "DELETE FROM audit WHERE seq > 3",
            "UPDATE audit_head SET seq = 3, mac = (SELECT mac FROM audit WHERE seq = 3) || '.' ||
                (SELECT mac FROM audit WHERE seq = 3)",
        ];
        assert_eq!(spoilt(store, &cut), 3);
    });
}

#[test]
fn another_key_does_not_vouch_for_the_record() {
    each("key", |store| {
        fill(store, 2);
        let mut strange = store.keys.clone();
        strange.audit = DataKey::generate().unwrap();
        let found = store.database.read(|conn| audit::verify(conn, &strange)).unwrap();
        assert_eq!(found.expect_err("sealed with another key").seq, 1);
    });
}

#[test]
fn many_at_once_make_one_chain() {
    each("many", |store| {
        in_threads(4, |_| fill(store, 25));
        assert_eq!(verify(store), Ok(100));
    });
}

#[test]
fn a_record_of_what_was_undone_is_undone_with_it() {
    each("undone", |store| {
        let failed = store.database.write(|conn| {
            audit::append(conn, &store.keys, &entry(1))?;
            Err::<(), _>(StoreError::NotFound)
        });
        assert!(failed.is_err());
        assert_eq!(verify(store), Ok(0));
    });
}
