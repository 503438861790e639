use super::*;
use crate::sandbox::testing::{Bench, CLIENT, REDIRECT};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use reqwest::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const VERIFIER: &str = "0123456789012345678901234567890123456789012";
const NONCE: &str = "n-0S6_WzA2Mj";

struct Party {
    bench: Bench,
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

fn asked() -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".into()),
        ("scope", "openid name address birthdate gender".into()),
        ("client_id", CLIENT.into()),
        ("redirect_uri", REDIRECT.into()),
        ("state", "st ate&=1".into()),
        ("nonce", NONCE.into()),
        ("code_challenge", challenge()),
        ("code_challenge_method", "S256".into()),
    ]
}

fn with(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut asked = asked();
    asked.retain(|(known, _)| *known != name);
    asked.push((name, value.to_owned()));
    asked
}

/// The query of a redirect back.
fn returned(answer: &Response) -> HashMap<String, String> {
    assert_eq!(answer.status(), 303);
    let address = reqwest::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    assert!(address.as_str().starts_with(REDIRECT));
    address.query_pairs().into_owned().collect()
}

impl Party {
    async fn new() -> Self {
        Self { bench: Bench::new().await }
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/protocol/openid-connect/{name}", self.bench.sandbox.issuer)
    }

    async fn auth(&self, query: &[(&str, String)]) -> Response {
        self.bench.http.get(self.endpoint("auth")).query(query).send().await.unwrap()
    }

