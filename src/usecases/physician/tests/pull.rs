//! Pulling over HTTP from the stand-in platform.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::adapters::clock::SystemClock;
use crate::adapters::jwt::{Curve, SigningKey, key_set};
use crate::adapters::platform::{Platform, PlatformConfig};
use crate::sandbox::{RegisteredClient, Sandbox, SandboxConfig};
use crate::store::pulls;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::physician::evidence::{self, EvidenceView, Record};
use crate::usecases::physician::pull::{MOST_BYTES, pull, take_file};
use crate::usecases::testing::refusal;

/// A house beside the stand-ins.
struct Bench {
    scene: Scene,
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Bench {
    async fn with(id: &str, consented: bool) -> Bench {
        Bench::of(&person(id), consented).await
    }

    async fn of(person: &Person, consented: bool) -> Bench {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = SigningKey::generate(Curve::P384).unwrap();
        let key = SigningKey::from_pem(&key, Curve::P384, None).unwrap();
        let jwks = key_set(&[&key]).unwrap();
        let client = RegisteredClient { client_id: "office".into(), jwks, redirect_uris: Vec::new() };
        let sandbox = crate::sandbox::start(SandboxConfig::local("132012", vec![client])).await.unwrap();
        let mut config = PlatformConfig::new("架空医療情報基盤", &sandbox.platform_base, "office");
        config.http.attempts = 1;
        let platform = Platform::new(config, key, Arc::new(SystemClock)).unwrap();
        let scene = Scene::with(|house: &mut House| house.clinical = Some(Arc::new(platform)));
        filed(&scene, person, consented);
        Bench { scene, sandbox, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn pull(&self) -> Result<usize, Error> {
        pull(&self.scene.house, &Caller::system(), CASE).await
    }

    /// Calls that reached the platform, those of the test apart.
    async fn calls(&self) -> u64 {
        let state = format!("{}/_sandbox/state", self.sandbox.platform_root);
        let state: Value = self.http.get(state).send().await.unwrap().json().await.unwrap();
        let requests = state["control"]["requests"].as_object().unwrap();
        requests
            .iter()
            .filter(|(route, _)| !route.contains("/_sandbox/"))
            .map(|(_, n)| n.as_u64().unwrap())
            .sum()
    }

    async fn fault(&self, fault: Option<Value>) {
        let address = format!("{}/_sandbox/faults", self.sandbox.platform_root);
        let request = match fault {
            Some(fault) => self.http.post(address).json(&fault),
            None => self.http.delete(address),
        };
        assert!(request.send().await.unwrap().status().is_success());
    }

    fn record(&self, caller: &Caller) -> Option<Record> {
        let house = &self.scene.house;
        house.read(caller, CASE, "test", |conn, opened| evidence::newest(house, conn, opened)).unwrap()
    }

    fn view(&self) -> EvidenceView {
        evidence::shown(&self.record(&reviewer()).unwrap())
    }

    fn pages(&self) -> usize {
        let house = &self.scene.house;
        let read = house.read(&reviewer(), CASE, "test", |conn, opened| {
            Ok(pulls::newest(conn, &opened.granted, &opened.stored)?)
        });
        read.unwrap().len()
    }
}

fn reviewer() -> Caller {
    Caller { actor: Actor::with_roles("usr_clerk", "窓口 担当", ["reviewer"]), source: "test".to_owned() }
}

fn rows<'v>(view: &'v EvidenceView, title: &str) -> Vec<&'v str> {
    let group = view.groups.iter().find(|group| group.title == title);
    group.map(|group| group.rows.iter().map(|row| row.label.as_str()).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_record_is_pulled_kept_and_matched_to_the_disease() {
    let bench = Bench::with("p01", true).await;
    assert!(bench.pull().await.unwrap() >= 6);
    let record = bench.record(&reviewer()).unwrap();
    assert_eq!(record.disease_number(), Some(6));
    let view = evidence::shown(&record);
    assert_eq!((view.source.as_str(), view.candidates[0].number), ("架空医療情報基盤", 6));
    assert_eq!(view.contradictions, Vec::<String>::new());
    assert!(rows(&view, "病名").contains(&"パーキンソン病"));
    assert!(rows(&view, "処方").iter().any(|drug| drug.contains("レボドパ")));
    assert!(!rows(&view, "検査").is_empty() && !rows(&view, "保険").is_empty());
    assert!(bench.scene.stored(CASE).case.pulled_at.is_some());
}

#[tokio::test]
async fn insurance_typed_in_half_width_finds_the_record_too() {
    let typed = Person { number: "1013".to_owned(), insurer: "990010".to_owned(), ..person("p01") };
    let bench = Bench::of(&typed, true).await;
    bench.pull().await.unwrap();
    assert_eq!(bench.record(&reviewer()).unwrap().disease_number(), Some(6));
}

#[tokio::test]
async fn what_the_patient_was_not_told_never_reaches_the_patient() {
    let bench = Bench::with("p18", true).await;
    bench.pull().await.unwrap();
    let staff = bench.view();
    assert!(rows(&staff, "病名").contains(&"パーキンソン病"));
    assert!(format!("{staff:?}").contains("【未告知"));
    let own = bench.record(&applicant(&bench.scene)).unwrap();
    assert!(own.evidence.diagnoses.iter().all(|it| it.concept.label() != "パーキンソン病"));
    assert!(own.matches.is_empty() && own.evidence.flags.is_empty());
    assert_eq!(own.disease_number(), None);
}

#[tokio::test]
async fn several_people_and_other_contradictions_are_told_in_words() {
    let bench = Bench::with("p08", true).await;
    bench.pull().await.unwrap();
    let told = bench.view().contradictions.join("\n");
    assert!(told.contains("2人"), "{told}");

    let bench = Bench::with("p16", true).await;
    bench.pull().await.unwrap();
    let told = bench.view().contradictions.join("\n");
    assert!(told.contains("生年月日"), "{told}");

    let bench = Bench::with("p10", true).await;
    bench.pull().await.unwrap();
    let told = bench.view().contradictions.join("\n");
    assert!(told.contains("否定された病名") && told.contains("確かな病名の記録がありません"), "{told}");
    assert_eq!(bench.record(&reviewer()).unwrap().disease_number(), None);
}

#[tokio::test]
async fn a_platform_that_is_down_is_asked_again_later() {
    let bench = Bench::with("p01", true).await;
    bench.fault(Some(json!({ "fault": "status_503", "seconds": 1 }))).await;
    assert!(matches!(bench.pull().await, Err(Error::Unavailable(_))));
    assert_eq!(bench.pages(), 0);
    assert!(recorded(&bench.scene, "system").contains(&"pull_records failed".to_owned()));
    bench.fault(None).await;
    bench.pull().await.unwrap();
    assert!(bench.pages() >= 6);
}

#[tokio::test]
async fn without_consent_nothing_leaves_the_house() {
    let bench = Bench::with("p01", false).await;
    assert_eq!(refusal(bench.pull().await), "guard.platform_pull");
    assert_eq!((bench.calls().await, bench.pages()), (0, 0));
    assert_eq!(recorded(&bench.scene, "system").last().map(String::as_str), Some("pull_records refused"));
    let bundle = br#"{"resourceType":"Bundle","type":"collection"}"#.to_vec();
    assert_eq!(refusal(take_file(&bench.scene.house, &reviewer(), CASE, bundle)), "guard.platform_pull");
    assert_eq!(bench.pages(), 0);
}

#[test]
fn a_file_takes_the_place_of_the_platform() {
    let scene = Scene::new();
    filed(&scene, &person("p02"), true);
    let house = &scene.house;
    let hand_in = |body: &[u8]| take_file(house, &reviewer(), CASE, body.to_vec());
    assert_eq!(refusal(hand_in(b"not json")), "record-file.unreadable");
    assert_eq!(refusal(hand_in(br#"{"resourceType":"Patient"}"#)), "record-file.unreadable");
    assert_eq!(
        refusal(hand_in(br#"{"resourceType":"Bundle","resourceType":"Bundle"}"#)),
        "record-file.unreadable"
    );
    assert_eq!(refusal(hand_in(&vec![b' '; MOST_BYTES + 1])), "record-file.too-large");
    let coding =
        json!([{ "system": "http://hl7.org/fhir/sid/icd-10", "code": "K51.9", "display": "潰瘍性大腸炎" }]);
    let condition = json!({ "resourceType": "Condition", "id": "c1", "code": { "coding": coding, "text": "潰瘍性大腸炎" },
        "subject": { "reference": "Patient/1" }, "verificationStatus": { "coding": [{ "code": "confirmed" }] } });
    let patient = json!({ "resourceType": "Patient", "id": "1", "birthDate": "1990-11-03" });
    let bundle = json!({ "resourceType": "Bundle", "type": "collection",
        "entry": [{ "resource": patient }, { "resource": condition }] });
    hand_in(bundle.to_string().as_bytes()).unwrap();
    let found = house
        .read(&reviewer(), CASE, "test", |conn, opened| evidence::view(house, conn, opened))
        .unwrap()
        .unwrap();
    assert_eq!((found.source.as_str(), found.candidates[0].number), ("受け取ったファイル", 97));
}

#[tokio::test]
async fn an_installation_without_a_platform_says_so() {
    let scene = Scene::new();
    filed(&scene, &person("p01"), true);
    assert_eq!(refusal(pull(&scene.house, &Caller::system(), CASE).await), "pull.no-platform");
}
