//! Encryption at rest: envelope keys, sealed cells, keyed hashes for look-ups.
//!
//! A key-encryption key from outside the database wraps data keys; each case has its own, and each
//! purpose that belongs to no case has one. A sealed cell is bound to its place, so that it cannot
//! be moved to another row.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::error::StoreError;

const VERSION: &str = "v1.";
const NONCE: usize = 24;

/// A 256-bit key. It is never shown and never serialised.
#[derive(Clone)]
pub struct DataKey([u8; 32]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    /// A key from 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> DataKey {
        DataKey(bytes)
    }

    /// A fresh random key.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<DataKey, StoreError> {
        Ok(DataKey(random()?))
    }

    /// Reads the base64 text of a key, as it stands in a key file.
    ///
    /// # Errors
    /// When the text is not 32 bytes of base64.
    pub fn from_base64(text: &str) -> Result<DataKey, StoreError> {
        let bytes = BASE64.decode(text.trim().trim_end_matches('=')).map_err(|_| StoreError::Sealed)?;
        bytes.try_into().map(DataKey).map_err(|_| StoreError::Sealed)
    }

    /// The base64 text of the key, for a key file.
    pub fn to_base64(&self) -> String {
        BASE64.encode(self.0)
    }

    /// Seals `plain` for the cell named by `place`.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<String, StoreError> {
        let sealed = self.seal_bytes(place, plain)?;
        Ok(format!("{VERSION}{}", BASE64.encode(sealed)))
    }

    /// Opens what [`DataKey::seal`] made for the same `place`.
    ///
    /// # Errors
    /// When the key is another, or the value was altered or moved.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Vec<u8>, StoreError> {
        let body = sealed.strip_prefix(VERSION).ok_or(StoreError::Sealed)?;
        let bytes = BASE64.decode(body).map_err(|_| StoreError::Sealed)?;
        self.open_bytes(place, &bytes)
    }

    /// Seals bytes as bytes: nonce, then ciphertext. For files.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn seal_bytes(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let body = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| StoreError::Sealed)?;
        Ok([nonce.as_slice(), &body].concat())
    }

    /// Opens what [`DataKey::seal_bytes`] made for the same `place`.
    ///
    /// # Errors
    /// When the key is another, or the value was altered or moved.
    pub fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(StoreError::Sealed)?;
        let payload = Payload { msg: body, aad: place.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| StoreError::Sealed)
    }

    /// This key sealed under another.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn wrap(&self, under: &DataKey, place: &str) -> Result<String, StoreError> {
        under.seal(place, &self.0)
    }

    /// The key that was wrapped under `under`.
    ///
    /// # Errors
    /// When `under` is another key, or the value was altered.
    pub fn unwrap_under(under: &DataKey, place: &str, wrapped: &str) -> Result<DataKey, StoreError> {
        let bytes = under.open(place, wrapped)?;
        bytes.try_into().map(DataKey).map_err(|_| StoreError::Sealed)
    }

    /// The keyed hash of a value, in hex: equal values of one `domain` are found, nothing else is told.
    pub fn hash(&self, domain: &str, value: &str) -> String {
        let mut mac = self.mac();
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }

    fn mac(&self) -> Hmac<Sha256> {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(self.0).for_each(|(place, byte)| *place = byte);
        <Hmac<Sha256> as hmac::KeyInit>::new(&block)
    }
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Random bytes from the operating system.
///
/// # Errors
/// When it gives none.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Unavailable("no randomness".to_owned()))?;
    Ok(bytes)
}

/// Lower-case hex of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place() {
        let key = DataKey::generate().unwrap();
        let sealed = key.seal("cases.body.case_1", "山田".as_bytes()).unwrap();
        assert_eq!(key.open("cases.body.case_1", &sealed).unwrap(), "山田".as_bytes());
        assert!(key.open("cases.body.case_2", &sealed).is_err());
        assert!(DataKey::generate().unwrap().open("cases.body.case_1", &sealed).is_err());
    }

    #[test]
    fn an_altered_value_does_not_open() {
        let key = DataKey::generate().unwrap();
        let mut sealed = key.seal_bytes("a", b"text").unwrap();
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(key.open_bytes("a", &sealed).is_err());
        assert!(key.open_bytes("a", b"short").is_err());
    }

    #[test]
    fn a_wrapped_key_comes_back_and_hashes_alike() {
        let kek = DataKey::generate().unwrap();
        let key = DataKey::generate().unwrap();
        let wrapped = key.wrap(&kek, "k").unwrap();
        let back = DataKey::unwrap_under(&kek, "k", &wrapped).unwrap();
        assert_eq!(key.hash("name", "x"), back.hash("name", "x"));
        assert_ne!(key.hash("name", "x"), key.hash("kana", "x"));
    }
}
