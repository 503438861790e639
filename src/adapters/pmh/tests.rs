use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::row::{BasicFive, Cap, Condition, PrintedItem, Sex, SubsidyRow};
use super::*;
use crate::adapters::http::stub::{Answer, Asked, Stub, clock};
use crate::adapters::jwt::{Curve, SigningKey};
use crate::domain::numbers::{MyNumber, PayerNumber};
use crate::ports::hub::{Accepted, Entry, Hub, HubError, RowOutcome, TaskState, Warning};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("date")
}

fn row() -> SubsidyRow {
    SubsidyRow {
        certificate_type: "54NANBYO".to_owned(),
        number: MyNumber::parse("123456789018").expect("number"),
        person: BasicFive {
            name: "窓口 花子".to_owned(),
            kana: "マドグチ ハナコ".to_owned(),
            address: "青空県若葉市一丁目1番地".to_owned(),
            birth_date: day("1990-06-28"),
            sex: Sex::Female,
        },
        withheld: false,
        payer_number: PayerNumber::parse("54136015").ok(),
        certificate_name: "特定医療費受給者証".to_owned(),
        recipient_number: Some("1234566".to_owned()),
        sub_key: None,
        segment: None,
        income_segment: Some("C1".to_owned()),
        conditions: vec![
            Condition { item: "01".to_owned(), code: "02".to_owned() },
            Condition { item: "03".to_owned(), code: "01".to_owned() },
        ],
        institutions: None,
        always_reimbursed: false,
        cap: Some(Cap { monthly: 10_000, note: None }),
        valid_from: day("2026-04-01"),
        valid_to: day("2027-03-31"),
        history_key: "C0001-1".to_owned(),
        deleted: false,
        printed: vec![PrintedItem {
            code: "NAME".to_owned(),
            name: "疾病名".to_owned(),
            value: "病".to_owned(),
        }],
    }
}

pub(super) fn entry() -> Entry {
    let fields = [
        ("name", "窓口 花子"),
        ("name_kana", "マドグチ ハナコ"),
        ("address", "青空県若葉市一丁目1番地"),
        ("birth_date", "1990-06-28"),
        ("sex", "female"),
        ("certificate_name", "特定医療費受給者証"),
        ("payer_number", "54136015"),
        ("recipient_number", "1234566"),
        ("monthly_cap", "10000"),
        ("income_segment", "C1"),
        ("institutions", "青空病院\n若葉薬局"),
        ("always_reimbursed", "0"),
        ("withheld", "false"),
    ];
    let detail = |code: &str, name: &str, value: &str| (code.to_owned(), name.to_owned(), value.to_owned());
    Entry {
        number: "123456789018".to_owned(),
        certificate_type: "54NANBYO".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        details: vec![detail("DISEASE_NAME", "疾病名", "病"), detail("TIER", "階層区分", "")],
        valid_from: day("2026-10-01"),
        valid_to: day("2027-09-30"),
        history_key: "C0001-1".to_owned(),
        history_number: 1,
        deleted: false,
    }
}

#[test]
fn what_the_hub_holds_as_it_was_sent_is_shown_the_same() {
    let shown = json!({ "rows": [{ "orgSpecificCertificateTypeId": "54NANBYO", "historyKey": "C0001-1",
        "isDeleted": false, "isNotDisclosed": false, "validFrom": "2026-10-01", "validTo": "2027-09-30",
        "medicalSubsidyInsurerNumber": "54136015", "medicalSubsidyRecipientNumber": "1234566",
        "incomeSegment": "C1", "maxCopaymentAmount": { "monthly": 10000 } }] });
    let held = super::replies::held(&shown, &Profile::proposed()).expect("rows");
    let sent = super::convert::subsidy_row(&entry()).expect("row");
    assert_eq!(held, [super::replies::as_held(&sent)]);
}

fn pmh(stub: &Stub) -> Pmh {
    let pem = SigningKey::generate(Curve::P256).expect("key");
    let key = SigningKey::from_pem(&pem, Curve::P256, None).expect("key");
    let base = format!("{}/pmh/medical-subsidy/v1", stub.base);
    let mut config = PmhConfig::new(&base, &format!("{}/oauth2/token", stub.base), "office", "131016");
    config.http.attempts = 2;
    Pmh::new(config, key, clock()).expect("pmh")
}

