//! The hub's work over HTTP, against the stand-in that keeps the published rules.

use serde_json::{Value, json};

use super::*;
use crate::adapters::clock::SystemClock;
use crate::adapters::jwt::{Curve, SigningKey, key_set};
use crate::adapters::pmh::{Pmh, PmhConfig};
use crate::sandbox::people::{self, Person};
use crate::sandbox::{RegisteredClient, Sandbox, SandboxConfig};
use crate::usecases::house::House;

const ORG: &str = "132012";
const BATCHES: &str = "/pmh/medical-subsidy/v1/difference-history-registration-tasks";
const TASKS: &str = "/pmh/medical-subsidy/v1/registration-tasks/*";

struct Bench {
    scene: Scene,
    sandbox: Sandbox,
    people: Vec<Person>,
    http: reqwest::Client,
}

impl Bench {
    async fn new() -> Bench {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let pem = SigningKey::generate(Curve::P256).unwrap();
        let key = SigningKey::from_pem(&pem, Curve::P256, None).unwrap();
        let jwks = key_set(&[&key]).unwrap();
        let client = RegisteredClient { client_id: "office".into(), jwks, redirect_uris: Vec::new() };
        let mut config = SandboxConfig::local(ORG, vec![client]);
        config.pmh.step = Duration::from_millis(5);
        config.pmh.page_size = 10;
        let sandbox = crate::sandbox::start(config).await.unwrap();
        let mut config = PmhConfig::new(&sandbox.pmh_base, &sandbox.pmh_token_url, "office", ORG);
        config.http.attempts = 1;
        config.http.timeout = Duration::from_millis(600);
        config.http.failures_to_pause = 1_000;
        let pmh = Pmh::new(config, key, Arc::new(SystemClock)).unwrap();
        let scene = Scene::with(|house: &mut House| {
            house.hubs.insert(CONNECTOR.to_owned(), Arc::new(pmh));
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Bench { scene, sandbox, people: people::load().unwrap(), http }
    }

    /// A row for each of the first so many people of the stand-in.
    fn rows(&self, count: usize) -> Vec<HubRow> {
        let people = self.people.iter().take(count).enumerate();
        people.map(|(n, person)| self.row(n, &registered(person))).collect()
    }

    fn row(&self, n: usize, registration: &Registration) -> HubRow {
        let row = HubRow {
            case_id: format!("case_p{n}"),
            decision_id: format!("dec_p{n}"),
            subject: registration.number.clone(),
            history_key: format!("K{n}"),
            ..row(&format!("hub_{n:04}"))
        };
        self.scene.row(&row, registration);
        row
    }

    async fn fault(&self, fault: Value) {
        let address = format!("{}/_sandbox/faults", self.sandbox.pmh_root);
        assert!(self.http.post(address).json(&fault).send().await.unwrap().status().is_success(), "{fault}");
    }

    async fn clear(&self) {
        let address = format!("{}/_sandbox/faults", self.sandbox.pmh_root);
        assert!(self.http.delete(address).send().await.unwrap().status().is_success());
    }

    /// How often a path was asked for.
    async fn asked(&self, path: &str) -> u64 {
        let state = format!("{}/_sandbox/state", self.sandbox.pmh_root);
        let state: Value = self.http.get(state).send().await.unwrap().json().await.unwrap();
        let requests = state["control"]["requests"].as_object().unwrap();
        let wanted = requests.iter().filter(|(route, _)| route.contains(path));
        wanted.map(|(_, count)| count.as_u64().unwrap()).sum()
    }

    /// What a clinic would be shown of a person.
    async fn shown(&self, person: &Person) -> usize {
        let view = format!("{}/sandbox/eligibility-view", self.sandbox.pmh_root);
        let question = json!({ "myNumber": person.my_number, "date": "2026-11-22",
            "consent": true, "institutionEnabled": true });
        let answer: Value = self.http.post(view).json(&question).send().await.unwrap().json().await.unwrap();
        answer["certificates"].as_array().unwrap().len()
    }

    fn all(&self, rows: &[HubRow], wanted: &str) -> bool {
        rows.iter().all(|row| state(&self.scene, row).0 == wanted)
    }
}

fn registered(person: &Person) -> Registration {
    let mut registration = Registration { number: person.my_number.clone(), ..super::registration() };
    let fields = [
        ("name", format!("{}　{}", person.family, person.given)),
        ("name_kana", format!("{}　{}", person.family_kana, person.given_kana)),
        ("address", person.address.clone()),
        ("birth_date", person.birth.to_string()),
        ("sex", person.sex.fhir().to_owned()),
    ];
    registration.fields.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    registration
}

#[tokio::test]
async fn a_night_over_http_registers_everybody_and_a_clinic_sees_it() {
    let bench = Bench::new().await;
    let rows = bench.rows(40);
    let report = night(&bench.scene).await;
    assert_eq!(
        (report.end, report.confirmed, report.different, report.note.as_str()),
        (End::Done, 40, 0, "")
    );
    assert!(bench.all(&rows, "confirmed"));
    assert_eq!((bench.shown(&bench.people[0]).await, bench.shown(&bench.people[44]).await), (1, 0));
    assert_eq!(bench.asked(BATCHES).await, 1);
}

#[tokio::test]
async fn what_the_rules_forbid_is_told_row_by_row() {
    let bench = Bench::new().await;
    let good = bench.rows(3);
    let mut stranger = registered(&bench.people[5]);
    stranger.fields.insert("birth_date".to_owned(), "1900-01-01".to_owned());
    let mut segment = registered(&bench.people[6]);
    segment.fields.insert("income_segment".to_owned(), "X9".to_owned());
    let mut kana = registered(&bench.people[7]);
    kana.fields.insert("name_kana".to_owned(), "mado".to_owned());
    let bad = [bench.row(5, &stranger), bench.row(6, &segment), bench.row(7, &kana)];
    let report = night(&bench.scene).await;
    assert_eq!((report.confirmed, report.progress.rejected), (3, 3));
    assert!(bench.all(&good, "confirmed") && bench.all(&bad, "rejected"));
    let listed = super::rows(&bench.scene.house, &bench.scene.operator(), "rejected", "").unwrap();
    let words: Vec<&str> = listed.iter().flat_map(|row| &row.faults).map(String::as_str).collect();
    assert!(words[0].starts_with("氏名カナ：使えない文字"), "{words:?}");
    assert!(words[1].starts_with("所得区分：") && words[2].starts_with("個人番号："), "{words:?}");
}

#[tokio::test]
async fn every_fault_of_the_road_is_outlived_and_nothing_is_doubled() {
    for fault in
        ["status_429", "status_503", "status_500", "cut", "timeout_after_acceptance", "half", "garbage"]
    {
        for route in [BATCHES, TASKS, "/oauth2/token"] {
            let bench = Bench::new().await;
            let rows = bench.rows(3);
            bench.fault(json!({ "route": route, "fault": fault, "times": 1, "seconds": 0 })).await;
            let mut ends = vec![night(&bench.scene).await.end];
            if ends[0] != End::Done {
                ends.push(night(&bench.scene).await.end);
            }
            assert_eq!(ends.last(), Some(&End::Done), "{fault} on {route}");
            assert!(bench.all(&rows, "confirmed"), "{fault} on {route}");
            let desk = desk(&bench.scene.house, &bench.scene.operator()).unwrap();
            assert!(desk.batches.is_empty() && desk.discrepancies.is_empty(), "{fault} on {route}");
            assert_eq!(bench.shown(&bench.people[0]).await, 1);
        }
    }
}

#[tokio::test]
async fn results_in_another_order_or_with_gaps_find_their_rows() {
    for fault in ["wrong_order", "missing_results"] {
        let bench = Bench::new().await;
        let rows = bench.rows(25);
        bench.fault(json!({ "route": TASKS, "fault": fault, "times": 2 })).await;
        assert_eq!(night(&bench.scene).await.confirmed, 25, "{fault}");
        assert!(bench.all(&rows, "confirmed"));
    }
}

#[tokio::test]
async fn a_task_that_fails_or_never_ends_does_not_take_the_others_along() {
    let bench = Bench::new().await;
    let rows = bench.rows(2);
    bench.fault(json!({ "route": BATCHES, "fault": "fail_task", "times": 1 })).await;
    assert_eq!(night(&bench.scene).await.end, End::Done);
    assert!(bench.all(&rows, "confirmed"));

    bench.fault(json!({ "route": BATCHES, "fault": "stuck", "times": 1 })).await;
    let stuck = bench.row(10, &registered(&bench.people[10]));
    assert_eq!(night(&bench.scene).await.end, End::Failed);
    bench.clear().await;
    let other = bench.row(11, &registered(&bench.people[11]));
    night(&bench.scene).await;
    assert_eq!(
        (state(&bench.scene, &stuck).0.as_str(), state(&bench.scene, &other).0.as_str()),
        ("sent", "confirmed")
    );
}

#[tokio::test]
async fn a_hub_that_is_down_is_asked_a_bounded_number_of_times() {
    let bench = Bench::new().await;
    let rows = bench.rows(5);
    bench.fault(json!({ "route": BATCHES, "fault": "down" })).await;
    assert_eq!(night(&bench.scene).await.end, End::Failed);
    assert_eq!(bench.asked(BATCHES).await, 8);
    bench.clear().await;
    assert_eq!(night(&bench.scene).await.end, End::Done);
    assert!(bench.all(&rows, "confirmed"));
}

#[tokio::test]
async fn a_storm_of_rejections_stops_the_connector() {
    let bench = Bench::new().await;
    bench.rows(45);
    for (n, person) in bench.people.iter().take(10).enumerate() {
        bench.row(100 + n, &Registration { certificate_type: "other".to_owned(), ..registered(person) });
    }
    let report = night(&bench.scene).await;
    assert_eq!((report.end, report.progress.rejected), (End::Stopped, 10));
    assert!(report.note.starts_with("55件のうち10件"));
}

#[tokio::test]
async fn somebody_under_protection_disappears_at_once() {
    let bench = Bench::new().await;
    bench.rows(1);
    night(&bench.scene).await;
    assert_eq!(bench.shown(&bench.people[0]).await, 1);
    let mut hidden = registered(&bench.people[0]);
    hidden.fields.insert("withheld".to_owned(), "true".to_owned());
    let row = HubRow {
        urgent: true,
        case_id: "case_p0".to_owned(),
        decision_id: "dec_p0".to_owned(),
        subject: hidden.number.clone(),
        history_key: "K0".to_owned(),
        ..row("hub_9999")
    };
    bench.scene.row(&row, &hidden);
    urgent(&bench.scene.house, &plan(), &|_| ()).await.unwrap();
    assert_eq!(bench.shown(&bench.people[0]).await, 0);
    assert_eq!(state(&bench.scene, &row), pair("confirmed", "confirmed"));
}
