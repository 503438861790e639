//! Record systems of hospitals: their public keys, how they prove who they are, what they sign.

use chrono::{DateTime, Utc};
use thiserror::Error;

/// Reads and checks what hospitals sign. It only computes: call it from a thread that may be busy.
pub trait HospitalKeys: Send + Sync {
    /// The names of the keys in a JSON Web Key Set that may be registered.
    ///
    /// # Errors
    /// What is wrong with the set.
    fn names(&self, key_set: &str) -> Result<Vec<String>, KeySetFault>;

    /// The client that an assertion claims to come from. Nothing is checked yet.
    fn issuer(&self, assertion: &str) -> Option<String>;

    /// Checks an assertion (RFC 7523) made for `audience` with a key of the set.
    ///
    /// # Errors
    /// The first rule that it breaks.
    fn assertion(
        &self,
        assertion: &str,
        key_set: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<Assertion, AssertionFault>;

    /// Checks a detached JWS (RFC 7515 appendix F) over the bytes of a document.
    ///
    /// # Errors
    /// Why it does not hold.
    fn document(
        &self,
        jws: &str,
        bytes: &[u8],
        key_set: &str,
        now: DateTime<Utc>,
    ) -> Result<SignedWith, SealFault>;

    /// Whether a detached JWS that was checked when it came still holds for the bytes, by the key of then.
    fn holds(&self, jws: &str, bytes: &[u8], key: &str) -> bool;
}

/// An assertion that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// Its own name: it works once.
    pub jti: String,
    /// Until when it could be used again.
    pub ends_at: DateTime<Utc>,
}

/// With what a document was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedWith {
    /// The public key: a JSON Web Key, or PEM where it came in a certificate.
    pub key: String,
    /// The key's name, or the SHA-256 of the certificate.
    pub name: String,
}

/// Why a key set cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeySetFault {
    /// No key set at all.
    #[error("this is no JSON Web Key Set with at least one key")]
    NotASet,
    /// A private key: whoever has seen it must make another.
    #[error("the set holds a private key; make a new one, and hand in only its public half")]
    Private,
    /// Without a name, or two of one name.
    #[error("every key needs a `kid` of its own")]
    Nameless,
    /// Of a kind that no signature here is made with.
    #[error("a key must be EC on P-256 or P-384, or RSA of at least 2048 bits")]
    Unusable,
}

/// Why an assertion does not authenticate a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AssertionFault {
    /// Not a JWT with the claims that are needed.
    #[error("the assertion is no JWT with iss, sub, aud, exp and jti")]
    Unreadable,
    /// Another algorithm.
    #[error("alg must be ES384 or RS384")]
    Algorithm,
    /// The key is not registered.
    #[error("kid is not in the registered key set")]
    Key,
    /// Not signed with that key.
    #[error("the signature is wrong")]
    Signature,
    /// `iss` and `sub` are not both the client.
    #[error("iss and sub must both be the client id")]
    Subject,
    /// For somebody else.
    #[error("aud must be the address of this token endpoint")]
    Audience,
    /// Over, or valid for more than five minutes.
    #[error("exp must lie ahead, at most five minutes")]
    Expiry,
    /// Without a usable `jti`.
    #[error("jti must be a text of 1 to 200 characters")]
    Name,
    /// Used before.
    #[error("jti was used before; make a new assertion for every request")]
    Replayed,
}

/// Why the signature under a document does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealFault {
    /// No detached JWS of the agreed kind.
    #[error("no detached JWS of the agreed kind")]
    Unreadable,
    /// The key is not registered.
    #[error("kid is not in the registered key set")]
    Key,
    /// The certificates do not lead to a trust anchor.
    #[error("the certificates do not lead to a trusted authority")]
    Chain,
    /// The bytes are others than those that were signed, or the key is.
    #[error("the signature does not fit the bytes")]
    Broken,
}