/// Gives tokens; `answer` gives the rest.
async fn hub(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Stub {
    Stub::start(move |asked, _| match asked.target.as_str() {
        "/oauth2/token" => {
            Answer::json(200, json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 1800 }))
        }
        _ => answer(asked),
    })
    .await
}

async fn submit(stub: &Stub, rows: &[SubsidyRow]) -> Result<Accepted, HubError> {
    pmh(stub).submit_rows(rows, Uuid::from_u128(7)).await
}

fn record(row: &SubsidyRow) -> Value {
    super::record::record(row, &Profile::proposed())
}

#[test]
fn the_record_has_the_published_names_and_types() {
    let expected = json!({
        "orgSpecificCertificateTypeId": "54NANBYO",
        "myNumber": "123456789018",
        "basicFiveInfo": {
            "name": "窓口 花子", "nameKana": "マドグチ　ハナコ", "address": "青空県若葉市一丁目1番地",
            "dateOfBirth": "1990-06-28", "sex": "2"
        },
        "isNotDisclosed": false,
        "medicalSubsidyInsurerNumber": "54136015",
        "certificationName": "特定医療費受給者証",
        "medicalSubsidyRecipientNumber": "1234566",
        "incomeSegment": "C1",
        "additionalConditions": "01-02;03-01",
        "isAlwaysReimbursement": "0",
        "maxCopaymentAmount": { "monthly": 10000, "hasNoLimit": false },
        "validFrom": "2026-04-01",
        "validTo": "2027-03-31",
        "historyKey": "C0001-1",
        "isDeleted": false,
        "certificationDetails": [{ "itemCode": "NAME", "itemName": "疾病名", "itemValue": "病", "displayOrder": 1 }]
    });
    assert_eq!(record(&row()), expected);
}

#[test]
fn what_is_absent_is_left_out() {
    let bare = SubsidyRow {
        payer_number: None,
        recipient_number: None,
        income_segment: None,
        conditions: vec![],
        cap: None,
        printed: vec![],
        always_reimbursed: true,
        ..row()
    };
    let record = record(&bare);
    let keys: Vec<&String> = record.as_object().expect("object").keys().collect();
    assert_eq!(keys.len(), 11);
    assert_eq!(
        (&record["isAlwaysReimbursement"], &record["certificationDetails"]),
        (&json!("1"), &json!([]))
    );
}

#[tokio::test]
async fn a_batch_goes_out_with_its_key_and_comes_back_as_a_task() {
    let stub = hub(|_| Answer::json(202, json!({ "taskId": "01J0", "status": "ACCEPTED" }))).await;
    let mistyped = SubsidyRow {
        payer_number: PayerNumber::parse("54136014").ok(),
        recipient_number: Some("1234567".to_owned()),
        ..row()
    };
    let accepted = submit(&stub, &[row(), mistyped]).await.expect("accepted");
    let warning = |field: &str| Warning { row: 1, field: field.to_owned() };
    assert_eq!(accepted.task, "01J0");
    assert_eq!(
        accepted.warnings,
        [warning("medicalSubsidyInsurerNumber"), warning("medicalSubsidyRecipientNumber")]
    );
    let asked = &stub.asked()[1];
    assert_eq!(asked.target, "/pmh/medical-subsidy/v1/difference-history-registration-tasks");
    assert!(asked.head.contains("idempotency-key: 00000000-0000-0000-0000-000000000007"));
    assert!(asked.head.contains("x-pmh-org-code: 131016") && asked.head.contains("authorization: bearer t"));
    assert_eq!(serde_json::from_str::<Value>(&asked.body).expect("json")[0], record(&row()));
}

#[tokio::test]
async fn a_faulty_row_is_named_before_anything_is_sent() {
    let stub = hub(|_| Answer::json(202, json!({ "taskId": "x" }))).await;
    let faulty = SubsidyRow {
        certificate_type: "A-1".to_owned(),
        certificate_name: "名".repeat(101),
        history_key: String::new(),
        valid_to: day("2026-03-31"),
        person: BasicFive { kana: "ﾏﾄﾞｸﾞﾁ".to_owned(), ..row().person },
        ..row()
    };
    let Err(HubError::Defect(defects)) = submit(&stub, &[row(), faulty]).await else {
        panic!("a defect is expected")
    };
    let named: Vec<(&str, &str)> = defects
        .iter()
        .map(|defect| (defect.field.as_deref().unwrap_or_default(), defect.code.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("orgSpecificCertificateTypeId", "PMH-E1003"),
            ("certificationName", "PMH-E1002"),
            ("basicFiveInfo.nameKana", "PMH-E1003"),
            ("historyKey", "PMH-E1001"),
            ("validTo", "PMH-E1005"),
        ]
    );
    assert!(defects.iter().all(|defect| defect.row == Some(1)));
    assert!(stub.asked().is_empty());
    assert!(matches!(submit(&stub, &[]).await, Err(HubError::Defect(_))));
}

