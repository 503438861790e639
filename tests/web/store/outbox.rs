//! Jobs and runs: any number of workers, nothing done twice, nothing lost.

use std::collections::BTreeSet;

use chrono::Duration;
use madoguchi::store::{jobs, runs};

use super::bench::{Store, each, in_threads, moment};

const LEASE: Duration = Duration::minutes(5);

fn claim_all(store: &Store) -> Vec<String> {
    let mut mine = Vec::new();
    loop {
        let claimed = store.write(|conn| jobs::claim(conn, moment(), LEASE, 7));
        if claimed.is_empty() {
            return mine;
        }
        mine.extend(claimed.into_iter().map(|job| job.id));
    }
}

#[test]
fn four_workers_claim_four_hundred_jobs_each_once() {
    each("claims", |store| {
        store.write(|conn| {
            (0..400).try_for_each(|at| {
                jobs::enqueue(conn, &format!("job_{at:03}"), "kind", "{}", &format!("key {at}"), moment())
            })
        });
        // On PostgreSQL a worker may find that another took all it saw; it looks again until none is left.
        let mut all: Vec<String> = in_threads(4, |_| claim_all(store)).concat();
        all.extend(claim_all(store));
        assert_eq!(all.len(), 400);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 400);
    });
}

#[test]
fn a_job_of_the_same_key_is_enqueued_once() {
    each("keys", |store| {
        for id in ["job_1", "job_2"] {
            store.write(|conn| jobs::enqueue(conn, id, "kind", "{}", "key", moment()));
        }
        assert_eq!(store.write(jobs::open_count), 1);
    });
}

#[test]
fn a_job_comes_back_when_its_worker_died_and_never_before() {
    each("lease", |store| {
        store.write(|conn| jobs::enqueue(conn, "job_1", "kind", "{}", "key", moment()));
        let claim = |at| store.write(|conn| jobs::claim(conn, at, LEASE, 5));
        assert!(claim(moment() - Duration::seconds(1)).is_empty(), "it is not due yet");
        assert_eq!(claim(moment())[0].attempts, 1);
        assert!(claim(moment() + LEASE).is_empty());
        assert_eq!(claim(moment() + LEASE + Duration::seconds(1))[0].attempts, 2);
    });
}

#[test]
fn a_failed_job_waits_a_dead_one_rests_until_a_person_revives_it() {
    each("dead", |store| {
        store.write(|conn| jobs::enqueue(conn, "job_1", "kind", "{}", "key", moment()));
        let claim = |at| store.write(|conn| jobs::claim(conn, at, LEASE, 5)).len();
        assert_eq!(claim(moment()), 1);
        store.write(|conn| jobs::retry(conn, "job_1", "later", moment() + Duration::hours(1)));
        assert_eq!((claim(moment()), claim(moment() + Duration::hours(1))), (0, 1));
        store.write(|conn| jobs::bury(conn, "job_1", "never"));
        assert_eq!(claim(moment() + Duration::days(9)), 0);
        assert!(store.write(|conn| jobs::revive(conn, "job_1", moment())));
        assert!(!store.write(|conn| jobs::revive(conn, "job_1", moment())));
        assert_eq!(claim(moment()), 1);
        store.write(|conn| jobs::finish(conn, "job_1"));
        assert_eq!(claim(moment() + Duration::days(9)), 0);
    });
}

#[test]
fn a_night_is_noted_once_however_many_notice_it() {
    each("nights", |store| {
        for night in 0..10 {
            let due = moment() + Duration::days(night);
            let noted = in_threads(4, |worker| {
                let id = format!("run_{night}_{worker}");
                store.write(|conn| runs::note_due(conn, &id, "nightly", due))
            });
            assert_eq!(noted.iter().filter(|it| **it).count(), 1);
        }
        assert_eq!(store.write(|conn| runs::newest(conn, 50)).len(), 10);
        assert_eq!(store.write(|conn| runs::last_due(conn, "nightly")), Some(moment() + Duration::days(9)));
    });
}

#[test]
fn a_run_has_one_worker_until_that_one_dies() {
    each("runs", |store| {
        store.write(|conn| runs::note_due(conn, "run_1", "nightly", moment()));
        let claim =
            |worker: &str, at| store.write(|conn| runs::claim(conn, "nightly", worker, at, LEASE)).is_some();
        let won = in_threads(4, |at| claim(&format!("worker {at}"), moment()));
        assert_eq!(won.iter().filter(|it| **it).count(), 1);
        assert!(!claim("late", moment() + LEASE));
        assert!(claim("heir", moment() + LEASE + Duration::seconds(1)));
        store.write(|conn| runs::finish(conn, "run_1", "done", "", moment()));
        assert!(!claim("none", moment() + Duration::days(1)));
    });
}
