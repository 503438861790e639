use super::clinical::MEMBER_ID;
use super::*;
use crate::sandbox::people::{self, Person, Quirk};
use crate::sandbox::testing::Bench;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

struct Reader {
    bench: Bench,
    token: String,
}

impl Reader {
    async fn new() -> Self {
        Self::over(Bench::new().await, "system/*.rs").await
    }

    async fn over(bench: Bench, scope: &str) -> Self {
        let token = bench.token(&bench.sandbox.platform_token_url, Algorithm::ES384, scope).await;
        Self { bench, token }
    }

    async fn send(&self, address: &str, query: &[(&str, &str)]) -> reqwest::Result<Response> {
        let request = self.bench.http.get(address).query(query).bearer_auth(&self.token);
        request.header("Accept", "application/fhir+json").send().await
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> (StatusCode, Value) {
        let address = format!("{}/{path}", self.bench.sandbox.platform_base);
        let answer = self.send(&address, query).await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn found(&self, path: &str, query: &[(&str, &str)]) -> Vec<Value> {
        let (status, body) = self.get(path, query).await;
        assert_eq!(status, 200, "{body}");
        body["entry"].as_array().cloned().unwrap_or_default()
    }

    async fn fault(&self, fault: Value) {
        self.bench.fault(&self.bench.sandbox.platform_root, fault).await;
    }
}

fn somebody(quirk: Quirk) -> Person {
    people::load().unwrap().into_iter().find(|p| p.has(quirk)).unwrap()
}

fn member(person: &Person) -> String {
    format!("{MEMBER_ID}|{}", person.member_id())
}

#[actix_web::test]
async fn discovery_names_the_token_endpoint() {
    let bench = Bench::new().await;
    let base = &bench.sandbox.platform_base;
    let smart = bench.http.get(format!("{base}/.well-known/smart-configuration")).send().await.unwrap();
    let smart: Value = smart.json().await.unwrap();
    assert_eq!(smart["token_endpoint"], bench.sandbox.platform_token_url.as_str());
    let metadata = bench.http.get(format!("{base}/metadata")).send().await.unwrap();
    assert!(metadata.headers()["content-type"].to_str().unwrap().starts_with("application/fhir+json"));
    let metadata: Value = metadata.json().await.unwrap();
    assert_eq!(metadata["fhirVersion"], "4.0.1");
    assert_eq!(metadata["rest"][0]["resource"].as_array().unwrap().len(), TYPES.len());
}

#[actix_web::test]
async fn tokens_live_five_minutes_and_need_a_known_scope() {
    let bench = Bench::new().await;
    let address = &bench.sandbox.platform_token_url;
    for (algorithm, scope, status, error) in [
        (Algorithm::ES384, "system/Patient.rs system/Condition.rs", 200, Value::Null),
        (Algorithm::ES256, "system/Patient.rs", 401, json!("invalid_client")),
        (Algorithm::ES384, "system/Patient.cruds", 400, json!("invalid_scope")),
        (Algorithm::ES384, "", 400, json!("invalid_scope")),
    ] {
        let form = bench.token_form(address, algorithm, scope);
        let answer = bench.http.post(address).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), status, "{scope}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"], error);
        assert!(status != 200 || body["expires_in"] == 300);
    }
}

#[actix_web::test]
async fn a_person_is_found_by_member_number_and_birth_date() {
    let reader = Reader::new().await;
    let person = somebody(Quirk::Refuted);
    let (id, birth) = (member(&person), person.birth.to_string());
    let found = reader.found("Patient", &[("identifier", &id), ("birthdate", &birth)]).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["search"]["mode"], "match");
    let address = format!("{}/Patient/{}", reader.bench.sandbox.platform_base, person.id);
    assert_eq!(found[0]["fullUrl"], address.as_str());
    assert!(reader.found("Patient", &[("identifier", &id), ("birthdate", "1900-01-01")]).await.is_empty());
    assert!(reader.found("Patient", &[("identifier", "urn:other|1")]).await.is_empty());
}

