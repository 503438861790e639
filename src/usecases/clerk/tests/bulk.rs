//! Work in bulk: a dry run that says what will happen, and a run that does just that.

use chrono::TimeDelta;
use serde_json::json;

use crate::domain::case::Revision;
use crate::domain::case::testing::{decided, decision};
use crate::domain::case::verdict::{Ruling as Ruled, Verdict};
use crate::domain::program::run::type_in;
use crate::domain::program::vocabulary::{CaseKind, CommandName, Outcome};
use crate::store::{answers, bulk, bulk_pages, cases, citizens, decisions, letters};
use crate::usecases::bulk::order::Typed as Wanted;
use crate::usecases::bulk::{begin, bundle, report, shown, step};
use crate::usecases::carry_out::items;
use crate::usecases::form_env::Surroundings;
use crate::usecases::holders::list as holders;

use super::*;

/// The worked case whose answers the renewals have.
const WORKED: &str = "sle-renewal";

/// Saves the answers of the worked case as fixed revisions.
fn answer(world: &World, id: &str) {
    let program = world.house().programs.offered().next().unwrap().clone();
    let worked = &program.cases[WORKED];
    let stored = world.scene.stored(id);
    for (name, typed) in &worked.answers {
        let around = Surroundings::bare(&program, worked.today, &worked.kind);
        let attached = worked.attached.get(name).map_or(&[][..], Vec::as_slice);
        let given = type_in(&program.forms[name], typed, attached, &around.env());
        let body = serde_json::to_vec(&given).unwrap();
        let at = world.scene.now();
        world.scene.write(|_, conn| answers::save(conn, &stored, name, 1, &body, "digest", "cit_1", at));
    }
}

fn revise(case: &mut Case) {
    for form in ["application", "certificate", "office"] {
        let revision = Revision { number: 1, digest: "digest".to_owned(), at: case.started_at };
        case.revisions.insert(form.to_owned(), vec![revision]);
    }
}

fn change(world: &World, id: &str, change: impl FnOnce(&mut Case)) {
    let mut stored = world.scene.stored(id);
    let version = stored.case.version;
    stored.case.version += 1;
    change(&mut stored.case);
    let opened =
        world.house().database.read(|conn| world.house().open(conn, &reviewer(), id, CommandName::Read));
    let opened = crate::usecases::access::Opened::new(
        stored.clone(),
        opened.as_ref().unwrap().program.clone(),
        opened.as_ref().unwrap().granted.clone(),
    );
    world.scene.write(|scene, conn| {
        let projection = crate::usecases::projection::of(&scene.house, conn, &opened).unwrap();
        cases::update(conn, &stored, version, &[], &scene.house.stamp(&reviewer().actor), "", &projection)
    });
}

/// A renewal whose items are all accepted; it follows the grant `before`.
fn renewal(world: &World, id: &str, before: &str) {
    world.scene.filed(id, &format!("NB-{id}"), State::InReview, |case| {
        case.kind = CaseKind::of("renewal");
        case.follows = Some(before.to_owned());
        case.received_at = "2026-11-10T00:00:00Z".parse().ok();
        revise(case);
    });
    answer(world, id);
    let house = world.house();
    let seen = house.database.read(|conn| {
        let opened = house.open(conn, &reviewer(), id, CommandName::Read)?;
        items(house, conn, &opened)
    });
    change(world, id, |case| {
        let verdict = |content| Verdict { ruling: Ruled::Accepted, content, by: "usr_reviewer".to_owned() };
        case.verdicts = seen.unwrap().into_iter().map(|(key, content)| (key, verdict(content))).collect();
    });
}

/// What the rules propose for a case, by field.
fn proposed(world: &World, case: &str) -> BTreeMap<String, serde_json::Value> {
    let house = world.house();
    let found = house.read(&reviewer(), case, "test", |conn, opened| proposal::of(house, conn, opened));
    found.unwrap().unwrap().fields.into_iter().map(|(key, value)| (key, value.value)).collect()
}

fn granted(world: &World, id: &str, fields: BTreeMap<String, serde_json::Value>) {
    held_until(world, id, fields, "2026-12-31");
    answer(world, id);
}

