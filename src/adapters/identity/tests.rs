use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;
use crate::adapters::http::stub::{Answer, Stub, clock};
use crate::adapters::jwt::{Curve, SigningKey, key_set};
use crate::ports::identity::{Begin, Gender, Identity, IdentityError, IdentityProvider};

const NOW: i64 = 1_775_000_000;
const BACK: &str = "https://city.example/back";

/// A key of the provider: its private PEM and its published set.
struct Key {
    pem: String,
    set: Value,
}

fn key(id: &str) -> Key {
    let pem = SigningKey::generate(Curve::P256).expect("key");
    let public = SigningKey::from_pem(&pem, Curve::P256, Some(id)).expect("key");
    Key { set: key_set(&[&public]).expect("set"), pem }
}

fn claims(issuer: &str) -> Value {
    json!({ "iss": issuer, "aud": "office", "sub": "s-1", "nonce": "n-1", "iat": NOW, "exp": NOW + 300, "acr": "aal3" })
}

fn signed(claims: &Value, pem: &str, kid: &str) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(kid.to_owned());
    encode(&header, claims, &EncodingKey::from_ec_pem(pem.as_bytes()).expect("key")).expect("token")
}

/// Makes the ID token from the issuer's address.
type MakeToken = Box<dyn Fn(&str) -> String + Send + Sync>;

/// What the provider does when it is asked.
struct Script {
    set: Box<dyn Fn(usize) -> Value + Send + Sync>,
    token: MakeToken,
    userinfo: Value,
}

impl Script {
    fn new(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Script {
        let key = key("k1");
        let set = key.set;
        let token = move |issuer: &str| {
            let mut claims = claims(issuer);
            change(&mut claims);
            signed(&claims, &key.pem, "k1")
        };
        let userinfo = json!({ "sub": "s-1", "name": "窓口 花子", "birthdate": "19900628", "gender": "2",
            "address": { "formatted": "青空県若葉市" } });
        Script { set: Box::new(move |_| set.clone()), token: Box::new(token), userinfo }
    }
}

async fn provider(script: Script) -> Stub {
    let looked = AtomicUsize::new(0);
    Stub::start(move |asked, _| {
        let host = asked.head.split("host: ").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let issuer = format!("http://{host}/realm");
        let body = match asked.target.as_str() {
            "/realm/.well-known/openid-configuration" => discovery(&issuer),
            "/realm/certs" => (script.set)(looked.fetch_add(1, Ordering::SeqCst)),
            "/realm/token" => {
                json!({ "access_token": "at-1", "token_type": "Bearer", "id_token": (script.token)(&issuer) })
            }
            "/realm/userinfo" => script.userinfo.clone(),
            _ => return Answer::json(404, json!({})),
        };
        Answer::json(200, body)
    })
    .await
}

fn discovery(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/certs"),
        "userinfo_endpoint": format!("{issuer}/userinfo"), "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["ES256"]
    })
}

fn client(stub: &Stub) -> OpenId {
    let pem = SigningKey::generate(Curve::P256).expect("key");
    let key = SigningKey::from_pem(&pem, Curve::P256, None).expect("key");
    OpenId::new(IdentityConfig::new(&format!("{}/realm", stub.base), "office"), key, clock()).expect("client")
}

fn begun() -> Begin {
    Begin {
        authorize_url: String::new(),
        state: "x".to_owned(),
        nonce: "n-1".to_owned(),
        verifier: "v".repeat(43),
    }
}

async fn finish(script: Script) -> Result<Identity, IdentityError> {
    client(&provider(script).await).finish(BACK, "c-1", &begun()).await
}

#[tokio::test]
async fn a_sign_in_begins_with_pkce_state_and_nonce_that_are_never_twice_the_same() {
    let stub = provider(Script::new(|_| {})).await;
    let client = client(&stub);
    let (one, two) = (client.begin(BACK).await.expect("begun"), client.begin(BACK).await.expect("begun"));
    assert!(one.state != two.state && one.nonce != two.nonce && one.verifier != two.verifier);
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    assert!(plain(&one.state) && plain(&one.nonce) && one.state.len() >= 22);
    let url = reqwest::Url::parse(&one.authorize_url).expect("address");
    let asked: std::collections::BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["scope"], "openid name address birthdate gender");
    assert_eq!((asked["code_challenge_method"].as_str(), asked["code_challenge"].len()), ("S256", 43));
    assert_eq!((asked["client_id"].as_str(), asked["redirect_uri"].as_str()), ("office", BACK));
    assert_eq!((&asked["state"], &asked["nonce"]), (&one.state, &one.nonce));
}