#[actix_web::test]
async fn peculiar_people_look_peculiar() {
    let reader = Reader::new().await;
    for (quirk, patients) in [(Quirk::TwoPatients, 2), (Quirk::NoRecord, 0), (Quirk::Undelivered, 1)] {
        let id = member(&somebody(quirk));
        assert_eq!(reader.found("Patient", &[("identifier", &id)]).await.len(), patients, "{quirk:?}");
    }
    let other = somebody(Quirk::OtherBirthDate);
    let query = [("identifier", member(&other)), ("birthdate", other.birth.to_string())];
    assert!(reader.found("Patient", &query.each_ref().map(|(n, v)| (*n, v.as_str()))).await.is_empty());
    for (quirk, pointer, value) in [
        (Quirk::Refuted, "/verificationStatus/coding/0/code", "refuted"),
        (Quirk::EnteredInError, "/verificationStatus/coding/0/code", "entered-in-error"),
        (Quirk::Unconfirmed, "/verificationStatus/coding/0/code", "unconfirmed"),
        (Quirk::SuspectedSuffix, "/code/extension/0/valueCodeableConcept/text", "の疑い"),
        (Quirk::Uninformed, "/meta/tag/0/code", "UNINFORMED"),
        (Quirk::Undelivered, "/meta/tag/0/code", "UNDELIVERED"),
        (Quirk::UnknownElements, "/futureElement/since", "R9"),
        (Quirk::OldSystems, "/code/coding/0/system", "urn:oid:1.2.392.200119.4.101.2"),
        (Quirk::SubjectByIdentifier, "/subject/identifier/system", MEMBER_ID),
    ] {
        let found = reader.found("Condition", &[("patient", &somebody(quirk).id)]).await;
        let shown = found.iter().filter_map(|e| e["resource"].pointer(pointer)).any(|v| v == value);
        assert!(shown, "{quirk:?}");
    }
}

#[actix_web::test]
async fn every_type_is_searched_by_patient() {
    let reader = Reader::new().await;
    let person = people::load().unwrap().into_iter().find(|p| p.id == "p02").unwrap();
    for (kind, least) in [
        ("Coverage", 1),
        ("Condition", 1),
        ("Observation", 4),
        ("MedicationRequest", 2),
        ("AllergyIntolerance", 1),
    ] {
        let found = reader.found(kind, &[("patient", &person.id), ("_count", "50")]).await;
        assert!(found.len() >= least, "{kind}");
        assert!(found.iter().all(|e| e["resource"]["resourceType"] == kind));
    }
    assert!(reader.found("Condition", &[("patient", "nobody")]).await.is_empty());
    let (status, patient) = reader.get(&format!("Patient/{}", person.id), &[]).await;
    assert_eq!((status, &patient["name"][0]["family"]), (StatusCode::OK, &json!(person.family)));
}

#[actix_web::test]
async fn pages_are_followed_by_their_next_links() {
    let reader = Reader::new().await;
    let id = somebody(Quirk::ManyConditions).id;
    let (_, mut page) = reader.get("Condition", &[("patient", &id), ("_count", "25")]).await;
    let total = page["total"].as_u64().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    let mut pages = 1;
    loop {
        ids.extend(page["entry"].as_array().unwrap().iter().map(|e| e["fullUrl"].to_string()));
        let links = page["link"].as_array().unwrap();
        assert!(links.iter().any(|l| l["relation"] == "self"));
        let Some(next) = links.iter().find(|l| l["relation"] == "next") else { break };
        page = reader.send(next["url"].as_str().unwrap(), &[]).await.unwrap().json().await.unwrap();
        pages += 1;
    }
    assert_eq!((ids.len() as u64, pages), (total, 3));
}

#[actix_web::test]
async fn requests_are_read_strictly() {
    let reader = Reader::new().await;
    for (path, query, status) in [
        ("Condition", vec![("patient", "p01"), ("code", "x")], 400),
        ("Condition", vec![("patient", "p01"), ("patient", "p02")], 400),
        ("Condition", vec![("patient", "p01"), ("_count", "0")], 400),
        ("Condition", vec![("_count", "5")], 400),
        ("Condition", vec![("_page", "nonsense")], 400),
        ("Patient", vec![("birthdate", "1990-01-01")], 400),
        ("Patient", vec![], 400),
        ("Patient/nobody", vec![], 404),
        ("Encounter", vec![("patient", "p01")], 404),
    ] {
        let (got, body) = reader.get(path, &query).await;
        assert_eq!(got, status, "{path} {query:?}");
        assert_eq!(body["resourceType"], "OperationOutcome");
    }
    let address = format!("{}/Patient/p01", reader.bench.sandbox.platform_base);
    let html = reader.bench.http.get(address).bearer_auth(&reader.token).header("Accept", "text/html");
    assert_eq!(html.send().await.unwrap().status(), 406);
}

#[actix_web::test]
async fn tokens_and_scopes_are_enforced() {
    let reader = Reader::over(Bench::new().await, "system/Patient.rs").await;
    assert_eq!(reader.get("Patient/p01", &[]).await.0, 200);
    assert_eq!(reader.get("Condition", &[("patient", "p01")]).await.0, 403);
    let address = format!("{}/_sandbox/expire-tokens", reader.bench.sandbox.platform_root);
    reader.bench.http.post(address).send().await.unwrap();
    let (status, body) = reader.get("Patient/p01", &[]).await;
    assert_eq!((status, &body["issue"][0]["code"]), (StatusCode::UNAUTHORIZED, &json!("login")));
}