/// A grant of which the answers do not matter.
fn held_until(world: &World, id: &str, mut fields: BTreeMap<String, serde_json::Value>, end: &str) {
    fields.insert("recipient_number".to_owned(), json!("0000018"));
    fields.insert("valid_to".to_owned(), json!(end));
    let mut content = decision(1, Outcome::Granted, "2026-01-01", end).draft.content;
    content.fields = fields;
    let decision = decided(&format!("dec_{id}"), 1, content);
    let kept = decision.clone();
    world.scene.filed(id, &format!("NB-{id}"), State::Decided, |case| {
        case.decisions.push(kept);
        revise(case);
    });
    let stored = world.scene.stored(id);
    world.scene.write(|_, conn| decisions::insert(conn, &stored, &decision, false));
}

/// An office with renewals: three that say the same as before, one with another cap, one without a grant.
fn season() -> World {
    let world = world();
    world.scene.write(|scene, conn| {
        let profile = citizens::Profile::default();
        citizens::sign_in(conn, &scene.house.keys, "subject", &scene.applicant, &profile, scene.now())
    });
    granted(&world, "case_before", BTreeMap::new());
    renewal(&world, "case_r1", "case_before");
    let mut fields = proposed(&world, "case_r1");
    granted(&world, "case_same", fields.clone());
    fields.insert("cap".to_owned(), json!(1));
    granted(&world, "case_other", fields);
    change(&world, "case_r1", |case| case.follows = Some("case_same".to_owned()));
    for (id, before) in [("case_r2", "case_same"), ("case_r3", "case_same"), ("case_r4", "case_other")] {
        renewal(&world, id, before);
    }
    renewal(&world, "case_r5", "case_same");
    change(&world, "case_r5", |case| case.follows = None);
    world
}

fn ask(world: &World, caller: &Caller, action: &str, more: &[(&str, &str)]) -> Result<String, Error> {
    let given = [("action", action), ("program", "nanbyo"), ("questions", "yes")];
    let typed: Wanted =
        given.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    begin::ask(world.house(), caller, &typed)
}

fn work_through(world: &World, run: &str) {
    while step(world.house(), run).unwrap() {}
}

/// Asks, and plans to the end.
fn planned(world: &World, caller: &Caller, action: &str, more: &[(&str, &str)]) -> String {
    let run = ask(world, caller, action, more).unwrap();
    work_through(world, &run);
    run
}

fn started(world: &World, caller: &Caller, run: &str) {
    begin::start(world.house(), caller, run, "").unwrap();
    work_through(world, run);
}

/// State, reason and how many.
fn counts(world: &World, run: &str) -> Vec<(String, String, i64)> {
    let counts = world.scene.read(|conn| bulk::counts(conn, run));
    counts.into_iter().map(|(state, reason, _, count)| (state, reason, count)).collect()
}

/// How many were looked at, how many of them are to be done, and how many were.
fn progress(world: &World, run: &str) -> (i64, i64, i64) {
    let run = world.scene.read(|conn| bulk::find(conn, &world.house().keys, run));
    (run.looked, run.planned, run.settled)
}

fn told(expected: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    expected.iter().map(|(state, reason, count)| ((*state).into(), (*reason).into(), *count)).collect()
}

fn in_state(world: &World, state: State) -> usize {
    let ids = ["case_r1", "case_r2", "case_r3", "case_r4", "case_r5"];
    ids.into_iter().filter(|id| world.case(id).state == state).count()
}

#[test]
fn a_run_does_what_its_dry_run_said_and_no_more() {
    let world = season();
    let run = planned(&world, &reviewer(), "draft", &[]);
    let plan = told(&[
        ("left_out", "bulk.changed", 1),
        ("left_out", "bulk.no-earlier", 1),
        ("planned", "granted", 3),
    ]);
    assert_eq!(counts(&world, &run), plan);
    assert_eq!(in_state(&world, State::Approval), 0, "a dry run does nothing");
    assert_eq!(progress(&world, &run), (5, 3, 0));
    let before = proposed(&world, "case_r2");
    started(&world, &reviewer(), &run);
    assert_eq!(counts(&world, &run)[0], ("done".to_owned(), "granted".to_owned(), 3));
    assert_eq!(in_state(&world, State::Approval), 3);
    assert_eq!(progress(&world, &run), (5, 3, 3));
    let draft = world.case("case_r2").draft.unwrap().content;
    assert!(before.iter().all(|(key, value)| draft.fields[key] == *value || value.is_null()));
    let known = world.case("case_r4");
    assert_eq!((known.state, known.draft), (State::InReview, None));
}

