//! What every use case has at hand: the house, wired once at start.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::day_in_japan;
use crate::domain::program::texts::Catalogue;
use crate::domain::program::work::Settings;
use crate::ports::clinical::ClinicalRecords;
use crate::ports::clock::Clock;
use crate::ports::files::Files;
use crate::ports::hospital::HospitalKeys;
use crate::ports::hub::Hub;
use crate::ports::identity::IdentityProvider;
use crate::ports::mail::Mailer;
use crate::ports::render::LetterRenderer;
use crate::ports::signature::Signatures;
use crate::store::seal::random;
use crate::store::{Database, Keyring};

use super::error::Error;
use super::programs::Programs;

/// The office that runs this installation, as letters and pages name it. Slots `office.<key>`.
pub type Office = BTreeMap<String, String>;

/// Everything a use case works with.
pub struct House {
    /// The database.
    pub database: Database,
    /// Keys for what is sealed in it.
    pub keys: Keyring,
    /// The programs.
    pub programs: Programs,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Encrypted files outside the database.
    pub files: Arc<dyn Files>,
    /// The clinical platform, if one is configured.
    pub clinical: Option<Arc<dyn ClinicalRecords>>,
    /// The outside registers that are configured, by name of their connectors.
    pub hubs: BTreeMap<String, Arc<dyn Hub>>,
    /// The citizens' identity provider, if one is configured.
    pub identity: Option<Arc<dyn IdentityProvider>>,
    /// The mail server, if one is configured.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Draws letters.
    pub renderer: Arc<dyn LetterRenderer>,
    /// Signs certificates.
    pub signatures: Arc<dyn Signatures>,
    /// Checks what record systems of hospitals sign.
    pub hospitals: Arc<dyn HospitalKeys>,
    /// Texts of the installation's own pages and mails.
    pub texts: Arc<Catalogue>,
    /// The office.
    pub office: Office,
    /// The authority's own values.
    pub settings: Settings,
    /// Address under which people reach the installation, without a slash at the end.
    pub public_url: String,
}

impl House {
    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Today in Japan.
    pub fn today(&self) -> NaiveDate {
        day_in_japan(self.now())
    }

    /// A fresh id that sorts by time, with a prefix such as `case`.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn new_id(&self, prefix: &str) -> Result<String, Error> {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &random()?).into_uuid();
        Ok(format!("{prefix}_{}", id.simple()))
    }
}
