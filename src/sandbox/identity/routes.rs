//! The HTTP surface.

use super::token::{Facts, id_token, pairwise};
use super::{Code, OWN_FAULTS, Provider, REALM, Request, page};
use crate::sandbox::control::Control;
use crate::sandbox::oauth::{Form, Grant, OauthError};
use crate::sandbox::people::Person;
use crate::sandbox::{clock, html, lock, random};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

const CODE_SECONDS: i64 = 60;
const SIGN_IN_SECONDS: i64 = 600;
const SCOPES: [&str; 5] = ["openid", "name", "address", "birthdate", "gender"];
const AUTH_PARAMETERS: [&str; 9] = [
    "response_type",
    "scope",
    "client_id",
    "redirect_uri",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "acr_values",
];

/// Mounts every route of the provider.
pub fn mount(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope(REALM)
            .route("/.well-known/openid-configuration", web::get().to(discovery))
            .route("/protocol/openid-connect/certs", web::get().to(certs))
            .route("/protocol/openid-connect/auth", web::get().to(auth))
            .route("/login", web::post().to(login))
            .route("/protocol/openid-connect/token", web::post().to(token))
            .route("/protocol/openid-connect/userinfo", web::get().to(userinfo)),
    )
    .route("/_sandbox/rotate-key", web::post().to(rotate))
    .route("/_sandbox/expire-tokens", web::post().to(expire))
    .route("/_sandbox/state", web::get().to(state));
}

/// The body of a bare error status, as a planned fault sends it.
#[must_use]
pub fn bare(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "error": "server_error" }))
}

async fn discovery(provider: web::Data<Provider>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "issuer": provider.issuer(),
        "authorization_endpoint": provider.endpoint("auth"),
        "token_endpoint": provider.endpoint("token"),
        "userinfo_endpoint": provider.endpoint("userinfo"),
        "jwks_uri": provider.endpoint("certs"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": SCOPES,
        "claims_supported": ["sub", "name", "address", "birthdate", "gender"]
    }))
}

async fn certs(provider: web::Data<Provider>) -> HttpResponse {
    HttpResponse::Ok().json(lock(&provider.keys).published())
}

async fn auth(provider: web::Data<Provider>, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let form = match Form::once(query.into_inner()) {
        Ok(form) => form,
        Err(refused) => return stop(refused.description),
    };
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let (client_id, redirect_uri) = (text("client_id"), text("redirect_uri"));
    if !provider.clients.may_return_to(&client_id, &redirect_uri) {
        return stop("client_idまたはredirect_uriが登録されていません。");
    }
    if let Err(refused) = check(&form) {
        let state = form.get("state").filter(|s| printable(s));
        return send_back(
            &redirect_uri,
            &[("error", refused.error), ("error_description", refused.description)],
            state,
        );
    }
    let request = Request {
        client_id,
        redirect_uri,
        scope: text("scope"),
        state: text("state"),
        nonce: text("nonce"),
        challenge: text("code_challenge"),
        at: clock::unix_seconds(),
    };
    let id = random(16);
    remember(&provider, &id, request);
    html::answer(StatusCode::OK, page::choose(&id, &provider.people))
}

fn remember(provider: &Provider, id: &str, request: Request) {
    let mut requests = lock(&provider.requests);
    let now = request.at;
    requests.retain(|_, r| r.at + SIGN_IN_SECONDS > now);
    requests.insert(id.to_owned(), request);
}

fn stop(why: &str) -> HttpResponse {
    html::answer(StatusCode::BAD_REQUEST, page::refused(why))
}

/// The rules of デジタル認証アプリ for an authorisation request.
fn check(form: &Form) -> Result<(), OauthError> {
    let refused = OauthError::new;
    let text = |name: &str| form.get(name).unwrap_or_default();
    if let Some(_unknown) = form.names().find(|name| !AUTH_PARAMETERS.contains(name)) {
        return Err(refused("invalid_request", "unknown parameter"));
    }
    if text("response_type") != "code" {
        return Err(refused("unsupported_response_type", "response_type must be code"));
    }
    let scopes: Vec<&str> = text("scope").split(' ').collect();
    if !scopes.contains(&"openid") || !scopes.iter().all(|s| SCOPES.contains(s)) {
        return Err(refused(
            "invalid_scope",
            "openid is required; name, address, birthdate, gender are known",
        ));
    }
    if !printable(text("state")) || !printable(text("nonce")) {
        return Err(refused("invalid_request", "state and nonce: 1 to 255 printable characters without ;"));
    }
    if text("code_challenge_method") != "S256" || !is_challenge(text("code_challenge")) {
        return Err(refused("invalid_request", "PKCE with S256 is required"));
    }
    Ok(())
}

fn printable(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x20..=0x7E).contains(&b) && b != b';')
}

