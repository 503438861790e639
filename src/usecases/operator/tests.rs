//! The operator's verbs on a real database.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;

use super::accounts::{self, NewAccount};
use super::audit::{self, Chain, Filter};
use super::runs::{self, Which};
use super::{deliveries, desks, discrepancies, has_demo_accounts, stuck, summary};
use crate::domain::permission::Actor;
use crate::ports::mail::MailError;
use crate::store::users::Institution;
use crate::store::{jobs, sessions as kept, users};
use crate::usecases::access::Caller;
use crate::usecases::hub::tests::person;
use crate::usecases::hub::{self, HubPace, HubPlan};
use crate::usecases::testing::{Scene, refusal};
use crate::usecases::{deliver, passwords, sessions, sign_in};

const PASSWORD: &str = "correct horse battery";

fn caller(role: &str) -> Caller {
    Caller { actor: Actor::with_roles("usr_x", "x", [role]), source: "test".to_owned() }
}

fn account(scene: &Scene, login: &str, roles: &[&str]) -> String {
    let new = NewAccount {
        login: login.to_owned(),
        name: "審査 一郎".to_owned(),
        roles: roles.iter().map(|it| (*it).to_owned()).collect(),
        designation: None,
        institution: None,
        office: None,
        password: PASSWORD.to_owned(),
    };
    accounts::add(&scene.house, &scene.operator(), &new).unwrap();
    scene.read(|conn| users::by_login(conn, &scene.house.keys, login)).id
}

/// A signed-in session of a user, by its token.
fn session(scene: &Scene, user: &str) -> String {
    let begin = |conn: &mut crate::store::Conn| {
        sessions::begin(&scene.house, conn, "", user, "full", &BTreeMap::new())
    };
    scene.house.database.write(begin).unwrap()
}

fn signed_in(scene: &Scene, token: &str) -> bool {
    let hash = crate::store::seal::sha256_hex(token.as_bytes());
    scene.read(|conn| kept::find(conn, &hash)).is_some()
}

#[test]
fn nobody_else_sits_at_the_operators_desk() {
    let scene = Scene::new();
    for role in ["reviewer", "auditor", "applicant", "physician"] {
        let house = &scene.house;
        let caller = caller(role);
        let outcomes = [
            refusal(accounts::list(house, &caller)),
            refusal(accounts::save(house, &caller, "usr_1", &[], true)),
            refusal(accounts::reset_factor(house, &caller, "usr_1").map(drop)),
            refusal(runs::start(house, &caller)),
            refusal(runs::retry_all(house, &caller, "run_1")),
            refusal(discrepancies::list(house, &caller)),
            refusal(discrepancies::accept(house, &caller, "hub_1")),
            refusal(stuck::list(house, &caller)),
            refusal(stuck::retry(house, &caller, "job_1")),
            refusal(summary::tallies(house, &caller)),
        ];
        assert_eq!(outcomes, ["permission.denied"; 10].map(str::to_owned), "{role}");
    }
    assert_eq!(refusal(audit::verify(&scene.house, &scene.operator())), "permission.denied");
    assert_eq!(
        refusal(audit::search(&scene.house, &scene.operator(), &Filter::default(), None)),
        "permission.denied"
    );
}

#[test]
fn a_change_of_an_account_ends_its_sessions_at_once() {
    let scene = Scene::new();
    let user = account(&scene, "tantou", &["reviewer"]);
    let token = session(&scene, &user);
    accounts::save(&scene.house, &scene.operator(), &user, &["approver".to_owned()], true).unwrap();
    assert!(!signed_in(&scene, &token));
    let token = session(&scene, &user);
    accounts::save(&scene.house, &scene.operator(), &user, &["approver".to_owned()], false).unwrap();
    assert!(!signed_in(&scene, &token));
    let found = accounts::list(&scene.house, &scene.operator()).unwrap();
    let found = found.iter().find(|it| it.id == user).unwrap();
    assert_eq!((found.roles.as_slice(), found.active), (["approver".to_owned()].as_slice(), false));
    assert_eq!(
        refusal(sign_in::password(&scene.house, "", "tantou", PASSWORD, "", "test")),
        "sign-in.failed"
    );
}

