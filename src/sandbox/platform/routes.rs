//! Discovery, tokens and the route table.

use super::{BASE, Platform, TOKEN, TYPES, outcome, search};
use crate::sandbox::clock;
use crate::sandbox::control::Control;
use crate::sandbox::oauth::{Form, OauthError};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

/// Mounts every route of the platform.
pub fn mount(cfg: &mut web::ServiceConfig) {
    cfg.route(TOKEN, web::post().to(token))
        .route("/_sandbox/state", web::get().to(state))
        .route("/_sandbox/expire-tokens", web::post().to(expire))
        .service(
            web::scope(BASE)
                .route("/.well-known/smart-configuration", web::get().to(smart))
                .route("/metadata", web::get().to(metadata))
                .route("/{type}", web::get().to(search::search))
                .route("/{type}/{id}", web::get().to(search::read)),
        )
        .default_service(web::to(nowhere));
}

async fn nowhere() -> HttpResponse {
    outcome::error(StatusCode::NOT_FOUND, "not-found", "there is nothing at this address")
}

async fn state(platform: web::Data<Platform>, control: web::Data<Control>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "control": control.report(), "resources": platform.store.counts() }))
}

async fn expire(platform: web::Data<Platform>) -> HttpResponse {
    platform.tokens.expire_all();
    HttpResponse::NoContent().finish()
}

async fn token(platform: web::Data<Platform>, form: web::Form<Vec<(String, String)>>) -> HttpResponse {
    issue(&platform, form.into_inner()).unwrap_or_else(|refused| refused.response())
}

fn issue(platform: &Platform, pairs: Vec<(String, String)>) -> Result<HttpResponse, OauthError> {
    let form = Form::once(pairs)?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(OauthError::new("unsupported_grant_type", "client_credentials only")),
        None => return Err(OauthError::new("invalid_request", "grant_type is missing")),
    }
    let client = platform.clients.authenticate(&form, &platform.rule, clock::unix_seconds())?;
    let asked = form.get("scope").unwrap_or_default();
    let scopes: Vec<String> = asked.split(' ').map(str::to_owned).collect();
    if !scopes.iter().all(|scope| known_scope(scope)) {
        return Err(OauthError::new("invalid_scope", "system/<type>.rs or .read of a served type"));
    }
    let token = platform.tokens.issue(&client, "", scopes);
    Ok(platform.tokens.answer(&token, asked))
}

fn known_scope(scope: &str) -> bool {
    let kind = scope.strip_prefix("system/");
    let kind = kind.and_then(|k| k.strip_suffix(".rs").or_else(|| k.strip_suffix(".read")));
    kind.is_some_and(|kind| kind == "*" || TYPES.contains(&kind))
}

/// Whether the granted scopes allow reading resources of the type.
#[must_use]
pub fn scope_allows(scopes: &[String], kind: &str) -> bool {
    ["rs", "read"].iter().any(|right| {
        let names = [format!("system/{kind}.{right}"), format!("system/*.{right}")];
        scopes.iter().any(|scope| names.contains(scope))
    })
}

async fn smart(platform: web::Data<Platform>) -> HttpResponse {
    let scopes: Vec<String> = TYPES.iter().map(|kind| format!("system/{kind}.rs")).collect();
    HttpResponse::Ok().json(json!({
        "token_endpoint": platform.rule.audience,
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "scopes_supported": scopes,
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"]
    }))
}

async fn metadata(platform: web::Data<Platform>) -> HttpResponse {
    outcome::resource(&json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-04-01",
        "kind": "instance",
        "software": { "name": "Madoguchi sandbox" },
        "implementation": { "description": "invented people only", "url": platform.base() },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{ "mode": "server", "security": security(&platform), "resource": resources() }]
    }))
}

fn security(platform: &Platform) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/restful-security-service";
    json!({
        "extension": [{
            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            "extension": [{ "url": "token", "valueUri": platform.rule.audience }]
        }],
        "service": [{ "coding": [{ "system": system, "code": "SMART-on-FHIR" }] }]
    })
}

fn resources() -> Vec<Value> {
    let describe = |kind: &&str| {
        let params: Vec<Value> = search::parameters(kind)
            .iter()
            .map(|(name, form)| json!({ "name": name, "type": form }))
            .collect();
        json!({
            "type": kind,
            "interaction": [{ "code": "read" }, { "code": "search-type" }],
            "searchParam": params
        })
    };
    TYPES.iter().map(describe).collect()
}
