//! Documents and token requests of hospitals that are not taken, each with its reason.

use madoguchi::domain::permission::{Actor, OPERATOR};
use madoguchi::sandbox::hospital::{Answer, Hospital};
use madoguchi::usecases::Caller;
use madoguchi::usecases::hospital::clients;
use serde_json::{Value, json};

use super::database;
use super::roads::hospital::{Waiting, answer, base, issue, physician, registered, resource};
use super::town::{Town, in_own_towns};

/// A change to a document, what is said about it, and where.
type Fault = (&'static str, fn(&mut Value), &'static str, &'static str);

const FAULTS: [Fault; 15] = [
    (
        "no birth date",
        |it| drop(resource(it, "Patient").as_object_mut().unwrap().remove("birthDate")),
        "document.missing",
        "Bundle.entry[1].resource.birthDate",
    ),
    (
        "another profile",
        |it| it["meta"]["profile"] = json!(["https://elsewhere.example/profile"]),
        "document.profile",
        "Bundle.meta.profile",
    ),
    (
        "an element that nobody reads",
        |it| resource(it, "Patient")["telecom"] = json!([{ "value": "090" }]),
        "document.unknown",
        "Bundle.entry[1].resource.telecom",
    ),
    (
        "an unknown version of the form",
        |it| {
            let form = resource(it, "QuestionnaireResponse");
            form["questionnaire"] =
                json!("https://madoguchi.example/fhir/Questionnaire/nanbyo-certificate|1703");
        },
        "document.form-version",
        "Bundle.entry[5].resource.questionnaire",
    ),
    (
        "a code that is none",
        |it| {
            resource(it, "QuestionnaireResponse")["basedOn"][0]["identifier"]["value"] = json!("ZZZZZ22222");
        },
        "document.code",
        "Bundle.entry[5].resource.basedOn[0].identifier.value",
    ),
    (
        "a number that nobody holds",
        |it| resource(it, "Practitioner")["identifier"][0]["value"] = json!("D999999"),
        "document.signer",
        "Bundle.entry[2].resource.identifier[0].value",
    ),
    (
        "a number that somebody else holds",
        |it| resource(it, "Practitioner")["name"][0]["text"] = json!("別人 一郎"),
        "document.signer-name",
        "Bundle.entry[2].resource.name[0].text",
    ),
    (
        "a designation that has ended",
        |it| resource(it, "Practitioner")["identifier"][0]["value"] = json!("D990002"),
        "document.lapsed",
        "Bundle.entry[2].resource.identifier[0].value",
    ),
    (
        "a cooperating physician for a first application",
        |it| resource(it, "Practitioner")["identifier"][0]["value"] = json!("D990003"),
        "document.code",
        "Bundle.entry[5].resource.basedOn[0].identifier.value",
    ),
    (
        "another institution",
        |it| resource(it, "Organization")["identifier"][0]["value"] = json!("9910000027"),
        "document.institution",
        "Bundle.entry[3].resource.identifier[0].value",
    ),
    (
        "a diagnosis that is not the one of the form",
        |it| resource(it, "Condition")["code"]["coding"][0]["code"] = json!("97"),
        "document.contradiction",
        "Bundle.entry[4].resource.code.coding[0].code",
    ),
    (
        "a code that the form does not have",
        |it| *answer(it, "parkinson.hoehn-yahr") = json!({ "valueCoding": { "code": "9" } }),
        "document.answer",
        "Bundle.entry[5].resource.item[6].item[0]",
    ),
    (
        "words that the form does not know as an answer",
        |it| {
            *answer(it, "disease.number") =
                json!({ "valueCoding": { "code": "999", "display": "パーキンソン病" } })
        },
        "document.answer",
        "Bundle.entry[5].resource.item[0].item[0]",
    ),
    (
        "more than the form has room for",
        |it| *answer(it, "diagnosis.course") = json!({ "valueString": "あ".repeat(251) }),
        "document.answer",
        "Bundle.entry[5].resource.item[7].item[4]",
    ),
    (
        "a missing answer",
        |it| {
            let steps = resource(it, "QuestionnaireResponse")["item"].as_array_mut().unwrap();
            drop(
                steps.iter_mut().find(|step| step["linkId"] == "parkinson-severity").unwrap()["item"]
                    .as_array_mut()
                    .unwrap()
                    .pop(),
            );
        },
        "form.required-choice",
        "Bundle.entry[5].resource",
    ),
];

#[test]
fn each_fault_is_named_with_its_place_and_the_right_document_is_taken_afterwards() {
    in_own_towns(&[], async |town| {
        let mut waiting = Waiting::start(town).await;
        physician(town, "D990002", "designated", -1);
        physician(town, "D990003", "cooperating", 1400);
        for (what, spoil, key, place) in FAULTS {
            let mut document = waiting.document(town);
            spoil(&mut document);
            let refused = waiting.send(town, &document).await;
            assert_eq!((refused.status, issue(&refused)), (422, (key, place)), "{what}: {:#}", refused.body);
            assert!(!refused.body["issue"][0]["details"]["text"].as_str().unwrap().contains(key), "{what}");
        }
        assert!(database::rows(&town.house().database, "received_documents").is_empty());
        assert_eq!(waiting.send(town, &waiting.document(town)).await.status, 201);
        assert!(waiting.seen().await.contains("電子署名を確認しました"));
    });
}

#[test]
fn every_fault_is_told_at_once() {
    in_own_towns(&[], async |town| {
        let waiting = Waiting::start(town).await;
        let mut document = waiting.document(town);
        drop(resource(&mut document, "Patient").as_object_mut().unwrap().remove("birthDate"));
        resource(&mut document, "Organization")["telecom"][0]["system"] = json!("fax");
        resource(&mut document, "Composition")["author"][0]["reference"] = json!("urn:uuid:nobody");
        let refused = waiting.send(town, &document).await;
        let keys: Vec<&str> = refused.body["issue"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["details"]["coding"][0]["code"].as_str().unwrap())
            .collect();
        assert_eq!(keys, ["document.reference", "document.missing", "document.fixed"], "{:#}", refused.body);
    });
}

#[test]
fn bytes_and_signature_belong_together() {
    in_own_towns(&[], async |town| {
        let waiting = Waiting::start(town).await;
        let token = waiting.hospital.token(&base(town)).await.unwrap();
        let bytes = waiting.document(town).to_string().into_bytes();
        let seal = waiting.hospital.seal(&bytes).unwrap();
        let post = async |bytes: Vec<u8>, seal: &str| {
            waiting.hospital.post(&base(town), &token, bytes, seal).await.unwrap()
        };
        let spaced = [bytes.as_slice(), b" "].concat();
        let stranger = Hospital::new("madoka-central").unwrap().seal(&bytes).unwrap();
        let unnamed = json!({ "typ": "document+jws", "alg": "ES384", "kid": "other" });
        let unnamed = waiting.hospital.seal_as(&unnamed, &bytes).unwrap();
        let attached = waiting.hospital.assertion(&json!({})).unwrap();
        for (bytes, seal, key) in [
            (spaced, seal.as_str(), "document.signature"),
            (bytes.clone(), stranger.as_str(), "document.signature"),
            (bytes.clone(), unnamed.as_str(), "document.signing-key"),
            (bytes.clone(), attached.as_str(), "document.unsigned"),
            (bytes.clone(), "", "document.unsigned"),
        ] {
            let refused = post(bytes, seal).await;
            assert_eq!((refused.status, issue(&refused).0), (422, key), "{:#}", refused.body);
        }
        let broken = b"{\"a\":1,\"a\":2}".to_vec();
        let refused = post(broken.clone(), &waiting.hospital.seal(&broken).unwrap()).await;
        assert_eq!((refused.status, issue(&refused).0), (400, "document.not-json"));
        let refused = post(vec![b' '; 1024 * 1024 + 1], &seal).await;
        assert_eq!((refused.status, issue(&refused).0), (413, "document.too-large"));
        assert_eq!(post(bytes, &seal).await.status, 201);
    });
}

fn error(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["error"].as_str().unwrap_or_default())
}