#[test]
fn roles_that_no_program_knows_and_weak_passwords_are_refused() {
    let scene = Scene::new();
    let user = account(&scene, "tantou", &["reviewer"]);
    for role in ["king", "engine", "applicant"] {
        let outcome = accounts::save(&scene.house, &scene.operator(), &user, &[role.to_owned()], true);
        assert_eq!(refusal(outcome), "account.role");
    }
    let add = |login: &str, password: &str| {
        let (login, password) = (login.to_owned(), password.to_owned());
        let new = NewAccount {
            login,
            name: String::new(),
            roles: Vec::new(),
            designation: None,
            institution: None,
            office: None,
            password,
        };
        refusal(accounts::add(&scene.house, &scene.operator(), &new).map(drop))
    };
    assert_eq!(add("new", "elevenchars"), "account.password");
    assert_eq!(add("with space", PASSWORD), "account.login");
    assert_eq!(add("tantou", PASSWORD), "account.login");
    assert_eq!(add("new", PASSWORD), "done");
}

#[test]
fn an_assistant_works_at_an_institution() {
    let scene = Scene::new();
    let add = |login: &str, institution: Option<Institution>| {
        let new = NewAccount {
            login: login.to_owned(),
            name: "補助 百合".to_owned(),
            roles: vec!["assistant".to_owned()],
            designation: None,
            institution,
            office: None,
            password: PASSWORD.to_owned(),
        };
        refusal(accounts::add(&scene.house, &scene.operator(), &new).map(drop))
    };
    let hospital: Institution = toml::from_str("code = \"9910000019\"\nname = \"まどか中央病院\"").unwrap();
    assert_eq!(add("jimu", None), "account.assistant");
    assert_eq!(add("jimu", Some(hospital)), "done");
    let user = scene.read(|conn| users::by_login(conn, &scene.house.keys, "jimu"));
    assert_eq!(sessions::home_of(&scene.house, &sessions::actor_of(&user)), "/physician");
}

#[test]
fn an_operator_cannot_lock_themselves_out() {
    let scene = Scene::new();
    let save = |roles: &[&str], active| {
        let roles: Vec<String> = roles.iter().map(|it| (*it).to_owned()).collect();
        refusal(accounts::save(&scene.house, &scene.operator(), "usr_op", &roles, active))
    };
    assert_eq!(save(&["auditor"], true), "account.self");
    assert_eq!(save(&["operator"], false), "account.self");
}

#[test]
fn a_new_second_factor_takes_the_place_of_the_old_one() {
    let scene = Scene::new();
    let user = account(&scene, "tantou", &["reviewer"]);
    let token = session(&scene, &user);
    let old = scene.read(|conn| users::find(conn, &scene.house.keys, &user)).totp;
    let factor = accounts::reset_factor(&scene.house, &scene.operator(), &user).unwrap();
    let new = scene.read(|conn| users::find(conn, &scene.house.keys, &user)).totp;
    assert_ne!(old, new);
    assert!(!signed_in(&scene, &token));
    let read = totp_rs::Totp::from_url(&factor.url).unwrap();
    let now = scene.now();
    let code = read.generate(u64::try_from(now.timestamp()).unwrap()).to_string();
    assert!(passwords::matched_step(&new, &code, now).is_some());
    assert!(factor.url.contains(&factor.secret));
}

#[test]
fn an_account_with_a_known_password_is_found() {
    let scene = Scene::new();
    let user = account(&scene, "tantou", &["reviewer"]);
    let found =
        |password: &str| has_demo_accounts(&scene.house.database, &["tantou", "unyo"], password).unwrap();
    assert!(found(PASSWORD));
    assert!(!found("another password"));
    accounts::save(&scene.house, &scene.operator(), &user, &[], false).unwrap();
    assert!(!found(PASSWORD), "nobody can sign in with it any more");
}

