//! Token, searches, pages.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::Url;
use reqwest::header::ACCEPT;
use serde_json::Value;

use super::PlatformConfig;
use super::pages::{self, garbled};
use crate::adapters::http::{Http, HttpFault, Reply, SetupError, SharedClock};
use crate::adapters::jwt::SigningKey;
use crate::adapters::token::{TokenError, Tokens};
use crate::domain::clinical::{outcome_text, systems};
use crate::ports::clinical::{ClinicalRecords, Gap, GapReason, InsuredPerson, Page, PullError, Pulled};

const FHIR_JSON: &str = "application/fhir+json";
/// Types searched by patient, in this order.
const TYPES: [&str; 5] = ["Coverage", "Condition", "Observation", "MedicationRequest", "AllergyIntolerance"];

/// Client of one platform.
pub struct Platform {
    config: PlatformConfig,
    base: Url,
    http: Http,
    tokens: Tokens,
    clock: SharedClock,
}

impl Platform {
    /// Prepares the client; nothing is sent yet. `key` is for ES384, as SMART asks.
    ///
    /// # Errors
    /// [`SetupError`] for an address or bound that cannot be used.
    pub fn new(config: PlatformConfig, key: SigningKey, clock: SharedClock) -> Result<Platform, SetupError> {
        let base = config.base()?;
        let http = Http::new(config.http.clone(), Arc::clone(&clock))?;
        let tokens = Tokens::new(&config.client_id, &config.scope, key, Arc::clone(&clock));
        Ok(Platform { config, base, http, tokens, clock })
    }

