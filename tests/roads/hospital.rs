//! A certificate out of a hospital's record system, from its registration to the clerk's page.

use chrono::Duration;
use madoguchi::cli::client;
use madoguchi::sandbox::hospital::{self, Answer, Hospital};
use madoguchi::store::users::{self, Designation, User};
use serde_json::{Value, json};

use super::road::{file, request_code};
use crate::browser::Browser;
use crate::town::{Town, folder};
use crate::{database, night, office, people, samples};

/// The institution of the invented hospital.
const INSTITUTION: &str = "9910000019";
/// Number of the physician in the published example.
const NUMBER: &str = "D990001";
const EXAMPLE: &str = include_str!("../../forms/nanbyo/fhir/example.json");

/// A filed case that waits for its certificate, and a registered hospital.
pub struct Waiting {
    pub citizen: Browser,
    pub clerk: Browser,
    pub case: String,
    pub code: String,
    pub hospital: Hospital,
}

impl Waiting {
    /// Files a case, registers the hospital and its physician.
    pub async fn start(town: &Town) -> Waiting {
        let mut citizen = people::citizen(town, "p01").await;
        let case = file(&mut citizen).await;
        let mut clerk = people::staff(town, "reviewer").await;
        office::act(&mut clerk, &case, "begin", &[]).await;
        office::take(&mut clerk, &case).await;
        let code = request_code(&mut citizen, &case).await;
        physician(town, NUMBER, "designated", 1400);
        Waiting { citizen, clerk, case, code, hospital: registered(town, "madoka-central") }
    }

    /// The document of the example, written for this case today.
    pub fn document(&self, town: &Town) -> Value {
        let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
        hospital::address(&mut document, &self.code);
        let ago = |days| json!((town.house().today() - Duration::days(days)).to_string());
        *answer(&mut document, "diagnosis.met-on") = json!({ "valueDate": ago(20) });
        *answer(&mut document, "physician.written-on") = json!({ "valueDate": ago(1) });
        document
    }

    /// Hands a document in.
    pub async fn send(&self, town: &Town, document: &Value) -> Answer {
        self.hospital.hand_in(&base(town), document).await.unwrap()
    }

    /// What the clerk sees of the certificate.
    pub async fn seen(&mut self) -> String {
        self.clerk.visit(&format!("/staff/cases/{}/certificate", self.case)).await.text
    }
}

/// Address of the FHIR base.
pub fn base(town: &Town) -> String {
    format!("{}/api/fhir", town.url)
}

/// A resource of a document.
pub fn resource<'d>(document: &'d mut Value, kind: &str) -> &'d mut Value {
    let entries = document["entry"].as_array_mut().unwrap();
    &mut entries.iter_mut().find(|it| it["resource"]["resourceType"] == kind).unwrap()["resource"]
}

/// The answer to an item of the form.
pub fn answer<'d>(document: &'d mut Value, link_id: &str) -> &'d mut Value {
    let steps = resource(document, "QuestionnaireResponse")["item"].as_array_mut().unwrap();
    let mut items = steps.iter_mut().flat_map(|step| step["item"].as_array_mut().unwrap());
    &mut items.find(|item| item["linkId"] == link_id).unwrap()["answer"][0]
}

/// A system of the hospital, registered from the command line.
pub fn registered(town: &Town, id: &str) -> Hospital {
    let hospital = Hospital::new(id).unwrap();
    let keys = folder("hospital-keys").join(format!("{id}-{}.json", town.url.len()));
    std::fs::write(&keys, hospital.jwks().to_string()).unwrap();
    let (institution, name) = (INSTITUTION.to_owned(), "まどか中央病院".to_owned());
    let options = client::Options { id: id.to_owned(), institution, name, keys };
    let client = client::add_to(town.house(), &options).unwrap();
    assert_eq!((client.keys.len(), client.revoked_at), (1, None));
    hospital
}

/// A physician of the hospital whose designation ends in so many days.
pub fn physician(town: &Town, number: &str, kind: &str, days: i64) {
    let house = town.house();
    let today = house.today();
    let designation = Designation {
        kind: kind.to_owned(),
        number: number.to_owned(),
        valid_from: today - Duration::days(400),
        valid_to: today + Duration::days(days),
        institution_code: INSTITUTION.to_owned(),
        institution: "まどか中央病院".to_owned(),
        institution_address: "架空県まどか市2番2号".to_owned(),
        institution_phone: "099-000-0200".to_owned(),
    };
    let user = User {
        id: format!("usr_{number}"),
        login: number.to_owned(),
        name: "診療 七海".to_owned(),
        roles: vec!["physician".to_owned()],
        designation: Some(designation),
        institution: None,
        office: None,
        password: String::new(),
        totp: vec![7; 20],
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    };
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now())).unwrap();
}

/// The first issue of an answer: its key and the place that it names.
pub fn issue(answer: &Answer) -> (&str, &str) {
    let first = &answer.body["issue"][0];
    (
        first["details"]["coding"][0]["code"].as_str().unwrap_or_default(),
        first["expression"][0].as_str().unwrap_or_default(),
    )
}

/// A document becomes the signed certificate of the case.
pub async fn document_to_certificate(town: &Town) {
    let mut waiting = Waiting::start(town).await;
    let document = waiting.document(town);
    let taken = waiting.send(town, &document).await;
    assert_eq!((taken.status, issue(&taken).0), (201, "document.taken"), "{:#}", taken.body);

    let page = waiting.seen().await;
    for shown in ["電子署名を確認しました", "診療 七海", "D990001", "歩行に一部介助を要する。", "アオゾラ"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    let open = database::rows(&town.house().database, "received_documents").join("");
    assert!(!open.contains("パーキンソン") && !open.contains("2026-000123"), "the document lies open");

    let again = waiting.send(town, &document).await;
    assert_eq!((again.status, issue(&again).0), (200, "document.repeated"), "{:#}", again.body);
    let mut other = document.clone();
    *answer(&mut other, "diagnosis.course") = json!({ "valueString": "変わりない。" });
    let other = waiting.send(town, &other).await;
    assert_eq!((other.status, issue(&other)), (409, ("document.identifier", "Bundle.identifier")));
    assert_eq!(database::rows(&town.house().database, "received_documents").len(), 1);

    let Waiting { mut citizen, mut clerk, case, .. } = waiting;
    office::accept_all(&mut clerk, &case).await;
    office::accept_certificate(&mut clerk, &case).await;
    office::do_the_work(&mut clerk, &case, &samples::findings()).await;
    office::draft(&mut clerk, &case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, &case).await;
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("パーキンソン病") && page.text.contains("10,000"), "{:#?}", page.said());
    assert!(night::record_is_sound(town), "the record of access is broken");
    let done =
        "SELECT actor || ' ' || outcome AS text FROM audit WHERE action = 'receive_document' ORDER BY seq";
    let done = database::texts(&town.house().database, done);
    assert_eq!(done, ["client:madoka-central done", "client:madoka-central refused"]);
}
