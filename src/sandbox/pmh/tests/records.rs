//! What becomes of records.

use super::*;

#[actix_web::test]
async fn a_good_record_is_registered_updated_and_left_unchanged() {
    let sender = Sender::new().await;
    let (task, results) = sender.run(&[record(0)]).await;
    assert_eq!((&task["status"], &task["orgCode"]), (&json!("COMPLETED"), &json!(ORG)));
    assert_eq!(task["kind"], "MEDICAL_SUBSIDY_DIFF_HISTORY");
    assert_eq!(task["counts"]["registered"], 1);
    assert_eq!(results[0]["historyKey"], "H1");
    assert_eq!(sender.verdicts(&[record(0)]).await, ["UNCHANGED"]);
    let changed = with(record(0), &[("incomeSegment", json!("B1"))]);
    assert_eq!(sender.verdicts(&[changed]).await, ["UPDATED"]);
}

#[actix_web::test]
async fn form_is_checked_for_the_whole_body() {
    let sender = Sender::new().await;
    for (field, value, code) in [
        ("isAlwaysReimbursement", json!(true), "PMH-E1003"),
        ("isAlwaysReimbursement", json!("2"), "PMH-E1003"),
        ("orgSpecificCertificateTypeId", json!("a".repeat(51)), "PMH-E1002"),
        ("orgSpecificCertificateTypeId", json!("A-1"), "PMH-E1003"),
        ("certificationName", json!("証".repeat(101)), "PMH-E1002"),
        ("myNumber", json!("99000000001"), "PMH-E1002"),
        ("myNumber", json!("9900000000111"), "PMH-E1002"),
        ("myNumber", json!("９９０００００１３２７７"), "PMH-E1003"),
        ("validTo", json!("2027/03/31"), "PMH-E1004"),
        ("additionalConditions", json!("02\u{2010}01"), "PMH-E1003"),
        ("segment", Value::Null, "PMH-E1003"),
        ("isDeleted", json!("0"), "PMH-E1003"),
        ("futureField", json!(1), "PMH-E1003"),
    ] {
        let found = sender.refused(&[record(1), with(record(0), &[(field, value)])]).await;
        assert_eq!(found, [(code.to_owned(), field.to_owned())]);
    }
    let mut incomplete = record(0);
    incomplete["basicFiveInfo"].as_object_mut().unwrap().shift_remove("sex");
    assert_eq!(sender.refused(&[incomplete]).await, [("PMH-E1001".into(), "basicFiveInfo.sex".into())]);
    assert_eq!(sender.verdicts(&[record(1)]).await, ["REGISTERED"]);
}

#[actix_web::test]
async fn longest_names_and_ids_pass_the_form() {
    let sender = Sender::new().await;
    let long = with(
        record(0),
        &[
            ("orgSpecificCertificateTypeId", json!("a".repeat(50))),
            ("certificationName", json!("証".repeat(100))),
        ],
    );
    assert_eq!(sender.verdicts(&[long]).await, ["PMH-E2001"]);
}

#[actix_web::test]
async fn business_rules_refuse_single_records() {
    let sender = Sender::new().await;
    let other_birth = {
        let mut record = record(0);
        record["basicFiveInfo"]["dateOfBirth"] = json!("1900-01-01");
        record
    };
    let cases = [
        (with(record(0), &[("validTo", json!("2026-03-31"))]), "PMH-E1005"),
        (with(record(0), &[("orgSpecificCertificateTypeId", json!("X"))]), "PMH-E2001"),
        (with(record(0), &[("validFrom", json!("2014-12-31"))]), "PMH-E2002"),
        (with(record(0), &[("incomeSegment", json!("Z"))]), "PMH-E2003"),
        (with(record(0), &[("additionalConditions", json!("09-01"))]), "PMH-E2004"),
        (with(record(0), &[("myNumber", json!("123456789018"))]), "PMH-E3001"),
        (other_birth, "PMH-E3001"),
        (with(record(0), &[("isDeleted", json!(true))]), "PMH-E3004"),
    ];
    for (record, code) in cases {
        assert_eq!(sender.verdicts(&[record]).await, [code]);
    }
}

#[actix_web::test]
async fn check_digits_count_in_the_strict_profile_only() {
    let wrong = with(record(0), &[("medicalSubsidyInsurerNumber", json!("87654321"))]);
    assert_eq!(Sender::new().await.verdicts(std::slice::from_ref(&wrong)).await, ["REGISTERED"]);
    let strict = Sender::with(|pmh| pmh.strict_check_digits = true).await;
    assert_eq!(strict.verdicts(&[wrong]).await, ["PMH-E4001"]);
    assert_eq!(strict.verdicts(&[record(0)]).await, ["REGISTERED"]);
}

#[actix_web::test]
async fn a_deleted_row_is_hidden_and_its_key_is_gone() {
    let sender = Sender::new().await;
    let deleted = with(record(0), &[("isDeleted", json!(true))]);
    sender.run(&[record(0)]).await;
    assert_eq!(sender.seen(0, "2026-05-01").await, 1);
    assert_eq!(sender.verdicts(std::slice::from_ref(&deleted)).await, ["DELETED"]);
    assert_eq!(sender.seen(0, "2026-05-01").await, 0);
    assert_eq!(sender.verdicts(&[record(0)]).await, ["PMH-E3002"]);
    let lenient = Sender::with(|pmh| pmh.lenient_delete = true).await;
    assert_eq!(lenient.verdicts(&[deleted]).await, ["UNCHANGED"]);
}

