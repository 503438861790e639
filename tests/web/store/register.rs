//! Rows for the outside registers: their order, and when they count as registered.

use chrono::Duration;
use madoguchi::domain::program::vocabulary::Outcome;
use madoguchi::store::cases::{Projection, Stored};
use madoguchi::store::hub::{self, HubRow};
use madoguchi::store::hub_moves::{self, Answer};
use madoguchi::store::{StoreError, decisions, hub_batches};

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
        person: None,
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
    store.write(|conn| hub::insert(conn, &stored.key, &row, moment() + Duration::seconds(after)));
}

/// Ids of the rows that would go out next.
pub fn next(store: &Store, urgent_only: bool) -> Vec<String> {
    let rows = store.write(|conn| hub::next_pending(conn, &store.keys, CONNECTOR, urgent_only, 100));
    assert!(rows.iter().all(|row| row.body == row.id.as_bytes()));
    rows.into_iter().map(|row| row.id).collect()
}

/// A batch into which rows are put.
pub fn batch(store: &Store, id: &str) {
    store.write(|conn| hub_batches::insert(conn, id, CONNECTOR, id, 1, moment()));
}

/// Sends a row in a batch of its own.
fn send(store: &Store, id: &str) {
    batch(store, id);
    assert!(store.write(|conn| hub_moves::pick(conn, id, id, 1)));
}

/// The register takes a row that was sent by [`send`].
fn accept(store: &Store, id: &str, receipt: &str) {
    let answer =
        Answer { row: id.to_owned(), state: "accepted", problem: String::new(), receipt: receipt.to_owned() };
    assert!(store.write(|conn| hub_moves::answer(conn, id, &answer, moment())));
}

fn confirm(store: &Store, id: &str) -> Result<bool, StoreError> {
    store.database.write(|conn| Ok(hub_moves::confirm(conn, &[id], moment())? == 1))
}

/// Rejects a row before it is sent.
pub fn reject(store: &Store, id: &str) {
    assert!(store.write(|conn| hub_moves::refuse(conn, id, "", moment())));
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
        send(store, "a1");
        assert_eq!(next(store, false), ["b1", "c1"]);
        accept(store, "a1", "receipt");
        assert!(confirm(store, "a1").unwrap());
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
        reject(store, "a1");
        assert_eq!(next(store, false), ["b1"]);
        assert!(store.write(|conn| hub_moves::again(conn, "a1", moment())));
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
        put(store, &stored, "b1", "b", false, 0);
        send(store, "a1");
        accept(store, "a1", "");
        assert!(matches!(confirm(store, "a1"), Err(StoreError::Database(_))));
        assert!(store.sql("UPDATE hub_rows SET state = 'confirmed'").is_err());
        assert!(store.sql("UPDATE hub_rows SET state = 'done'").is_err());
        send(store, "b1");
        accept(store, "b1", "receipt");
        assert!(confirm(store, "b1").unwrap());
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
