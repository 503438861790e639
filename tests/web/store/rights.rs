//! The database itself refuses what the law forbids, whoever asks.

use madoguchi::domain::case::decision::Decision;
use madoguchi::domain::program::vocabulary::Outcome;
use madoguchi::store::cases::{Projection, Stored};
use madoguchi::store::{StoreError, decisions};

use super::bench::{Store, day, decision, each, in_threads};

fn insert(store: &Store, stored: &Stored, decision: &Decision, adverse: bool) -> Result<(), StoreError> {
    store.database.write(|conn| decisions::insert(conn, stored, decision, adverse))
}

fn filed(store: &Store) -> Stored {
    store.filed("case_1", &Projection { due_on: day(0), ..Projection::default() })
}

fn refused(outcome: Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Database(_)))
}

#[test]
fn an_adverse_decision_needs_reasons_and_the_way_to_appeal() {
    each("adverse", |store| {
        let stored = filed(store);
        let whole = decision(&stored.case, "dec_1", Outcome::Refused);
        let mut bare = whole.clone();
        bare.draft.content.reasons.clear();
        assert!(refused(insert(store, &stored, &bare, true)));
        let mut silent = whole.clone();
        silent.draft.content.appeal.clear();
        assert!(refused(insert(store, &stored, &silent, true)));
        insert(store, &stored, &whole, true).unwrap();
    });
}

#[test]
fn nobody_signs_what_they_drafted() {
    each("four-eyes", |store| {
        let stored = filed(store);
        let mut own = decision(&stored.case, "dec_1", Outcome::Granted);
        own.draft.signatures[0].by = own.draft.by.clone();
        assert!(refused(insert(store, &stored, &own, false)));
        assert!(store.texts("SELECT id AS text FROM decisions").is_empty());
    });
}

#[test]
fn a_case_has_one_decision_of_a_number() {
    each("numbers", |store| {
        let stored = filed(store);
        insert(store, &stored, &decision(&stored.case, "dec_1", Outcome::Granted), false).unwrap();
        let second = decision(&stored.case, "dec_2", Outcome::Granted);
        assert!(matches!(insert(store, &stored, &second, false), Err(StoreError::Duplicate(_))));
        let mut unknown = decision(&stored.case, "dec_3", Outcome::Granted);
        unknown.seq = 2;
        unknown.supersedes = Some("dec_9".to_owned());
        assert!(insert(store, &stored, &unknown, false).is_err());
    });
}

#[test]
fn a_decided_case_is_not_deleted() {
    each("kept", |store| {
        let stored = filed(store);
        insert(store, &stored, &decision(&stored.case, "dec_1", Outcome::Granted), false).unwrap();
        assert!(store.sql("DELETE FROM cases").is_err());
    });
}

#[test]
fn numbers_are_issued_without_gap_or_repetition() {
    each("series", |store| {
        let draw = |_| -> Vec<i64> {
            (0..25).map(|_| store.write(|conn| decisions::next_number(conn, "nb"))).collect()
        };
        let mut all = in_threads(4, draw).concat();
        all.sort_unstable();
        assert_eq!(all, (1..=100).collect::<Vec<_>>());
    });
}
