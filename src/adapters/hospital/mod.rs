//! Assertions and signatures of hospitals as JSON Web Tokens and Signatures.

pub mod chain;
pub mod profile;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, crypto, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ports::hospital::{Assertion, AssertionFault, HospitalKeys, KeySetFault, SealFault, SignedWith};
use profile::Profile;

/// Members of a private key, or of a symmetric one (RFC 7518).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];
/// Fewest bytes of an RSA modulus: 2048 bits.
const RSA_BYTES: usize = 256;
/// Most characters of a `jti`.
const JTI: usize = 200;

/// Checks by a profile.
#[derive(Clone, Debug)]
pub struct Jose {
    profile: Profile,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    jti: String,
}

#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

impl Jose {
    /// Checks by `profile` only.
    pub fn new(profile: Profile) -> Jose {
        Jose { profile }
    }

    fn rules(&self, claims: &Claims, audience: &str, now: i64) -> Result<(), AssertionFault> {
        let ahead = claims.exp - now;
        let broken = [
            (claims.sub != claims.iss, AssertionFault::Subject),
            (!is_for(&claims.aud, audience), AssertionFault::Audience),
            (ahead <= 0 || ahead > self.profile.longest + self.profile.skew, AssertionFault::Expiry),
            (claims.jti.is_empty() || claims.jti.chars().count() > JTI, AssertionFault::Name),
        ];
        broken.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, fault)| Err(fault))
    }

    fn signer(&self, header: &Header, key_set: &str, now: DateTime<Utc>) -> Result<SignedWith, SealFault> {
        if !self.profile.anchors.is_empty() {
            let x5c = header.x5c.as_deref().unwrap_or_default();
            let signer = chain::signer(x5c, &self.profile.anchors, now)?;
            return Ok(SignedWith { key: signer.key, name: hex(&Sha256::digest(&signer.certificate)) });
        }
        let name = header.kid.clone().ok_or(SealFault::Key)?;
        let jwk = find(key_set, &name).ok_or(SealFault::Key)?;
        let key = serde_json::to_string(&jwk).map_err(|_| SealFault::Key)?;
        Ok(SignedWith { key, name })
    }

    fn holds_with(&self, jws: &str, bytes: &[u8], key: &str) -> Option<bool> {
        let (head, signature) = detached(jws)?;
        let header = decode_header(format!("{head}..{signature}")).ok()?;
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes));
        crypto::verify(signature, signed.as_bytes(), &decoding(key, header.alg)?, header.alg).ok()
    }
}

impl HospitalKeys for Jose {
    fn names(&self, key_set: &str) -> Result<Vec<String>, KeySetFault> {
        let raw: Value = serde_json::from_str(key_set).map_err(|_| KeySetFault::NotASet)?;
        let keys = raw.get("keys").and_then(Value::as_array).ok_or(KeySetFault::NotASet)?;
        if keys.iter().any(|key| PRIVATE.iter().any(|member| key.get(member).is_some())) {
            return Err(KeySetFault::Private);
        }
        let set: JwkSet = serde_json::from_value(raw).map_err(|_| KeySetFault::Unusable)?;
        let names: BTreeSet<String> = set.keys.iter().filter_map(|key| key.common.key_id.clone()).collect();
        match (set.keys.len(), names.len() == set.keys.len()) {
            (0, _) => Err(KeySetFault::NotASet),
            (_, false) => Err(KeySetFault::Nameless),
            _ if !set.keys.iter().all(is_usable) => Err(KeySetFault::Unusable),
            _ => Ok(names.into_iter().collect()),
        }
    }

    fn issuer(&self, assertion: &str) -> Option<String> {
        let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Issuer>(assertion);
        claims.ok().map(|claims| claims.iss)
    }

    fn assertion(
        &self,
        assertion: &str,
        key_set: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<Assertion, AssertionFault> {
        let header = decode_header(assertion).map_err(|_| AssertionFault::Unreadable)?;
        if !self.profile.assertions.contains(&header.alg) {
            return Err(AssertionFault::Algorithm);
        }
        let jwk = header.kid.and_then(|kid| find(key_set, &kid)).ok_or(AssertionFault::Key)?;
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| AssertionFault::Key)?;
        let claims = decode::<Value>(assertion, &key, &timeless(header.alg));
        let claims = claims.map_err(|_| AssertionFault::Signature)?.claims;
        let claims: Claims = serde_json::from_value(claims).map_err(|_| AssertionFault::Unreadable)?;
        self.rules(&claims, audience, now.timestamp())?;
        let ends_at = DateTime::from_timestamp(claims.exp, 0).ok_or(AssertionFault::Expiry)?;
        Ok(Assertion { jti: claims.jti, ends_at })
    }

    fn document(
        &self,
        jws: &str,
        bytes: &[u8],
        key_set: &str,
        now: DateTime<Utc>,
    ) -> Result<SignedWith, SealFault> {
        let (head, signature) = detached(jws).ok_or(SealFault::Unreadable)?;
        let header = decode_header(format!("{head}..{signature}")).map_err(|_| SealFault::Unreadable)?;
        let fits = header.typ.as_deref() == Some(self.profile.typ)
            && self.profile.documents.contains(&header.alg)
            && !is_extended(head);
        if !fits {
            return Err(SealFault::Unreadable);
        }
        let signer = self.signer(&header, key_set, now)?;
        if self.holds(jws, bytes, &signer.key) { Ok(signer) } else { Err(SealFault::Broken) }
    }

    fn holds(&self, jws: &str, bytes: &[u8], key: &str) -> bool {
        self.holds_with(jws, bytes, key).unwrap_or(false)
    }
}

/// Header and signature of a JWS without its payload: `header..signature`.
fn detached(jws: &str) -> Option<(&str, &str)> {
    let (head, signature) = jws.split_once("..")?;
    (!head.is_empty() && !signature.is_empty() && !signature.contains('.')).then_some((head, signature))
}

/// A header with extensions that must be understood (RFC 7515, `crit`) is not understood here.
fn is_extended(head: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(head).unwrap_or_default();
    let header: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    header.get("crit").is_some() || header.get("b64").is_some()
}

fn find(key_set: &str, kid: &str) -> Option<Jwk> {
    let set: JwkSet = serde_json::from_str(key_set).ok()?;
    set.find(kid).cloned()
}

fn is_usable(key: &Jwk) -> bool {
    let kind = match &key.algorithm {
        AlgorithmParameters::EllipticCurve(it) => {
            matches!(it.curve, EllipticCurve::P256 | EllipticCurve::P384)
        }
        AlgorithmParameters::RSA(it) => URL_SAFE_NO_PAD.decode(&it.n).is_ok_and(|n| n.len() >= RSA_BYTES),
        _ => false,
    };
    kind && DecodingKey::from_jwk(key).is_ok()
}

/// A key as it was kept: a JSON Web Key, or PEM.
fn decoding(key: &str, algorithm: Algorithm) -> Option<DecodingKey> {
    if key.starts_with('{') {
        return DecodingKey::from_jwk(&serde_json::from_str(key).ok()?).ok();
    }
    match algorithm {
        Algorithm::RS256 | Algorithm::RS384 => DecodingKey::from_rsa_pem(key.as_bytes()).ok(),
        _ => DecodingKey::from_ec_pem(key.as_bytes()).ok(),
    }
}

/// The times of an assertion are compared with the house's clock, not with the computer's.
fn timeless(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn is_for(aud: &Value, audience: &str) -> bool {
    match aud {
        Value::String(one) => one == audience,
        Value::Array(many) => many.iter().any(|one| one == audience),
        _ => false,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
