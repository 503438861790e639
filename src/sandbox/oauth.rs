//! Client authentication by signed assertion (RFC 7523, `private_key_jwt`) and bearer tokens.

use super::config::RegisteredClient;
use super::{clock, lock, random};
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Mutex;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LONGEST_ASSERTION: i64 = 300;
const CLOCK_SKEW: i64 = 5;

/// An error answer of a token endpoint (RFC 6749 section 5.2).
#[derive(Debug, PartialEq, Eq)]
pub struct OauthError {
    /// `invalid_client`, `invalid_grant` …
    pub error: &'static str,
    /// What exactly was wrong, for the developer reading it.
    pub description: &'static str,
}

impl OauthError {
    /// An error with its explanation.
    #[must_use]
    pub fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }

    /// The answer: 401 for `invalid_client`, else 400, never cached.
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        HttpResponse::build(status)
            .insert_header(("Cache-Control", "no-store"))
            .json(json!({ "error": self.error, "error_description": self.description }))
    }
}

/// The parameters of a form post, each given once.
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// # Errors
    /// `invalid_request` when a parameter is repeated (RFC 6749 section 3.2).
    pub fn once(pairs: Vec<(String, String)>) -> Result<Self, OauthError> {
        let mut form = BTreeMap::new();
        for (name, value) in pairs {
            if form.insert(name, value).is_some() {
                return Err(OauthError::new("invalid_request", "a parameter is repeated"));
            }
        }
        Ok(Self(form))
    }

    /// Names of the parameters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value of a parameter; an empty one counts as missing (RFC 6749 section 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}

struct Client {
    id: String,
    keys: JwkSet,
    redirect_uris: Vec<String>,
}

/// Which assertions an endpoint takes.
pub struct Rule {
    /// Signature algorithms.
    pub algorithms: &'static [Algorithm],
    /// Address of the token endpoint, the only audience.
    pub audience: String,
}

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

/// The registered clients and the assertions they have already used.
pub struct Clients {
    registered: Vec<Client>,
    used: Mutex<HashMap<(String, String), i64>>,
}

impl Clients {
    /// # Errors
    /// When a client's key set cannot be read.
    pub fn new(registered: &[RegisteredClient]) -> io::Result<Self> {
        let registered = registered.iter().map(read_client).collect::<io::Result<_>>()?;
        Ok(Self { registered, used: Mutex::default() })
    }

    /// Whether the client is registered, and with this very redirect address.
    #[must_use]
    pub fn may_return_to(&self, client_id: &str, redirect_uri: &str) -> bool {
        self.find(client_id).is_some_and(|c| c.redirect_uris.iter().any(|uri| uri == redirect_uri))
    }

    fn find(&self, client_id: &str) -> Option<&Client> {
        self.registered.iter().find(|c| c.id == client_id)
    }

    /// Checks the assertion in a token request and returns the client's id.
    ///
    /// # Errors
    /// `invalid_client` naming the first rule that was broken.
    pub fn authenticate(&self, form: &Form, rule: &Rule, now: i64) -> Result<String, OauthError> {
        let refused = |why| OauthError::new("invalid_client", why);
        if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(refused("client_assertion_type must be jwt-bearer"));
        }
        let token = form.get("client_assertion").ok_or(refused("client_assertion is missing"))?;
        let claims = self.verify_signature(token, rule).map_err(refused)?;
        check_claims(&claims, rule, now).map_err(refused)?;
        if form.get("client_id").is_some_and(|id| id != claims.sub) {
            return Err(refused("client_id and the assertion's sub differ"));
        }
        self.use_once(&claims, now).map_err(refused)?;
        Ok(claims.sub)
    }

    fn verify_signature(&self, token: &str, rule: &Rule) -> Result<Assertion, &'static str> {
        let header = decode_header(token).map_err(|_| "the assertion is no JWT")?;
        if !rule.algorithms.contains(&header.alg) {
            return Err("alg is not allowed here");
        }
        let kid = header.kid.ok_or("kid is missing")?;
        let unverified: Assertion =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| "a claim is missing")?;
        let client = self.find(&unverified.iss).ok_or("iss is no registered client")?;
        let jwk = client.keys.find(&kid).ok_or("kid is not in the client's key set")?;
        let key = DecodingKey::from_jwk(jwk).map_err(|_| "the client's key cannot be used")?;
        let mut validation = Validation::new(header.alg);
        validation.required_spec_claims.clear();
        (validation.validate_exp, validation.validate_aud) = (false, false);
        decode(token, &key, &validation).map(|data| data.claims).map_err(|_| "the signature is wrong")
    }

    fn use_once(&self, claims: &Assertion, now: i64) -> Result<(), &'static str> {
        let mut used = lock(&self.used);
        used.retain(|_, exp| *exp > now);
        match used.insert((claims.iss.clone(), claims.jti.clone()), claims.exp) {
            None => Ok(()),
            Some(_) => Err("jti was used before"),
        }
    }
}

