//! The token endpoint (RFC 6749 with RFC 7523 assertions).

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde_json::{Value, json};

use crate::usecases::Error;
use crate::usecases::hospital::token::{self, Issued, LIFETIME, NoToken, Request, SCOPES};
use crate::web::session::client;
use crate::web::{Failure, Frame};

/// Most bytes of a token request.
const MOST_BYTES: usize = 32 * 1024;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `POST /api/fhir/token`
#[post("/api/fhir/token")]
pub async fn give(
    frame: web::Data<Frame>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Failure> {
    let body = payload.to_bytes_limited(MOST_BYTES).await.map_err(|_| Failure::TooLarge)?;
    let body = body.map_err(|_| Failure::Bad)?;
    let source = client(&frame, &request).to_string();
    let wanted = match read(&body, source) {
        Ok(wanted) => wanted,
        Err((error, why)) => return Ok(refused(error, why)),
    };
    let outcome = frame.run(move |house| match token::issue(house, &wanted) {
        Err(NoToken::Other(error)) => Err(error),
        other => Ok::<_, Error>(other),
    });
    Ok(match outcome.await? {
        Ok(issued) => answer(StatusCode::OK, &given(&issued)),
        Err(NoToken::Scope) => refused("invalid_scope", &format!("the scopes are {}", SCOPES.join(" "))),
        Err(NoToken::Client(why)) => refused("invalid_client", &why),
        Err(NoToken::Other(error)) => return Err(error.into()),
    })
}

fn given(issued: &Issued) -> Value {
    json!({ "access_token": issued.token, "token_type": "Bearer", "expires_in": LIFETIME, "scope": issued.scope })
}

/// The parameters, each given once.
fn read(body: &[u8], source: String) -> Result<Request, (&'static str, &'static str)> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| ("invalid_request", "send a form"))?;
    let mut form = BTreeMap::new();
    for (name, value) in pairs {
        if form.insert(name, value).is_some() {
            return Err(("invalid_request", "a parameter is repeated"));
        }
    }
    let mut take = |name: &str| form.remove(name).unwrap_or_default();
    if take("grant_type") != "client_credentials" {
        return Err(("unsupported_grant_type", "grant_type must be client_credentials"));
    }
    if take("client_assertion_type") != ASSERTION_TYPE {
        return Err(("invalid_request", "client_assertion_type must be that of jwt-bearer"));
    }
    Ok(Request { assertion: take("client_assertion"), scope: take("scope"), source })
}

fn refused(error: &str, why: &str) -> HttpResponse {
    let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    answer(status, &json!({ "error": error, "error_description": why }))
}

fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header(("Cache-Control", "no-store")).json(body)
}
