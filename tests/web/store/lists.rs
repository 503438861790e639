//! Lists of cases for staff.

use std::collections::BTreeSet;

use madoguchi::domain::permission::{Actor, Desk, Seated, seat};
use madoguchi::domain::program::{Program, load};
use madoguchi::store::cases::{self, Projection};
use madoguchi::store::queue::{self, Filter};

use super::bench::{Store, day, each};

fn seated() -> Seated {
    let folders = madoguchi::app::program_folders("").unwrap();
    let programs: Vec<Program> = folders.values().map(|files| load(files).unwrap()).collect();
    let definitions: Vec<_> = programs.iter().map(|program| &program.definition).collect();
    let codes = definitions.iter().flat_map(|it| it.roles.iter().map(|role| role.code.as_str()));
    seat(&Actor::with_roles("usr_1", "", codes), Desk::Queue, &definitions).unwrap()
}

fn filter() -> Filter {
    Filter { programs: vec!["program".to_owned()], ..Filter::default() }
}

/// Cases of which many fall due on the same day.
fn fill(store: &Store, number: i64) {
    for at in 0..number {
        let projection =
            Projection { due_on: day(at % 7), label: format!("氏名 {at}"), ..Projection::default() };
        store.filed(&format!("case_{at:04}"), &projection);
    }
}

#[test]
fn pages_show_every_case_once_in_the_order_of_urgency() {
    each("pages", |store| {
        fill(store, 60);
        store.draft("case_draft");
        let seated = seated();
        let (mut seen, mut next) = (Vec::new(), filter());
        loop {
            let page = store.write(|conn| queue::page(conn, &seated, &next, 7));
            let Some(last) = page.last() else { break };
            next.after = Some((last.due_on, last.id.clone()));
            seen.extend(page.iter().map(|line| (line.due_on, line.id.clone())));
            // A case that comes in meanwhile moves no other.
            if seen.len() == 7 {
                store.filed("case_early", &Projection { due_on: day(-1), ..Projection::default() });
            }
        }
        assert_eq!(seen.len(), 60);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 60);
        assert!(seen.is_sorted());
    });
}

#[test]
fn the_count_stops_where_nobody_counts_any_more() {
    each("count", |store| {
        fill(store, 24);
        let seated = seated();
        assert_eq!(store.write(|conn| queue::count(conn, &seated, &filter())), 24);
        let copy = "INSERT INTO cases (id, reference, program, kind, definition, state, version, applicant, origin,
            lang, data_key, body, submitted_at, due_on, created_at, updated_at)
            SELECT c.id || '+' || d.id, c.reference || '+' || d.id, c.program, c.kind, c.definition, c.state, c.version, c.applicant,
            c.origin, c.lang, c.data_key, c.body, c.submitted_at, c.due_on, c.created_at, c.updated_at
            FROM cases c, cases d";
        assert_eq!(store.sql(copy).unwrap(), 24 * 24);
        assert_eq!(store.write(|conn| queue::count(conn, &seated, &filter())), 501);
    });
}

#[test]
fn a_list_is_narrowed_by_what_stands_beside_the_sealed_case() {
    each("narrow", |store| {
        let base = || Projection { due_on: day(5), ..Projection::default() };
        store.filed("case_plain", &base());
        store.filed("case_late", &Projection { due_on: day(-3), ..base() });
        store.filed("case_twice", &Projection { duplicate: true, ..base() });
        store.filed("case_answered", &Projection { answered: true, ..base() });
        store.filed("case_waits", &Projection { waiting: " income_check office ".to_owned(), ..base() });
        store.write(|conn| cases::set_sync(conn, "case_plain", "rejected"));
        let seated = seated();
        let found = |change: &dyn Fn(&mut Filter)| {
            let mut filter = filter();
            change(&mut filter);
            let page = store.write(|conn| queue::page(conn, &seated, &filter, 50));
            page.into_iter().map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(found(&|it| it.due_until = Some(day(0))), ["case_late"]);
        assert_eq!(found(&|it| it.duplicate = true), ["case_twice"]);
        assert_eq!(found(&|it| it.answered = true), ["case_answered"]);
        assert_eq!(found(&|it| it.waiting = "income_check".to_owned()), ["case_waits"]);
        assert!(found(&|it| it.waiting = "income".to_owned()).is_empty());
        assert_eq!(found(&|it| it.sync = "rejected".to_owned()), ["case_plain"]);
        assert_eq!(found(&|it| it.state = "submitted".to_owned()).len(), 5);
        assert!(found(&|it| it.state = "draft".to_owned()).is_empty());
        assert!(found(&|it| it.programs.clear()).is_empty());
    });
}

#[test]
fn a_case_is_found_by_its_present_tokens_only() {
    each("tokens", |store| {
        store.filed("case_1", &Projection { due_on: day(0), ..Projection::default() });
        let seated = seated();
        let token = |word: &str| store.keys.lookup.hash("name", word);
        let found = |word: &str| {
            let filter = Filter { token: token(word), ..filter() };
            store.write(|conn| queue::page(conn, &seated, &filter, 50)).len()
        };
        store.write(|conn| cases::set_search(conn, "case_1", &[token("青空"), token("あおぞら")]));
        assert_eq!((found("青空"), found("あおぞら"), found("青")), (1, 1, 0));
        store.write(|conn| cases::set_search(conn, "case_1", &[token("山吹")]));
        assert_eq!((found("青空"), found("山吹")), (0, 1));
        let other_key = madoguchi::store::seal::DataKey::generate().unwrap();
        assert_ne!(token("山吹"), other_key.hash("name", "山吹"));
    });
}

#[test]
fn a_name_in_a_list_opens_only_for_its_own_case() {
    each("label", |store| {
        fill(store, 2);
        let page = store.write(|conn| queue::page(conn, &seated(), &filter(), 10));
        assert_eq!(page[0].name(&store.keys).unwrap(), "氏名 0");
        let mut moved = page[0].clone();
        moved.label = page[1].label.clone();
        assert!(moved.name(&store.keys).is_err());
    });
}
