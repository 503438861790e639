//! What the provider publishes about itself, fetched anew at least once a minute, and the way its
//! library reaches it through our HTTP client.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::http::{self, Method};
use openidconnect::{AsyncHttpClient, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl};
use reqwest::{Request, RequestBuilder};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::adapters::http::{Http, HttpFault, Reply};
use crate::ports::identity::IdentityError;

/// A new signing key is picked up, and a withdrawn one dropped, within this time.
const LONGEST_KEPT: Duration = Duration::from_secs(60);
/// A token with an unknown key makes us look again, but not more often than this.
const SHORTEST_KEPT: Duration = Duration::from_secs(2);

/// The provider does not answer as a server that works.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Away(String);

impl Away {
    pub(super) fn unavailable(&self) -> IdentityError {
        IdentityError::Unavailable { detail: self.0.clone() }
    }
}

pub(super) struct Provider {
    issuer: IssuerUrl,
    http: Http,
    kept: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

impl Provider {
    pub(super) fn new(issuer: IssuerUrl, http: Http) -> Provider {
        Provider { issuer, http, kept: Mutex::default() }
    }

    /// Endpoints and keys, at most a minute old.
    pub(super) async fn published(&self) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        self.not_older_than(LONGEST_KEPT).await
    }

    /// The same, looked up again because a key was not among them.
    pub(super) async fn published_anew(&self) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        self.not_older_than(SHORTEST_KEPT).await
    }

    async fn not_older_than(&self, age: Duration) -> Result<Arc<CoreProviderMetadata>, IdentityError> {
        let mut kept = self.kept.lock().await;
        if let Some((_, known)) = kept.as_ref().filter(|(at, _)| at.elapsed() < age) {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(self.discover().await?);
        *kept = Some((Instant::now(), Arc::clone(&fresh)));
        Ok(fresh)
    }

    async fn discover(&self) -> Result<CoreProviderMetadata, IdentityError> {
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), self).await.map_err(
            |error| match error {
                DiscoveryError::Request(away) => away.unavailable(),
                DiscoveryError::Validation(_) => misconfigured("discovery names another issuer"),
                DiscoveryError::Response(status, ..) => {
                    misconfigured(&format!("discovery answers with status {status}"))
                }
                _ => misconfigured("discovery could not be read"),
            },
        )?;
        if !found.id_token_signing_alg_values_supported().contains(&CoreJwsSigningAlgorithm::EcdsaP256Sha256)
        {
            return Err(misconfigured("the provider does not sign with ES256"));
        }
        self.check_protection(&found)?;
        Ok(found)
    }

    /// Nothing may lead from https to http.
    fn check_protection(&self, found: &CoreProviderMetadata) -> Result<(), IdentityError> {
        let token =
            found.token_endpoint().ok_or_else(|| misconfigured("the provider has no token endpoint"))?;
        let urls =
            [Some(found.authorization_endpoint().url()), Some(token.url()), Some(found.jwks_uri().url())];
        let userinfo = found.userinfo_endpoint().map(|endpoint| endpoint.url());
        let secure = self.issuer.url().scheme() == "https";
        if secure && urls.into_iter().flatten().chain(userinfo).any(|url| url.scheme() != "https") {
            return Err(misconfigured("an endpoint of the provider is not https"));
        }
        Ok(())
    }

    /// What only reads is tried again; a code is redeemed once.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Away> {
        let reads = request.method() == Method::GET;
        let request =
            Request::try_from(request).map_err(|_| Away("the request could not be built".to_owned()))?;
        let reply =
            if reads { self.read(&request).await } else { self.http.once(self.builder(request)).await };
        answer(reply.map_err(|fault| Away(fault.to_string()))?)
    }

    async fn read(&self, request: &Request) -> Result<Reply, HttpFault> {
        let copy =
            || request.try_clone().ok_or_else(|| HttpFault::NotSent { detail: "not repeatable".to_owned() });
        self.http.call(|client| Ok(RequestBuilder::from_parts(client.clone(), copy()?))).await
    }

    fn builder(&self, request: Request) -> RequestBuilder {
        RequestBuilder::from_parts(self.http.client().clone(), request)
    }

    /// Reads what the provider says about the bearer of a token.
    pub(super) async fn userinfo(&self, url: &str, token: &str) -> Result<Reply, HttpFault> {
        self.http.call(|client| Ok(client.get(url).bearer_auth(token))).await
    }
}

impl<'c> AsyncHttpClient<'c> for Provider {
    type Error = Away;
    type Future = BoxFuture<'c, Result<HttpResponse, Away>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

pub(super) fn misconfigured(detail: &str) -> IdentityError {
    IdentityError::Misconfigured { detail: detail.to_owned() }
}

fn answer(reply: Reply) -> Result<HttpResponse, Away> {
    if reply.status == 429 || reply.status >= 500 {
        return Err(Away(format!("status {}", reply.status)));
    }
    let mut response = http::Response::builder().status(reply.status);
    if let Some(headers) = response.headers_mut() {
        *headers = reply.headers;
    }
    response.body(reply.bytes).map_err(|_| Away("the answer could not be taken".to_owned()))
}