#[tokio::test]
async fn answers_to_a_batch_are_told_apart() {
    type Expected = fn(&HubError) -> bool;
    let cases: [(Answer, Expected); 10] = [
        (Answer::json(403, json!({})), |error| matches!(error, HubError::Forbidden { .. })),
        (Answer::json(404, json!({})), |error| *error == HubError::NotFound),
        (Answer::json(409, json!({})), |error| *error == HubError::Conflict),
        (Answer::wait(429, 9), |error| *error == HubError::Throttled { retry_after: Some(9) }),
        (Answer::wait(503, 9), |error| *error == HubError::Throttled { retry_after: Some(9) }),
        (Answer::json(503, json!({})), |error| matches!(error, HubError::Unavailable { .. })),
        (Answer::json(500, json!({})), |error| matches!(error, HubError::OutcomeUnknown { .. })),
        (Answer::Cut, |error| matches!(error, HubError::OutcomeUnknown { .. })),
        (Answer::json(415, json!({})), |error| matches!(error, HubError::Defect(_))),
        (Answer::json(302, json!({})), |error| matches!(error, HubError::Unavailable { .. })),
    ];
    for (number, (answer, expected)) in cases.into_iter().enumerate() {
        let answer = std::sync::Mutex::new(Some(answer));
        let stub = hub(move |_| answer.lock().expect("lock").take().expect("sent once")).await;
        let error = submit(&stub, &[row()]).await.expect_err("error");
        assert!(expected(&error), "{number}: {error}");
    }
}

#[tokio::test]
async fn a_poisoned_success_is_an_unknown_outcome() {
    for poison in [
        "",
        "<html>",
        "[]",
        "{\"taskId\":1}",
        "{\"taskId\":\"a\",\"taskId\":\"b\"}",
        "{\"taskId\":\"../../x\"}",
    ] {
        let stub = hub(move |_| Answer::Full(202, vec![], poison.as_bytes().to_vec())).await;
        let error = submit(&stub, &[row()]).await.expect_err("error");
        assert!(matches!(error, HubError::OutcomeUnknown { .. }), "{poison}: {error}");
    }
}

#[tokio::test]
async fn refused_rows_are_listed_and_a_repeated_number_is_hidden() {
    let errors = json!({ "errors": [
        { "index": 0, "field": "myNumber", "code": "PMH-E1003", "message": "123456789018 は違います" },
        { "code": "PMH-E1002", "message": "１２３４５６７８９０１８" }] });
    let stub = hub(move |_| Answer::json(400, errors.clone())).await;
    let Err(HubError::Defect(defects)) = submit(&stub, &[row()]).await else {
        panic!("a defect is expected")
    };
    assert_eq!((defects[0].row, defects[0].message.as_str()), (Some(0), "************ は違います"));
    assert_eq!((defects[1].row, defects[1].message.as_str()), (None, "************"));
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let stub = Stub::start(|asked, number| match (asked.target.as_str(), number) {
        ("/oauth2/token", _) => {
            Answer::json(200, json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 1800 }))
        }
        (_, 1) => Answer::json(401, json!({})),
        _ => Answer::json(202, json!({ "taskId": "x" })),
    })
    .await;
    assert!(submit(&stub, &[row()]).await.is_ok());
    assert_eq!(stub.asked().len(), 4);
    let stub = hub(|_| Answer::json(401, json!({}))).await;
    assert!(matches!(submit(&stub, &[row()]).await, Err(HubError::Unauthorised { .. })));
    assert_eq!(stub.asked().len(), 4);
}