#[test]
fn drafts_are_signed_in_bulk_by_somebody_else_with_the_hash_that_was_seen() {
    let world = season();
    let both = staff("usr_second", &["reviewer", "approver"]);
    let run = planned(&world, &both, "draft", &[]);
    started(&world, &both, &run);
    let own = planned(&world, &both, "approve", &[]);
    assert_eq!(counts(&world, &own), told(&[("left_out", "approval.four-eyes", 3)]));
    let run = planned(&world, &approver(), "approve", &[]);
    assert_eq!(counts(&world, &run), told(&[("planned", "granted", 3)]));
    let page = shown::run(world.house(), &approver(), &run, &shown::Asked::default()).unwrap();
    assert!(serde_json::to_string(&page).unwrap().contains("円"), "what is signed is shown");
    change(&world, "case_r3", |_| {});
    started(&world, &approver(), &run);
    assert_eq!(counts(&world, &run), told(&[("done", "granted", 2), ("failed", "bulk.moved", 1)]));
    assert_eq!(in_state(&world, State::Decided), 2);
    assert!(world.scene.audited() > 0);
}

#[test]
fn after_a_crash_nothing_is_done_twice() {
    let world = season();
    let run = planned(&world, &reviewer(), "draft", &[]);
    begin::start(world.house(), &reviewer(), &run, "").unwrap();
    step(world.house(), &run).unwrap();
    let versions = ["case_r1", "case_r2"].map(|id| world.case(id).version);
    // The process died between the commands and the notes that they were carried out.
    for id in ["case_r1", "case_r2"] {
        world.scene.write(|_, conn| bulk::settle(conn, &run, id, "planned", None));
    }
    work_through(&world, &run);
    assert_eq!(["case_r1", "case_r2"].map(|id| world.case(id).version), versions);
    assert_eq!(counts(&world, &run)[0], ("done".to_owned(), "granted".to_owned(), 3));
}

#[test]
fn a_run_goes_by_the_rights_that_its_owner_has_now() {
    let world = season();
    assert!(matches!(ask(&world, &approver(), "draft", &[]), Err(Error::Refused(_))));
    let run = planned(&world, &reviewer(), "draft", &[]);
    assert!(matches!(begin::start(world.house(), &approver(), &run, ""), Err(Error::NotFound)));
    begin::start(world.house(), &reviewer(), &run, "").unwrap();
    world.scene.write(|_, conn| users::set_active(conn, "usr_reviewer", false));
    work_through(&world, &run);
    assert_eq!(in_state(&world, State::Approval), 0);
    let state = world.scene.read(|conn| bulk::find(conn, &world.house().keys, &run)).state;
    assert_eq!(state, "failed");
}

#[test]
fn a_cancelled_run_stops_and_is_not_started_again() {
    let world = season();
    let run = planned(&world, &reviewer(), "draft", &[]);
    begin::cancel(world.house(), &reviewer(), &run).unwrap();
    assert_eq!(keys(begin::start(world.house(), &reviewer(), &run, "")), ["bulk.state"]);
    assert!(!step(world.house(), &run).unwrap());
    assert_eq!(in_state(&world, State::Approval), 0);
}

/// Five letters of the decided case.
fn letters_to_print(world: &World) {
    for id in ["let_2", "let_3", "let_4", "let_5"] {
        world.scene.letter(id);
    }
    world.scene.delivery("dlv_5", Some("let_5"));
}

const TODAY: [(&str, &str); 2] = [("from", "2026-11-22"), ("until", "2026-11-22")];

#[test]
fn a_letter_is_printed_once_unless_there_is_a_reason() {
    let world = world();
    letters_to_print(&world);
    let run = planned(&world, &reviewer(), "print", &TODAY);
    assert_eq!(counts(&world, &run), told(&[("left_out", "bulk.mailed", 1), ("planned", "receipt", 4)]));
    started(&world, &reviewer(), &run);
    let pdf = bundle::pdf(world.house(), &reviewer(), &run, 1).unwrap();
    assert_eq!(String::from_utf8(pdf).unwrap(), "%PDF 通知 4");
    assert!(matches!(bundle::pdf(world.house(), &reviewer(), &run, 2), Err(Error::NotFound)));
    let second = planned(&world, &reviewer(), "print", &TODAY);
    assert_eq!(
        counts(&world, &second),
        told(&[("left_out", "bulk.mailed", 1), ("left_out", "bulk.printed", 4)])
    );
    let again = [TODAY.as_slice(), &[("again", "yes")]].concat();
    assert_eq!(keys(ask(&world, &reviewer(), "print", &again)), ["bulk.again"]);
    let again = [again.as_slice(), &[("reason", "紙づまり")]].concat();
    let third = planned(&world, &reviewer(), "print", &again);
    started(&world, &reviewer(), &third);
    assert_eq!(world.scene.read(|conn| bulk_pages::prints(conn, &["let_2"])).len(), 2);
    let print = bulk_pages::Print { letter: "let_2", run: &second, by: "usr_1", again: false };
    let barred = world.house().database.write(|conn| bulk_pages::print(conn, &print, world.scene.now()));
    assert!(barred.is_err(), "the database keeps it as well");
}