fn read_client(client: &RegisteredClient) -> io::Result<Client> {
    let keys = serde_json::from_value(client.jwks.clone())
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {e}", client.client_id)))?;
    Ok(Client { id: client.client_id.clone(), keys, redirect_uris: client.redirect_uris.clone() })
}

fn check_claims(claims: &Assertion, rule: &Rule, now: i64) -> Result<(), &'static str> {
    let broken = [
        (claims.iss != claims.sub, "iss and sub differ"),
        (!names_audience(&claims.aud, &rule.audience), "aud is not the token address"),
        (claims.exp <= now, "exp has passed"),
        (claims.exp > now + LONGEST_ASSERTION, "exp is more than five minutes away"),
        (claims.iat.is_some_and(|t| t > now + CLOCK_SKEW), "iat lies in the future"),
        (claims.nbf.is_some_and(|t| t > now + CLOCK_SKEW), "nbf lies in the future"),
        (claims.jti.is_empty(), "jti is empty"),
    ];
    broken.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, why)| Err(why))
}

fn names_audience(aud: &Value, address: &str) -> bool {
    match aud {
        Value::String(one) => one == address,
        Value::Array(many) => many.iter().any(|one| one == address),
        _ => false,
    }
}

/// What a bearer token allows.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The client it was given to.
    pub client_id: String,
    /// The person it speaks for; empty for a system's own token.
    pub subject: String,
    /// Granted scopes.
    pub scopes: Vec<String>,
    expires: i64,
}

/// Bearer tokens of one stand-in.
pub struct Tokens {
    lifetime: i64,
    issued: Mutex<HashMap<String, Grant>>,
}

impl Tokens {
    /// Tokens that live so many seconds.
    #[must_use]
    pub fn new(lifetime: i64) -> Self {
        Self { lifetime, issued: Mutex::default() }
    }

    /// Lifetime in seconds.
    #[must_use]
    pub fn lifetime(&self) -> i64 {
        self.lifetime
    }

    /// A new token.
    #[must_use]
    pub fn issue(&self, client_id: &str, subject: &str, scopes: Vec<String>) -> String {
        let now = clock::unix_seconds();
        let grant = Grant {
            client_id: client_id.to_owned(),
            subject: subject.to_owned(),
            scopes,
            expires: now + self.lifetime,
        };
        let token = random(32);
        let mut issued = lock(&self.issued);
        issued.retain(|_, grant| grant.expires > now);
        issued.insert(token.clone(), grant);
        token
    }

    /// The grant behind the request's `Authorization: Bearer`, if the token is known and has not expired.
    #[must_use]
    pub fn of(&self, req: &HttpRequest) -> Option<Grant> {
        let header = req.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let token = header.strip_prefix("Bearer ")?;
        let grant = lock(&self.issued).get(token).cloned()?;
        (grant.expires > clock::unix_seconds()).then_some(grant)
    }

    /// Takes one token back.
    pub fn revoke(&self, token: &str) {
        lock(&self.issued).remove(token);
    }

    /// Lets every token end now.
    pub fn expire_all(&self) {
        lock(&self.issued).clear();
    }

    /// A token endpoint's answer (RFC 6749 section 5.1), never cached.
    #[must_use]
    pub fn answer(&self, token: &str, scope: &str) -> HttpResponse {
        HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(json!({
            "access_token": token, "token_type": "Bearer", "expires_in": self.lifetime, "scope": scope
        }))
    }
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
