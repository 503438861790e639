//! What comes of a command: done, refused with a reason to show in place, or overtaken.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::domain::program::Program;
use crate::domain::refusal::Refusal;
use crate::usecases::clerk::conflict::{Meanwhile, meanwhile};
use crate::usecases::clerk::words::spelled;
use crate::web::{Failure, Frame, Page, Visitor};

/// The outcome of a command.
pub enum Tried<T> {
    /// It was done.
    Done(T),
    /// It was refused; the page is shown again with the reasons.
    Refused(Vec<Refusal>),
    /// The case moved on; this is the answer.
    Overtaken(HttpResponse),
}

/// What was attempted, for the page that says it was not done.
pub struct Attempt<'a> {
    /// The case.
    pub case: &'a str,
    /// What was to be done, in words.
    pub what: &'a str,
    /// What was typed: label and value.
    pub kept: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct Kept {
    label: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Conflict<'a> {
    #[serde(flatten)]
    meanwhile: Meanwhile,
    attempted: &'a str,
    kept: Vec<Kept>,
}

/// Sorts the outcome of a command.
///
/// # Errors
/// Every failure that no page of the command can show.
pub async fn tried<T>(
    frame: &Frame,
    visitor: &Visitor,
    attempt: Attempt<'_>,
    outcome: Result<T, Failure>,
) -> Result<Tried<T>, Failure> {
    match outcome {
        Ok(done) => Ok(Tried::Done(done)),
        Err(Failure::Refused(refusals)) => Ok(Tried::Refused(refusals)),
        Err(Failure::Conflict(changes)) => {
            let (caller, case) = (visitor.user()?, attempt.case.to_owned());
            let meanwhile = frame.run(move |house| meanwhile(house, &caller, &case, &changes)).await?;
            Ok(Tried::Overtaken(overtaken(frame, visitor, attempt, meanwhile)?))
        }
        Err(failure) => Err(failure),
    }
}

fn overtaken(
    frame: &Frame,
    visitor: &Visitor,
    attempt: Attempt<'_>,
    meanwhile: Meanwhile,
) -> Result<HttpResponse, Failure> {
    let typed = attempt.kept.into_iter().filter(|(_, value)| !value.trim().is_empty());
    let kept = typed.map(|(label, value)| Kept { label, value }).collect();
    let context = Conflict { meanwhile, attempted: attempt.what, kept };
    let page = Page::new(frame, visitor, "案件が先に変わりました");
    frame.views.page_with(StatusCode::CONFLICT, "staff/conflict.html", &page, context)
}

/// A page with the reasons of a refusal above it.
pub fn with_refusals(frame: &Frame, page: Page, program: Option<&Program>, refusals: Vec<Refusal>) -> Page {
    let spelled = match program {
        Some(program) => spelled(program, refusals),
        None => refusals,
    };
    page.refusals(frame, &spelled, program)
}

/// Draws a page: as it is, or again after a refusal.
///
/// # Errors
/// When the template and its context do not fit.
pub fn draw(
    frame: &Frame,
    template: &str,
    page: &Page,
    view: impl Serialize,
    more: serde_json::Value,
) -> Result<HttpResponse, Failure> {
    let mut context = serde_json::to_value(view).map_err(|error| Failure::Fault(error.to_string()))?;
    if let (Some(context), Some(more)) = (context.as_object_mut(), more.as_object()) {
        context.extend(more.clone());
    }
    frame.views.page_with(page.status(), template, page, context)
}

/// Nothing to add to a view.
pub fn nothing() -> serde_json::Value {
    json!({})
}
