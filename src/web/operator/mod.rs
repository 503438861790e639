//! Pages of the people who run the installation. They name cases by reference and say nothing of what
//! stands in them.

mod audit;
mod deliveries;
mod discrepancies;
mod health;
mod jobs;
mod masters;
mod runs;
mod users;

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::domain::lang::Lang;
use crate::usecases::operator::desks;

use super::session::{encode, redirect_with};
use super::{Failure, Frame, Page, Visitor};

type Query = web::Query<HashMap<String, String>>;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(health::page)
        .service(health::again)
        .service(runs::list)
        .service(runs::start)
        .service(runs::resume)
        .service(runs::release)
        .service(runs::detail)
        .service(runs::retry)
        .service(masters::list)
        .service(masters::download)
        .service(discrepancies::list)
        .service(discrepancies::act)
        .service(deliveries::list)
        .service(deliveries::act)
        .service(deliveries::letter)
        .service(users::list)
        .service(users::change)
        .service(audit::search)
        .service(audit::verify)
        .service(jobs::list)
        .service(jobs::retry);
}

/// Draws a page with the links that its reader may follow.
fn draw(
    frame: &Frame,
    visitor: &Visitor,
    page: &Page,
    template: &str,
    mut context: Value,
) -> Result<HttpResponse, Failure> {
    let desks = desks::of(&frame.house, &visitor.user()?);
    if let Some(variables) = context.as_object_mut() {
        variables.insert("desks".to_owned(), json!(desks));
    }
    frame.views.page(template, page, context)
}

/// Back to a page with a message: what was done, or why it was not.
fn answer<T>(
    frame: &Frame,
    path: &str,
    outcome: Result<T, Failure>,
    done: impl FnOnce(T) -> String,
) -> Result<HttpResponse, Failure> {
    match outcome {
        Ok(value) => Ok(redirect_with(frame, path, "success", &done(value))),
        Err(Failure::Refused(refusals)) => {
            let text = |it: &crate::domain::refusal::Refusal| frame.views.text(Lang::Ja, &it.key, &it.args);
            let texts: Vec<String> = refusals.iter().map(text).collect();
            Ok(redirect_with(frame, path, "error", &texts.join(" ")))
        }
        Err(failure) => Err(failure),
    }
}

fn wanted<'a>(query: &'a Query, name: &str) -> &'a str {
    query.get(name).map_or("", String::as_str)
}

/// The address of the next page, when this one is full.
fn next(path: &str, parameters: &[(&str, &str)], full: bool) -> Option<String> {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", encode(value));
    full.then(|| format!("{path}?{}", parameters.iter().map(pair).collect::<Vec<_>>().join("&")))
}
