//! Reading the ledger of vaccinations: a record system with a token, or whoever is signed in.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::Value;

use crate::domain::document::Issue;
use crate::domain::refusal::Refusal;
use crate::usecases::hospital::token;
use crate::usecases::immunization::fhir::{self, Search};
use crate::usecases::immunization::screening::fhir as screening;
use crate::usecases::{Caller, Error, House};
use crate::web::session::client;
use crate::web::{Failure, Frame, Visitor};

use super::{FHIR, base, told};

type Query = web::Query<Vec<(String, String)>>;

/// `GET /api/fhir/Immunization?patient=&date=&identifier=&_count=&after=`
#[get("/api/fhir/Immunization")]
pub async fn search(
    frame: web::Data<Frame>,
    request: HttpRequest,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let asked = asked(&query);
    answer(&frame, &request, &visitor, "system/Immunization.rs", move |house, caller, base| {
        fhir::search(house, caller, base, &asked)
    })
    .await
}

fn asked(query: &[(String, String)]) -> Search {
    let one: HashMap<&str, &str> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let text = |name: &str| one.get(name).map(|it| (*it).to_owned()).unwrap_or_default();
    Search {
        patient: text("patient"),
        dates: query
            .iter()
            .filter(|(name, _)| name == "date")
            .map(|(_, value)| value.clone())
            .take(4)
            .collect(),
        identifier: text("identifier"),
        count: text("_count").parse().ok(),
        after: text("after"),
    }
}

/// `GET /api/fhir/Immunization/{id}`
#[get("/api/fhir/Immunization/{id}")]
pub async fn read(
    frame: web::Data<Frame>,
    request: HttpRequest,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&frame, &request, &visitor, "system/Immunization.rs", move |house, caller, base| {
        fhir::read(house, caller, base, &id)
    })
    .await
}

/// `GET /api/fhir/ImmunizationRecommendation?patient=`
#[get("/api/fhir/ImmunizationRecommendation")]
pub async fn recommendations(
    frame: web::Data<Frame>,
    request: HttpRequest,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let patient = asked(&query).patient;
    answer(&frame, &request, &visitor, "system/ImmunizationRecommendation.rs", move |house, caller, base| {
        fhir::recommendations(house, caller, base, &patient)
    })
    .await
}

/// `GET /api/fhir/ImmunizationRecommendation/{id}`: the id is the person's.
#[get("/api/fhir/ImmunizationRecommendation/{id}")]
pub async fn recommendation(
    frame: web::Data<Frame>,
    request: HttpRequest,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&frame, &request, &visitor, "system/ImmunizationRecommendation.rs", move |house, caller, base| {
        fhir::recommendation(house, caller, base, &id)
    })
    .await
}

/// `GET /api/fhir/QuestionnaireResponse?patient=&_count=&after=`: the forms before a dose.
#[get("/api/fhir/QuestionnaireResponse")]
pub async fn forms(
    frame: web::Data<Frame>,
    request: HttpRequest,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let asked = asked(&query);
    answer(&frame, &request, &visitor, "system/QuestionnaireResponse.rs", move |house, caller, base| {
        screening::search(house, caller, base, &asked)
    })
    .await
}

/// `GET /api/fhir/QuestionnaireResponse/{id}`
#[get("/api/fhir/QuestionnaireResponse/{id}")]
pub async fn form(
    frame: web::Data<Frame>,
    request: HttpRequest,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    answer(&frame, &request, &visitor, "system/QuestionnaireResponse.rs", move |house, caller, base| {
        screening::read(house, caller, base, &id)
    })
    .await
}

/// Lets whoever asks read, and tells what keeps them from it as an OperationOutcome.
async fn answer(
    frame: &Frame,
    request: &HttpRequest,
    visitor: &Visitor,
    scope: &'static str,
    ask: impl FnOnce(&House, &Caller, &str) -> Result<Value, Error> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let refused = |status, kind, refusal| Ok(told(frame, request, status, &[Issue::error(kind, refusal)]));
    let login = || refused(StatusCode::UNAUTHORIZED, "login", Refusal::new("document.token"));
    let caller = match bearer(request) {
        Some(token) => match holder(frame, request, token, scope).await {
            Ok(Some(caller)) => caller,
            Ok(None) => {
                return refused(
                    StatusCode::FORBIDDEN,
                    "forbidden",
                    Refusal::new("fhir.scope").with("scope", scope),
                );
            }
            Err(Failure::NotFound) => return login(),
            Err(failure) => return Err(failure),
        },
        None => match visitor.anyone() {
            Ok(caller) => caller,
            Err(_) => return login(),
        },
    };
    let base = base(frame);
    match frame.run(move |house| ask(house, &caller, &base)).await {
        Ok(resource) => Ok(HttpResponse::Ok().content_type(FHIR).body(resource.to_string())),
        Err(Failure::NotFound) => refused(StatusCode::NOT_FOUND, "not-found", Refusal::new("fhir.not-found")),
        Err(Failure::Refused(refusals)) => {
            let issues: Vec<Issue> = refusals.into_iter().map(|it| Issue::error("invalid", it)).collect();
            Ok(told(frame, request, StatusCode::BAD_REQUEST, &issues))
        }
        Err(failure) => Err(failure),
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    Some(header.strip_prefix("Bearer ").unwrap_or_default().to_owned())
}

/// The record system of a token; `None` when the token is for something else.
async fn holder(
    frame: &Frame,
    request: &HttpRequest,
    token: String,
    scope: &'static str,
) -> Result<Option<Caller>, Failure> {
    let source = client(frame, request).to_string();
    let hospital = frame.run(move |house| token::holder(house, &token, &source)).await?;
    Ok(hospital.may(scope).then(|| hospital.caller()))
}
