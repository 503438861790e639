//! Mail by SMTP (lettre).
//!
//! The connection is driven step by step instead of by the ready-made transport, because what a
//! failure means depends on the step: before the mail was handed over nothing was sent, after it
//! nobody knows.

mod message;
mod smtp;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

pub use smtp::Smtp;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: loopback only, when there is a password.
    None,
    /// STARTTLS, and nothing without it.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// The mail server and who we are there.
#[derive(Clone)]
pub struct MailConfig {
    /// Host name; the certificate must carry it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// Certificate (PEM) to trust instead of the public authorities.
    pub ca_pem: Option<String>,
    /// User name and password.
    pub account: Option<(String, SecretString)>,
    /// Sender, as `窓口 <noreply@city.example>` or an address alone.
    pub from: String,
    /// Time for one mail from connection to answer; at most 30 s.
    pub timeout: Duration,
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailConfig({}:{}, {:?}, from {})", self.host, self.port, self.security, self.from)
    }
}
