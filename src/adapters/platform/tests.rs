use std::time::Duration;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;
use crate::adapters::http::stub::{Answer, Asked, Stub, clock};
use crate::adapters::jwt::{Curve, SigningKey};
use crate::ports::clinical::{ClinicalRecords, GapReason, InsuredPerson, PullError, Pulled};

const IDENTIFIER: &str = "00012345:あ:１８７:05";

fn platform(stub: &Stub, change: impl FnOnce(&mut PlatformConfig)) -> Platform {
    let pem = SigningKey::generate(Curve::P384).expect("key");
    let key = SigningKey::from_pem(&pem, Curve::P384, None).expect("key");
    let mut config = PlatformConfig::new("試験基盤", &format!("{}/fhir", stub.base), "office");
    config.http.attempts = 2;
    change(&mut config);
    Platform::new(config, key, clock()).expect("platform")
}

fn person() -> InsuredPerson {
    InsuredPerson { identifier: IDENTIFIER.to_owned(), birth_date: NaiveDate::from_ymd_opt(1990, 6, 28) }
}

async fn pull(stub: &Stub) -> Result<Pulled, PullError> {
    platform(stub, |_| {}).pull(&person()).await
}

fn bundle(resources: Vec<Value>, next: Option<&str>) -> Value {
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
    let links: Vec<Value> = next.iter().map(|url| json!({ "relation": "next", "url": url })).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries, "link": links })
}

fn patient(id: &str, birth_date: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "birthDate": birth_date })
}

fn outcome(status: u16, words: &str) -> Answer {
    let issue = json!([{ "severity": "error", "code": "not-supported", "diagnostics": words }]);
    Answer::json(status, json!({ "resourceType": "OperationOutcome", "issue": issue }))
}

/// Signs in, answers every search with nothing but the Patient, unless `special` answers.
async fn server(special: impl Fn(&Asked, usize) -> Option<Answer> + Send + Sync + 'static) -> Stub {
    Stub::start(move |asked, number| {
        let host = asked.head.split("host: ").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
        special(asked, number).unwrap_or_else(|| {
            let body = match asked.target.as_str() {
                "/fhir/.well-known/smart-configuration" => {
                    json!({ "token_endpoint": format!("http://{host}/token") })
                }
                "/token" => json!({ "access_token": "t1", "token_type": "Bearer", "expires_in": 300 }),
                target if target.starts_with("/fhir/Patient?") => {
                    bundle(vec![patient("p1", "1990-06-28")], None)
                }
                _ => bundle(vec![], None),
            };
            Answer::json(200, body)
        })
    })
    .await
}

fn targets(stub: &Stub) -> Vec<String> {
    stub.asked().into_iter().map(|asked| asked.target).collect()
}

#[tokio::test]
async fn pulls_each_type_with_one_token_and_keeps_the_bytes() {
    let stub = server(|_, _| None).await;
    let pulled = pull(&stub).await.expect("pulled");
    let kinds: Vec<&str> = pulled.pages.iter().map(|page| page.resource_type.as_str()).collect();
    assert_eq!(
        kinds,
        ["Patient", "Coverage", "Condition", "Observation", "MedicationRequest", "AllergyIntolerance"]
    );
    assert_eq!(
        pulled.pages[0].bytes,
        bundle(vec![patient("p1", "1990-06-28")], None).to_string().into_bytes()
    );
    assert_eq!((pulled.source.as_str(), pulled.gaps.len()), ("試験基盤", 0));
    let asked = stub.asked();
    assert_eq!(asked.iter().filter(|asked| asked.target == "/token").count(), 1);
    assert!(
        asked[1].body.contains("client_assertion=ey")
            && asked[1].body.contains("grant_type=client_credentials")
    );
    assert!(asked[2].target.starts_with("/fhir/Patient?identifier=http%3A%2F%2Fjpfhir.jp%2F"));
    assert!(
        asked[2].head.contains("authorization: bearer t1")
            && asked[2].head.contains("accept: application/fhir+json")
    );
    assert_eq!(asked[3].target, "/fhir/Coverage?patient=p1&_count=50");
}

#[tokio::test]
async fn next_links_are_followed_on_the_same_server_only() {
    let stub = server(|asked, _| match asked.target.as_str() {
        "/fhir/Condition?patient=p1&_count=50" => {
            Some(Answer::json(200, bundle(vec![], Some("/fhir/page/2"))))
        }
        _ => None,
    })
    .await;
    let pulled = pull(&stub).await.expect("pulled");
    assert_eq!(pulled.pages.iter().filter(|page| page.resource_type == "Condition").count(), 2);
    assert!(targets(&stub).contains(&"/fhir/page/2".to_owned()));

    let stub = server(|asked, _| {
        let away = bundle(vec![], Some("http://127.0.0.1:9/steal"));
        asked.target.starts_with("/fhir/Condition").then(|| Answer::json(200, away))
    })
    .await;
    assert!(matches!(pull(&stub).await, Err(PullError::Garbled { .. })));
}

