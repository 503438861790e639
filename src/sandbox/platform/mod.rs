//! Stand-in for a FHIR R4 server of medical records behind SMART Backend Services.

mod clinical;
mod demo;
mod folder;
mod outcome;
mod routes;
mod search;
mod store;
#[cfg(test)]
mod tests;

use super::control::{Control, Fault};
use super::oauth::{Clients, Rule, Tokens};
use super::people::Person;
use super::server;
use actix_web::dev::ServerHandle;
use actix_web::web;
use jsonwebtoken::Algorithm;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use store::Store;

/// Path of the FHIR base below the host.
pub const BASE: &str = "/fhir/R4";
/// Path of the token endpoint.
pub const TOKEN: &str = "/oauth2/token";
/// Resource types that can be searched and read.
pub const TYPES: [&str; 6] =
    ["Patient", "Coverage", "Condition", "Observation", "MedicationRequest", "AllergyIntolerance"];

const TOKEN_SECONDS: i64 = 300;
const MAX_BODY: usize = 64 * 1024;
const OWN_FAULTS: [Fault; 3] = [Fault::WrongOrder, Fault::NextLoop, Fault::DuplicateEntries];

/// What the handlers share.
pub struct Platform {
    /// `http://host:port`
    root: String,
    clients: Arc<Clients>,
    rule: Rule,
    tokens: Tokens,
    store: Store,
}

impl Platform {
    fn base(&self) -> String {
        format!("{}{BASE}", self.root)
    }
}

/// Starts the platform on the socket. `root` is the address clients reach it by, without a final slash.
///
/// # Errors
/// When the socket or the data folder cannot be used.
pub fn start(
    listener: TcpListener,
    root: String,
    clients: Arc<Clients>,
    people: &[Person],
    data: Option<&Path>,
) -> io::Result<ServerHandle> {
    let mut store = Store::default();
    demo::fill(&mut store, people);
    if let Some(folder) = data {
        folder::fill(&mut store, folder)?;
    }
    let rule = Rule { algorithms: &[Algorithm::ES384, Algorithm::RS384], audience: format!("{root}{TOKEN}") };
    let platform =
        web::Data::new(Platform { root, clients, rule, tokens: Tokens::new(TOKEN_SECONDS), store });
    let control = web::Data::new(Control::new(&OWN_FAULTS, outcome::bare));
    server::serve(listener, control, MAX_BODY, move |cfg| {
        cfg.app_data(platform.clone());
        routes::mount(cfg);
    })
}
