//! Stand-in for the Public Medical Hub's medical-subsidy and vaccination APIs: registration tasks, difference history, masters
//! and what a clinic would see. Record fields are those published by デジタル庁 (0.1.1, 2024-03; difference
//! history 2024-07); paths, limits, codes and the life of a task are proposals where nothing is published.

mod clinic;
mod doses;
mod fields;
mod masters;
mod record;
mod routes;
mod rows;
mod tasks;
#[cfg(test)]
mod tests;
pub mod vaccination;

use super::config::{PmhSettings, SandboxConfig};
use super::control::{Control, Fault};
use super::oauth::{Clients, Rule, Tokens};
use super::people::Person;
use super::{clock, lock, server};
use actix_web::dev::ServerHandle;
use actix_web::web;
use chrono::NaiveDate;
use jsonwebtoken::Algorithm;
use masters::Masters;
use std::collections::HashMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

/// Path of the medical-subsidy API below the host.
pub const BASE: &str = "/pmh/medical-subsidy/v1";
/// Path of the token endpoint.
pub const TOKEN: &str = "/oauth2/token";

const TOKEN_SECONDS: i64 = 1800;
/// Largest body of a task: 5 MiB.
const MAX_BODY: usize = 5 * 1024 * 1024;
const OWN_FAULTS: [Fault; 5] =
    [Fault::WrongOrder, Fault::RejectRatio, Fault::Stuck, Fault::FailTask, Fault::MissingResults];

/// What the handlers share.
pub struct Hub {
    clients: Arc<Clients>,
    rule: Rule,
    tokens: Tokens,
    org_code: String,
    today: Option<NaiveDate>,
    settings: PmhSettings,
    births: HashMap<String, NaiveDate>,
    core: Mutex<tasks::Core>,
}

impl Hub {
    /// The stored state, brought up to now.
    fn core(&self) -> MutexGuard<'_, tasks::Core> {
        let mut core = lock(&self.core);
        core.advance(self, clock::unix_millis());
        core
    }

    fn today(&self) -> NaiveDate {
        self.today.unwrap_or_else(clock::japanese_date)
    }
}

/// Starts the hub on the socket. `root` is the address clients reach it by, without a final slash.
///
/// # Errors
/// When the socket cannot be used.
pub fn start(
    listener: TcpListener,
    root: String,
    clients: Arc<Clients>,
    people: Arc<Vec<Person>>,
    config: &SandboxConfig,
) -> io::Result<ServerHandle> {
    let hub = web::Data::new(Hub {
        clients,
        rule: Rule { algorithms: &[Algorithm::ES256], audience: format!("{root}{TOKEN}") },
        tokens: Tokens::new(TOKEN_SECONDS),
        org_code: config.org_code.clone(),
        today: config.today,
        settings: config.pmh.clone(),
        births: people.iter().map(|p| (p.my_number.clone(), p.birth)).collect(),
        core: Mutex::new(tasks::Core::new(Masters::seeded(&config.org_code)?)),
    });
    let control = web::Data::new(Control::new(&OWN_FAULTS, routes::bare));
    server::serve(listener, control, MAX_BODY, move |cfg| {
        cfg.app_data(hub.clone());
        routes::mount(cfg);
    })
}