#[test]
fn an_assertion_is_the_clients_own_for_this_endpoint_and_works_once() {
    in_own_towns(&[], async |town| {
        let hospital = registered(town, "madoka-north");
        let endpoint = format!("{}/token", base(town));
        let right = hospital.claims(&endpoint);
        let now = right["iat"].as_i64().unwrap();
        let with = |name: &str, value: Value| {
            let mut claims = hospital.claims(&endpoint);
            claims[name] = value;
            hospital.assertion(&claims).unwrap()
        };
        let stranger = Hospital::new("madoka-north").unwrap();
        for (assertion, why) in [
            (with("aud", json!("https://elsewhere.example/token")), "aud"),
            (with("exp", json!(now - 10)), "exp"),
            (with("exp", json!(now + 3600)), "exp"),
            (with("sub", json!("somebody-else")), "sub"),
            (with("jti", json!("")), "jti"),
            (with("iss", json!("nobody")), "registered"),
            (stranger.assertion(&right).unwrap(), "signature"),
            ("nonsense".to_owned(), "registered"),
        ] {
            let refused = hospital.ask(&endpoint, &assertion).await.unwrap();
            assert_eq!(error(&refused), (401, "invalid_client"), "{why}: {:#}", refused.body);
            assert!(refused.body["error_description"].as_str().unwrap().contains(why), "{:#}", refused.body);
        }
        let once = hospital.assertion(&right).unwrap();
        assert_eq!(hospital.ask(&endpoint, &once).await.unwrap().status, 200);
        let replayed = hospital.ask(&endpoint, &once).await.unwrap();
        assert_eq!(error(&replayed), (401, "invalid_client"));
        assert!(
            replayed.body["error_description"].as_str().unwrap().contains("jti was used"),
            "{:#}",
            replayed.body
        );
    });
}