#[test]
fn letters_of_one_moment_are_all_seen_and_have_places_of_their_own() {
    let world = world();
    (2..=120).for_each(|number| world.scene.letter(&format!("let_{number}")));
    let run = planned(&world, &reviewer(), "print", &TODAY);
    assert_eq!(progress(&world, &run), (120, 120, 0));
    let items = world.scene.read(|conn| bulk::in_places(conn, &run, 1..1000));
    let places: Vec<i64> = items.iter().map(|item| item.place).collect();
    assert_eq!(places, (1..=120).collect::<Vec<_>>());
}

#[test]
fn whoever_has_no_mail_is_invited_on_paper_once() {
    let world = season();
    world.scene.renewing("case_begun", "case_other");
    let days = [("from", "2026-12-01"), ("until", "2026-12-31")];
    let run = planned(&world, &reviewer(), "invite", &days);
    let plan = told(&[("left_out", "bulk.renewing", 1), ("planned", "bulk.no-mail", 2)]);
    assert_eq!(counts(&world, &run), plan);
    started(&world, &reviewer(), &run);
    let stored = world.scene.stored("case_same");
    let sent = world.scene.read(|conn| letters::of_case(conn, &stored));
    assert_eq!(sent.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["renewal-invitation"]);
    let lines = world.scene.read(|conn| letters::deliveries_of(conn, "case_same"));
    assert_eq!((lines[0].3.as_str(), lines[0].4.as_str()), ("paper", "queued"));
    let again = planned(&world, &reviewer(), "invite", &days);
    assert!(counts(&world, &again).contains(&("left_out".into(), "bulk.invited".into(), 2)));
    world.scene.pass(TimeDelta::days(60));
    let late = planned(&world, &reviewer(), "invite", &days);
    assert!(counts(&world, &late).iter().all(|it| it.1 == "bulk.window"));
}

#[test]
fn the_results_name_nobody() {
    let world = season();
    let run = planned(&world, &reviewer(), "draft", &[]);
    let (text, next) = report::part(world.house(), &reviewer(), &run, &report::beginning()).unwrap();
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(text.contains("NB-case_r1,処理する,granted") && !text.contains("架空"), "{text}");
    let (rest, end) = report::part(world.house(), &reviewer(), &run, &next.unwrap()).unwrap();
    assert_eq!((rest.as_str(), end), ("", None));
}

#[test]
fn a_page_of_holders_is_filled_past_those_that_stand_otherwise() {
    let world = season();
    for number in 0..50 {
        held_until(&world, &format!("case_a{number:02}"), BTreeMap::new(), "2026-12-31");
    }
    for id in ["case_z1", "case_z2"] {
        held_until(&world, id, BTreeMap::new(), "2026-06-30");
    }
    let list = |more: &[(&str, &str)]| {
        let given = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        serde_json::to_value(holders::list(world.house(), &reviewer(), &given.collect()).unwrap()).unwrap()
    };
    let cases = |page: &serde_json::Value| {
        page["lines"].as_array().unwrap().iter().map(|line| line["case"].clone()).collect::<Vec<_>>()
    };
    let ended = list(&[("standing", "ended")]);
    assert_eq!((cases(&ended), &ended["next"]), (vec![json!("case_z1"), json!("case_z2")], &json!(null)));
    let valid = list(&[]);
    assert_eq!(cases(&valid).len(), 50);
    let rest = list(&[("after", "case_a49")]);
    assert!(valid["next"].as_str().unwrap().ends_with("after=case_a49"), "{}", valid["next"]);
    assert_eq!(cases(&rest), ["case_before", "case_other", "case_same"]);
    assert_eq!(rest["next"], json!(null));
}
