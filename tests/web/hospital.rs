//! Certificates out of a hospital's record system, from its registration to the clerk's page.

use madoguchi::sandbox::hospital::Hospital;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};

use super::roads::hospital::{Waiting, answer, base, issue, resource};
use super::town::{folder, in_own_towns};
use super::{database, office, roads};

#[test]
fn a_document_becomes_the_signed_certificate_of_the_case() {
    in_own_towns(&[], roads::hospital::document_to_certificate);
}

#[test]
fn a_corrected_document_takes_the_place_of_the_first_until_the_office_takes_it() {
    in_own_towns(&[], async |town| {
        let mut waiting = Waiting::start(town).await;
        let first = waiting.document(town);
        assert_eq!(waiting.send(town, &first).await.status, 201);
        let mut second = waiting.document(town);
        *answer(&mut second, "diagnosis.course") = json!({ "valueString": "歩行に全面的な介助を要する。" });
        let taken = waiting.send(town, &second).await;
        assert_eq!(taken.status, 201, "{:#}", taken.body);
        assert!(waiting.seen().await.contains("歩行に全面的な介助を要する。"));
        office::accept_certificate(&mut waiting.clerk, &waiting.case).await;
        let late = waiting.send(town, &waiting.document(town)).await;
        assert_eq!(late.status, 422, "{:#}", late.body);
    });
}

#[test]
fn another_birth_date_than_in_the_application_is_flagged_and_not_lost() {
    in_own_towns(&[], async |town| {
        let mut waiting = Waiting::start(town).await;
        let mut document = waiting.document(town);
        resource(&mut document, "Patient")["birthDate"] = json!("1958-04-21");
        let taken = waiting.send(town, &document).await;
        assert_eq!(taken.status, 201, "{:#}", taken.body);
        let warning = &taken.body["issue"][1];
        assert_eq!(warning["severity"], "warning", "{:#}", taken.body);
        assert!(warning["details"]["text"].as_str().unwrap().contains("生年月日"), "{:#}", taken.body);
        let page = waiting.seen().await;
        assert!(page.contains("「生年月日」が申請書と違います") && page.contains("昭和33年4月21日"));
    });
}

#[test]
fn what_was_received_is_checked_again_whenever_it_is_shown() {
    in_own_towns(&[], async |town| {
        let mut waiting = Waiting::start(town).await;
        assert_eq!(waiting.send(town, &waiting.document(town)).await.status, 201);
        let sql = |text: &str| database::run(&town.house().database, text);
        sql("UPDATE received_documents SET body = 'v1.AAAA'");
        assert!(waiting.seen().await.contains("電子署名がこわれています"));
        sql("DELETE FROM received_documents");
        assert!(waiting.seen().await.contains("電子署名なし"));
    });
}

/// An authority, and a certificate under it for the hospital's key: the header's `x5c`.
fn certified(hospital: &Hospital) -> (String, Value) {
    use base64::Engine;
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::from_pem(&hospital.key_pem()).unwrap();
    let own = CertificateParams::default().signed_by(&key, &authority).unwrap();
    let own = base64::engine::general_purpose::STANDARD.encode(own.der());
    (authority.pem(), json!({ "typ": "document+jws", "alg": "ES384", "x5c": [own] }))
}

#[test]
fn with_authorities_configured_a_signature_needs_a_certificate_under_one_of_them() {
    let elsewhere = Hospital::new("madoka-central").unwrap();
    let (trusted, header) = certified(&elsewhere);
    let anchors = folder("anchors").join("authority.pem");
    std::fs::write(&anchors, trusted).unwrap();
    in_own_towns(&[("document_anchors", anchors.to_str().unwrap())], async |town| {
        let mut waiting = Waiting::start(town).await;
        let bytes = waiting.document(town).to_string().into_bytes();
        let send = async |seal: String| {
            let token = waiting.hospital.token(&base(town)).await.unwrap();
            waiting.hospital.post(&base(town), &token, bytes.clone(), &seal).await.unwrap()
        };
        let plain = send(waiting.hospital.seal(&bytes).unwrap()).await;
        assert_eq!((plain.status, issue(&plain).0), (422, "document.unsigned"), "{:#}", plain.body);
        let (_, strange) = certified(&elsewhere);
        let strange = send(elsewhere.seal_as(&strange, &bytes).unwrap()).await;
        assert_eq!((strange.status, issue(&strange).0), (422, "document.chain"), "{:#}", strange.body);
        let other_key = send(waiting.hospital.seal_as(&header, &bytes).unwrap()).await;
        assert_eq!(issue(&other_key).0, "document.signature", "{:#}", other_key.body);
        let right = send(elsewhere.seal_as(&header, &bytes).unwrap()).await;
        assert_eq!(right.status, 201, "{:#}", right.body);
        assert!(waiting.seen().await.contains("電子署名を確認しました"));
    });
}
