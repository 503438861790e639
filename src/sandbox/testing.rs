//! A client for the tests of the stand-ins: keys, assertions, a started sandbox.

use super::{RegisteredClient, Sandbox, SandboxConfig, clock, random, start};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};
use serde_json::{Value, json};

pub const CLIENT: &str = "madoguchitest";
pub const REDIRECT: &str = "http://localhost:9/callback";
pub const ORG: &str = "132012";

/// A client's two keys, named after their algorithms.
pub struct Keys {
    es256: KeyPair,
    es384: KeyPair,
}

impl Keys {
    pub fn new() -> Self {
        let es256 = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let es384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        Self { es256, es384 }
    }

    pub fn registration(&self) -> RegisteredClient {
        let jwks =
            json!({ "keys": [jwk(&self.es256, "ES256", "P-256"), jwk(&self.es384, "ES384", "P-384")] });
        RegisteredClient { client_id: CLIENT.into(), jwks, redirect_uris: vec![REDIRECT.into()] }
    }

    pub fn sign(&self, algorithm: Algorithm, kid: &str, claims: &Value) -> String {
        let pair = if algorithm == Algorithm::ES256 { &self.es256 } else { &self.es384 };
        let header = Header { kid: Some(kid.into()), ..Header::new(algorithm) };
        encode(&header, claims, &EncodingKey::from_ec_der(pair.serialized_der())).unwrap()
    }

    /// A right assertion for the audience.
    pub fn assertion(&self, algorithm: Algorithm, audience: &str) -> String {
        self.sign(algorithm, &format!("{algorithm:?}"), &claims(audience))
    }
}

pub fn claims(audience: &str) -> Value {
    let now = clock::unix_seconds();
    json!({ "iss": CLIENT, "sub": CLIENT, "aud": audience, "iat": now, "exp": now + 60, "jti": random(12) })
}

fn jwk(pair: &KeyPair, algorithm: &str, curve: &str) -> Value {
    let point = &pair.public_key_raw()[1..];
    let (x, y) = point.split_at(point.len() / 2);
    let part = |bytes| URL_SAFE_NO_PAD.encode(bytes);
    json!({ "kty": "EC", "crv": curve, "alg": algorithm, "kid": algorithm, "x": part(x), "y": part(y) })
}

/// A sandbox of its own, its client's keys and an HTTP client that follows no redirect.
pub struct Bench {
    pub sandbox: Sandbox,
    pub keys: Keys,
    pub http: reqwest::Client,
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut SandboxConfig)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let keys = Keys::new();
        let mut config = SandboxConfig::local(ORG, vec![keys.registration()]);
        config.pmh.step = std::time::Duration::ZERO;
        change(&mut config);
        let sandbox = start(config).await.unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(std::time::Duration::from_secs(5))
            .build()
            .unwrap();
        Self { sandbox, keys, http }
    }

    pub async fn token(&self, address: &str, algorithm: Algorithm, scope: &str) -> String {
        let answer =
            self.http.post(address).form(&self.token_form(address, algorithm, scope)).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    pub fn token_form(
        &self,
        address: &str,
        algorithm: Algorithm,
        scope: &str,
    ) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "client_credentials".into()),
            ("scope", scope.into()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".into()),
            ("client_assertion", self.keys.assertion(algorithm, address)),
        ]
    }

    pub async fn fault(&self, root: &str, fault: Value) {
        let answer = self.http.post(format!("{root}/_sandbox/faults")).json(&fault).send().await.unwrap();
        assert_eq!(answer.status(), 204, "{fault}");
    }
}
