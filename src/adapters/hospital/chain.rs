//! Certificates in the header of a signature, and the authorities at their end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::adapters::http::SetupError;
use crate::ports::hospital::SealFault;

/// Most certificates of one header.
const MOST: usize = 5;
/// `id-kp-documentSigning` (RFC 9336): a certificate that limits its uses must name it.
const DOCUMENT_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24];

/// The certificates of a PEM file, as anchors.
///
/// # Errors
/// When there is none, or one cannot be an anchor.
pub fn anchors(pem: &str) -> Result<Vec<Vec<u8>>, SetupError> {
    let wrong = || SetupError::new("document_anchors", "no certificates in PEM that can be trusted");
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let found = found.map_err(|_| wrong())?;
    if found.is_empty() || found.iter().any(|it| anchor_from_trusted_cert(it).is_err()) {
        return Err(wrong());
    }
    Ok(found.iter().map(|it| it.as_ref().to_vec()).collect())
}

/// A signer's certificate whose chain holds.
pub struct Signer {
    /// Its public key, PEM.
    pub key: String,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
}

/// The signer's certificate out of `x5c`, when it leads to an anchor at this moment. Whether it was revoked
/// is not looked up.
///
/// # Errors
/// [`SealFault::Unreadable`], [`SealFault::Chain`].
pub fn signer(x5c: &[String], anchors: &[Vec<u8>], now: DateTime<Utc>) -> Result<Signer, SealFault> {
    if x5c.is_empty() || x5c.len() > MOST {
        return Err(SealFault::Unreadable);
    }
    let chain: Result<Vec<_>, _> =
        x5c.iter().map(|it| STANDARD.decode(it).map(CertificateDer::from)).collect();
    let chain = chain.map_err(|_| SealFault::Unreadable)?;
    let (own, above) = chain.split_first().ok_or(SealFault::Unreadable)?;
    let leaf = EndEntityCert::try_from(own).map_err(|_| SealFault::Unreadable)?;
    let roots: Vec<CertificateDer> = anchors.iter().map(|it| CertificateDer::from(it.as_slice())).collect();
    let roots: Vec<TrustAnchor> = roots.iter().filter_map(|it| anchor_from_trusted_cert(it).ok()).collect();
    let usage = KeyUsage::required_if_present(DOCUMENT_SIGNING);
    leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &roots, above, moment(now), usage, None, None)
        .map_err(|_| SealFault::Chain)?;
    Ok(Signer { key: pem(&leaf.subject_public_key_info()), certificate: own.as_ref().to_vec() })
}

fn moment(now: DateTime<Utc>) -> UnixTime {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds))
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
}
