//! The domain of vaccination: what it takes, what it refuses and why, and what it holds afterwards.

use super::*;

const TASKS: &str = "registration-tasks";

/// A good person, the first of the invented ones.
fn person() -> Value {
    let person = people::load().unwrap().swap_remove(0);
    json!({
        "kind": "SUBJECT", "modificationSeg": "1", "historyKey": "subject", "municipalityIdentityKey": "K1",
        "myNumber": person.my_number, "isNotDisclosed": false,
        "basicFiveInfo": {
            "name": person.name(), "nameKana": person.kana(), "address": person.address,
            "dateOfBirth": person.birth, "sex": person.sex.digit()
        },
        "eligibilities": [{ "vaccineCode": "PPSV", "doseNumber": "1", "eligibleFrom": "2026-04-01", "category": "B" }]
    })
}

fn dose() -> Value {
    json!({
        "kind": "RECORD", "historyKey": "imm_1", "municipalityIdentityKey": "K1", "vaccineCode": "PPSV",
        "doseNumber": "1", "doseAmount": "0.5", "site": "LA", "route": "IM", "lotNumber": "AB12",
        "vaccinatedOn": "2026-10-15", "judgement": "VACCINATED", "isDeleted": false
    })
}

fn request(sender: &Sender, method: Method, path: &str) -> RequestBuilder {
    let address = format!("{}/{path}", sender.bench.sandbox.vaccination_base);
    sender.bench.http.request(method, address).bearer_auth(&sender.token).header("X-PMH-Org-Code", ORG)
}

async fn send(sender: &Sender, records: &[Value]) -> Response {
    let request = request(sender, Method::POST, TASKS).header("Idempotency-Key", Uuid::now_v7().to_string());
    request.json(&json!(records)).send().await.unwrap()
}

/// What became of each record: its result, or the first code.
async fn told(sender: &Sender, records: &[Value]) -> Vec<String> {
    let task: Value = send(sender, records).await.json().await.unwrap();
    let path = format!("{TASKS}/{}/results", task["taskId"].as_str().unwrap());
    for _ in 0..500 {
        let page: Value = request(sender, Method::GET, &path).send().await.unwrap().json().await.unwrap();
        let results = page["results"].as_array().unwrap();
        if results.len() == records.len() {
            let word =
                |it: &Value| it["errors"][0]["code"].as_str().or(it["result"].as_str()).unwrap().to_owned();
            return results.iter().map(word).collect();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the task never ended")
}

async fn held(sender: &Sender) -> Vec<Value> {
    let question = json!({ "municipalityIdentityKey": "K1" });
    let answer = request(sender, Method::POST, "subjects/search").json(&question).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["rows"].as_array().unwrap().clone()
}

async fn sender() -> Sender {
    Sender::with(|settings| settings.step = Duration::ZERO).await
}

#[tokio::test]
async fn a_person_and_a_dose_are_held_replaced_and_withdrawn() {
    let sender = sender().await;
    assert_eq!(told(&sender, &[person()]).await, ["REGISTERED"]);
    assert_eq!(told(&sender, &[dose()]).await, ["REGISTERED"]);
    assert_eq!(told(&sender, &[person(), dose()]).await, ["UNCHANGED", "UNCHANGED"]);
    assert_eq!(told(&sender, &[with(dose(), &[("lotNumber", json!("CD34"))])]).await, ["UPDATED"]);
    let rows = held(&sender).await;
    assert!(rows.iter().any(|row| row["lotNumber"] == "CD34"), "{rows:?}");
    assert!(!json!(rows).to_string().contains("myNumber"));
    assert_eq!(told(&sender, &[with(dose(), &[("isDeleted", json!(true))])]).await, ["DELETED"]);
    assert_eq!(told(&sender, &[dose()]).await, ["PMH-E3002"], "a withdrawn key stays withdrawn");
}

#[tokio::test]
async fn what_is_not_so_is_refused_with_its_code() {
    let sender = sender().await;
    assert_eq!(told(&sender, &[dose()]).await, ["PMH-E3001"], "nobody was registered");
    let mut stranger = person();
    stranger["basicFiveInfo"]["dateOfBirth"] = json!("1958-04-13");
    assert_eq!(told(&sender, &[stranger]).await, ["PMH-E3001"]);
    assert_eq!(told(&sender, &[person(), dose()]).await, ["REGISTERED", "REGISTERED"]);
    let wrong = [
        with(dose(), &[("historyKey", json!("imm_2")), ("vaccineCode", json!("YELLOW"))]),
        with(dose(), &[("historyKey", json!("imm_3")), ("vaccinatedOn", json!("1950-01-01"))]),
        with(dose(), &[("historyKey", json!("imm_4"))]),
        with(dose(), &[("historyKey", json!("imm_5")), ("isDeleted", json!(true))]),
    ];
    assert_eq!(told(&sender, &wrong).await, ["PMH-E2005", "PMH-E1005", "PMH-E3003", "PMH-E3004"]);
}

#[tokio::test]
async fn a_malformed_record_refuses_the_whole_task_and_repeats_no_value() {
    let sender = sender().await;
    let answer =
        send(&sender, &[person(), with(dose(), &[("lot", json!("SECRET")), ("site", json!("left"))])]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let body: Value = answer.json().await.unwrap();
    let fields: Vec<&str> =
        body["errors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["site", "lot"]);
    assert!(!body.to_string().contains("SECRET") && held(&sender).await.is_empty());
}
