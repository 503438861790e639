//! Public Medical Hub (PMH) of the デジタル庁: registration of 医療費助成 certificates, and of vaccinations.
//!
//! The record's field names are the published ones of the difference-history registration
//! (医療費助成対象者差分履歴情報, OpenAPI of July 2024). Paths, headers, answers, limits and the parts
//! of composite fields are not published: they stand in [`Profile`] and the files beside it say
//! nothing about them.

mod check;
mod client;
mod convert;
mod masters;
mod profile;
mod record;
mod replies;
mod row;
#[cfg(test)]
mod tests;
mod vaccination;

use super::http::HttpSettings;

pub use client::Pmh;
pub use profile::Profile;
pub use record::record_of;
pub use vaccination::{Vaccination, vaccination_record};

/// Where the hub is and who we are there.
#[derive(Clone, Debug)]
pub struct PmhConfig {
    /// Base address of the 医療費助成 domain.
    pub base_url: String,
    /// Address of the token endpoint.
    pub token_url: String,
    /// Our name there.
    pub client_id: String,
    /// 全国地方公共団体コード of the issuing body, 6 digits.
    pub org_code: String,
    /// What the published documents leave open.
    pub profile: Profile,
    /// Bounds of one call.
    pub http: HttpSettings,
}

impl PmhConfig {
    /// A hub with the proposed profile and the usual bounds.
    pub fn new(base_url: &str, token_url: &str, client_id: &str, org_code: &str) -> PmhConfig {
        PmhConfig {
            base_url: base_url.to_owned(),
            token_url: token_url.to_owned(),
            client_id: client_id.to_owned(),
            org_code: org_code.to_owned(),
            profile: Profile::proposed(),
            http: HttpSettings::default(),
        }
    }

    /// The same hub's domain of vaccination, at an address of its own.
    pub fn vaccination(base_url: &str, token_url: &str, client_id: &str, org_code: &str) -> PmhConfig {
        let profile = Profile::vaccination();
        PmhConfig { profile, ..PmhConfig::new(base_url, token_url, client_id, org_code) }
    }
}
