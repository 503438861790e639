//! ID tokens, right ones and wrong ones.

use super::keys::Keys;
use crate::sandbox::control::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

const LIFETIME: i64 = 300;
const HOUR: i64 = 3600;

/// What an ID token says.
pub struct Facts<'a> {
    /// Issuer.
    pub issuer: &'a str,
    /// Pairwise subject.
    pub subject: &'a str,
    /// Relying party.
    pub client_id: &'a str,
    /// Nonce of the request.
    pub nonce: &'a str,
    /// Access token issued beside it.
    pub access_token: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// A subject that differs from one relying party to the next.
#[must_use]
pub fn pairwise(client_id: &str, person: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("sandbox|{client_id}|{person}")))
}

/// The left half of the access token's SHA-256 (OpenID Connect Core section 3.1.3.6).
#[must_use]
pub fn at_hash(access_token: &str) -> String {
    let digest = Sha256::digest(access_token);
    URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default())
}

/// A signed ID token, wrong in the one way `fault` names.
///
/// # Errors
/// When signing fails.
pub fn id_token(
    facts: &Facts<'_>,
    keys: &Keys,
    fault: Option<Fault>,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = claims(facts);
    if let Some(fault) = fault {
        spoil(&mut claims, fault, facts.now);
    }
    sign(&Value::Object(claims), keys, fault)
}

fn claims(facts: &Facts<'_>) -> Map<String, Value> {
    let pairs = [
        ("iss", json!(facts.issuer)),
        ("sub", json!(facts.subject)),
        ("aud", json!(facts.client_id)),
        ("azp", json!(facts.client_id)),
        ("exp", json!(facts.now + LIFETIME)),
        ("iat", json!(facts.now)),
        ("auth_time", json!(facts.now)),
        ("nonce", json!(facts.nonce)),
        ("acr", json!("aal3")),
        ("typ", json!("ID")),
        ("at_hash", json!(at_hash(facts.access_token))),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn spoil(claims: &mut Map<String, Value>, fault: Fault, now: i64) {
    let other = json!("somebodyelse");
    let changes = match fault {
        Fault::WrongIss => vec![("iss", json!("https://issuer.invalid/api/realms/main"))],
        Fault::WrongAud => vec![("aud", other.clone()), ("azp", other)],
        Fault::WrongAzp => vec![("azp", other)],
        Fault::WrongNonce => vec![("nonce", other)],
        Fault::WrongAtHash => vec![("at_hash", json!(at_hash("another token")))],
        Fault::Expired => vec![("iat", json!(now - 2 * HOUR)), ("exp", json!(now - HOUR))],
        Fault::FutureIat => vec![("iat", json!(now + HOUR)), ("exp", json!(now + 2 * HOUR))],
        _ => Vec::new(),
    };
    claims.extend(changes.into_iter().map(|(name, value)| (name.to_owned(), value)));
    if fault == Fault::MissingSub {
        claims.shift_remove("sub");
    }
}

fn sign(claims: &Value, keys: &Keys, fault: Option<Fault>) -> jsonwebtoken::errors::Result<String> {
    let key = keys.current();
    let header = |algorithm, kid: &str| Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) };
    match fault {
        Some(Fault::AlgNone) => Ok(unsigned(claims)),
        Some(Fault::AlgHs256) => {
            let secret = EncodingKey::from_secret(key.public_pem().as_bytes());
            encode(&header(Algorithm::HS256, &key.kid), claims, &secret)
        }
        Some(Fault::BadSignature) => {
            encode(&header(Algorithm::ES256, &key.kid), claims, &keys.foreign().signing())
        }
        Some(Fault::UnknownKid) => {
            let foreign = keys.foreign();
            encode(&header(Algorithm::ES256, &foreign.kid), claims, &foreign.signing())
        }
        _ => encode(&header(Algorithm::ES256, &key.kid), claims, &key.signing()),
    }
}

fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(claims))
}
