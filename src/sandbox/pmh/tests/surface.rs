//! Tasks, headers, limits and faults.

use super::*;

#[actix_web::test]
async fn a_task_goes_from_accepted_over_running_to_its_end() {
    let sender = Sender::with(|pmh| pmh.step = Duration::from_millis(300)).await;
    let answer = sender.send(&[record(0)]).await;
    assert!(answer.headers()["location"].to_str().unwrap().contains("/registration-tasks/"));
    let id = answer.json::<Value>().await.unwrap()["taskId"].as_str().unwrap().to_owned();
    let mut seen = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) && seen.last() != Some(&json!("COMPLETED")) {
        let status = sender.get(&format!("registration-tasks/{id}")).await["status"].clone();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(seen, ["ACCEPTED", "RUNNING", "COMPLETED"]);
}

#[actix_web::test]
async fn an_idempotency_key_stands_for_one_request() {
    let sender = Sender::new().await;
    let key = Uuid::now_v7();
    let post = async |body: &Value| sender.post(HISTORY, key, body).send().await.unwrap();
    let id = async |answer: Response| answer.json::<Value>().await.unwrap()["taskId"].clone();
    let first = id(post(&json!([record(0)])).await).await;
    assert_eq!(id(post(&json!([record(0)])).await).await, first);
    assert_eq!(post(&json!([record(1)])).await.status(), 409);
    let other = sender.post("registration-tasks", key, &json!([record(0)])).send().await.unwrap();
    assert_eq!(other.status(), 409);
    let without = sender.request(Method::POST, HISTORY).json(&json!([record(0)])).send().await.unwrap();
    assert_eq!(without.status(), 400);
}

#[actix_web::test]
async fn a_body_has_a_size_a_type_and_a_shape() {
    let sender = Sender::new().await;
    let post = |kind: &'static str, body: Vec<u8>| {
        let request = sender.request(Method::POST, HISTORY).header("Content-Type", kind);
        request.header("Idempotency-Key", Uuid::now_v7().to_string()).body(body).send()
    };
    assert_eq!(post("application/json", vec![b' '; MAX_BODY + 1]).await.unwrap().status(), 413);
    assert_eq!(post("text/plain", b"[]".to_vec()).await.unwrap().status(), 415);
    assert_eq!(post("application/json", b"[".to_vec()).await.unwrap().status(), 400);
    assert_eq!(post("application/json", b"{}".to_vec()).await.unwrap().status(), 400);
    assert_eq!(post("application/json", b"\xEF\xBB\xBF[]".to_vec()).await.unwrap().status(), 400);
}

#[actix_web::test]
async fn four_tasks_at_a_time() {
    let sender = Sender::with(|pmh| pmh.step = Duration::from_secs(60)).await;
    for n in 0..4 {
        assert_eq!(sender.send(&[record(n)]).await.status(), 202);
    }
    let fifth = sender.send(&[record(4)]).await;
    assert_eq!(
        (fifth.status(), fifth.headers().contains_key("retry-after")),
        (StatusCode::TOO_MANY_REQUESTS, true)
    );
}

#[actix_web::test]
async fn headers_are_checked_and_the_request_number_echoed() {
    let sender = Sender::new().await;
    let address = format!("{}/masters/income-segments", sender.bench.sandbox.pmh_base);
    let get = || sender.bench.http.get(&address);
    let status = async |request: RequestBuilder| request.send().await.unwrap().status();
    assert_eq!(status(get()).await, 401);
    assert_eq!(status(get().bearer_auth("other").header("X-PMH-Org-Code", ORG)).await, 401);
    assert_eq!(status(get().bearer_auth(&sender.token)).await, 400);
    assert_eq!(status(get().bearer_auth(&sender.token).header("X-PMH-Org-Code", "131016")).await, 403);
    let right = || get().bearer_auth(&sender.token).header("X-PMH-Org-Code", ORG);
    assert_eq!(status(right().header("X-Request-Id", "7")).await, 400);
    let number = Uuid::now_v7().to_string();
    let answer = right().header("X-Request-Id", &number).send().await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()["x-request-id"]),
        (StatusCode::OK, &number.parse().unwrap())
    );
    let expire = format!("{}/_sandbox/expire-tokens", sender.bench.sandbox.pmh_root);
    sender.bench.http.post(expire).send().await.unwrap();
    assert_eq!(status(right()).await, 401);
}

