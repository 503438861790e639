//! Signing keys of the provider.

use crate::sandbox::random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use std::io;

/// One P-256 key.
pub struct Key {
    /// Its name in the published set.
    pub kid: String,
    pair: KeyPair,
}

impl Key {
    fn generate() -> io::Result<Self> {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
        Ok(Self { kid: random(9), pair })
    }

    /// For signing with ES256.
    #[must_use]
    pub fn signing(&self) -> EncodingKey {
        EncodingKey::from_ec_der(self.pair.serialized_der())
    }

    /// The public key as PEM, which an HS256 forger would use as a secret.
    #[must_use]
    pub fn public_pem(&self) -> String {
        self.pair.public_key_pem()
    }

    /// The public key as a JWK (RFC 7518 section 6.2).
    #[must_use]
    pub fn jwk(&self) -> Value {
        // An uncompressed point: 0x04, then x and y of 32 bytes each.
        let point = self.pair.public_key_raw();
        let part = |from: usize| URL_SAFE_NO_PAD.encode(point.get(from..from + 32).unwrap_or_default());
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": part(1), "y": part(33)
        })
    }
}

/// The key in use, the one before it, and one that is never published.
pub struct Keys {
    current: Key,
    previous: Option<Key>,
    foreign: Key,
}

impl Keys {
    /// A fresh set.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new() -> io::Result<Self> {
        Ok(Self { current: Key::generate()?, previous: None, foreign: Key::generate()? })
    }

    /// The key tokens are signed with.
    #[must_use]
    pub fn current(&self) -> &Key {
        &self.current
    }

    /// A key nobody should trust.
    #[must_use]
    pub fn foreign(&self) -> &Key {
        &self.foreign
    }

    /// Signs with a new key from now on; the one before stays published until the next change.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn rotate(&mut self) -> io::Result<()> {
        self.previous = Some(std::mem::replace(&mut self.current, Key::generate()?));
        Ok(())
    }

    /// The published set (RFC 7517).
    #[must_use]
    pub fn published(&self) -> Value {
        let keys: Vec<Value> =
            [Some(&self.current), self.previous.as_ref()].into_iter().flatten().map(Key::jwk).collect();
        json!({ "keys": keys })
    }
}
