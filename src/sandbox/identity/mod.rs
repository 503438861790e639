//! Stand-in for an OpenID provider like デジタル認証アプリ: code flow with PKCE, `private_key_jwt`, ES256,
//! pairwise subjects, and twelve ways of handing out a wrong token.

mod keys;
mod page;
mod routes;
#[cfg(test)]
mod tests;
mod token;

use super::config::IdentitySettings;
use super::control::{Control, Fault};
use super::oauth::{Clients, Rule, Tokens};
use super::people::Person;
use super::server;
use actix_web::dev::ServerHandle;
use actix_web::web;
use jsonwebtoken::Algorithm;
use keys::Keys;
use std::collections::HashMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// Path of the issuer below the host.
pub const REALM: &str = "/api/realms/main";

const TOKEN_SECONDS: i64 = 300;
const MAX_BODY: usize = 64 * 1024;
const OWN_FAULTS: [Fault; 12] = [
    Fault::WrongIss,
    Fault::WrongAud,
    Fault::Expired,
    Fault::WrongNonce,
    Fault::AlgNone,
    Fault::AlgHs256,
    Fault::BadSignature,
    Fault::UnknownKid,
    Fault::MissingSub,
    Fault::FutureIat,
    Fault::WrongAzp,
    Fault::WrongAtHash,
];

/// A sign-in somebody has begun: what the relying party asked for.
#[derive(Clone)]
pub struct Request {
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    nonce: String,
    challenge: String,
    at: i64,
}

/// A code handed out; `token` is set once it has been used.
struct Code {
    request: Request,
    person: String,
    at: i64,
    token: Option<String>,
}

/// What the handlers share.
pub struct Provider {
    root: String,
    clients: Arc<Clients>,
    people: Arc<Vec<Person>>,
    rule: Rule,
    tokens: Tokens,
    keys: Mutex<Keys>,
    settings: IdentitySettings,
    requests: Mutex<HashMap<String, Request>>,
    codes: Mutex<HashMap<String, Code>>,
}

impl Provider {
    fn issuer(&self) -> String {
        format!("{}{REALM}", self.root)
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/protocol/openid-connect/{name}", self.issuer())
    }

    fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }
}

/// Starts the provider on the socket. `root` is the address clients reach it by, without a final slash.
///
/// # Errors
/// When the socket cannot be used or no key can be made.
pub fn start(
    listener: TcpListener,
    root: String,
    clients: Arc<Clients>,
    people: Arc<Vec<Person>>,
    settings: &IdentitySettings,
) -> io::Result<ServerHandle> {
    let audience = format!("{root}{REALM}/protocol/openid-connect/token");
    let provider = web::Data::new(Provider {
        root,
        clients,
        people,
        rule: Rule { algorithms: &[Algorithm::ES256], audience },
        tokens: Tokens::new(TOKEN_SECONDS),
        keys: Mutex::new(Keys::new()?),
        settings: settings.clone(),
        requests: Mutex::default(),
        codes: Mutex::default(),
    });
    let control = web::Data::new(Control::new(&OWN_FAULTS, routes::bare));
    server::serve(listener, control, MAX_BODY, move |cfg| {
        cfg.app_data(provider.clone());
        routes::mount(cfg);
    })
}

/// The subject under which a client knows an invented person.
#[must_use]
pub fn subject_of(client_id: &str, person: &str) -> String {
    token::pairwise(client_id, person)
}