#[actix_web::test]
async fn statuses_on_demand() {
    let reader = Reader::new().await;
    for (fault, status, retry) in
        [("status_429", 429, Some("7")), ("status_503", 503, Some("7")), ("status_500", 500, None)]
    {
        reader.fault(json!({ "route": "/fhir/R4/*", "fault": fault, "times": 1, "seconds": 7 })).await;
        let address = format!("{}/Patient/p01", reader.bench.sandbox.platform_base);
        let answer = reader.send(&address, &[]).await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers().get("retry-after").map(|v| v.to_str().unwrap()), retry);
        assert_eq!(answer.json::<Value>().await.unwrap()["resourceType"], "OperationOutcome");
    }
    assert_eq!(reader.get("Patient/p01", &[]).await.0, 200);
}

#[actix_web::test]
async fn connections_break_on_demand() {
    let reader = Reader::new().await;
    let address = format!("{}/Patient/p01", reader.bench.sandbox.platform_base);
    for fault in ["cut", "down", "half"] {
        reader.fault(json!({ "fault": fault, "times": 1 })).await;
        let whole = match reader.send(&address, &[]).await {
            Ok(answer) => answer.bytes().await,
            Err(broken) => Err(broken),
        };
        assert!(whole.is_err(), "{fault}");
    }
    for fault in ["timeout", "timeout_after_acceptance"] {
        reader.fault(json!({ "fault": fault, "times": 1, "seconds": 0.2 })).await;
        let begun = Instant::now();
        assert!(reader.send(&address, &[]).await.is_err(), "{fault}");
        assert!(begun.elapsed() >= Duration::from_millis(200), "{fault}");
    }
    reader.fault(json!({ "fault": "slow", "times": 1, "seconds": 0.2 })).await;
    let begun = Instant::now();
    assert_eq!(reader.get("Patient/p01", &[]).await.0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[actix_web::test]
async fn poisoned_bodies_on_demand() {
    let reader = Reader::new().await;
    let address = format!("{}/Patient/p01", reader.bench.sandbox.platform_base);
    for (fault, least) in [
        ("garbage", 10),
        ("deep_nesting", 20_000),
        ("duplicate_keys", 10),
        ("lone_surrogate", 10),
        ("long_number", 1_000_000),
        ("huge", 60 * 1024 * 1024),
    ] {
        reader.fault(json!({ "fault": fault, "times": 1 })).await;
        let answer = reader.send(&address, &[]).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.unwrap().len() >= least, "{fault}");
    }
}

#[actix_web::test]
async fn bundles_are_disturbed_on_demand() {
    let reader = Reader::new().await;
    let query = [("patient", "p02")];
    let right = reader.found("Observation", &query).await;
    reader.fault(json!({ "fault": "wrong_order", "times": 1 })).await;
    let mut reversed = reader.found("Observation", &query).await;
    reversed.reverse();
    assert_eq!(right, reversed);
    reader.fault(json!({ "fault": "duplicate_entries", "times": 1 })).await;
    assert_eq!(reader.found("Observation", &query).await.len(), 2 * right.len());
    reader.fault(json!({ "fault": "next_loop", "times": 1 })).await;
    let (_, page) = reader.get("Observation", &query).await;
    assert_eq!(page["link"][1]["relation"], "next");
}

#[actix_web::test]
async fn the_state_counts_and_faults_can_be_cleared() {
    let reader = Reader::new().await;
    let root = &reader.bench.sandbox.platform_root;
    reader.fault(json!({ "fault": "cut" })).await;
    reader.bench.http.delete(format!("{root}/_sandbox/faults")).send().await.unwrap();
    assert_eq!(reader.get("Patient/p01", &[]).await.0, 200);
    let state = reader.bench.http.get(format!("{root}/_sandbox/state")).send().await.unwrap();
    let state: Value = state.json().await.unwrap();
    assert_eq!(state["control"]["requests"]["GET /fhir/R4/{type}/{id}"], 1);
    assert!(state["resources"]["Patient"].as_u64().unwrap() > 40);
    let unknown = json!({ "fault": "wrong_iss" });
    let answer =
        reader.bench.http.post(format!("{root}/_sandbox/faults")).json(&unknown).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[actix_web::test]
async fn a_folder_is_served_beside_the_invented_people() {
    let folder = tempfile::tempdir().unwrap();
    let patient =
        json!({ "resourceType": "Patient", "id": "own", "identifier": [{ "system": "s", "value": "1" }] });
    std::fs::write(folder.path().join("p.json"), patient.to_string()).unwrap();
    let bench = Bench::with(|config| config.platform_data = Some(folder.path().to_path_buf())).await;
    let reader = Reader::over(bench, "system/*.rs").await;
    assert_eq!(reader.found("Patient", &[("identifier", "s|1")]).await[0]["resource"], patient);
    assert_eq!(reader.get("Patient/p01", &[]).await.0, 200);
}
