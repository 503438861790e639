//! What every handler has at hand.

use std::sync::Arc;

use actix_web::web;

use crate::usecases::{Error, House};

use super::errors::Failure;
use super::limits::Limits;
use super::view::Views;

/// Settings of the web floor.
#[derive(Clone, Debug)]
pub struct WebConfig {
    /// Whether browsers reach us over TLS, so that cookies are `Secure` and named `__Host-`.
    pub secure: bool,
    /// Whether this is the demo: a banner stands on each page.
    pub demo: bool,
    /// Lines with demo logins and addresses of stand-ins, shown where one signs in.
    pub demo_notes: Vec<(String, String)>,
    /// Addresses of proxies whose forwarded client address is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Origin of the identity provider's pages, or empty.
    pub identity_origin: String,
    /// Our public keys as a JWK set.
    pub jwks: serde_json::Value,
}

/// The house and how to draw its pages. Cheap to clone.
#[derive(Clone)]
pub struct Frame {
    /// The house.
    pub house: Arc<House>,
    /// Templates and texts.
    pub views: Arc<Views>,
    /// Rate limits.
    pub limits: Arc<Limits>,
    /// Settings.
    pub config: Arc<WebConfig>,
}

impl Frame {
    /// Runs a use case off the async threads.
    ///
    /// # Errors
    /// Whatever the use case fails with.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&House) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let house = self.house.clone();
        let outcome = web::block(move || work(&house)).await;
        outcome.map_err(|_| Failure::from(Error::Unavailable("no worker".to_owned())))?.map_err(Failure::from)
    }
}