#[actix_web::test]
async fn periods_of_one_certificate_do_not_overlap() {
    let sender = Sender::new().await;
    let second = |key: &str, from: &str| {
        with(
            record(0),
            &[("historyKey", json!(key)), ("validFrom", json!(from)), ("validTo", json!("2028-03-31"))],
        )
    };
    let other_sub_key = with(second("H3", "2027-01-01"), &[("certificationSubKey", json!("B"))]);
    sender.run(&[record(0)]).await;
    assert_eq!(sender.verdicts(&[second("H2", "2027-03-31")]).await, ["PMH-E3003"]);
    assert_eq!(sender.verdicts(&[other_sub_key]).await, ["REGISTERED"]);
    assert_eq!(sender.verdicts(&[second("H2", "2027-04-01")]).await, ["REGISTERED"]);
}

#[actix_web::test]
async fn records_are_taken_in_their_order_and_the_last_of_a_row_wins() {
    let sender = Sender::new().await;
    sender.run(&[record(0)]).await;
    let closed = with(record(0), &[("validTo", json!("2026-09-30"))]);
    let follows = with(record(0), &[("historyKey", json!("H2")), ("validFrom", json!("2026-10-01"))]);
    assert_eq!(sender.verdicts(&[closed.clone(), follows]).await, ["UPDATED", "REGISTERED"]);
    let again = with(closed.clone(), &[("incomeSegment", json!("D"))]);
    assert_eq!(sender.verdicts(&[again, closed]).await, ["SUPERSEDED", "UNCHANGED"]);
    assert_eq!((sender.seen(0, "2026-09-30").await, sender.seen(0, "2026-10-01").await), (1, 1));
    assert_eq!(sender.seen(0, "2027-04-01").await, 0);
}

#[actix_web::test]
async fn a_clinic_learns_nothing_without_consent_or_of_the_undisclosed() {
    let sender = Sender::new().await;
    sender.run(&[record(0), with(record(1), &[("isNotDisclosed", json!(true))])]).await;
    let question = |consent: bool, enabled: bool| {
        json!({ "myNumber": record(0)["myNumber"], "date": "2026-05-01",
                "consent": consent, "institutionEnabled": enabled })
    };
    assert_eq!(sender.view(&question(true, true)).await, 1);
    assert_eq!(sender.view(&question(false, true)).await, 0);
    assert_eq!(sender.view(&question(true, false)).await, 0);
    assert_eq!(sender.seen(1, "2026-05-01").await, 0);
}

#[actix_web::test]
async fn a_thousand_records_with_five_bad_ones() {
    let sender = Sender::new().await;
    let records: Vec<Value> = (0..1000)
        .map(|n| {
            let change = if n % 200 == 7 { json!("Z") } else { json!("C1") };
            with(record(0), &[("certificationSubKey", json!(format!("K{n}"))), ("incomeSegment", change)])
        })
        .collect();
    let (task, page) = sender.run(&records).await;
    assert_eq!(task["status"], "COMPLETED_WITH_ERRORS");
    assert_eq!(
        task["counts"],
        json!({ "received": 1000, "registered": 995, "unchanged": 0, "deleted": 0, "rejected": 5 })
    );
    assert_eq!(page.len(), 200);
    let id = task["taskId"].as_str().unwrap();
    let mut bad = Vec::new();
    let mut next = json!(1);
    while let Some(page) = next.as_u64() {
        let body = sender.get(&format!("registration-tasks/{id}/results?page={page}")).await;
        let results = body["results"].as_array().unwrap().iter();
        bad.extend(results.filter(|r| r["result"] == "REJECTED").map(|r| r["index"].as_u64().unwrap()));
        next = body["nextPage"].clone();
    }
    assert_eq!(bad, [7, 207, 407, 607, 807]);
    let more: Vec<Value> = (0..1001).map(|_| json!({})).collect();
    assert_eq!(sender.send(&more).await.status(), 413);
}

#[actix_web::test]
async fn base_registration_keeps_one_current_row_beside_the_history() {
    let sender = Sender::new().await;
    sender.run(&[record(0)]).await;
    let mut base = record(0);
    for name in ["historyKey", "isDeleted", "certificationDetails"] {
        base.as_object_mut().unwrap().shift_remove(name);
    }
    let post = async |body: &Value| {
        let answer = sender.post("registration-tasks", Uuid::now_v7(), body).send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let (status, task) = post(&json!([base])).await;
    assert_eq!((status, &task["kind"]), (StatusCode::ACCEPTED, &json!("MEDICAL_SUBSIDY")));
    assert_eq!(post(&json!([record(0)])).await.0, 400);
    let search = json!({ "myNumber": record(0)["myNumber"], "orgSpecificCertificateTypeId": SEEDED_TYPE });
    let found = sender.request(Method::POST, "subjects/search").json(&search).send().await.unwrap();
    let text = found.text().await.unwrap();
    assert!(!text.contains(record(0)["myNumber"].as_str().unwrap()));
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["rows"].as_array().unwrap().len(), 2);
}
