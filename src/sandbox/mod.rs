//! Stand-ins for everything outside: a FHIR platform, the Public Medical Hub, the care base, an OpenID provider, a mail
//! server, and the record system of a hospital, which calls us. They are strict, hold everything in memory, and fail on demand (see [`control`]). They share no
//! code with the product, so that a misreading of a document on one side shows.

mod care_base;
mod clock;
pub mod config;
pub mod control;
mod digits;
pub mod hospital;
mod html;
mod identity;
mod oauth;
pub mod people;
mod platform;
mod pmh;
mod poison;
mod server;
mod smtp;
#[cfg(test)]
mod testing;

pub use config::{
    CareSettings, IdentitySettings, PmhSettings, Ports, RegisteredClient, SandboxConfig, SmtpSettings,
};

use actix_web::dev::ServerHandle;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The subject under which the OpenID provider names an invented person to a client.
#[must_use]
pub fn subject_of(client_id: &str, person: &str) -> String {
    identity::subject_of(client_id, person)
}

/// The running stand-ins and where to find them. Addresses carry no final slash.
pub struct Sandbox {
    /// Host of the platform; `/_sandbox/…` lies below it.
    pub platform_root: String,
    /// FHIR base.
    pub platform_base: String,
    /// Token endpoint of the platform.
    pub platform_token_url: String,
    /// Host of the hub; `/_sandbox/…` and `/sandbox/eligibility-view` lie below it.
    pub pmh_root: String,
    /// Base of the medical-subsidy API.
    pub pmh_base: String,
    /// Base address of its domain of vaccination.
    pub vaccination_base: String,
    /// Token endpoint of the hub.
    pub pmh_token_url: String,
    /// Host of the OpenID provider; `/_sandbox/…` lies below it.
    pub identity_root: String,
    /// Issuer; discovery lies below it.
    pub issuer: String,
    /// Where the mail server listens.
    pub smtp_addr: SocketAddr,
    /// Names on the mail server's certificate.
    pub smtp_names: Vec<String>,
    /// Certificate that signed itself, to be trusted by the mail client.
    pub smtp_ca_pem: String,
    /// Page listing the mails taken; `/_sandbox/…` lies below it.
    pub mail_page: String,
    /// Control of the care base, where there is one; `/_sandbox/…` lies below it.
    pub care_root: Option<String>,
    servers: Vec<ServerHandle>,
    mail: smtp::Running,
}

/// Starts every stand-in. Must be called inside a tokio runtime.
///
/// # Errors
/// When a port is taken, a client's key set or the platform's data folder cannot be read.
pub async fn start(config: SandboxConfig) -> io::Result<Sandbox> {
    let people = Arc::new(people::load()?);
    let clients = Arc::new(oauth::Clients::new(&config.clients)?);
    let open = |port| server::listen(config.bind, port);
    let root = |port: u16| format!("http://{}:{port}", config.host());

    let (listener, port) = open(config.ports.platform)?;
    let platform_root = root(port);
    let data = config.platform_data.as_deref();
    let platform = platform::start(listener, platform_root.clone(), clients.clone(), &people, data)?;

    let (listener, port) = open(config.ports.pmh)?;
    let pmh_root = root(port);
    let pmh = pmh::start(listener, pmh_root.clone(), clients.clone(), people.clone(), &config)?;

    let (listener, port) = open(config.ports.identity)?;
    let identity_root = root(port);
    let identity = identity::start(listener, identity_root.clone(), clients, people, &config.identity)?;

    let mut servers = vec![platform, pmh, identity];
    let mut care_root = None;
    if let Some(folder) = &config.care.folder {
        let (listener, port) = open(config.ports.care_base)?;
        servers.push(care_base::start(listener, folder.clone(), config.care.clone())?);
        care_root = Some(root(port));
    }

    let (page, port) = open(config.ports.mail_page)?;
    let mail = smtp::start(page, &config).await?;

    Ok(Sandbox {
        platform_base: format!("{platform_root}{}", platform::BASE),
        platform_token_url: format!("{platform_root}{}", platform::TOKEN),
        platform_root,
        pmh_base: format!("{pmh_root}{}", pmh::BASE),
        vaccination_base: format!("{pmh_root}{}", pmh::vaccination::BASE),
        pmh_token_url: format!("{pmh_root}{}", pmh::TOKEN),
        pmh_root,
        issuer: format!("{identity_root}{}", identity::REALM),
        identity_root,
        smtp_addr: mail.address,
        smtp_names: mail.names.clone(),
        smtp_ca_pem: mail.certificate_pem.clone(),
        mail_page: root(port),
        care_root,
        servers,
        mail,
    })
}

impl Sandbox {
    /// Stops every stand-in at once, cutting what is open.
    pub async fn stop(self) {
        self.mail.stop().await;
        for server in self.servers {
            server.stop(false).await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So many random bytes in base64url; predictable where the system has no randomness, which harms nobody here.
fn random(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    if getrandom::fill(&mut buffer).is_err() {
        buffer = clock::unix_millis().to_string().into_bytes();
    }
    URL_SAFE_NO_PAD.encode(buffer)
}
