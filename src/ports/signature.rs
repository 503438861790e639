//! Electronic signatures of people: their keys, what they sign, whether it still holds.

use serde_json::Value;
use thiserror::Error;

/// Makes and checks signatures. It only computes: call it from a thread that may be busy.
pub trait Signatures: Send + Sync {
    /// A new key for one person.
    ///
    /// # Errors
    /// [`SignatureError::Failed`].
    fn new_key(&self) -> Result<NewKey, SignatureError>;

    /// Signs a statement with the private half of a key; a compact JWS (RFC 7515).
    ///
    /// # Errors
    /// [`SignatureError::Failed`].
    fn sign(&self, private: &str, statement: &Value) -> Result<String, SignatureError>;

    /// The statement under a signature, if it was made with the key of this public half.
    ///
    /// # Errors
    /// [`SignatureError::Broken`].
    fn check(&self, jws: &str, public: &str) -> Result<Value, SignatureError>;
}

/// A new key. Has no `Debug`.
pub struct NewKey {
    /// Its name: the SHA-256 thumbprint (RFC 7638).
    pub kid: String,
    /// The private half, PEM; to be sealed.
    pub private: String,
    /// The public half, a JSON Web Key.
    pub public: String,
}

/// Why there is no signature, or none that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// No key or no signature could be made.
    #[error("the signature could not be made")]
    Failed,
    /// Altered, made with another key, or not of the expected kind.
    #[error("the signature does not hold")]
    Broken,
}