#[tokio::test]
async fn a_good_token_gives_the_person() {
    let stub = provider(Script::new(|_| {})).await;
    let identity = client(&stub).finish(BACK, "c-1", &begun()).await.expect("identity");
    assert_eq!((identity.subject.as_str(), identity.issuer), ("s-1", format!("{}/realm", stub.base)));
    assert_eq!((identity.name.as_deref(), identity.gender), (Some("窓口 花子"), Some(Gender::Female)));
    assert_eq!(identity.birth_date, NaiveDate::from_ymd_opt(1990, 6, 28));
    assert_eq!((identity.address.as_deref(), identity.acr.as_deref()), (Some("青空県若葉市"), Some("aal3")));
    let redeemed = stub.asked().into_iter().find(|asked| asked.target == "/realm/token").expect("redeemed");
    for part in [
        "grant_type=authorization_code",
        "code=c-1",
        "code_verifier=vvv",
        "client_id=office",
        "client_assertion=ey",
    ] {
        assert!(redeemed.body.contains(part), "{part}");
    }
    assert!(!redeemed.head.contains("authorization:"));
}

#[tokio::test]
async fn a_token_with_a_wrong_claim_is_refused() {
    let wrong: [(&str, Value); 10] = [
        ("iss", json!("https://other.example/realm")),
        ("aud", json!("other")),
        ("aud", json!(["office", "other"])),
        ("exp", json!(NOW)),
        ("nonce", json!("n-2")),
        ("nonce", Value::Null),
        ("sub", Value::Null),
        ("iat", json!(NOW + 3600)),
        ("azp", json!("other")),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (name, value) in wrong {
        let shown = format!("{name} {value}");
        let outcome = finish(Script::new(move |claims| claims[name] = value.clone())).await;
        assert!(matches!(outcome, Err(IdentityError::Refused { .. })), "{shown}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_token_signed_otherwise_is_refused() {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned =
        move |issuer: &str| format!("{}.{}.", part(json!({ "alg": "none" })), part(claims(issuer)));
    let foreign = key("k1");
    let forged = move |issuer: &str| signed(&claims(issuer), &foreign.pem, "k1");
    let unknown = key("k9");
    let unpublished = move |issuer: &str| signed(&claims(issuer), &unknown.pem, "k9");
    let by_public_key = |issuer: &str| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("k1".to_owned());
        encode(&header, &claims(issuer), &EncodingKey::from_secret(b"public")).expect("token")
    };
    let tokens: [MakeToken; 4] =
        [Box::new(unsigned), Box::new(forged), Box::new(unpublished), Box::new(by_public_key)];
    for (number, token) in tokens.into_iter().enumerate() {
        let outcome = finish(Script { token, ..Script::new(|_| {}) }).await;
        assert!(matches!(outcome, Err(IdentityError::Refused { .. })), "{number}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_new_key_is_picked_up_when_a_token_needs_it() {
    let (old, new) = (key("k1"), Arc::new(key("k2")));
    let published = Arc::clone(&new);
    let set = move |time: usize| if time == 0 { old.set.clone() } else { published.set.clone() };
    let token = move |issuer: &str| signed(&claims(issuer), &new.pem, "k2");
    let stub = provider(Script { set: Box::new(set), token: Box::new(token), ..Script::new(|_| {}) }).await;
    let client = client(&stub);
    client.begin(BACK).await.expect("begun");
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(client.finish(BACK, "c-1", &begun()).await.expect("identity").subject, "s-1");
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    let userinfo = json!({ "sub": "s-2", "name": "窓口 太郎" });
    let outcome = finish(Script { userinfo, ..Script::new(|_| {}) }).await;
    assert!(matches!(outcome, Err(IdentityError::Refused { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_refused_code_is_denied_and_a_provider_that_is_down_is_unavailable() {
    let answering = |status: u16, error: &'static str| async move {
        let stub = Stub::start(move |asked, _| {
            let host =
                asked.head.split("host: ").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let issuer = format!("http://{host}/realm");
            match asked.target.as_str() {
                "/realm/token" => Answer::json(status, json!({ "error": error })),
                "/realm/certs" => Answer::json(200, key("k1").set),
                _ => Answer::json(200, discovery(&issuer)),
            }
        })
        .await;
        client(&stub).finish(BACK, "c-1", &begun()).await.err()
    };
    let denied = IdentityError::Denied { error: "invalid_grant".to_owned() };
    assert_eq!(answering(400, "invalid_grant").await, Some(denied));
    assert!(matches!(answering(503, "busy").await, Some(IdentityError::Unavailable { .. })));
    let down = Stub::start(|_, _| Answer::Cut).await;
    assert!(matches!(client(&down).begin(BACK).await, Err(IdentityError::Unavailable { .. })));
}

#[tokio::test]
async fn a_provider_that_does_not_fit_is_named() {
    let stub = Stub::start(|asked, _| {
        let host = asked.head.split("host: ").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let mut document = discovery(&format!("http://{host}/realm"));
        document["issuer"] = json!("http://other.example/realm");
        Answer::json(200, document)
    })
    .await;
    let error = client(&stub).check().await.expect_err("error");
    assert_eq!(error, IdentityError::Misconfigured { detail: "discovery names another issuer".to_owned() });
}