#[test]
fn a_token_ends_by_itself_and_with_its_client() {
    in_own_towns(&[], async |town| {
        let hospital = registered(town, "madoka-south");
        let post = async |token: &str| {
            let answer = hospital.post(&base(town), token, b"{}".to_vec(), "").await.unwrap();
            (answer.status, issue(&answer).0.to_owned())
        };
        let refused = (401, "document.token".to_owned());
        assert_eq!(post("invented").await, refused);
        let first = hospital.token(&base(town)).await.unwrap();
        assert_eq!(post(&first).await.0, 422);
        assert!(
            database::rows(&town.house().database, "client_tokens").iter().all(|row| !row.contains(&first))
        );
        town.clock.pass(chrono::Duration::minutes(6));
        assert_eq!(post(&first).await, refused);
        town.clock.pass(chrono::Duration::minutes(-6));
        let second = hospital.token(&base(town)).await.unwrap();
        revoke(town, "madoka-south");
        assert_eq!(post(&second).await, refused);
        assert!(hospital.token(&base(town)).await.unwrap_err().to_string().contains("no registered client"));
    });
}

fn revoke(town: &Town, id: &str) {
    let operator =
        Caller { actor: Actor::with_roles("usr_op", "運用", [OPERATOR]), source: "test".to_owned() };
    clients::revoke(town.house(), &operator, id).unwrap();
    let clerk =
        Caller { actor: Actor::with_roles("usr_x", "職員", ["reviewer"]), source: "test".to_owned() };
    assert!(clients::list(town.house(), &clerk).is_err(), "only the operator sees clients");
    assert!(clients::list(town.house(), &operator).unwrap().iter().all(|it| it.revoked_at.is_some()));
}