#[tokio::test]
async fn a_letter_on_paper_is_printed_and_then_posted() {
    let scene = Scene::new();
    let failed = scene.delivery("dlv_1", Some("let_1"));
    scene.mailer.fail(|| MailError::Permanent { detail: "550".to_owned() });
    deliver::mail(&scene.house, &failed).await.unwrap();
    let (house, operator) = (&scene.house, scene.operator());
    let list = |code: &str| deliveries::list(house, &operator, deliveries::pile_of(code), "").unwrap().0;
    assert_eq!(summary::tallies(house, &operator).map(|it| (it.paper, it.bounced)).unwrap(), (1, 1));
    let paper = list("paper").remove(0);
    assert_eq!((paper.reference.as_str(), paper.pdf), ("NB-0001", None), "the operator opens no letter");
    deliveries::act(house, &operator, &paper.id, "printed", "k1").unwrap();
    deliveries::act(house, &operator, &paper.id, "posted", "k2").unwrap();
    assert_eq!(refusal(deliveries::act(house, &operator, &paper.id, "printed", "k3")), "delivery.settled");
    assert_eq!((list("paper").len(), list("posted").len()), (0, 1));
    scene.mailer.recover();
    deliveries::act(house, &operator, "dlv_1", "retry", "k4").unwrap();
    assert_eq!(refusal(deliveries::act(house, &operator, "dlv_1", "retry", "k4")), "delivery.settled");
    assert_eq!(summary::tallies(house, &operator).unwrap().open_jobs, 1);
}

#[tokio::test]
async fn only_who_sees_decisions_opens_letters() {
    let scene = Scene::new();
    let failed = scene.delivery("dlv_1", Some("let_1"));
    scene.mailer.fail(|| MailError::Permanent { detail: "550".to_owned() });
    deliver::mail(&scene.house, &failed).await.unwrap();
    let house = &scene.house;
    assert!(desks::of(house, &caller("reviewer")).letters);
    assert!(desks::opens_letters(house, &caller("reviewer")));
    assert!(deliveries::pdf(house, &caller("reviewer"), "dlv_1").unwrap().starts_with(b"%PDF"));
    for role in ["operator", "receiver", "auditor"] {
        assert!(!desks::opens_letters(house, &caller(role)), "{role}");
        assert!(deliveries::pdf(house, &caller(role), "dlv_1").is_err(), "{role}");
    }
}

#[test]
fn a_job_that_failed_for_good_gets_another_set_of_tries() {
    let scene = Scene::new();
    scene.write(|scene, conn| {
        jobs::enqueue(conn, "job_1", "mail", "dlv_1", "k", scene.now())?;
        jobs::bury(conn, "job_1", "nobody answers")
    });
    let (house, operator) = (&scene.house, scene.operator());
    let listed = stuck::list(house, &operator).unwrap();
    assert_eq!((listed[0].kind, listed[0].problem.as_str()), ("メールの送信", "nobody answers"));
    stuck::retry(house, &operator, "job_1").unwrap();
    assert_eq!(refusal(stuck::retry(house, &operator, "job_1")), "job.settled");
    assert!(stuck::list(house, &operator).unwrap().is_empty());
}

fn plan() -> HubPlan {
    let (first_poll, longest_poll) = (Duration::from_millis(1), Duration::from_millis(4));
    let pace = HubPace { first_poll, longest_poll, give_up: Duration::from_millis(20) };
    HubPlan { org: "131016".to_owned(), pace }
}

/// Orders a run, makes it and ends it.
async fn run(scene: &Scene) -> String {
    runs::start(&scene.house, &scene.operator()).unwrap();
    let claim = |scene: &Scene, conn: &mut crate::store::Conn| {
        crate::store::runs::claim(conn, runs::NIGHTLY, "w", scene.now(), TimeDelta::minutes(5))
    };
    let id = scene.write(claim).unwrap().id;
    assert_eq!(refusal(runs::start(&scene.house, &scene.operator())), "run.busy");
    hub::nightly(&scene.house, &plan(), &|_| ()).await.unwrap();
    scene.pass(TimeDelta::minutes(1));
    scene.write(|scene, conn| crate::store::runs::finish(conn, &id, "done", "", scene.now()));
    scene.pass(TimeDelta::minutes(1));
    id
}

