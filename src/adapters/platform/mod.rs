//! The medical-record platform: FHIR R4 search behind SMART Backend Services.
//!
//! No public search endpoint of the national service exists today; this is the client of a FHIR R4
//! server that a hospital, a regional network or a gateway runs. Nothing is interpreted here beyond
//! what paging needs: the bytes go on as received.

mod client;
mod pages;
#[cfg(test)]
mod tests;

use std::time::Duration;

use reqwest::Url;

use super::http::{HttpSettings, SetupError};

pub use client::Platform;

/// Scopes of SMART App Launch 2 for reading what [`Platform`] asks for.
pub const SCOPE: &str = "system/Patient.rs system/Coverage.rs system/Condition.rs system/Observation.rs \
                         system/MedicationRequest.rs system/AllergyIntolerance.rs";

/// Where the platform is and how much it may send.
#[derive(Clone, Debug)]
pub struct PlatformConfig {
    /// Name shown beside everything that came from it.
    pub name: String,
    /// Base address of the FHIR server.
    pub base_url: String,
    /// Our name there.
    pub client_id: String,
    /// Scopes to ask for.
    pub scope: String,
    /// Entries asked for a page.
    pub page_size: u32,
    /// Most pages of one search.
    pub max_pages: usize,
    /// Time for a whole pull.
    pub pull_timeout: Duration,
    /// Bounds of one call.
    pub http: HttpSettings,
}

impl PlatformConfig {
    /// A platform with the usual bounds: 50 entries a page, 200 pages, five minutes.
    pub fn new(name: &str, base_url: &str, client_id: &str) -> PlatformConfig {
        PlatformConfig {
            name: name.to_owned(),
            base_url: base_url.to_owned(),
            client_id: client_id.to_owned(),
            scope: SCOPE.to_owned(),
            page_size: 50,
            max_pages: 200,
            pull_timeout: Duration::from_secs(300),
            http: HttpSettings::default(),
        }
    }

    /// The base address with a final slash, so that joining keeps its path.
    fn base(&self) -> Result<Url, SetupError> {
        let text = format!("{}/", self.base_url.trim_end_matches('/'));
        let url = Url::parse(&text).map_err(|error| SetupError::new("platform base_url", error))?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            return Err(SetupError::new("platform base_url", "must be http(s)://host/path"));
        }
        Ok(url)
    }
}
