//! Search and read.

use super::store::identifiers;
use super::{Platform, TYPES, outcome, routes};
use crate::sandbox::control::{Control, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DEFAULT_COUNT: usize = 20;
const LARGEST_COUNT: usize = 100;

/// Search parameters of a type with their FHIR search type.
#[must_use]
pub fn parameters(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "Patient" => &[("_id", "token"), ("identifier", "token"), ("birthdate", "date")],
        _ => &[("patient", "reference")],
    }
}

/// A search whose parameters were all understood.
struct Search {
    criteria: Vec<(String, String)>,
    count: usize,
    offset: usize,
}

/// `GET /{type}?…`
pub async fn search(
    platform: web::Data<Platform>,
    control: web::Data<Control>,
    req: HttpRequest,
    kind: web::Path<String>,
    query: web::Query<Vec<(String, String)>>,
) -> HttpResponse {
    let kind = kind.into_inner();
    if let Some(refused) = refusal(&platform, &req, &kind) {
        return refused;
    }
    match Search::read(&kind, query.into_inner()) {
        Ok(search) => outcome::resource(&page(&platform, &req, &control, &kind, &search)),
        Err(why) => outcome::error(StatusCode::BAD_REQUEST, "invalid", &why),
    }
}

/// `GET /{type}/{id}`
pub async fn read(
    platform: web::Data<Platform>,
    req: HttpRequest,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let (kind, id) = path.into_inner();
    if let Some(refused) = refusal(&platform, &req, &kind) {
        return refused;
    }
    match platform.store.get(&kind, &id) {
        Some(resource) => outcome::resource(resource),
        None => outcome::error(StatusCode::NOT_FOUND, "not-found", "no resource of this type and id"),
    }
}

/// Why the request gets no data, if so.
fn refusal(platform: &Platform, req: &HttpRequest, kind: &str) -> Option<HttpResponse> {
    let refused = |status, code, why| Some(outcome::error(status, code, why));
    if !TYPES.contains(&kind) {
        return refused(StatusCode::NOT_FOUND, "not-supported", "this type is not served");
    }
    if !accepts_fhir(req) {
        return refused(
            StatusCode::NOT_ACCEPTABLE,
            "not-supported",
            "Accept must allow application/fhir+json",
        );
    }
    let Some(grant) = platform.tokens.of(req) else {
        return refused(StatusCode::UNAUTHORIZED, "login", "token missing, unknown or expired");
    };
    if !routes::scope_allows(&grant.scopes, kind) {
        return refused(StatusCode::FORBIDDEN, "forbidden", "the token's scope does not allow this");
    }
    None
}