#[tokio::test]
async fn the_rows_of_a_run_are_told_in_words_and_sent_again() {
    let scene = Scene::new();
    let (good, bad) = (person(&scene, 1), person(&scene, 2));
    scene.hub.reject(&bad.history_key, "PMH-E2003");
    let first = run(&scene).await;
    let operator = scene.operator();
    let detail = |id: &str, which| runs::detail(&scene.house, &operator, id, which, "").unwrap();
    let found = detail(&first, Which::All);
    let counts =
        [Which::All, Which::Confirmed, Which::Rejected, Which::Waiting].map(|it| it.of(&found.counts));
    assert_eq!(counts, [2, 1, 1, 0]);
    let rejected = detail(&first, Which::Rejected).rows.remove(0);
    assert_eq!((rejected.id.as_str(), rejected.codes.as_str()), (bad.id.as_str(), "PMH-E2003"));
    assert!(rejected.can_retry && rejected.text.contains("制度マスタ"), "{}", rejected.text);
    assert_eq!(detail(&first, Which::Confirmed).rows.remove(0).id, good.id);
    scene.hub.accept_all();
    assert_eq!(runs::retry_all(&scene.house, &operator, &first).unwrap(), 1);
    assert_eq!(
        runs::retry(&scene.house, &operator, &[good.id, bad.id.clone()]).unwrap(),
        0,
        "settled or on its way"
    );
    let second = run(&scene).await;
    let again = detail(&second, Which::Confirmed).rows;
    assert_eq!(again.iter().map(|row| (&row.id, row.tries)).collect::<Vec<_>>(), [(&bad.id, 2)]);
    assert_eq!(detail(&first, Which::All).rows.len(), 1, "a row belongs to the run that sent it last");
}

#[test]
fn the_record_is_searched_and_the_search_recorded() {
    let scene = Scene::new();
    let user = account(&scene, "tantou", &["reviewer"]);
    let read = |conn: &mut crate::store::Conn, actor: &str| {
        let caller = Caller { actor: Actor::with_roles(actor, "", []), source: "192.0.2.1".to_owned() };
        scene.house.record(conn, &caller, "read", &scene.case, "done", serde_json::json!({}))
    };
    scene.house.database.write(|conn| read(conn, &user)).unwrap();
    scene.pass(TimeDelta::days(1));
    scene.house.database.write(|conn| read(conn, "cit_abcd1234")).unwrap();
    let auditor = caller("auditor");
    let search = |change: &dyn Fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        audit::search(&scene.house, &auditor, &filter, None).unwrap()
    };
    let by = search(&|it| it.who = "tantou".to_owned());
    assert_eq!(by.iter().map(|row| row.who.as_str()).collect::<Vec<_>>(), ["審査 一郎（tantou）"]);
    let of = search(&|it| it.reference = "nb-0001".to_owned());
    assert_eq!(
        of.iter().map(|row| row.who.as_str()).collect::<Vec<_>>(),
        ["申請者 …1234", "審査 一郎（tantou）"]
    );
    assert!(search(&|it| it.reference = "NB-9999".to_owned()).is_empty());
    let late = search(&|it| (it.from, it.kind) = ("令和8年11月23日".to_owned(), "read".to_owned()));
    assert_eq!(late.len(), 1);
    assert_eq!(search(&|it| it.to = "2026-11-22".to_owned()).len(), 2, "the account and the first reading");
    assert_eq!(search(&|it| it.kind = "change".to_owned()).len(), 0);
    let own = search(&|it| it.kind = "operation".to_owned());
    assert_eq!(own.iter().filter(|row| row.what == "監査記録を見た").count(), 6);
    let wrong = Filter { from: "いつか".to_owned(), ..Filter::default() };
    assert_eq!(refusal(audit::search(&scene.house, &auditor, &wrong, None)), "audit.date");
    assert!(
        matches!(audit::verify(&scene.house, &auditor).unwrap(), Chain::Whole(rows, _) if rows == scene.audited() - 1)
    );
}
