//! Moves of register rows at which two workers try at once: each happens once.

use madoguchi::store::hub_moves;

use super::bench::{each, in_threads, moment};
use super::register::{batch, decided, next, put, reject};

#[test]
fn a_row_is_picked_by_one_of_four_workers() {
    each("pick", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        (0..4).for_each(|at| batch(store, &format!("batch_{at}")));
        let picked =
            in_threads(4, |at| store.write(|conn| hub_moves::pick(conn, "a1", &format!("batch_{at}"), 1)));
        let picked = picked.into_iter().filter(|it| *it).count();
        assert_eq!(picked, 1);
        assert!(next(store, false).is_empty());
    });
}

#[test]
fn an_answer_counts_once() {
    each("answer", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        batch(store, "batch_1");
        let answer = hub_moves::Answer {
            row: "a1".to_owned(),
            state: "accepted",
            problem: String::new(),
            receipt: "receipt".to_owned(),
        };
        let give = || store.write(|conn| hub_moves::answer(conn, "batch_1", &answer, moment()));
        assert!(!give(), "nobody asked yet");
        assert!(store.write(|conn| hub_moves::pick(conn, "a1", "batch_1", 1)));
        assert!(give());
        assert!(!give());
        assert_eq!(store.write(|conn| hub_moves::confirm(conn, &["a1"], moment())), 1);
        assert_eq!(store.write(|conn| hub_moves::confirm(conn, &["a1"], moment())), 0);
    });
}

#[test]
fn an_earlier_row_hurries_with_an_urgent_one_behind_it() {
    each("hurry", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        put(store, &stored, "a2", "a", true, 1);
        put(store, &stored, "b1", "b", false, 2);
        assert!(next(store, true).is_empty());
        store.write(|conn| hub_moves::hurry(conn, "register"));
        assert_eq!(next(store, true), ["a1"]);
    });
}

#[test]
fn a_row_steps_aside_only_for_a_later_one_of_its_key() {
    each("aside", |store| {
        let stored = decided(store);
        put(store, &stored, "a1", "a", false, 0);
        put(store, &stored, "a2", "a", false, 1);
        put(store, &stored, "b1", "b", false, 2);
        for id in ["a1", "b1"] {
            reject(store, id);
        }
        let subjects = ["a".to_owned(), "b".to_owned()];
        let aside = |by: &[&str]| {
            store.write(|conn| {
                hub_moves::supersede(conn, "register", &subjects, (&["rejected"], by), moment())
            })
        };
        assert_eq!(aside(&["accepted"]).len(), 0);
        assert_eq!(aside(&["pending"]).len(), 1);
        assert_eq!(next(store, false), ["a2"]);
        assert!(store.write(|conn| hub_moves::again(conn, "b1", moment())));
        assert!(!store.write(|conn| hub_moves::again(conn, "a1", moment())));
    });
}
