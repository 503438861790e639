//! What record systems of hospitals talk to: FHIR and SMART Backend Services, no pages.

mod bundle;
mod discovery;
mod immunization;
mod token;

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::document::{Issue, outcome};
use crate::domain::lang::Lang;
use crate::usecases::hospital::token::BASE;

use super::Frame;

/// The media type of FHIR in JSON.
const FHIR: &str = "application/fhir+json";

/// The addresses of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(discovery::smart)
        .service(discovery::smart_below_base)
        .service(discovery::capabilities)
        .service(immunization::search)
        .service(immunization::read)
        .service(immunization::recommendations)
        .service(immunization::recommendation)
        .service(immunization::forms)
        .service(immunization::form)
        .service(token::give)
        .service(bundle::create);
}

/// Address of the FHIR base.
fn base(frame: &Frame) -> String {
    format!("{}{BASE}", frame.house.public_url)
}

/// An answer that consists of issues, in the language that the sender asks for.
fn told(frame: &Frame, request: &HttpRequest, status: StatusCode, issues: &[Issue]) -> HttpResponse {
    let asked = request.headers().get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let lang = if asked.trim_start().starts_with("en") { Lang::En } else { Lang::Ja };
    let body = outcome(issues, |refusal| frame.house.texts.text(lang, &refusal.key, &refusal.args));
    HttpResponse::build(status).content_type(FHIR).body(body.to_string())
}
