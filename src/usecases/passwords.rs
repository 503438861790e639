//! Passwords and second factors of staff and physicians.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp, TotpError};

use super::error::Error;

/// Characters of a password, at least.
pub const SHORTEST: usize = 12;
/// Characters of a password, at most; argon2 would take more, but hashing is work.
pub const LONGEST: usize = 128;

/// Hashes a password with argon2id and its own salt.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn hash(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| Error::Fault(error.to_string()))?.to_string())
}

/// Whether a password belongs to a hash. Without a hash it takes as long, so that an unknown login
/// is not told by the time.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let argon = Argon2::default();
    match hash.map(PasswordHash::new) {
        Some(Ok(parsed)) => argon.verify_password(password.as_bytes(), &parsed).is_ok(),
        _ => {
            let _ = argon.hash_password(password.as_bytes());
            false
        }
    }
}

/// The second factor of a secret: six digits every 30 seconds.
///
/// # Errors
/// When the secret is too short.
pub fn totp(secret: &[u8], login: &str, issuer: &str) -> Result<Totp, TotpError> {
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_account_name(login.replace(':', "_"))
        .with_issuer(Some(issuer.replace(':', " ")))
        .with_skew(1)
        .build()
}

/// The time step whose code was typed, one step to either side included.
pub fn matched_step(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let time = u64::try_from(now.timestamp()).ok()?;
    let step = totp(secret, "user", "madoguchi").ok()?.check(code, time)?;
    i64::try_from(step).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_only() {
        let hashed = hash("correct horse battery").unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(verify("correct horse battery", Some(&hashed)));
        assert!(!verify("correct horse batterx", Some(&hashed)));
        assert!(!verify("correct horse battery", None));
    }

    #[test]
    fn a_code_matches_its_own_step_and_its_neighbours() {
        let secret = [7; 20];
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let code = totp(&secret, "a", "b").unwrap().generate(1_700_000_000).to_string();
        let step = matched_step(&secret, &code, now).unwrap();
        assert_eq!(matched_step(&secret, &code, now + chrono::Duration::seconds(30)), Some(step));
        assert_eq!(matched_step(&secret, &code, now + chrono::Duration::seconds(90)), None);
        assert_eq!(matched_step(&secret, "12345", now), None);
    }
}