#[tokio::test]
async fn a_task_is_only_what_it_says_about_itself() {
    let state = |body: Value| async move {
        let stub = hub(move |_| Answer::json(200, body.clone())).await;
        pmh(&stub).task("x").await
    };
    assert_eq!(state(json!({ "taskId": "x", "status": "COMPLETED" })).await, Ok(TaskState::Completed));
    for body in [
        json!({ "taskId": "y", "status": "COMPLETED" }),
        json!({ "taskId": "x", "status": "DONE" }),
        json!({}),
    ] {
        assert!(matches!(state(body.clone()).await, Err(HubError::Unavailable { .. })), "{body}");
    }
    let stub = hub(|_| Answer::json(404, json!({}))).await;
    assert_eq!(pmh(&stub).task("x").await, Err(HubError::NotFound));
}

#[tokio::test]
async fn one_unclear_result_does_not_spoil_the_others_nor_pass_for_success() {
    let body = json!({ "nextPage": 3, "results": [
        { "index": 0, "historyKey": "C0001-1", "result": "REGISTERED" },
        { "index": 1, "historyKey": "C0002-1", "result": "REJECTED", "errors": [
            { "code": "PMH-E2003", "field": "incomeSegment", "message": "制度マスタに存在しない所得区分" }] },
        { "index": 2, "result": "OK" },
        "garbage"
    ] });
    let stub = hub(move |_| Answer::json(200, body.clone())).await;
    let page = pmh(&stub).results("x", 2).await.expect("page");
    assert_eq!(stub.asked()[1].target, "/pmh/medical-subsidy/v1/registration-tasks/x/results?page=2");
    assert_eq!(page.next, Some(3));
    assert_eq!(page.rows[0].outcome, RowOutcome::Registered);
    assert_eq!(page.rows[0].history_key.as_deref(), Some("C0001-1"));
    let RowOutcome::Rejected(defects) = &page.rows[1].outcome else { panic!("rejected is expected") };
    assert_eq!((defects[0].row, defects[0].code.as_str()), (Some(1), "PMH-E2003"));
    assert_eq!((page.rows[2].row, &page.rows[2].outcome), (Some(2), &RowOutcome::NotUnderstood));
    assert_eq!((page.rows[3].row, page.rows[3].outcome.confirmed()), (None, false));

    let stub = hub(|_| Answer::json(200, json!({ "nextPage": 2, "results": [] }))).await;
    assert!(matches!(pmh(&stub).results("x", 2).await, Err(HubError::Unavailable { .. })));
}

#[tokio::test]
async fn what_the_hub_holds_is_asked_by_post_and_read_whole_or_not_at_all() {
    let held = json!({ "orgSpecificCertificateTypeId": "54NANBYO", "historyKey": "202604010000001", "isDeleted": false,
        "isNotDisclosed": true, "validFrom": "2026-04-01", "validTo": "2027-03-31",
        "medicalSubsidyRecipientNumber": "123456789012345", "maxCopaymentAmount": { "monthly": 10000 } });
    let body = json!({ "rows": [held] });
    let stub = hub(move |_| Answer::json(200, body.clone())).await;
    let rows = pmh(&stub).read_back(&entry()).await.expect("rows").expect("asked");
    assert_eq!(
        (rows[0].history_key.as_str(), rows[0].fields["monthly_cap"].as_str()),
        ("202604010000001", "10000")
    );
    assert_eq!(rows[0].fields["recipient_number"], "123456789012345");
    let asked = &stub.asked()[1];
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", "/pmh/medical-subsidy/v1/subjects/search")
    );
    assert_eq!(
        serde_json::from_str::<Value>(&asked.body).expect("json"),
        json!({ "myNumber": "123456789018", "orgSpecificCertificateTypeId": "54NANBYO" })
    );
    let stub = hub(|_| Answer::json(200, json!({ "rows": [{}] }))).await;
    assert!(pmh(&stub).read_back(&entry()).await.is_err());
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let refused = |base: &str, org: &str| {
        let pem = SigningKey::generate(Curve::P256).expect("key");
        let key = SigningKey::from_pem(&pem, Curve::P256, None).expect("key");
        Pmh::new(PmhConfig::new(base, "https://h/token", "office", org), key, clock())
            .err()
            .map(|error| error.setting)
    };
    assert_eq!(refused("ftp://hub", "131016"), Some("pmh base_url"));
    assert_eq!(refused("https://hub", "131017"), Some("pmh org_code"));
    assert_eq!(refused("https://hub", "131016"), None);
}
