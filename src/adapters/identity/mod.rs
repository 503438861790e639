//! Sign-in of citizens by OpenID Connect: authorization code with PKCE (S256), `private_key_jwt`,
//! ID tokens signed with ES256, as デジタル認証アプリ asks; any provider with discovery that offers
//! these will do.

mod client;
mod profile;
mod provider;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::http::HttpSettings;

pub use client::OpenId;

/// The provider and who we are there.
#[derive(Clone, Debug)]
pub struct IdentityConfig {
    /// Issuer; discovery lies below it and must name it unchanged.
    pub issuer: String,
    /// Our name there; 1 to 255 letters and digits with デジタル認証アプリ.
    pub client_id: String,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// Kinds of authentication to ask for (`acr_values`), such as `aal3`.
    pub acr_values: Vec<String>,
    /// Bounds of one call. Somebody is waiting: short time-outs, few tries.
    pub http: HttpSettings,
}

impl IdentityConfig {
    /// A provider that gives the basic four items under the scopes of デジタル認証アプリ.
    pub fn new(issuer: &str, client_id: &str) -> IdentityConfig {
        let http = HttpSettings {
            timeout: Duration::from_secs(8),
            attempts: 2,
            longest_wait: Duration::from_secs(2),
            max_body: 1024 * 1024,
            failures_to_pause: 10,
            pause: Duration::from_secs(10),
            ..HttpSettings::default()
        };
        IdentityConfig {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            scopes: ["name", "address", "birthdate", "gender"].map(str::to_owned).to_vec(),
            acr_values: Vec::new(),
            http,
        }
    }
}