fn is_challenge(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn send_back(redirect_uri: &str, parameters: &[(&str, &str)], state: Option<&str>) -> HttpResponse {
    let all = parameters.iter().copied().chain(state.map(|s| ("state", s)));
    let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", percent(value))).collect();
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    HttpResponse::SeeOther()
        .insert_header(("Location", format!("{redirect_uri}{joint}{}", query.join("&"))))
        .insert_header(("Cache-Control", "no-store"))
        .finish()
}

fn percent(text: &str) -> String {
    let kept = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if kept(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

async fn login(provider: web::Data<Provider>, form: web::Form<Vec<(String, String)>>) -> HttpResponse {
    let Ok(form) = Form::once(form.into_inner()) else {
        return stop("送信の内容が正しくありません。");
    };
    let begun = form.get("request").and_then(|id| lock(&provider.requests).remove(id));
    let now = clock::unix_seconds();
    let Some(request) = begun.filter(|r| r.at + SIGN_IN_SECONDS > now) else {
        return stop("このサインインは終わったか、時間が過ぎました。はじめからやり直してください。");
    };
    if form.get("action") == Some("cancel") {
        return send_back(&request.redirect_uri, &[("error", "access_denied")], Some(&request.state));
    }
    let Some(person) = form.get("person").and_then(|id| provider.person(id)) else {
        return stop("この人はいません。");
    };
    let (code, session) = (random(32), random(16));
    let answer = send_back(
        &request.redirect_uri,
        &[("code", &code), ("session_state", &session)],
        Some(&request.state),
    );
    let mut codes = lock(&provider.codes);
    codes.retain(|_, c| c.at + SIGN_IN_SECONDS > now);
    codes.insert(code, Code { request, person: person.id.clone(), at: now, token: None });
    answer
}

async fn token(
    provider: web::Data<Provider>,
    control: web::Data<Control>,
    req: HttpRequest,
    form: web::Form<Vec<(String, String)>>,
) -> HttpResponse {
    let issued =
        Form::once(form.into_inner()).and_then(|form| exchange(&provider, &control, req.path(), &form));
    issued.unwrap_or_else(|refused| refused.response())
}

fn exchange(
    provider: &Provider,
    control: &Control,
    path: &str,
    form: &Form,
) -> Result<HttpResponse, OauthError> {
    if form.get("grant_type") != Some("authorization_code") {
        return Err(OauthError::new("unsupported_grant_type", "authorization_code only"));
    }
    let now = clock::unix_seconds();
    let client = provider.clients.authenticate(form, &provider.rule, now)?;
    let mut codes = lock(&provider.codes);
    let code = form.get("code").and_then(|code| codes.get_mut(code));
    let code = code.ok_or(OauthError::new("invalid_grant", "the code is not known"))?;
    if let Some(token) = &code.token {
        provider.tokens.revoke(token);
        return Err(OauthError::new("invalid_grant", "the code was used before"));
    }
    check_code(code, form, &client, now)?;
    let subject = pairwise(&client, &code.person);
    let scopes = code.request.scope.split(' ').map(str::to_owned).collect();
    let access_token = provider.tokens.issue(&client, &code.person, scopes);
    code.token = Some(access_token.clone());
    let facts = Facts {
        issuer: &provider.issuer(),
        subject: &subject,
        client_id: &client,
        nonce: &code.request.nonce,
        access_token: &access_token,
        now,
    };
    let fault = control.take(path, |fault| OWN_FAULTS.contains(&fault)).map(|planned| planned.fault);
    let id_token = id_token(&facts, &lock(&provider.keys), fault)
        .map_err(|_| OauthError::new("server_error", "signing failed"))?;
    Ok(answer(provider, &access_token, &id_token, &code.request.scope))
}

fn answer(provider: &Provider, access_token: &str, id_token: &str, scope: &str) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": provider.tokens.lifetime(),
        "id_token": id_token, "scope": scope
    }))
}

pub(super) fn check_code(code: &Code, form: &Form, client: &str, now: i64) -> Result<(), OauthError> {
    let verifier = form.get("code_verifier").unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let broken = [
        (code.at + CODE_SECONDS <= now, "the code has expired"),
        (code.request.client_id != client, "the code belongs to another client"),
        (form.get("redirect_uri") != Some(code.request.redirect_uri.as_str()), "redirect_uri differs"),
        (!(43..=128).contains(&verifier.len()), "code_verifier must have 43 to 128 characters"),
        (challenge != code.request.challenge, "code_verifier does not fit the challenge"),
    ];
    match broken.into_iter().find(|(is, _)| *is) {
        Some((_, why)) => Err(OauthError::new("invalid_grant", why)),
        None => Ok(()),
    }
}

async fn userinfo(provider: web::Data<Provider>, req: HttpRequest) -> HttpResponse {
    let grant = provider.tokens.of(&req);
    let found = grant.and_then(|grant| provider.person(&grant.subject).map(|person| (grant, person)));
    match found {
        Some((grant, person)) => HttpResponse::Ok().json(claims(&provider, &grant, person)),
        None => HttpResponse::Unauthorized()
            .insert_header(("WWW-Authenticate", "Bearer error=\"invalid_token\""))
            .json(json!({ "error": "invalid_token" })),
    }
}

fn claims(provider: &Provider, grant: &Grant, person: &Person) -> Value {
    let form = if provider.settings.compact_birthdate { "%Y%m%d" } else { "%Y-%m-%d" };
    let all = [
        ("name", json!(person.name())),
        ("address", json!({ "formatted": person.address, "postal_code": person.postcode })),
        ("birthdate", json!(person.birth.format(form).to_string())),
        ("gender", json!(person.sex.digit())),
    ];
    let granted = all.into_iter().filter(|(name, _)| grant.scopes.iter().any(|scope| scope == name));
    let mut claims: Map<String, Value> = granted.map(|(name, value)| (name.to_owned(), value)).collect();
    claims.insert("sub".to_owned(), json!(pairwise(&grant.client_id, &person.id)));
    Value::Object(claims)
}

async fn rotate(provider: web::Data<Provider>) -> HttpResponse {
    match lock(&provider.keys).rotate() {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(_) => bare(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn expire(provider: web::Data<Provider>) -> HttpResponse {
    provider.tokens.expire_all();
    HttpResponse::NoContent().finish()
}

async fn state(provider: web::Data<Provider>, control: web::Data<Control>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "control": control.report(),
        "open_sign_ins": lock(&provider.requests).len(),
        "codes": lock(&provider.codes).len()
    }))
}
