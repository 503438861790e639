//! Beginning and ending a sign-in.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError,
    ClientId, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
};

use super::IdentityConfig;
use super::profile::{self, Profile};
use super::provider::{Provider, misconfigured};
use crate::adapters::http::{Http, SetupError, SharedClock};
use crate::adapters::jwt::{ASSERTION_TYPE, SigningKey};
use crate::ports::identity::{Begin, Identity, IdentityError, IdentityProvider};

/// An ID token issued longer ago is not the answer to a code redeemed just now.
const OLDEST_MINUTES: i64 = 10;
/// How far the provider's clock may be ahead of ours.
const AHEAD_SECONDS: i64 = 60;

/// Client of one OpenID provider.
pub struct OpenId {
    config: IdentityConfig,
    provider: Provider,
    key: SigningKey,
    clock: SharedClock,
}

impl OpenId {
    /// Prepares the client; nothing is sent yet. `key` is for ES256.
    ///
    /// # Errors
    /// [`SetupError`] for an issuer or bound that cannot be used.
    pub fn new(config: IdentityConfig, key: SigningKey, clock: SharedClock) -> Result<OpenId, SetupError> {
        let issuer = IssuerUrl::new(config.issuer.clone())
            .map_err(|error| SetupError::new("identity issuer", error))?;
        let http = Http::new(config.http.clone(), Arc::clone(&clock))?;
        Ok(OpenId { config, provider: Provider::new(issuer, http), key, clock })
    }

    async fn start(&self, redirect_uri: &str) -> Result<Begin, IdentityError> {
        let published = self.provider.published().await?;
        let client = self.client(&published).set_redirect_uri(redirect(redirect_uri)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for acr in &self.config.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        let scopes = self.config.scopes.iter().cloned().map(Scope::new);
        let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(Begin {
            authorize_url: url.to_string(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    async fn end(&self, redirect_uri: &str, code: &str, begun: &Begin) -> Result<Identity, IdentityError> {
        let published = self.provider.published().await?;
        let answer = self.redeem(&published, redirect_uri, code, begun).await?;
        let token = answer.id_token().ok_or_else(|| refused("there is no ID token"))?;
        let claims = self.verified(published, token, &answer, &begun.nonce).await?;
        let published = self.provider.published().await?;
        let subject = claims.subject().as_str();
        let profile = self.profile(&published, answer.access_token().secret(), subject).await?;
        Ok(Identity {
            issuer: claims.issuer().as_str().to_owned(),
            subject: subject.to_owned(),
            name: profile.name,
            birth_date: profile.birth_date,
            address: profile.address,
            gender: profile.gender,
            acr: claims.auth_context_ref().map(|acr| acr.as_str().to_owned()),
        })
    }

    async fn redeem(
        &self,
        published: &CoreProviderMetadata,
        redirect_uri: &str,
        code: &str,
        begun: &Begin,
    ) -> Result<CoreTokenResponse, IdentityError> {
        let endpoint = published.token_endpoint().ok_or_else(|| misconfigured("no token endpoint"))?;
        let signed = self.key.assertion(&self.config.client_id, endpoint.as_str(), self.clock.now());
        let assertion = signed.map_err(|error| misconfigured(&error.to_string()))?;
        let client = self.client(published).set_redirect_uri(redirect(redirect_uri)?);
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let answer = request
            .map_err(|error| misconfigured(&error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.clone()))
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion)
            .request_async(&self.provider)
            .await;
        answer.map_err(|error| match error {
            RequestTokenError::Request(away) => away.unavailable(),
            RequestTokenError::ServerResponse(said) => {
                IdentityError::Denied { error: said.error().to_string() }
            }
            _ => refused("the token endpoint's answer could not be read"),
        })
    }

    /// The claims of a token that holds in every respect. A key that is not known yet is looked up
    /// once more, since providers change their keys.
    async fn verified<'a>(
        &self,
        published: Arc<CoreProviderMetadata>,
        token: &'a CoreIdToken,
        answer: &CoreTokenResponse,
        nonce: &str,
    ) -> Result<&'a CoreIdTokenClaims, IdentityError> {
        let nonce = Nonce::new(nonce.to_owned());
        let first = self.verify(&published, token, answer, &nonce);
        let Err(Failure::Key) = first else { return first.map_err(Failure::into_error) };
        let anew = self.provider.published_anew().await?;
        self.verify(&anew, token, answer, &nonce).map_err(Failure::into_error)
    }

    fn verify<'a>(
        &self,
        published: &CoreProviderMetadata,
        token: &'a CoreIdToken,
        answer: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<&'a CoreIdTokenClaims, Failure> {
        let now = self.clock.now();
        let client = self.client(published);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256])
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued| issued_about(now, issued));
        let claims = token.claims(&verifier, nonce).map_err(Failure::of)?;
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.config.client_id) {
            return Err(Failure::Claim("authorised party is somebody else".to_owned()));
        }
        check_access_token(token, &verifier, claims, answer)?;
        Ok(claims)
    }

    async fn profile(
        &self,
        published: &CoreProviderMetadata,
        token: &str,
        subject: &str,
    ) -> Result<Profile, IdentityError> {
        let Some(endpoint) = published.userinfo_endpoint() else { return Ok(Profile::default()) };
        let reply = self.provider.userinfo(endpoint.as_str(), token).await;
        let reply = reply.map_err(|fault| IdentityError::Unavailable { detail: fault.to_string() })?;
        match reply.status {
            200 => {}
            429 | 500.. => {
                return Err(IdentityError::Unavailable {
                    detail: format!("userinfo: status {}", reply.status),
                });
            }
            status => return Err(refused(&format!("userinfo answers with status {status}"))),
        }
        let claims = reply.json().map_err(|_| refused("userinfo could not be read"))?;
        profile::read(&claims, subject).ok_or_else(|| refused("userinfo is about somebody else"))
    }

    fn client(&self, published: &CoreProviderMetadata) -> Client {
        let id = ClientId::new(self.config.client_id.clone());
        // Without a secret this only puts client_id into the body; the assertion authenticates us.
        CoreClient::from_provider_metadata(published.clone(), id, None).set_auth_type(AuthType::RequestBody)
    }

    async fn probe(&self) -> Result<String, IdentityError> {
        let published = self.provider.published_anew().await?;
        let keys = published.jwks().keys().len();
        Ok(format!("OpenID provider {}, {keys} keys, for {}", self.config.issuer, self.config.client_id))
    }
}