#[tokio::test]
async fn a_circle_and_an_endless_list_end() {
    let stub = server(|asked, _| {
        let itself = bundle(vec![], Some(&asked.target));
        asked.target.starts_with("/fhir/Condition").then(|| Answer::json(200, itself))
    })
    .await;
    assert!(matches!(pull(&stub).await, Err(PullError::Garbled { .. })));

    let stub = server(|asked, number| {
        let more = bundle(vec![], Some(&format!("/fhir/Condition?page={number}")));
        asked.target.starts_with("/fhir/Condition").then(|| Answer::json(200, more))
    })
    .await;
    let endless = platform(&stub, |config| config.max_pages = 3).pull(&person()).await;
    assert!(matches!(endless, Err(PullError::TooMuch { .. })));
}

#[tokio::test]
async fn nobody_elses_record_is_fetched() {
    let stub = server(|asked, _| {
        let both = bundle(vec![patient("p1", "1990-06-28"), patient("p2", "2015-01-01")], None);
        asked.target.starts_with("/fhir/Patient").then(|| Answer::json(200, both))
    })
    .await;
    let pulled = pull(&stub).await.expect("pulled");
    assert_eq!(pulled.gaps.len(), 1);
    assert_eq!((pulled.gaps[0].what.as_str(), &pulled.gaps[0].why), ("Patient/p2", &GapReason::OtherPerson));
    assert!(!targets(&stub).iter().any(|target| target.contains("p2")));
}

#[tokio::test]
async fn a_type_that_is_not_given_is_a_gap_with_the_servers_words() {
    let stub = server(|asked, _| {
        asked.target.starts_with("/fhir/Observation").then(|| outcome(403, "no laboratory data for you"))
    })
    .await;
    let pulled = pull(&stub).await.expect("pulled");
    let why = GapReason::Refused {
        status: 403,
        detail: "error not-supported: no laboratory data for you".to_owned(),
    };
    assert_eq!((pulled.gaps[0].what.as_str(), &pulled.gaps[0].why), ("Observation", &why));
    assert_eq!(pulled.pages.len(), 5);
}

#[tokio::test]
async fn errors_do_not_repeat_the_identifier() {
    let stub = server(|asked, _| {
        asked
            .target
            .starts_with("/fhir/Patient")
            .then(|| outcome(400, &format!("cannot search {IDENTIFIER}")))
    })
    .await;
    let error = pull(&stub).await.expect_err("refused");
    assert!(!error.to_string().contains("１８７"), "{error}");
    assert!(matches!(error, PullError::Refused { status: 400, .. }));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let stub = server(|asked, number| {
        let late = asked.target.starts_with("/fhir/Patient") && number == 2;
        late.then(|| outcome(401, "expired"))
    })
    .await;
    assert!(pull(&stub).await.is_ok());
    assert_eq!(targets(&stub).iter().filter(|target| *target == "/token").count(), 2);

    let stub = server(|asked, _| asked.target.starts_with("/fhir/Patient").then(|| outcome(401, "no"))).await;
    assert!(matches!(pull(&stub).await, Err(PullError::Unauthorised { .. })));
    assert_eq!(targets(&stub).iter().filter(|target| *target == "/token").count(), 2);
}

#[tokio::test]
async fn a_busy_or_garbled_platform_is_never_read_as_a_result() {
    let stub =
        server(|asked, _| asked.target.starts_with("/fhir/Condition").then(|| Answer::wait(503, 120))).await;
    let busy = pull(&stub).await.expect_err("busy");
    assert!(busy.passes());
    assert!(matches!(busy, PullError::Unavailable { retry_after: Some(120), .. }));

    for poison in ["<html>", "[[[[", "{\"resourceType\":\"Bundle\",\"resourceType\":\"Bundle\"}", "{}"] {
        let body = poison.as_bytes().to_vec();
        let stub = server(move |asked, _| {
            asked.target.starts_with("/fhir/Condition").then(|| Answer::Full(200, vec![], body.clone()))
        })
        .await;
        assert!(matches!(pull(&stub).await, Err(PullError::Garbled { .. })), "{poison}");
    }
}

#[tokio::test]
async fn a_pull_has_an_end_in_time() {
    let stub =
        server(|asked, _| asked.target.starts_with("/fhir/Condition").then(|| Answer::wait(503, 5))).await;
    let hasty =
        platform(&stub, |config| config.pull_timeout = Duration::from_millis(400)).pull(&person()).await;
    assert!(matches!(hasty, Err(PullError::Unavailable { .. })));
}

#[tokio::test]
async fn check_says_what_was_reached() {
    let stub = server(|asked, _| {
        let statement = json!({ "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1" });
        (asked.target == "/fhir/metadata").then(|| Answer::json(200, statement))
    })
    .await;
    let line = platform(&stub, |_| {}).check().await.expect("reached");
    assert!(line.contains("試験基盤") && line.contains("4.0.1"), "{line}");
}