    async fn choose(&self, person: &str, action: &str) -> Response {
        let page = self.auth(&asked()).await;
        assert_eq!(page.status(), 200);
        let html = page.text().await.unwrap();
        let request = html.split("name=\"request\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = [("request", request), ("person", person), ("action", action)];
        let address = format!("{}/login", self.bench.sandbox.issuer);
        self.bench.http.post(address).form(&form).send().await.unwrap()
    }

    async fn code(&self) -> String {
        returned(&self.choose("p01", "sign-in").await)["code"].clone()
    }

    async fn redeem(&self, changes: &[(&'static str, &str)]) -> Response {
        let code = self.code().await;
        self.redeem_code(&code, changes).await
    }

    async fn redeem_code(&self, code: &str, changes: &[(&'static str, &str)]) -> Response {
        let address = self.endpoint("token");
        let mut form = self.bench.token_form(&address, Algorithm::ES256, "");
        form.retain(|(name, _)| !["grant_type", "scope"].contains(name));
        form.extend([
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ]);
        for (name, value) in changes {
            form.retain(|(known, _)| known != name);
            form.push((name, (*value).to_owned()));
        }
        self.bench.http.post(address).form(&form).send().await.unwrap()
    }

    async fn tokens(&self) -> Value {
        let answer = self.redeem(&[]).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn published(&self) -> JwkSet {
        self.bench.http.get(self.endpoint("certs")).send().await.unwrap().json().await.unwrap()
    }

    /// Checks signature and standard claims as a careful relying party would.
    async fn verify(&self, id_token: &str) -> Result<Value, String> {
        let header = decode_header(id_token).map_err(|e| e.to_string())?;
        let keys = self.published().await;
        let jwk = keys.find(header.kid.as_deref().ok_or("no kid")?).ok_or("unknown kid")?;
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_issuer(&[&self.bench.sandbox.issuer]);
        rules.set_audience(&[CLIENT]);
        rules.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
        let key = DecodingKey::from_jwk(jwk).map_err(|e| e.to_string())?;
        decode::<Value>(id_token, &key, &rules).map(|data| data.claims).map_err(|e| e.to_string())
    }

    async fn post(&self, path: &str) {
        let address = format!("{}{path}", self.bench.sandbox.identity_root);
        assert_eq!(self.bench.http.post(address).send().await.unwrap().status(), 204);
    }
}

#[actix_web::test]
async fn discovery_is_complete() {
    let party = Party::new().await;
    let issuer = &party.bench.sandbox.issuer;
    let address = format!("{issuer}/.well-known/openid-configuration");
    let found: Value = party.bench.http.get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!(found["issuer"], issuer.as_str());
    for (name, end) in [("authorization", "auth"), ("token", "token"), ("userinfo", "userinfo")] {
        assert_eq!(found[format!("{name}_endpoint")], party.endpoint(end).as_str());
    }
    assert_eq!(found["id_token_signing_alg_values_supported"], json!(["ES256"]));
}

#[actix_web::test]
async fn the_page_lists_the_people_with_labels_and_loads_nothing() {
    let party = Party::new().await;
    let page = party.auth(&asked()).await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let html = page.text().await.unwrap();
    assert_eq!((html.matches("<label for=").count(), html.matches("type=\"radio\"").count()), (45, 45));
    assert!(html.contains("lang=\"ja\"") && html.contains("<h1>") && html.contains("<legend>"));
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("990000013277"));
}

#[actix_web::test]
async fn signing_in_gives_a_right_token_and_four_claims() {
    let party = Party::new().await;
    let back = returned(&party.choose("p01", "sign-in").await);
    assert_eq!(back["state"], "st ate&=1");
    assert!(back.contains_key("session_state"));
    let tokens = party.tokens().await;
    let claims = party.verify(tokens["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!((&claims["nonce"], &claims["azp"]), (&json!(NONCE), &json!(CLIENT)));
    assert_eq!(claims["at_hash"], token::at_hash(tokens["access_token"].as_str().unwrap()));
    let userinfo = party.bench.http.get(party.endpoint("userinfo"));
    let userinfo = userinfo.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    let userinfo: Value = userinfo.json().await.unwrap();
    assert_eq!(userinfo["sub"], claims["sub"]);
    assert_eq!((&userinfo["name"], &userinfo["gender"]), (&json!("青空　花子"), &json!("2")));
    assert_eq!(userinfo["birthdate"], "1958-04-12");
    assert!(userinfo["address"]["formatted"].is_string());
}

#[actix_web::test]
async fn claims_follow_the_scope_and_the_setting() {
    let bench = Bench::with(|config| config.identity.compact_birthdate = true).await;
    let party = Party { bench };
    let tokens = party.tokens().await;
    let ask = async |token: &str| {
        let request = party.bench.http.get(party.endpoint("userinfo")).bearer_auth(token);
        request.send().await.unwrap()
    };
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(ask(token).await.json::<Value>().await.unwrap()["birthdate"], "19580412");
    assert_eq!(ask("other").await.status(), 401);
    party.post("/_sandbox/expire-tokens").await;
    assert_eq!(ask(token).await.status(), 401);
}

#[test]
fn subjects_differ_from_client_to_client() {
    assert_ne!(token::pairwise("a", "p01"), token::pairwise("b", "p01"));
    assert_ne!(token::pairwise("a", "p01"), token::pairwise("a", "p02"));
    assert_eq!(token::pairwise("a", "p01"), token::pairwise("a", "p01"));
}

#[actix_web::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let party = Party::new().await;
    for query in [
        with("client_id", "stranger"),
        with("redirect_uri", "http://localhost:9/callback/"),
        with("redirect_uri", "http://elsewhere/"),
    ] {
        let answer = party.auth(&query).await;
        assert_eq!(answer.status(), 400);
        assert!(!answer.headers().contains_key("location"));
    }
}

#[actix_web::test]
async fn wrong_requests_are_sent_back_with_an_error() {
    let party = Party::new().await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "name", "invalid_scope"),
        ("scope", "openid everything", "invalid_scope"),
        ("state", "a;b", "invalid_request"),
        ("state", &"s".repeat(256), "invalid_request"),
        ("nonce", "", "invalid_request"),
        ("nonce", "日", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("prompt", "none", "invalid_request"),
    ] {
        let back = returned(&party.auth(&with(name, value)).await);
        assert_eq!(back["error"], error, "{name}={value}");
        assert!(back.contains_key("error_description"));
    }
}

#[actix_web::test]
async fn a_sign_in_can_be_left_and_is_over_once_used() {
    let party = Party::new().await;
    assert_eq!(returned(&party.choose("p01", "cancel").await)["error"], "access_denied");
    let address = format!("{}/login", party.bench.sandbox.issuer);
    let again = party.bench.http.post(address).form(&[("request", "old"), ("person", "p01")]).send().await;
    assert_eq!(again.unwrap().status(), 400);
    assert_eq!(party.choose("p99", "sign-in").await.status(), 400);
}

#[actix_web::test]
async fn a_code_is_redeemed_once_by_its_own_client_with_its_verifier() {
    let party = Party::new().await;
    for (name, value, error) in [
        ("code", "unknown", "invalid_grant"),
        ("code_verifier", "0123456789012345678901234567890123456789abc", "invalid_grant"),
        ("code_verifier", "short", "invalid_grant"),
        ("redirect_uri", "http://elsewhere/", "invalid_grant"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_assertion", "x.y.z", "invalid_client"),
    ] {
        let body: Value = party.redeem(&[(name, value)]).await.json().await.unwrap();
        assert_eq!(body["error"], error, "{name}");
    }
    let code = party.code().await;
    let first: Value = party.redeem_code(&code, &[]).await.json().await.unwrap();
    let second: Value = party.redeem_code(&code, &[]).await.json().await.unwrap();
    assert_eq!(second["error_description"], "the code was used before");
    let token = first["access_token"].as_str().unwrap();
    let revoked = party.bench.http.get(party.endpoint("userinfo")).bearer_auth(token).send().await.unwrap();
    assert_eq!(revoked.status(), 401);
}

#[test]
fn a_code_lives_a_minute() {
    let request = Request {
        client_id: CLIENT.into(),
        redirect_uri: REDIRECT.into(),
        scope: "openid".into(),
        state: "s".into(),
        nonce: "n".into(),
        challenge: challenge(),
        at: 100,
    };
    let code = Code { request, person: "p01".into(), at: 100, token: None };
    let pairs = [("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    let form =
        crate::sandbox::oauth::Form::once(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).into()).unwrap();
    assert!(routes::check_code(&code, &form, CLIENT, 159).is_ok());
    assert!(routes::check_code(&code, &form, CLIENT, 160).is_err());
    assert!(routes::check_code(&code, &form, "stranger", 159).is_err());
}

#[actix_web::test]
async fn keys_change_and_the_old_one_stays_for_one_turn() {
    let party = Party::new().await;
    let kid = |set: JwkSet| set.keys.iter().map(|k| k.common.key_id.clone().unwrap()).collect::<Vec<_>>();
    let token = party.tokens().await["id_token"].as_str().unwrap().to_owned();
    let before = kid(party.published().await);
    party.post("/_sandbox/rotate-key").await;
    let after = kid(party.published().await);
    assert_eq!((before.len(), after.len(), &after[1]), (1, 2, &before[0]));
    assert!(party.verify(&token).await.is_ok());
    let fresh = party.tokens().await["id_token"].as_str().unwrap().to_owned();
    assert_eq!(decode_header(&fresh).unwrap().kid.as_ref(), Some(&after[0]));
    party.post("/_sandbox/rotate-key").await;
    assert!(party.verify(&token).await.is_err());
}

#[actix_web::test]
async fn twelve_wrong_tokens() {
    let party = Party::new().await;
    let root = party.bench.sandbox.identity_root.clone();
    for fault in OWN_FAULTS {
        party.bench.fault(&root, json!({ "route": "*", "fault": fault, "times": 1 })).await;
        let tokens = party.tokens().await;
        let verdict = party.verify(tokens["id_token"].as_str().unwrap()).await;
        let at_hash = token::at_hash(tokens["access_token"].as_str().unwrap());
        let now = crate::sandbox::clock::unix_seconds();
        // What the library does not look at, a relying party must.
        let wrong = verdict.is_err()
            || verdict.is_ok_and(|c| {
                c["nonce"] != NONCE
                    || c["azp"] != CLIENT
                    || c["at_hash"] != at_hash
                    || c["iat"].as_i64().unwrap() > now + 60
            });
        assert!(wrong, "{fault:?}");
    }
    let tokens = party.tokens().await;
    assert!(party.verify(tokens["id_token"].as_str().unwrap()).await.is_ok());
}

#[actix_web::test]
async fn the_provider_can_be_down() {
    let party = Party::new().await;
    party.bench.fault(&party.bench.sandbox.identity_root, json!({ "fault": "down" })).await;
    let broken = match party.bench.http.get(party.endpoint("certs")).send().await {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken);
}
