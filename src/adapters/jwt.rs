//! Our own signing keys and the assertions with which we authenticate (RFC 7523, `private_key_jwt`).

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use serde::Serialize;
use serde_json::{Value, json};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::http::SetupError;

/// `client_assertion_type` that goes with every assertion.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion is valid, in seconds. Receivers commonly refuse more than five minutes.
const ASSERTION_SECONDS: i64 = 120;
const PEM_LINE: usize = 64;

/// The curve of a key, which fixes the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// P-256, ES256: the identity provider and the hub.
    P256,
    /// P-384, ES384: SMART Backend Services.
    P384,
}

impl Curve {
    fn algorithm(self) -> Algorithm {
        match self {
            Curve::P256 => Algorithm::ES256,
            Curve::P384 => Algorithm::ES384,
        }
    }
}

/// A private key with its published name. Has no `Debug`.
#[derive(Clone)]
pub struct SigningKey {
    key: EncodingKey,
    public: Jwk,
    algorithm: Algorithm,
    id: String,
}

/// A signature could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assertion could not be signed")]
pub struct SigningFailed;

impl SigningKey {
    /// Makes a new private key, as PKCS#8 PEM for a key file that only the service can read.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate(curve: Curve) -> Result<String, SigningFailed> {
        let algorithm = match curve {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        };
        let document =
            EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).map_err(|_| SigningFailed)?;
        Ok(pem(document.as_ref()))
    }

    /// Reads a PKCS#8 PEM. The key's id is its SHA-256 thumbprint (RFC 7638) unless `id` is given.
    ///
    /// # Errors
    /// When it is no key of that curve; the text is not repeated.
    pub fn from_pem(pem: &str, curve: Curve, id: Option<&str>) -> Result<SigningKey, SetupError> {
        let unusable = |_| SetupError::new("key", format!("not a PKCS#8 private key for {curve:?}"));
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(unusable)?;
        let algorithm = curve.algorithm();
        let mut public = Jwk::from_encoding_key(&key, algorithm).map_err(unusable)?;
        let thumbprint = public.thumbprint(ThumbprintHash::SHA256).map_err(unusable)?;
        let id = id.map_or(thumbprint, str::to_owned);
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(SigningKey { key, public, algorithm, id })
    }

    /// The published name of the key (`kid`).
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A one-time assertion that we are `client_id`, for the token endpoint `audience`.
    ///
    /// # Errors
    /// When signing or randomness fails.
    pub fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<String, SigningFailed> {
        let claims = Assertion {
            iss: client_id,
            sub: client_id,
            aud: audience,
            jti: random_hex()?,
            iat: now.timestamp(),
            exp: now.timestamp() + ASSERTION_SECONDS,
        };
        self.sign(Header::new(self.algorithm), &claims)
    }

    /// A compact JWS (RFC 7515) over `claims`, under a header that gets the key's id.
    ///
    /// # Errors
    /// When signing fails, or the header names another algorithm than the key's.
    pub fn sign(&self, mut header: Header, claims: &impl Serialize) -> Result<String, SigningFailed> {
        header.kid = Some(self.id.clone());
        encode(&header, claims, &self.key).map_err(|_| SigningFailed)
    }

    /// The public half, as a JSON Web Key.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn public(&self) -> Result<String, SigningFailed> {
        serde_json::to_string(&self.public).map_err(|_| SigningFailed)
    }
}

/// The public halves of our keys as a JSON Web Key Set, to publish or to hand in at registration.
///
/// # Errors
/// When a key cannot be written down.
pub fn key_set(keys: &[&SigningKey]) -> Result<Value, SigningFailed> {
    let public: Result<Vec<Value>, _> = keys.iter().map(|key| serde_json::to_value(&key.public)).collect();
    Ok(json!({ "keys": public.map_err(|_| SigningFailed)? }))
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

fn random_hex() -> Result<String, SigningFailed> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| SigningFailed)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut lines = vec!["-----BEGIN PRIVATE KEY-----"];
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_at_checked(PEM_LINE) {
        lines.push(line);
        rest = after;
    }
    lines.extend([rest, "-----END PRIVATE KEY-----"].into_iter().filter(|line| !line.is_empty()));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_775_000_000, 0).expect("time")
    }

    #[test]
    fn an_assertion_is_signed_by_the_published_key_and_used_once() {
        for (curve, algorithm) in [(Curve::P256, Algorithm::ES256), (Curve::P384, Algorithm::ES384)] {
            let pem = SigningKey::generate(curve).expect("key");
            let key = SigningKey::from_pem(&pem, curve, None).expect("read");
            let token = key.assertion("office", "https://as.example/token", now()).expect("signed");
            assert_ne!(token, key.assertion("office", "https://as.example/token", now()).expect("signed"));
            let header = decode_header(&token).expect("header");
            assert_eq!((header.alg, header.kid.as_deref()), (algorithm, Some(key.id())));
            let set = key_set(&[&key]).expect("set");
            let jwk: Jwk = serde_json::from_value(set["keys"][0].clone()).expect("jwk");
            let mut validation = Validation::new(algorithm);
            validation.set_audience(&["https://as.example/token"]);
            validation.validate_exp = false;
            let claims = decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).expect("key"), &validation)
                .expect("valid");
            assert_eq!(claims.claims["exp"], 1_775_000_120);
            assert_eq!((&claims.claims["iss"], &claims.claims["sub"]), (&json!("office"), &json!("office")));
        }
    }

    #[test]
    fn the_key_set_holds_no_private_part() {
        let pem = SigningKey::generate(Curve::P256).expect("key");
        let key = SigningKey::from_pem(&pem, Curve::P256, Some("2026-a")).expect("read");
        let set = key_set(&[&key]).expect("set");
        assert_eq!(set["keys"][0]["kid"], "2026-a");
        assert_eq!(set["keys"][0]["use"], "sig");
        assert!(set["keys"][0].get("d").is_none());
    }

    #[test]
    fn a_key_of_another_curve_or_no_key_is_refused_without_repeating_it() {
        let pem = SigningKey::generate(Curve::P384).expect("key");
        let error = SigningKey::from_pem(&pem, Curve::P256, None).err().expect("refused");
        assert!(!error.to_string().contains("PRIVATE"));
        assert!(SigningKey::from_pem("nonsense", Curve::P256, None).is_err());
    }
}
