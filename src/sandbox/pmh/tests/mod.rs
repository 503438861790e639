//! A sender of records, and what it finds.

mod records;
mod surface;
mod vaccination;

use super::masters::SEEDED_TYPE;
use super::*;
use crate::sandbox::people;
use crate::sandbox::testing::{Bench, ORG};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

const HISTORY: &str = "difference-history-registration-tasks";

struct Sender {
    bench: Bench,
    token: String,
}

/// A good record of the n-th invented person.
fn record(n: usize) -> Value {
    let person = people::load().unwrap().swap_remove(n);
    json!({
        "orgSpecificCertificateTypeId": SEEDED_TYPE,
        "myNumber": person.my_number,
        "basicFiveInfo": {
            "name": person.name(), "nameKana": person.kana(), "address": person.address,
            "dateOfBirth": person.birth, "sex": person.sex.digit()
        },
        "isNotDisclosed": false,
        "medicalSubsidyInsurerNumber": "54136015",
        "certificationName": "特定医療費（指定難病）受給者証",
        "medicalSubsidyRecipientNumber": "1234566",
        "incomeSegment": "C1",
        "additionalConditions": "02-01",
        "isAlwaysReimbursement": "0",
        "maxCopaymentAmount": { "monthly": 5000, "hasNoLimit": false },
        "validFrom": "2026-04-01",
        "validTo": "2027-03-31",
        "historyKey": "H1",
        "isDeleted": false,
        "certificationDetails": [
            { "itemCode": "DISEASE_NAME", "itemName": "疾病名", "itemValue": "パーキンソン病", "displayOrder": 1 }
        ]
    })
}

fn with(mut record: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        record[*name] = value.clone();
    }
    record
}

impl Sender {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut PmhSettings)) -> Self {
        let bench = Bench::with(|config| change(&mut config.pmh)).await;
        let token = bench.token(&bench.sandbox.pmh_token_url, Algorithm::ES256, "").await;
        Self { bench, token }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}/{path}", self.bench.sandbox.pmh_base);
        self.bench.http.request(method, address).bearer_auth(&self.token).header("X-PMH-Org-Code", ORG)
    }

    fn post(&self, path: &str, key: Uuid, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).header("Idempotency-Key", key.to_string()).json(body)
    }

    async fn send(&self, records: &[Value]) -> Response {
        self.post(HISTORY, Uuid::now_v7(), &json!(records)).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.request(Method::GET, path).send().await.unwrap().json().await.unwrap()
    }

    /// Sends records and returns the task and its results.
    async fn run(&self, records: &[Value]) -> (Value, Vec<Value>) {
        let answer = self.send(records).await;
        assert_eq!(answer.status(), 202);
        let id = answer.json::<Value>().await.unwrap()["taskId"].as_str().unwrap().to_owned();
        let task = self.get(&format!("registration-tasks/{id}")).await;
        let results = self.get(&format!("registration-tasks/{id}/results?page=1")).await;
        (task, results["results"].as_array().unwrap().clone())
    }

    async fn verdicts(&self, records: &[Value]) -> Vec<String> {
        let (_, results) = self.run(records).await;
        results
            .iter()
            .map(|r| match r["errors"][0]["code"].as_str() {
                Some(code) => code.to_owned(),
                None => r["result"].as_str().unwrap().to_owned(),
            })
            .collect()
    }

    /// The code, index and field of each finding in a refusal of the whole body.
    async fn refused(&self, records: &[Value]) -> Vec<(String, String)> {
        let answer = self.send(records).await;
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        assert!(records.iter().all(|r| r["myNumber"].as_str().is_none_or(|n| !text.contains(n))));
        let body: Value = serde_json::from_str(&text).unwrap();
        let part = |e: &Value, name: &str| e[name].as_str().unwrap_or_default().to_owned();
        body["errors"].as_array().unwrap().iter().map(|e| (part(e, "code"), part(e, "field"))).collect()
    }

    async fn seen(&self, n: usize, date: &str) -> usize {
        let question = json!({
            "myNumber": record(n)["myNumber"], "date": date, "consent": true, "institutionEnabled": true
        });
        self.view(&question).await
    }

    async fn view(&self, question: &Value) -> usize {
        let address = format!("{}/sandbox/eligibility-view", self.bench.sandbox.pmh_root);
        let answer = self.bench.http.post(address).json(question).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body.as_object().unwrap().len(), 1);
        body["certificates"].as_array().unwrap().len()
    }

    async fn fault(&self, fault: Value) {
        self.bench.fault(&self.bench.sandbox.pmh_root, fault).await;
    }
}
