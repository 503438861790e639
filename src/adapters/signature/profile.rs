//! What a signature under a certificate looks like. Everything that joining HPKI (保健医療福祉分野の公開鍵基盤)
//! would change stands here.

use jsonwebtoken::Algorithm;

/// One agreed form of signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `typ` of the header, so that no other token can pass for a signature.
    pub typ: &'static str,
    /// `alg` of the header.
    pub algorithm: Algorithm,
    /// `x5c` of the header: the certificates of the signer's licence, base64 DER, the signer's own first.
    /// Without them the signature shows that the installation's account signed, not the licence.
    pub chain: Option<Vec<String>>,
}

impl Profile {
    /// Keys that the installation itself made and keeps: no certificate stands behind them.
    pub fn own_key() -> Profile {
        Profile { typ: "madoguchi-certificate+jws", algorithm: Algorithm::ES256, chain: None }
    }
}
