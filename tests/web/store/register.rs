//! Rows for the outside registers: their order, and when they count as registered.

use chrono::Duration;
use madoguchi::domain::program::vocabulary::Outcome;
use madoguchi::store::cases::{Projection, Stored};
use madoguchi::store::hub::{self, HubRow};
use madoguchi::store::{StoreError, decisions};

use super::bench::{Store, day, decision, each, moment};

const CONNECTOR: &str = "register";

/// A case with a decision, to which rows belong.
pub fn decided(store: &Store) -> Stored {
    let stored = store.filed("case_1", &Projection { due_on: day(0), ..Projection::default() });
    let decision = decision(&stored.case, "dec_1", Outcome::Granted);
    store.write(|conn| decisions::insert(conn, &stored, &decision, false));
    stored
}

/// Puts a row into the outbox, so many seconds after the first moment.
pub fn put(store: &Store, stored: &Stored, id: &str, subject: &str, urgent: bool, after: i64) {
    let row = HubRow {
        id: id.to_owned(),
        connector: CONNECTOR.to_owned(),
        case_id: stored.case.id.clone(),
        decision_id: "dec_1".to_owned(),
        subject: subject.to_owned(),
        seq: 0,
        history_key: subject.to_owned(),
        deleted: false,
        urgent,
        body: id.as_bytes().to_vec(),
        content_hash: String::new(),
        state: "pending".to_owned(),
        attempts: 0,
        position: 0,
    };
    store.write(|conn| hub::insert(conn, stored, &row, moment() + Duration::seconds(after)));
}

/// Ids of the rows that would go out next.
pub fn next(store: &Store, urgent_only: bool) -> Vec<String> {
    let rows = store.write(|conn| hub::next_pending(conn, &store.keys, CONNECTOR, urgent_only, 100));
    assert!(rows.iter().all(|row| row.body == row.id.as_bytes()));
    rows.into_iter().map(|row| row.id).collect()
}

/// Sets what became of a row.
pub fn set(store: &Store, id: &str, state: &str, receipt: &str) -> Result<(), StoreError> {
    store.database.write(|conn| hub::set_state(conn, id, state, "", receipt, moment()))
}

#[test]
fn the_rows_of_a_person_go_out_one_after_the_other() {
    each("order", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        put(store, &stored, "b1", "b", false, 1);
        put(store, &stored, "a2", "a", false, 2);
        put(store, &stored, "c1", "c", false, 3);
        assert_eq!(next(store, false), ["a1", "b1", "c1"]);
        set(store, "a1", "sent", "").unwrap();
        assert_eq!(next(store, false), ["b1", "c1"]);
        set(store, "a1", "confirmed", "receipt").unwrap();
        assert_eq!(next(store, false), ["b1", "a2", "c1"]);
    });
}

#[test]
fn a_rejected_row_holds_up_its_own_person_and_nobody_else() {
    each("rejected", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        put(store, &stored, "a2", "a", false, 1);
        put(store, &stored, "b1", "b", false, 2);
        set(store, "a1", "rejected", "").unwrap();
        assert_eq!(next(store, false), ["b1"]);
        assert!(store.write(|conn| hub::retry(conn, "a1", moment())));
        assert_eq!(next(store, false), ["a1", "b1"]);
    });
}

#[test]
fn urgent_rows_go_first_and_alone_by_day() {
    each("urgent", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        put(store, &stored, "b1", "b", true, 5);
        assert_eq!(next(store, false), ["b1", "a1"]);
        assert_eq!(next(store, true), ["b1"]);
    });
}

#[test]
fn nothing_counts_as_registered_without_a_receipt() {
    each("receipt", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        assert!(matches!(set(store, "a1", "confirmed", ""), Err(StoreError::Database(_))));
        assert!(store.sql("UPDATE hub_rows SET state = 'confirmed'").is_err());
        assert!(store.sql("UPDATE hub_rows SET state = 'done'").is_err());
        set(store, "a1", "confirmed", "receipt").unwrap();
    });
}

#[test]
fn two_rows_of_a_person_never_share_a_place() {
    each("places", |store| {
        let stored = decided(store);
        for at in 0..5 {
            put(store, &stored, &format!("a{at}"), "a", false, at);
        }
        let places = store.texts("SELECT CAST(seq AS TEXT) AS text FROM hub_rows ORDER BY id");
        assert_eq!(places, ["1", "2", "3", "4", "5"]);
        assert!(store.sql("UPDATE hub_rows SET seq = 1").is_err());
    });
}
