//! FHIR answers and errors.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

/// Media type of every FHIR answer.
pub const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// A resource as an answer.
#[must_use]
pub fn resource(resource: &Value) -> HttpResponse {
    HttpResponse::Ok().content_type(FHIR_JSON).body(resource.to_string())
}

/// An OperationOutcome with one issue; `code` is of the FHIR IssueType value set.
#[must_use]
pub fn error(status: StatusCode, code: &str, diagnostics: &str) -> HttpResponse {
    let outcome = json!({
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": "error", "code": code, "diagnostics": diagnostics }]
    });
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header(("WWW-Authenticate", "Bearer"));
    }
    answer.content_type(FHIR_JSON).body(outcome.to_string())
}

/// An OperationOutcome for a bare status, as a planned fault sends it.
#[must_use]
pub fn bare(status: StatusCode) -> HttpResponse {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => "throttled",
        StatusCode::SERVICE_UNAVAILABLE => "transient",
        _ => "exception",
    };
    error(status, code, status.canonical_reason().unwrap_or_default())
}
