//! Pages of a committee: sessions and members for its secretary, packets and opinions for its members. Unlike
//! the other workspaces they are read in the language that was chosen in the browser.

mod desk;
mod members;
mod packet;
mod result;
mod session;

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::Value;

use crate::domain::refusal::Refusal;

use super::session::redirect_with;
use super::{Failure, Frame, Page, Visitor};

/// The pages of this audience. Addresses that are fixed stand before those with a part to fill in.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(desk::show)
        .service(desk::call)
        .service(members::show)
        .service(members::appoint)
        .service(members::change)
        .service(session::minutes)
        .service(session::packets)
        .service(result::write)
        .service(result::show)
        .service(session::conclude)
        .service(session::show)
        .service(session::act)
        .service(packet::show)
        .service(packet::say);
}

/// Address of a session.
fn session_address(id: &str) -> String {
    format!("/committee/sessions/{id}")
}

/// A text of the catalogue in the visitor's language.
fn say(frame: &Frame, visitor: &Visitor, key: &str) -> String {
    frame.views.text(visitor.lang, key, &BTreeMap::new())
}

/// Goes to a page that says what was done.
fn done(frame: &Frame, visitor: &Visitor, address: &str, key: &str) -> HttpResponse {
    redirect_with(frame, address, "success", &say(frame, visitor, key))
}

/// What came of something that was posted: done, or the reasons to show on its page.
fn refused<T>(outcome: Result<T, Failure>) -> Result<Result<T, Vec<Refusal>>, Failure> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Refused(refusals)) => Ok(Err(refusals)),
        Err(failure) => Err(failure),
    }
}

/// Draws a page with what was typed.
fn draw(
    frame: &Frame,
    template: &str,
    page: &Page,
    view: impl Serialize,
    typed: Value,
) -> Result<HttpResponse, Failure> {
    let mut context = serde_json::to_value(view).map_err(|error| Failure::Fault(error.to_string()))?;
    if let Some(context) = context.as_object_mut() {
        context.insert("typed".to_owned(), typed);
    }
    frame.views.page_with(page.status(), template, page, context)
}
