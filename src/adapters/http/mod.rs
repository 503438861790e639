//! The one way out over HTTP: bounded in time, size and tries, with a circuit per outside thing.
//!
//! Addresses come from the configuration only: redirects are not followed and proxies of the
//! environment are not used, so no answer and no environment can send a token elsewhere. TLS 1.2 or
//! later with verified certificates.

mod circuit;
mod retry;
#[cfg(test)]
pub(crate) mod stub;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Response, redirect, tls};
use serde_json::Value;

use crate::domain::clinical::json::{self, NotJson};
use crate::ports::clock::Clock;

use self::circuit::Circuit;

/// The clock, shared by everything that calls out.
pub type SharedClock = Arc<dyn Clock>;

/// Longest time-out a configuration may set.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Most tries a configuration may set for one call.
pub const MOST_ATTEMPTS: u32 = 8;

/// Bounds of calls to one outside thing.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Certificates (PEM) to trust instead of those of the system.
    pub ca_pem: Option<String>,
    /// Time for one try, answer read to its end; at most [`LONGEST_TIMEOUT`].
    pub timeout: Duration,
    /// Tries of one call; 1 to [`MOST_ATTEMPTS`].
    pub attempts: u32,
    /// Longest `Retry-After` that is waited for inside a call; a longer one ends the call.
    pub longest_wait: Duration,
    /// Most bytes of an answer, after decompression.
    pub max_body: usize,
    /// Failures in a row after which the circuit opens.
    pub failures_to_pause: u32,
    /// How long the circuit then stays open.
    pub pause: Duration,
}

impl Default for HttpSettings {
    fn default() -> HttpSettings {
        HttpSettings {
            ca_pem: None,
            timeout: Duration::from_secs(20),
            attempts: 4,
            longest_wait: Duration::from_secs(20),
            max_body: 8 * 1024 * 1024,
            failures_to_pause: 6,
            pause: Duration::from_secs(30),
        }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct SetupError {
    /// Which.
    pub setting: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl SetupError {
    /// An error about `setting`.
    pub fn new(setting: &'static str, reason: impl ToString) -> SetupError {
        SetupError { setting, reason: reason.to_string() }
    }
}

/// Why there is no answer. The texts never hold the address, whose query may name a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpFault {
    /// Nothing was sent.
    #[error("not sent: {detail}")]
    NotSent {
        /// What happened.
        detail: String,
    },
    /// Sent, but the answer was lost, late or cut: the effect is unknown.
    #[error("answer lost: {detail}")]
    Lost {
        /// What happened.
        detail: String,
    },
    /// Answered with more bytes than allowed.
    #[error("answer larger than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// The circuit is open after too many failures.
    #[error("paused after repeated failures, next try in {seconds} s")]
    Paused {
        /// Seconds until the next try.
        seconds: u64,
    },
}

/// An answer read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// `Retry-After`, from now.
    pub retry_after: Option<Duration>,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as strict JSON.
    ///
    /// # Errors
    /// When it is not acceptable JSON.
    pub fn json(&self) -> Result<Value, NotJson> {
        json::parse(&self.bytes)
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    }

    fn healthy(&self) -> bool {
        self.status < 500 && self.status != 429
    }
}

/// Calls to one outside thing.
pub struct Http {
    client: Client,
    settings: HttpSettings,
    circuit: Circuit,
    clock: SharedClock,
}

impl Http {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`SetupError`] for a bound out of range or certificates that cannot be read.
    pub fn new(settings: HttpSettings, clock: SharedClock) -> Result<Http, SetupError> {
        if settings.timeout > LONGEST_TIMEOUT || settings.timeout.is_zero() {
            return Err(SetupError::new("timeout", "must be between 1 and 30 seconds"));
        }
        if settings.attempts == 0 || settings.attempts > MOST_ATTEMPTS {
            return Err(SetupError::new("attempts", "must be between 1 and 8"));
        }
        let client = client(&settings)?;
        let circuit = Circuit::new(settings.failures_to_pause, settings.pause);
        Ok(Http { client, settings, circuit, clock })
    }

    /// Calls until there is a final answer or the tries are used up. Transport faults, 429 and 5xx
    /// are tried again; so `build` must make a request that may arrive twice.
    ///
    /// # Errors
    /// The last [`HttpFault`]. An answer with an error status is an answer.
    pub async fn call<B>(&self, build: B) -> Result<Reply, HttpFault>
    where
        B: Fn(&Client) -> Result<RequestBuilder, HttpFault> + Send + Sync,
    {
        let mut attempt = 1;
        loop {
            let outcome = self.once(build(&self.client)?).await;
            if attempt >= self.settings.attempts {
                return outcome;
            }
            let Some(wait) = retry::wait(&outcome, attempt, self.settings.longest_wait) else {
                return outcome;
            };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Calls exactly once.
    ///
    /// # Errors
    /// [`HttpFault`]. An answer with an error status is an answer.
    pub async fn once(&self, request: RequestBuilder) -> Result<Reply, HttpFault> {
        self.circuit.enter().map_err(|seconds| HttpFault::Paused { seconds })?;
        let outcome = self.exchange(request).await;
        self.circuit.record(outcome.as_ref().is_ok_and(Reply::healthy));
        outcome
    }

    /// For building a request for [`Http::once`].
    pub fn client(&self) -> &Client {
        &self.client
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Reply, HttpFault> {
        let response = request.send().await.map_err(fault)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let now = self.clock.now();
        let retry_after = headers.get(RETRY_AFTER).and_then(|value| retry::after(value.to_str().ok()?, now));
        let bytes = self.body(response).await?;
        Ok(Reply { status, headers, retry_after, bytes })
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, HttpFault> {
        let limit = self.settings.max_body;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(fault)? {
            if bytes.len() + chunk.len() > limit {
                return Err(HttpFault::TooLarge { limit });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

fn client(settings: &HttpSettings) -> Result<Client, SetupError> {
    install_tls_provider();
    if let Some(pem) = &settings.ca_pem {
        return builder(settings).tls_certs_only(certificates(pem)?).build().map_err(unusable);
    }
    // A machine without certificates of its own can still talk to loopback; https then fails closed.
    let without_roots = |_| builder(settings).tls_certs_only([]).build();
    builder(settings).build().or_else(without_roots).map_err(unusable)
}

fn unusable(error: reqwest::Error) -> SetupError {
    SetupError::new("ca_pem", describe(&error))
}

fn certificates(pem: &str) -> Result<Vec<Certificate>, SetupError> {
    match Certificate::from_pem_bundle(pem.as_bytes()) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(SetupError::new("ca_pem", "holds no certificate in PEM form")),
    }
}

fn builder(settings: &HttpSettings) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("madoguchi/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tls_version_min(tls::Version::TLS_1_2)
        .tcp_nodelay(true)
        .connect_timeout(settings.timeout.min(Duration::from_secs(10)))
        .timeout(settings.timeout)
}

/// Makes ring the process's TLS provider; without one the first https request would panic. Calling
/// it again does nothing.
pub fn install_tls_provider() {
    // An error means that a provider is there already, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn fault(error: reqwest::Error) -> HttpFault {
    let sent = !(error.is_connect() || error.is_builder());
    let detail = describe(&error.without_url());
    if sent { HttpFault::Lost { detail } } else { HttpFault::NotSent { detail } }
}

/// The error with its causes, in one line.
fn describe(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