#[actix_web::test]
async fn tokens_need_es256_and_live_half_an_hour() {
    let bench = Bench::new().await;
    let address = &bench.sandbox.pmh_token_url;
    let post = async |algorithm| {
        let answer = bench.http.post(address).form(&bench.token_form(address, algorithm, "")).send().await;
        answer.unwrap()
    };
    assert_eq!(post(Algorithm::ES384).await.status(), 401);
    assert_eq!(post(Algorithm::ES256).await.json::<Value>().await.unwrap()["expires_in"], 1800);
}

#[actix_web::test]
async fn masters_are_read_and_replaced() {
    let sender = Sender::new().await;
    let incomes = sender.get("masters/income-segments").await;
    let codes: Vec<_> =
        incomes["items"].as_array().unwrap().iter().map(|i| i["incomeSegment"].clone()).collect();
    assert_eq!(codes, ["A", "B1", "B2", "C1", "C2", "D"]);
    let mut types = sender.get("masters/certificate-types").await;
    types["items"][0]["requiredDetailItems"] = json!(["CARD_COLOUR"]);
    let put = sender.request(Method::PUT, "masters/certificate-types").json(&types).send().await.unwrap();
    assert_eq!(put.status(), 204);
    assert_eq!(sender.verdicts(&[record(0)]).await, ["PMH-E1001"]);
    let empty = json!({ "items": [] });
    sender.request(Method::PUT, "masters/additional-conditions").json(&empty).send().await.unwrap();
    let conditions = sender.get("masters/additional-conditions").await;
    assert_eq!(conditions, empty);
}

#[actix_web::test]
async fn lost_answers_leave_one_row() {
    let sender = Sender::new().await;
    for fault in ["timeout_after_acceptance", "half", "garbage"] {
        let key = Uuid::now_v7();
        let person = with(record(2), &[("certificationSubKey", json!(fault.replace('_', "-")))]);
        let body = json!([person]);
        sender.fault(json!({ "fault": fault, "times": 1, "seconds": 0.1 })).await;
        let lost = match sender.post(HISTORY, key, &body).send().await {
            Ok(answer) => answer.json::<Value>().await.is_err(),
            Err(_) => true,
        };
        assert!(lost, "{fault}");
        assert_eq!(sender.post(HISTORY, key, &body).send().await.unwrap().status(), 202);
    }
    let address = format!("{}/_sandbox/state", sender.bench.sandbox.pmh_root);
    let state = async || sender.bench.http.get(&address).send().await.unwrap().text().await.unwrap();
    let text = state().await;
    assert!(!text.contains(record(2)["myNumber"].as_str().unwrap()));
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["rows"], json!({ "live": 3, "deleted": 0 }));
    sender.bench.http.delete(&address).send().await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&state().await).unwrap()["rows"]["live"], 0);
}

#[actix_web::test]
async fn tasks_go_wrong_on_demand() {
    let sender = Sender::new().await;
    let records: Vec<Value> = (0..10).map(record).collect();
    let indices =
        |results: &[Value]| results.iter().map(|r| r["index"].as_u64().unwrap()).collect::<Vec<_>>();
    sender.fault(json!({ "fault": "reject_ratio", "ratio": 0.2, "times": 1 })).await;
    let (task, results) = sender.run(&records).await;
    assert_eq!(task["counts"]["rejected"], 2);
    assert_eq!(results[4]["errors"][0]["code"], "PMH-E9001");
    sender.fault(json!({ "fault": "wrong_order", "times": 1 })).await;
    let (_, results) = sender.run(&records).await;
    assert_eq!(indices(&results), (0..10).rev().collect::<Vec<_>>());
    sender.fault(json!({ "fault": "missing_results", "times": 1 })).await;
    assert_eq!(sender.run(&records).await.1.len(), 9);
    sender.fault(json!({ "fault": "fail_task", "times": 1 })).await;
    let (task, results) = sender.run(&records).await;
    assert_eq!((&task["status"], results.len()), (&json!("FAILED"), 0));
    sender.fault(json!({ "fault": "stuck", "times": 1 })).await;
    assert_eq!(sender.run(&records).await.0["status"], "RUNNING");
    sender.fault(json!({ "fault": "status_503", "times": 1, "seconds": 3 })).await;
    let answer = sender.send(&records).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "3"));
}

#[actix_web::test]
async fn unknown_tasks_and_addresses_are_not_found() {
    let sender = Sender::new().await;
    for path in ["registration-tasks/none", "registration-tasks/none/results", "nowhere"] {
        let answer = sender.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}