impl IdentityProvider for OpenId {
    fn begin<'a>(&'a self, redirect_uri: &'a str) -> BoxFuture<'a, Result<Begin, IdentityError>> {
        self.start(redirect_uri).boxed()
    }

    fn finish<'a>(
        &'a self,
        redirect_uri: &'a str,
        code: &'a str,
        begun: &'a Begin,
    ) -> BoxFuture<'a, Result<Identity, IdentityError>> {
        self.end(redirect_uri, code, begun).boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, IdentityError>> {
        self.probe().boxed()
    }
}

/// A client whose endpoints come from discovery.
type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// Why a token does not hold.
enum Failure {
    /// The key is unknown, or the signature not of that key.
    Key,
    /// Anything else.
    Claim(String),
}

impl Failure {
    fn of(error: ClaimsVerificationError) -> Failure {
        use SignatureVerificationError::{CryptoError, NoMatchingKey};
        match error {
            ClaimsVerificationError::SignatureVerification(NoMatchingKey | CryptoError(_)) => Failure::Key,
            ClaimsVerificationError::Expired(_) => Failure::Claim("the ID token's time is wrong".to_owned()),
            ClaimsVerificationError::InvalidAudience(_) => {
                Failure::Claim("the ID token is for somebody else".to_owned())
            }
            ClaimsVerificationError::InvalidIssuer(_) => {
                Failure::Claim("the ID token is of another issuer".to_owned())
            }
            ClaimsVerificationError::InvalidNonce(_) => {
                Failure::Claim("the ID token is of another sign-in".to_owned())
            }
            ClaimsVerificationError::SignatureVerification(_) => {
                Failure::Claim("the ID token is not signed as agreed".to_owned())
            }
            _ => Failure::Claim("the ID token does not hold".to_owned()),
        }
    }

    fn into_error(self) -> IdentityError {
        match self {
            Failure::Key => refused("the ID token is not signed by a key of the provider"),
            Failure::Claim(reason) => IdentityError::Refused { reason },
        }
    }
}

/// The access token must be the one that the ID token was issued with, where it says so (`at_hash`).
fn check_access_token(
    token: &CoreIdToken,
    verifier: &CoreIdTokenVerifier,
    claims: &CoreIdTokenClaims,
    answer: &CoreTokenResponse,
) -> Result<(), Failure> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let unusable = |_| Failure::Key;
    let algorithm = token.signing_alg().map_err(unusable)?;
    let key = token.signing_key(verifier).map_err(unusable)?;
    let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
    if actual.is_ok_and(|actual| actual == *expected) {
        return Ok(());
    }
    Err(Failure::Claim("the access token belongs to another ID token".to_owned()))
}

fn issued_about(now: DateTime<Utc>, issued: DateTime<Utc>) -> Result<(), String> {
    let early = now - TimeDelta::minutes(OLDEST_MINUTES);
    let late = now + TimeDelta::seconds(AHEAD_SECONDS);
    if (early..=late).contains(&issued) { Ok(()) } else { Err("issued at another time".to_owned()) }
}

fn redirect(uri: &str) -> Result<RedirectUrl, IdentityError> {
    RedirectUrl::new(uri.to_owned()).map_err(|_| misconfigured("the redirect address is no address"))
}

fn refused(reason: &str) -> IdentityError {
    IdentityError::Refused { reason: reason.to_owned() }
}
