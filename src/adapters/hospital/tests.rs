//! Key sets, assertions and signatures of an invented hospital.

use serde_json::json;

use super::*;
use crate::adapters::jwt::{Curve, SigningKey, key_set};

const ENDPOINT: &str = "https://town.example/api/fhir/token";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn jose() -> Jose {
    Jose::new(Profile::new(Vec::new()))
}

fn key(curve: Curve) -> (SigningKey, String) {
    let key = SigningKey::from_pem(&SigningKey::generate(curve).unwrap(), curve, Some("one")).unwrap();
    let set = key_set(&[&key]).unwrap().to_string();
    (key, set)
}

/// A detached signature made by signing the bytes as a payload of JSON.
fn detached_over(key: &SigningKey, header: Header, payload: &Value) -> (String, Vec<u8>) {
    let whole = key.sign(header, payload).unwrap();
    let parts: Vec<&str> = whole.split('.').collect();
    (format!("{}..{}", parts[0], parts[2]), URL_SAFE_NO_PAD.decode(parts[1]).unwrap())
}

fn header(algorithm: Algorithm) -> Header {
    Header { typ: Some("document+jws".to_owned()), ..Header::new(algorithm) }
}

#[test]
fn a_key_set_holds_public_usable_named_keys_only() {
    let (_, set) = key(Curve::P384);
    assert_eq!(jose().names(&set), Ok(vec!["one".to_owned()]));
    let with = |change: fn(&mut Value)| {
        let mut set: Value = serde_json::from_str(&set).unwrap();
        change(&mut set["keys"][0]);
        jose().names(&set.to_string())
    };
    assert_eq!(with(|key| key["d"] = json!("secret")), Err(KeySetFault::Private));
    assert_eq!(with(|key| drop(key.as_object_mut().unwrap().remove("kid"))), Err(KeySetFault::Nameless));
    let secret = json!({ "keys": [{ "kty": "oct", "k": "AAAA", "kid": "one" }] }).to_string();
    assert_eq!(jose().names(&secret), Err(KeySetFault::Private));
    let short = URL_SAFE_NO_PAD.encode([255; 128]);
    let short = json!({ "keys": [{ "kty": "RSA", "n": short, "e": "AQAB", "kid": "one" }] }).to_string();
    assert_eq!(jose().names(&short), Err(KeySetFault::Unusable));
    for none in ["", "{}", r#"{"keys":[]}"#] {
        assert_eq!(jose().names(none), Err(KeySetFault::NotASet), "{none}");
    }
}

#[test]
fn an_assertion_holds_for_its_endpoint_and_its_time() {
    let (key, set) = key(Curve::P384);
    let assertion = key.assertion("madoka", ENDPOINT, now()).unwrap();
    assert_eq!(jose().issuer(&assertion).as_deref(), Some("madoka"));
    let used = jose().assertion(&assertion, &set, ENDPOINT, now()).unwrap();
    assert_eq!(used.ends_at.timestamp(), now().timestamp() + 120);
    let fault = |audience: &str, seconds: i64| {
        let at = now() + chrono::Duration::seconds(seconds);
        jose().assertion(&assertion, &set, audience, at).unwrap_err()
    };
    assert_eq!(fault("https://elsewhere.example", 0), AssertionFault::Audience);
    assert_eq!(fault(ENDPOINT, 120), AssertionFault::Expiry);
    assert_eq!(fault(ENDPOINT, -600), AssertionFault::Expiry);
    let (_, other) = self::key(Curve::P384);
    assert_eq!(jose().assertion(&assertion, &other, ENDPOINT, now()), Err(AssertionFault::Signature));
}

#[test]
fn an_assertion_of_another_algorithm_is_refused() {
    let (key, set) = key(Curve::P256);
    let assertion = key.assertion("madoka", ENDPOINT, now()).unwrap();
    assert_eq!(jose().assertion(&assertion, &set, ENDPOINT, now()), Err(AssertionFault::Algorithm));
}

#[test]
fn a_signature_holds_for_exactly_its_bytes() {
    for (curve, algorithm) in [(Curve::P256, Algorithm::ES256), (Curve::P384, Algorithm::ES384)] {
        let (key, set) = key(curve);
        let (jws, bytes) = detached_over(&key, header(algorithm), &json!({ "a": 1 }));
        let signed = jose().document(&jws, &bytes, &set, now()).unwrap();
        assert_eq!(signed.name, "one");
        assert!(jose().holds(&jws, &bytes, &signed.key));
        assert!(!jose().holds(&jws, b"{\"a\":2}", &signed.key));
        assert_eq!(jose().document(&jws, b"{\"a\":2}", &set, now()), Err(SealFault::Broken));
        let (_, other) = self::key(curve);
        assert_eq!(jose().document(&jws, &bytes, &other, now()), Err(SealFault::Broken));
        assert_eq!(jose().document(&jws, &bytes, r#"{"keys":[]}"#, now()), Err(SealFault::Key));
    }
}

#[test]
fn what_is_no_signature_of_the_agreed_kind_is_not_even_compared() {
    let (key, set) = key(Curve::P384);
    let (plain, bytes) = detached_over(&key, Header::new(Algorithm::ES384), &json!({}));
    let whole = key.sign(header(Algorithm::ES384), &json!({})).unwrap();
    for jws in [plain.as_str(), whole.as_str(), "", "..", "a..b", "a..b.c"] {
        assert_eq!(jose().document(jws, &bytes, &set, now()), Err(SealFault::Unreadable), "{jws}");
    }
    let head = URL_SAFE_NO_PAD.encode(
        json!({ "typ": "document+jws", "alg": "ES384", "kid": "one", "b64": false, "crit": ["b64"] })
            .to_string(),
    );
    let critical = format!("{head}..AAAA");
    assert_eq!(jose().document(&critical, &bytes, &set, now()), Err(SealFault::Unreadable));
}

#[test]
fn anchors_are_certificates() {
    assert!(chain::anchors("").is_err());
    assert!(chain::anchors("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_err());
}
