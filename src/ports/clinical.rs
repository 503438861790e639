//! What a case needs from a medical-record platform: the record of one insured person, as received.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;

/// A platform that can be asked for a person's record.
pub trait ClinicalRecords: Send + Sync {
    /// Fetches the person's record, page by page, as bytes. Nobody found is not an error: the pages
    /// then hold an empty search result.
    ///
    /// # Errors
    /// See [`PullError`]; nothing is returned in part after a passing fault.
    fn pull<'a>(&'a self, person: &'a InsuredPerson) -> BoxFuture<'a, Result<Pulled, PullError>>;

    /// Whether the platform can be reached with our credentials; one line for the operator.
    fn check(&self) -> BoxFuture<'_, Result<String, PullError>>;
}

/// Whom to ask for. Has no `Debug`: the identifier names a person.
#[derive(Clone)]
pub struct InsuredPerson {
    /// 被保険者個人識別子, `保険者番号8桁:記号:番号:枝番` (JP-CLINS rule R1013).
    pub identifier: String,
    /// Date of birth in the application. When several people answer to the identifier, only those
    /// with this date are followed.
    pub birth_date: Option<NaiveDate>,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// Name of the platform, from the configuration.
    pub source: String,
    /// Its base address.
    pub base: String,
    /// Pages in the order received.
    pub pages: Vec<Page>,
    /// What was asked for and not given, or found and not followed.
    pub gaps: Vec<Gap>,
}

/// One answer, unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Address it was read from; may hold the identifier, so it is stored like the bytes.
    pub url: String,
    /// Resource type asked for.
    pub resource_type: String,
    /// When it was received.
    pub fetched_at: DateTime<Utc>,
    /// `ETag` of the answer.
    pub version: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Something left out of a pull.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Resource type, or `Patient/<id>`.
    pub what: String,
    /// Why.
    pub why: GapReason,
}

/// Why something is missing from a pull.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The platform does not give this type, or not to us.
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        detail: String,
    },
    /// One of several people, with another date of birth than the applicant.
    OtherPerson,
}

/// Why nothing was pulled. No variant names the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PullError {
    /// Not reached, or given up after the last try. Try again later.
    #[error("platform unavailable: {detail}")]
    Unavailable {
        /// What happened.
        detail: String,
        /// When the platform asked to come back, in seconds.
        retry_after: Option<u64>,
    },
    /// Our credentials were refused.
    #[error("platform refused our credentials: {detail}")]
    Unauthorised {
        /// What it said.
        detail: String,
    },
    /// The search itself was refused.
    #[error("platform refused the request with status {status}: {detail}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        detail: String,
    },
    /// An answer that is not what was asked for; never taken as data.
    #[error("platform sent something unreadable: {detail}")]
    Garbled {
        /// What was wrong.
        detail: String,
    },
    /// More people or pages than a record can have.
    #[error("platform sent too much: {detail}")]
    TooMuch {
        /// Which bound was passed.
        detail: String,
    },
}

impl PullError {
    /// Whether trying again later can help without anybody changing anything.
    pub fn passes(&self) -> bool {
        matches!(self, PullError::Unavailable { .. })
    }
}
