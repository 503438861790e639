//! Access tokens of record systems: SMART Backend Services (client credentials, RFC 7523 assertions).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde_json::json;

use crate::ports::hospital::{Assertion, AssertionFault};
use crate::store::clients::{self, Client};
use crate::store::seal::{random, sha256_hex};
use crate::store::{Conn, StoreError};

use super::Hospital;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// The scope of handing documents in: creating Bundles.
pub const SCOPE: &str = "system/Bundle.c";
/// Every scope: documents, and reading the ledger of vaccinations and the forms of those who show themselves.
pub const SCOPES: [&str; 4] = [
    SCOPE,
    "system/Immunization.rs",
    "system/ImmunizationRecommendation.rs",
    "system/QuestionnaireResponse.rs",
];
/// Seconds of a token, as SMART advises: at most five minutes.
pub const LIFETIME: i64 = 300;
/// Address of the FHIR base, below the public address.
pub const BASE: &str = "/api/fhir";
/// Address of the token endpoint, below the public address.
pub const ENDPOINT: &str = "/api/fhir/token";

/// What a system asks with.
#[derive(Clone, Debug)]
pub struct Request {
    /// The assertion.
    pub assertion: String,
    /// The scopes, separated by blanks.
    pub scope: String,
    /// The caller's address.
    pub source: String,
}

/// Why there is no token (RFC 6749, 5.2).
#[derive(Debug)]
pub enum NoToken {
    /// `invalid_client`, with the reason.
    Client(String),
    /// `invalid_scope`.
    Scope,
    /// Anything else.
    Other(Error),
}

impl From<Error> for NoToken {
    fn from(error: Error) -> NoToken {
        NoToken::Other(error)
    }
}

impl From<StoreError> for NoToken {
    fn from(error: StoreError) -> NoToken {
        NoToken::Other(error.into())
    }
}

/// A token and the scopes for which it is.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The token.
    pub token: String,
    /// The scopes, separated by blanks.
    pub scope: String,
}

/// Gives a token for an assertion that was not used before, for those of the wanted scopes that there are.
///
/// # Errors
/// [`NoToken`]; a refusal is on record.
pub fn issue(house: &House, request: &Request) -> Result<Issued, NoToken> {
    let outcome = authenticate(house, request).and_then(|(client, assertion)| {
        let asked = |scope: &&str| request.scope.split(' ').any(|it| it == *scope);
        let scope = SCOPES.into_iter().filter(asked).collect::<Vec<_>>().join(" ");
        if scope.is_empty() {
            return Err(NoToken::Scope);
        }
        give(house, &client, &assertion, request, scope)
    });
    if let Err(NoToken::Client(why)) = &outcome {
        let detail = json!({ "why": why });
        house
            .database
            .write(|conn| house.record(conn, &nobody(request), "client_token", "", "refused", detail))?;
    }
    outcome
}

fn nobody(request: &Request) -> Caller {
    Caller { source: request.source.clone(), ..Caller::system() }
}

/// Whoever is not registered learns no more than that.
fn authenticate(house: &House, request: &Request) -> Result<(Client, Assertion), NoToken> {
    let unknown = || NoToken::Client("iss is no registered client".to_owned());
    let id = house.hospitals.issuer(&request.assertion).ok_or_else(unknown)?;
    let client = match house.database.read(|conn| clients::find(conn, &id)) {
        Err(StoreError::NotFound) => return Err(unknown()),
        other => other?,
    };
    let audience = format!("{}{ENDPOINT}", house.public_url);
    let checked = house.hospitals.assertion(&request.assertion, &client.keys, &audience, house.now());
    Ok((client, checked.map_err(|fault| NoToken::Client(fault.to_string()))?))
}

fn give(
    house: &House,
    client: &Client,
    used: &Assertion,
    request: &Request,
    scope: String,
) -> Result<Issued, NoToken> {
    let token = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let hash = sha256_hex(token.as_bytes());
    let now = house.now();
    house.database.write(|conn| {
        match clients::use_assertion(conn, &client.id, &sha256_hex(used.jti.as_bytes()), used.ends_at, now) {
            Err(StoreError::Duplicate(_)) => {
                return Err(NoToken::Client(AssertionFault::Replayed.to_string()));
            }
            other => other?,
        }
        clients::insert_token(conn, &hash, &client.id, &scope, now + Duration::seconds(LIFETIME), now)?;
        note(house, conn, client, request, &scope)
    })?;
    Ok(Issued { token, scope })
}

fn note(
    house: &House,
    conn: &mut Conn,
    client: &Client,
    request: &Request,
    scope: &str,
) -> Result<(), NoToken> {
    let (client, source, scopes) = (client.clone(), request.source.clone(), scope.to_owned());
    let hospital = Hospital { client, source, scopes };
    let detail = json!({ "scope": scope });
    Ok(house.record(conn, &hospital.caller(), "client_token", "", "done", detail)?)
}

/// Whose token it is.
///
/// # Errors
/// [`Error::NotFound`] for a token that has ended or was never given.
pub fn holder(house: &House, token: &str, source: &str) -> Result<Hospital, Error> {
    let hash = sha256_hex(token.as_bytes());
    let (client, scopes) = house.database.read(|conn| clients::by_token(conn, &hash, house.now()))?;
    Ok(Hospital { client, source: source.to_owned(), scopes })
}
