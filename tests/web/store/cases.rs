//! Cases: versions, events, and what finds them.

use chrono::Duration;
use madoguchi::domain::case::apply::apply;
use madoguchi::domain::case::event::Event;
use madoguchi::store::cases::{self, Projection, Stored};
use madoguchi::store::{StoreError, idempotency};

use super::bench::{Store, day, each, in_threads, moment, stamp};

fn projection() -> Projection {
    Projection { due_on: day(30), ..Projection::default() }
}

/// The case as a command would leave it, with its event.
fn assigned(stored: &Stored, to: &str) -> (Stored, Vec<Event>) {
    let mut after = stored.clone();
    let event = Event::Assigned { to: Some(to.to_owned()) };
    apply(&mut after.case, &event, &stamp());
    after.case.version += 1;
    (after, vec![event])
}

fn update(store: &Store, stored: &Stored, events: &[Event], expected: i64) -> Result<(), StoreError> {
    store.database.write(|conn| cases::update(conn, stored, expected, events, &stamp(), "", &projection()))
}

#[test]
fn a_command_built_on_an_old_version_changes_nothing() {
    each("moved", |store| {
        let stored = store.filed("case_1", &projection());
        let (first, events) = assigned(&stored, "usr_1");
        update(store, &first, &events, 1).unwrap();
        let (late, events) = assigned(&stored, "usr_2");
        assert!(matches!(update(store, &late, &events, 1), Err(StoreError::Moved)));
        let found = store.write(|conn| cases::find(conn, &store.keys, "case_1"));
        assert_eq!(found.case, first.case);
        let after = store.write(|conn| cases::events_after(conn, &found, 1));
        assert_eq!(after.len(), 1);
    });
}

#[test]
fn of_two_commands_on_one_version_one_succeeds() {
    each("two", |store| {
        let stored = store.filed("case_1", &projection());
        for round in 0..20 {
            let before = store.write(|conn| cases::find(conn, &store.keys, &stored.case.id));
            let done = in_threads(2, |at| {
                let (after, events) = assigned(&before, &format!("usr_{at}"));
                update(store, &after, &events, before.case.version)
            });
            let moved = |it: &Result<(), StoreError>| matches!(it, Err(StoreError::Moved));
            assert_eq!(done.iter().filter(|it| it.is_ok()).count(), 1, "round {round}: {done:?}");
            assert_eq!(done.iter().filter(|it| moved(it)).count(), 1, "round {round}: {done:?}");
        }
    });
}

#[test]
fn a_held_case_lets_one_command_follow_the_other() {
    each("held", |store| {
        store.filed("case_1", &projection());
        in_threads(4, |_| hold_and_bump(store));
        let found = store.write(|conn| cases::find(conn, &store.keys, "case_1"));
        assert_eq!(found.case.version, 21);
    });
}

fn hold_and_bump(store: &Store) {
    for _ in 0..5 {
        store.write(|conn| {
            cases::hold(conn, "case_1")?;
            let before = cases::find(conn, &store.keys, "case_1")?;
            let (after, events) = assigned(&before, "usr_1");
            cases::update(conn, &after, before.case.version, &events, &stamp(), "", &projection())
        });
    }
}

#[test]
fn a_case_comes_back_from_its_events() {
    each("events", |store| {
        let stored = store.filed("case_1", &projection());
        let (after, events) = assigned(&stored, "usr_1");
        update(store, &after, &events, 1).unwrap();
        let history = store.write(|conn| cases::events_after(conn, &after, -1));
        let mut again =
            madoguchi::domain::case::apply::replay(history.iter().map(|(event, stamp)| (event, stamp)))
                .unwrap();
        again.version = after.case.version;
        assert_eq!(again, after.case);
    });
}

#[test]
fn a_reference_belongs_to_one_case() {
    each("reference", |store| {
        store.filed("case_1", &projection());
        let stored = store.draft("case_2");
        let mut after = stored.clone();
        let taken = Event::Submitted {
            reference: "NB-case_1".to_owned(),
            received_at: moment(),
            missing: Vec::new(),
            duplicates: Vec::new(),
            receiver: None,
        };
        apply(&mut after.case, &taken, &stamp());
        after.case.version = 1;
        assert!(matches!(update(store, &after, &[taken], 0), Err(StoreError::Duplicate(_))));
        assert_eq!(store.write(|conn| cases::id_of(conn, "NB-case_1")), "case_1");
    });
}

#[test]
fn only_a_draft_is_ever_deleted_and_everything_with_it() {
    each("drafts", |store| {
        store.filed("case_1", &projection());
        let draft = store.draft("case_2");
        store.write(|conn| cases::set_search(conn, "case_2", &["token".to_owned()]));
        store.write(|conn| madoguchi::store::secrets::save(conn, &store.keys, &draft, "path", "secret"));
        for id in ["case_1", "case_2"] {
            store.write(|conn| cases::delete_draft(conn, id));
        }
        assert_eq!(store.texts("SELECT id AS text FROM cases"), ["case_1"]);
        for table in ["case_events", "case_search", "case_secrets"] {
            let left = store.texts(&format!("SELECT case_id AS text FROM {table}"));
            assert!(!left.contains(&"case_2".to_owned()), "{table}");
        }
    });
}

#[test]
fn a_key_is_used_once_and_forgotten_in_time() {
    each("idempotency", |store| {
        let done = idempotency::Done {
            actor: "usr_1".to_owned(),
            command: "assign".to_owned(),
            case_id: "case_1".to_owned(),
            version: 2,
        };
        store.write(|conn| idempotency::note(conn, "key", &done, moment()));
        let again = store.database.write(|conn| idempotency::note(conn, "key", &done, moment()));
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        let later = moment() + Duration::days(1);
        assert_eq!(store.write(|conn| idempotency::sweep(conn, later)), 1);
        assert!(store.write(|conn| idempotency::find(conn, "key")).is_none());
    });
}