fn accepts_fhir(req: &HttpRequest) -> bool {
    let accept = req.headers().get(ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or("*/*");
    accept
        .split(',')
        .map(|part| part.split(';').next().unwrap_or_default().trim())
        .any(|kind| ["application/fhir+json", "application/json", "application/*", "*/*"].contains(&kind))
}

impl Search {
    fn read(kind: &str, query: Vec<(String, String)>) -> Result<Self, String> {
        match query.as_slice() {
            [(name, token)] if name == "_page" => Self::read_page(kind, token),
            _ => Self::read_query(kind, query),
        }
    }

    fn read_query(kind: &str, query: Vec<(String, String)>) -> Result<Self, String> {
        let mut search = Self { criteria: Vec::new(), count: DEFAULT_COUNT, offset: 0 };
        let mut seen = BTreeSet::new();
        for (name, value) in query {
            if !seen.insert(name.clone()) {
                return Err(format!("{name} is repeated"));
            }
            match name.as_str() {
                "_count" => search.count = read_count(&value)?,
                known if parameters(kind).iter().any(|(p, _)| *p == known) => {
                    search.criteria.push((name, value));
                }
                _ => return Err(format!("unknown search parameter {name}")),
            }
        }
        search.refuse_unbounded(kind)
    }

    fn refuse_unbounded(self, kind: &str) -> Result<Self, String> {
        let (usual, other) = if kind == "Patient" { ("identifier", "_id") } else { ("patient", "patient") };
        match self.criteria.iter().any(|(name, value)| (name == usual || name == other) && !value.is_empty())
        {
            true => Ok(self),
            false => Err(format!("{usual} is required")),
        }
    }

    fn read_page(kind: &str, token: &str) -> Result<Self, String> {
        let unknown = || "this page is not known".to_owned();
        let plain = URL_SAFE_NO_PAD.decode(token).map_err(|_| unknown())?;
        let (offset, count, criteria): (usize, usize, Vec<(String, String)>) =
            serde_json::from_slice(&plain).map_err(|_| unknown())?;
        Self { criteria, count, offset }.refuse_unbounded(kind)
    }

    fn page_token(&self, offset: usize) -> String {
        URL_SAFE_NO_PAD.encode(json!([offset, self.count, self.criteria]).to_string())
    }

    fn matches<'a>(&self, platform: &'a Platform, kind: &str) -> Vec<(&'a str, &'a Value)> {
        if kind == "Patient" {
            let all = platform.store.all(kind).map(|(id, stored)| (id, &stored.resource));
            return all.filter(|(id, patient)| self.fits_patient(id, patient)).collect();
        }
        let patient = self.criteria.first().map(|(_, v)| v.as_str()).unwrap_or_default();
        platform.store.about(kind, patient.strip_prefix("Patient/").unwrap_or(patient))
    }

    fn fits_patient(&self, id: &str, patient: &Value) -> bool {
        self.criteria.iter().all(|(name, value)| match name.as_str() {
            "_id" => id == value,
            "birthdate" => patient.get("birthDate").and_then(Value::as_str) == Some(value.as_str()),
            _ => has_identifier(patient, value),
        })
    }
}

fn read_count(value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(count) if (1..=LARGEST_COUNT).contains(&count) => Ok(count),
        _ => Err(format!("_count must be 1 to {LARGEST_COUNT}")),
    }
}

fn has_identifier(patient: &Value, wanted: &str) -> bool {
    identifiers(patient).into_iter().any(|(system, value)| match wanted.split_once('|') {
        Some((s, v)) => (s, v) == (system, value),
        None => wanted == value,
    })
}

fn page(platform: &Platform, req: &HttpRequest, control: &Control, kind: &str, search: &Search) -> Value {
    let address = format!("{}/{kind}", platform.base());
    let found = search.matches(platform, kind);
    let shown = found.iter().skip(search.offset).take(search.count);
    let mut entries: Vec<Value> = shown.map(|(id, resource)| entry(&address, id, resource)).collect();
    disturb(control, req.path(), &mut entries);
    let mut links = vec![json!({ "relation": "self", "url": format!("{address}?{}", req.query_string()) })];
    if let Some(offset) = next_offset(control, req.path(), search, found.len()) {
        let url = format!("{address}?_page={}", search.page_token(offset));
        links.push(json!({ "relation": "next", "url": url }));
    }
    // FHIR knows no empty arrays.
    match entries.is_empty() {
        true => json!({ "resourceType": "Bundle", "type": "searchset", "total": found.len(), "link": links }),
        false => json!({
            "resourceType": "Bundle", "type": "searchset", "total": found.len(), "link": links,
            "entry": entries
        }),
    }
}

fn entry(address: &str, id: &str, resource: &Value) -> Value {
    json!({ "fullUrl": format!("{address}/{id}"), "resource": resource, "search": { "mode": "match" } })
}

fn disturb(control: &Control, path: &str, entries: &mut Vec<Value>) {
    if control.strikes(path, Fault::WrongOrder) {
        entries.reverse();
    }
    if control.strikes(path, Fault::DuplicateEntries) {
        entries.extend(entries.clone());
    }
}

fn next_offset(control: &Control, path: &str, search: &Search, total: usize) -> Option<usize> {
    if control.strikes(path, Fault::NextLoop) {
        return Some(search.offset);
    }
    let after = search.offset.saturating_add(search.count);
    (after < total).then_some(after)
}
