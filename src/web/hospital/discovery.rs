//! Where a record system finds what it needs to connect.

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::domain::immunization::fhir::PROFILE;
use crate::usecases::hospital::token::{ENDPOINT, SCOPES};
use crate::web::Frame;

use super::{FHIR, base};

/// SMART App Launch 2, "Well-Known Uniform Resource Identifiers".
fn configuration(frame: &Frame) -> Value {
    json!({
        "token_endpoint": format!("{}{ENDPOINT}", frame.house.public_url),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES384", "RS384"],
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": SCOPES,
        "capabilities": ["client-confidential-asymmetric", "permission-v2"],
    })
}

/// `GET /.well-known/smart-configuration`
#[get("/.well-known/smart-configuration")]
pub async fn smart(frame: web::Data<Frame>) -> HttpResponse {
    HttpResponse::Ok().json(configuration(&frame))
}

/// `GET /api/fhir/.well-known/smart-configuration`: the same, where SMART looks for it.
#[get("/api/fhir/.well-known/smart-configuration")]
pub async fn smart_below_base(frame: web::Data<Frame>) -> HttpResponse {
    HttpResponse::Ok().json(configuration(&frame))
}

/// `GET /api/fhir/metadata`: what this server does, as a CapabilityStatement.
#[get("/api/fhir/metadata")]
pub async fn capabilities(frame: web::Data<Frame>) -> HttpResponse {
    let programs = frame.house.programs.definitions();
    let profiles = programs.iter().flat_map(|program| program.submissions.iter().map(|it| &it.profile));
    let profiles: Vec<_> = profiles.collect();
    let body = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "implementation": { "description": "Madoguchi", "url": base(&frame) },
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{
            "mode": "server",
            "security": { "service": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                "code": "SMART-on-FHIR",
            }] }] },
            "resource": [{
                "type": "Bundle",
                "supportedProfile": profiles,
                "interaction": [{ "code": "create" }],
            }, {
                "type": "Immunization",
                "supportedProfile": [PROFILE],
                "interaction": [{ "code": "read" }, { "code": "search-type" }],
                "searchParam": [
                    { "name": "patient", "type": "reference" },
                    { "name": "date", "type": "date" },
                    { "name": "identifier", "type": "token" },
                ],
            }, {
                "type": "ImmunizationRecommendation",
                "interaction": [{ "code": "read" }, { "code": "search-type" }],
                "searchParam": [{ "name": "patient", "type": "reference" }],
            }, {
                "type": "QuestionnaireResponse",
                "interaction": [{ "code": "read" }, { "code": "search-type" }],
                "searchParam": [{ "name": "patient", "type": "reference" }],
            }],
        }],
    });
    HttpResponse::Ok().content_type(FHIR).body(body.to_string())
}
