//! How hospitals sign. Everything that joining HPKI (保健医療福祉分野の公開鍵基盤) would change stands here.

use jsonwebtoken::Algorithm;

/// The agreed form of assertions and of signatures under documents.
#[derive(Clone, Debug)]
pub struct Profile {
    /// `alg` of assertions: those that SMART App Launch 2 names for backend services.
    pub assertions: &'static [Algorithm],
    /// Longest life of an assertion in seconds.
    pub longest: i64,
    /// Seconds by which clocks may differ.
    pub skew: i64,
    /// `typ` of a document's signature, so that no other token passes for one.
    pub typ: &'static str,
    /// `alg` of a document's signature.
    pub documents: &'static [Algorithm],
    /// Whose certificates are trusted, DER. With any, the header must carry `x5c`, the signer's own
    /// certificate first; without, the registered key of the institution signs.
    pub anchors: Vec<Vec<u8>>,
}

impl Profile {
    /// Signatures with the registered keys of the institution, or with certificates under these anchors.
    pub fn new(anchors: Vec<Vec<u8>>) -> Profile {
        Profile {
            assertions: &[Algorithm::ES384, Algorithm::RS384],
            longest: 300,
            skew: 5,
            typ: "document+jws",
            documents: &[Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::RS384],
            anchors,
        }
    }
}
