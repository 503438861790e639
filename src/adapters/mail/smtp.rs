//! The conversation with the mail server.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::{MailConfig, Security, message};
use crate::adapters::http::{LONGEST_TIMEOUT, SetupError, SharedClock, install_tls_provider};
use crate::ports::mail::{Mail, MailError, Mailer};

/// Without this the library would silently trust nobody.
const PEM_START: &str = "-----BEGIN CERTIFICATE-----";
const LONGEST_DETAIL: usize = 200;

/// Client of one mail server.
pub struct Smtp {
    config: MailConfig,
    from: Mailbox,
    tls: Option<TlsParameters>,
    clock: SharedClock,
}

impl Smtp {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`SetupError`] for a sender, certificate or time-out that cannot be used, and for a password
    /// that would travel unprotected.
    pub fn new(config: MailConfig, clock: SharedClock) -> Result<Smtp, SetupError> {
        if config.timeout > LONGEST_TIMEOUT || config.timeout.is_zero() {
            return Err(SetupError::new("mail timeout", "must be between 1 and 30 seconds"));
        }
        let loopback = matches!(config.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if config.security == Security::None && config.account.is_some() && !loopback {
            return Err(SetupError::new("mail security", "a password needs starttls or tls"));
        }
        let from = config.from.parse().map_err(|_| SetupError::new("mail from", "not a mail address"))?;
        let tls = if config.security == Security::None { None } else { Some(tls(&config)?) };
        Ok(Smtp { config, from, tls, clock })
    }

    async fn deliver(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message::build(mail, &self.from, self.clock.now())?;
        let until = Instant::now() + self.config.timeout;
        let mut connection = tokio::time::timeout_at(until, self.connect()).await.map_err(|_| late())??;
        let bytes = message.formatted();
        let outcome = tokio::time::timeout_at(until, connection.send(message.envelope(), &bytes)).await;
        let unknown = |_| MailError::Unknown { detail: "the mail server's answer is late".to_owned() };
        let result =
            outcome.map_err(unknown)?.map(drop).map_err(|error| after_handing_over(&error, &mail.to));
        // The mail is taken or not by now; a farewell that fails changes nothing.
        let _ = tokio::time::timeout_at(until, connection.abort()).await;
        result
    }

    /// A connection that is protected and signed in. Whatever fails here concerns the server, not
    /// the mail, even with a 5xx answer: the mail can be sent once the server or our settings are mended.
    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let server = (self.config.host.as_str(), self.config.port);
        let hello = ClientId::default();
        let at_once = self.tls.clone().filter(|_| self.config.security == Security::Tls);
        let timeout = Some(self.config.timeout);
        let opened = AsyncSmtpConnection::connect_tokio1(server, timeout, &hello, at_once, None).await;
        let mut connection = opened.map_err(|error| temporary(&error))?;
        if let (Security::StartTls, Some(tls)) = (self.config.security, self.tls.clone()) {
            connection.starttls(tls, &hello).await.map_err(|error| temporary(&error))?;
        }
        if let Some((user, password)) = &self.config.account {
            let account = Credentials::new(user.clone(), password.expose_secret().to_owned());
            let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &account).await;
            signed_in.map_err(|error| temporary(&error))?;
        }
        Ok(connection)
    }

    async fn probe(&self) -> Result<String, MailError> {
        let until = Instant::now() + self.config.timeout;
        let mut connection = tokio::time::timeout_at(until, self.connect()).await.map_err(|_| late())??;
        let _ = tokio::time::timeout_at(until, connection.abort()).await;
        let signed_in = if self.config.account.is_some() { "signed in" } else { "without sign-in" };
        let MailConfig { host, port, security, .. } = &self.config;
        Ok(format!("mail server {host}:{port}, {security:?}, {signed_in}"))
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        self.deliver(mail).boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, MailError>> {
        self.probe().boxed()
    }
}

fn tls(config: &MailConfig) -> Result<TlsParameters, SetupError> {
    install_tls_provider();
    let mut builder = TlsParameters::builder(config.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(pem) = &config.ca_pem {
        if !pem.contains(PEM_START) {
            return Err(SetupError::new("mail ca_pem", "holds no certificate"));
        }
        let trusted =
            Certificate::from_pem(pem.as_bytes()).map_err(|error| SetupError::new("mail ca_pem", error))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(trusted);
    }
    builder.build().map_err(|error| SetupError::new("mail tls", error))
}

fn late() -> MailError {
    MailError::Temporary { detail: "the mail server does not answer in time".to_owned() }
}

fn temporary(error: &Error) -> MailError {
    MailError::Temporary { detail: describe(error, "") }
}

/// An answer with a status is the server's word; a connection that breaks without one leaves it open.
fn after_handing_over(error: &Error, to: &str) -> MailError {
    let detail = describe(error, to);
    if error.is_permanent() {
        MailError::Permanent { detail }
    } else if error.is_transient() {
        MailError::Temporary { detail }
    } else if error.is_client() {
        // Found out before anything was handed over, such as an address the server cannot express.
        MailError::Permanent { detail }
    } else {
        MailError::Unknown { detail }
    }
}

/// The error in one short line, without the receiver's address, which servers like to repeat.
fn describe(error: &Error, to: &str) -> String {
    let text = error.to_string();
    let text = if to.is_empty() { text } else { text.replace(to, "…") };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_DETAIL).collect()
}