    async fn pull_all(&self, person: &InsuredPerson) -> Result<Pulled, PullError> {
        let identifier = format!("{}|{}", systems::INSURED_PERSON, person.identifier);
        let mut pages = self.search("Patient", ("identifier", &identifier)).await?;
        let (people, mut gaps) = pages::people(&pages, person)?;
        for (id, kind) in people.iter().flat_map(|id| TYPES.map(|kind| (id, kind))) {
            match self.search(kind, ("patient", id)).await {
                Ok(found) => pages.extend(found),
                Err(PullError::Refused { status, detail }) => {
                    gaps.push(Gap { what: kind.to_owned(), why: GapReason::Refused { status, detail } });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Pulled { source: self.config.name.clone(), base: self.config.base_url.clone(), pages, gaps })
    }

    async fn search(&self, kind: &str, by: (&str, &str)) -> Result<Vec<Page>, PullError> {
        let mut url = self.base.join(kind).map_err(garbled)?;
        url.query_pairs_mut()
            .append_pair(by.0, by.1)
            .append_pair("_count", &self.config.page_size.to_string());
        let mut pages: Vec<Page> = Vec::new();
        let mut next = Some(url);
        while let Some(url) = next {
            if pages.len() >= self.config.max_pages {
                return Err(PullError::TooMuch {
                    detail: format!("more than {} pages of {kind}", pages.len()),
                });
            }
            if pages.iter().any(|page| page.url == url.as_str()) {
                return Err(garbled("the next link leads in a circle"));
            }
            let reply = self.fetch(&url).await.map_err(|error| conceal(error, by.1))?;
            next = pages::next(&reply, &url)?;
            pages.push(self.page(kind, &url, reply));
        }
        Ok(pages)
    }

    fn page(&self, kind: &str, url: &Url, reply: Reply) -> Page {
        let version = reply.header("etag");
        let fetched_at = self.clock.now();
        Page { url: url.to_string(), resource_type: kind.to_owned(), fetched_at, version, bytes: reply.bytes }
    }

    /// Fetches a page; a token that is refused is renewed once.
    async fn fetch(&self, url: &Url) -> Result<Reply, PullError> {
        let mut reply = self.get(url, &self.token().await?).await?;
        if reply.status == 401 {
            self.tokens.forget().await;
            reply = self.get(url, &self.token().await?).await?;
        }
        if reply.status == 200 { Ok(reply) } else { Err(refusal(&reply)) }
    }

    async fn get(&self, url: &Url, token: &str) -> Result<Reply, PullError> {
        let build = |client: &reqwest::Client| {
            Ok(client.get(url.clone()).bearer_auth(token).header(ACCEPT, FHIR_JSON))
        };
        self.http.call(build).await.map_err(fault)
    }

    async fn token(&self) -> Result<String, PullError> {
        if let Some(token) = self.tokens.kept().await {
            return Ok(token);
        }
        let endpoint = self.discover().await?;
        self.tokens.get(&self.http, endpoint.as_str()).await.map_err(token_error)
    }

    /// The token endpoint by SMART discovery. It may be on another host, but not less protected.
    async fn discover(&self) -> Result<Url, PullError> {
        let url = self.base.join(".well-known/smart-configuration").map_err(garbled)?;
        let reply = self.http.call(|client| Ok(client.get(url.clone()))).await.map_err(fault)?;
        if reply.status != 200 {
            return Err(refusal(&reply));
        }
        let document = reply.json().map_err(garbled)?;
        let endpoint = document.get("token_endpoint").and_then(Value::as_str).map(Url::parse);
        let Some(Ok(endpoint)) = endpoint else {
            return Err(garbled("smart-configuration names no token endpoint"));
        };
        if endpoint.scheme() != "https" && endpoint.scheme() != self.base.scheme() {
            return Err(garbled("smart-configuration leads from https to http"));
        }
        Ok(endpoint)
    }

    async fn check_all(&self) -> Result<String, PullError> {
        self.token().await?;
        let url = self.base.join("metadata").map_err(garbled)?;
        let reply = self.fetch(&url).await?;
        let statement = reply.json().map_err(garbled)?;
        match statement.get("fhirVersion").and_then(Value::as_str) {
            Some(version) if version.starts_with("4.0") => Ok(format!(
                "{}: FHIR {version} at {}, signed in as {}",
                self.config.name, self.base, self.config.client_id
            )),
            _ => Err(garbled("the server does not say that it speaks FHIR R4 (4.0)")),
        }
    }
}

impl ClinicalRecords for Platform {
    fn pull<'a>(&'a self, person: &'a InsuredPerson) -> BoxFuture<'a, Result<Pulled, PullError>> {
        async move {
            let late =
                |_| PullError::Unavailable { detail: "the pull took too long".to_owned(), retry_after: None };
            tokio::time::timeout(self.config.pull_timeout, self.pull_all(person)).await.map_err(late)?
        }
        .boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, PullError>> {
        self.check_all().boxed()
    }
}

fn refusal(reply: &Reply) -> PullError {
    let detail = outcome_text(&reply.bytes).unwrap_or_else(|| format!("status {}", reply.status));
    match reply.status {
        401 => PullError::Unauthorised { detail },
        429 | 500.. => {
            PullError::Unavailable { detail, retry_after: reply.retry_after.map(|wait| wait.as_secs()) }
        }
        status => PullError::Refused { status, detail },
    }
}

fn fault(fault: HttpFault) -> PullError {
    match fault {
        HttpFault::TooLarge { .. } => PullError::TooMuch { detail: fault.to_string() },
        HttpFault::Paused { seconds } => {
            PullError::Unavailable { detail: fault.to_string(), retry_after: Some(seconds) }
        }
        _ => PullError::Unavailable { detail: fault.to_string(), retry_after: None },
    }
}

fn token_error(error: TokenError) -> PullError {
    let detail = error.to_string();
    match error {
        TokenError::Unavailable { retry_after, .. } => {
            PullError::Unavailable { detail, retry_after: retry_after.map(|wait| wait.as_secs()) }
        }
        TokenError::Refused { .. } => PullError::Unauthorised { detail },
        TokenError::Garbled => PullError::Garbled { detail },
    }
}

/// Takes out of the platform's words what we searched for, since it names a person.
fn conceal(error: PullError, searched: &str) -> PullError {
    let bare = searched.rsplit('|').next().unwrap_or(searched);
    let clean = |detail: String| detail.replace(searched, "…").replace(bare, "…");
    match error {
        PullError::Unavailable { detail, retry_after } => {
            PullError::Unavailable { detail: clean(detail), retry_after }
        }
        PullError::Unauthorised { detail } => PullError::Unauthorised { detail: clean(detail) },
        PullError::Refused { status, detail } => PullError::Refused { status, detail: clean(detail) },
        other => other,
    }
}
