use super::*;
use crate::sandbox::testing::{CLIENT, Keys, claims};

const HERE: &str = "https://t/token";
const NOW: i64 = 1_000_000;

const RS384_MODULUS: &str = "\
    2BmtkQUfHuf6ivQWs7R_UM4uXQiL-SVLaOhELTjJlXpBqoIq-Nz9z3Q2ZJ7r8kbxoAkH2FFowmWvFUszDJrtaqhK\
    gJtTdtBrut99BUM2b_fRqyHyCQ_B0EiiK-qK-vpz3xpleZggUIr1d_4Qn3uv3togiBEwY4qnh0htd-mJZirKFb1e\
    HwbglznmNPX7wvrrN5yEQJ7McE5Q5_VKayqh2cyEy2y2MTY9FMa8-N-3-_e4TP0U_4tWVsp_F7wne53sWlefj-Et\
    pBr-REA3WFzO0YTXHETUlMsqsSkWdEZv1Xvt2k-Uys1xoRdGW4rPWk7_Q_o_GjjB0WElmXBqowsOhw";

const RS384_ASSERTION: &str = "\
    eyJhbGciOiJSUzM4NCIsImtpZCI6InJzIiwidHlwIjoiSldUIn0.eyJpc3MiOiJjMSIsInN1YiI6ImMxIiwiYXVk\
    IjoiaHR0cHM6Ly90L3Rva2VuIiwiZXhwIjoxMDAwMzAwLCJqdGkiOiJqIn0.czkMMy8EFmN3LAXErC0iK7yTi50V\
    EtyZDgLoQafpxQbF4FbUpC7W0h24Bs6EAiPc2lsWlWuDcNyLDustwUMWtEAjMCxcuvwWY_A9Qe0dISTFFGh9rXSM\
    22ZqQj-nkijFTuJUg0bLPdzrItAdsE0MOEbsi66dLPqprYOFwtxrMqMWsYzHfUZQ9WrT6_CqKUZdA1DZrjHMgTv7\
    COpXsRRyOWzXSnQPshTVW_9RsoMJ5RxgMb_AczSnJs69_utlrxvA02rRlWFpUCcsCrDZcndLBp_C_YpnULTwKRKQ\
    OeL7sMJLKfdDg_fh9VqM9mkbDrC5fxk93zTD08DZamnitqgjfA";

fn rule(algorithms: &'static [Algorithm]) -> Rule {
    Rule { algorithms, audience: HERE.to_owned() }
}

fn form(assertion: &str) -> Form {
    let pairs = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)];
    Form::once(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec()).unwrap()
}

fn verdict(clients: &Clients, assertion: &str) -> Result<String, &'static str> {
    let rule = rule(&[Algorithm::ES384]);
    clients.authenticate(&form(assertion), &rule, clock::unix_seconds()).map_err(|e| {
        assert_eq!(e.error, "invalid_client");
        e.description
    })
}

#[test]
fn a_right_assertion_is_taken_once() {
    let keys = Keys::new();
    let clients = Clients::new(&[keys.registration()]).unwrap();
    let assertion = keys.assertion(Algorithm::ES384, HERE);
    assert_eq!(verdict(&clients, &assertion), Ok(CLIENT.to_owned()));
    assert_eq!(verdict(&clients, &assertion), Err("jti was used before"));
}

#[test]
fn every_wrong_claim_is_refused() {
    let keys = Keys::new();
    let clients = Clients::new(&[keys.registration()]).unwrap();
    let now = clock::unix_seconds();
    for (claim, value, why) in [
        ("sub", json!("other"), "iss and sub differ"),
        ("iss", json!("other"), "iss is no registered client"),
        ("aud", json!("https://elsewhere/token"), "aud is not the token address"),
        ("exp", json!(now - 1), "exp has passed"),
        ("exp", json!(now + 400), "exp is more than five minutes away"),
        ("iat", json!(now + 60), "iat lies in the future"),
        ("nbf", json!(now + 60), "nbf lies in the future"),
        ("jti", json!(""), "jti is empty"),
        ("jti", Value::Null, "a claim is missing"),
    ] {
        let mut claims = claims(HERE);
        claims[claim] = value;
        let assertion = keys.sign(Algorithm::ES384, "ES384", &claims);
        assert_eq!(verdict(&clients, &assertion), Err(why), "{claim}");
    }
}

#[test]
fn the_audience_may_stand_in_a_list() {
    let keys = Keys::new();
    let clients = Clients::new(&[keys.registration()]).unwrap();
    let mut claims = claims(HERE);
    claims["aud"] = json!(["https://elsewhere", HERE]);
    assert!(verdict(&clients, &keys.sign(Algorithm::ES384, "ES384", &claims)).is_ok());
}

#[test]
fn wrong_keys_and_algorithms_are_refused() {
    let (keys, stranger) = (Keys::new(), Keys::new());
    let clients = Clients::new(&[keys.registration()]).unwrap();
    let refused = |assertion: &str| verdict(&clients, assertion).unwrap_err();
    assert_eq!(refused(&keys.assertion(Algorithm::ES256, HERE)), "alg is not allowed here");
    assert_eq!(refused(&stranger.assertion(Algorithm::ES384, HERE)), "the signature is wrong");
    let unknown = keys.sign(Algorithm::ES384, "nobody", &claims(HERE));
    assert_eq!(refused(&unknown), "kid is not in the client's key set");
    assert_eq!(refused("a.b.c"), "the assertion is no JWT");
}

#[test]
fn rs384_is_understood() {
    let jwks = json!({ "keys": [
        { "kty": "RSA", "kid": "rs", "alg": "RS384", "n": RS384_MODULUS, "e": "AQAB" }
    ] });
    let client = RegisteredClient { client_id: "c1".into(), jwks, redirect_uris: vec![] };
    let clients = Clients::new(&[client]).unwrap();
    let verdict = |form| clients.authenticate(&form, &rule(&[Algorithm::RS384]), NOW);
    assert_eq!(verdict(form(RS384_ASSERTION)), Ok("c1".to_owned()));
    let tampered = RS384_ASSERTION.replacen("eyJpc3M", "eyJpc3N", 1);
    assert!(verdict(form(&tampered)).is_err());
}

#[test]
fn a_parameter_is_given_once() {
    let pair = |v: &str| ("scope".to_owned(), v.to_owned());
    assert_eq!(Form::once(vec![pair("a"), pair("b")]).err().unwrap().error, "invalid_request");
    assert_eq!(Form::once(vec![pair("")]).unwrap().get("scope"), None);
}

#[test]
fn the_client_id_must_be_the_assertions() {
    let keys = Keys::new();
    let clients = Clients::new(&[keys.registration()]).unwrap();
    let mut form = form(&keys.assertion(Algorithm::ES384, HERE));
    form.0.insert("client_id".into(), "other".into());
    let refused = clients.authenticate(&form, &rule(&[Algorithm::ES384]), clock::unix_seconds());
    assert_eq!(refused.unwrap_err().description, "client_id and the assertion's sub differ");
}

#[test]
fn unreadable_keys_stop_the_start() {
    let client =
        RegisteredClient { client_id: "c".into(), jwks: json!({ "keys": 1 }), redirect_uris: vec![] };
    assert!(Clients::new(&[client]).is_err());
}
