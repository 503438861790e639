//! What a user, a machine or an operator gets when something does not work.

use std::fmt;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, web};
use serde_json::json;

use crate::domain::case::event::{Event, Stamp};
use crate::domain::refusal::Refusal;
use crate::usecases::Error;

use super::frame::Frame;
use super::page::Page;
use super::session::Visitor;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub enum Failure {
    /// The form was not ours or too old: 403.
    Forged,
    /// Somebody must sign in first, and then come back here.
    SignIn(&'static str),
    /// Not allowed: 403.
    Denied,
    /// Not there, or not for this caller: 404.
    NotFound,
    /// The request cannot be understood: 400.
    Bad,
    /// Something sent is too large: 413.
    TooLarge,
    /// Too many requests; try again after some seconds: 429.
    Slow(u64),
    /// The case moved on: 409.
    Conflict(Vec<(Event, Stamp)>),
    /// A command was refused and the page has no form to show it in: 422.
    Refused(Vec<Refusal>),
    /// Not available just now: 503.
    Unavailable(String),
    /// Ours: 500. The text goes to the log only.
    Fault(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Failure {
    /// A stable word for machines.
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::Forged => "forged-request",
            Failure::SignIn(_) => "sign-in-required",
            Failure::Denied => "denied",
            Failure::NotFound => "not-found",
            Failure::Bad => "bad-request",
            Failure::TooLarge => "too-large",
            Failure::Slow(_) => "too-many-requests",
            Failure::Conflict(_) => "version-conflict",
            Failure::Refused(_) => "refused",
            Failure::Unavailable(_) => "unavailable",
            Failure::Fault(_) => "internal-error",
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Failure::Forged | Failure::Denied => StatusCode::FORBIDDEN,
            Failure::SignIn(_) => StatusCode::SEE_OTHER,
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::Bad => StatusCode::BAD_REQUEST,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Slow(_) => StatusCode::TOO_MANY_REQUESTS,
            Failure::Conflict(_) => StatusCode::CONFLICT,
            Failure::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Refused(refusals) if refusals.iter().any(|it| it.key == "permission.denied") => {
                Failure::Denied
            }
            Error::Refused(refusals) => Failure::Refused(refusals),
            Error::Conflict(changes) => Failure::Conflict(changes),
            Error::NotFound => Failure::NotFound,
            Error::Unavailable(why) => Failure::Unavailable(why),
            Error::Fault(why) => Failure::Fault(why),
        }
    }
}

/// Turns every failed answer into a page in the user's language, or a typed problem for machines.
///
/// # Errors
/// None of its own.
pub async fn dress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    if response.status().is_success()
        || response.status().is_redirection() && response.response().error().is_none()
    {
        return Ok(response);
    }
    let dressed = {
        let request = response.request();
        let own = response.response().error().and_then(|error| error.as_error::<Failure>());
        match own {
            Some(failure) => answer(request, failure),
            None => foreign(request, response.status(), response.response().error()),
        }
    };
    Ok(match dressed {
        Some(dressed) => response.into_response(dressed),
        None => response,
    })
}

/// Failures of actix itself: unknown paths, wrong methods, unreadable bodies.
fn foreign(
    request: &actix_web::HttpRequest,
    status: StatusCode,
    error: Option<&actix_web::Error>,
) -> Option<HttpResponse> {
    let failure = match status {
        StatusCode::NOT_FOUND => Failure::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        StatusCode::INTERNAL_SERVER_ERROR => {
            Failure::Fault(error.map(ToString::to_string).unwrap_or_default())
        }
        StatusCode::BAD_REQUEST => Failure::Bad,
        _ => return None,
    };
    error?;
    answer(request, &failure)
}

fn answer(request: &actix_web::HttpRequest, failure: &Failure) -> Option<HttpResponse> {
    let frame = request.app_data::<web::Data<Frame>>()?;
    let id = request.extensions().get::<tracing_actix_web::RequestId>().map(ToString::to_string);
    if let Failure::Fault(why) | Failure::Unavailable(why) = failure {
        tracing::error!(request_id = id, path = request.match_pattern(), why, "a request failed");
    }
    if let Failure::SignIn(place) = failure {
        let next = super::session::encode(&local_path(request));
        return Some(
            HttpResponse::SeeOther().insert_header(("Location", format!("{place}?next={next}"))).finish(),
        );
    }
    let mut response = if wants_html(request) {
        html(request, frame, failure, id.as_deref())?
    } else {
        problem(failure, id.as_deref())
    };
    let wait = match failure {
        Failure::Slow(seconds) => Some(*seconds),
        Failure::Unavailable(_) => Some(5),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Some(response)
}

fn local_path(request: &actix_web::HttpRequest) -> String {
    // After an interrupted POST the person comes back to the page that holds the form.
    request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned()
}

fn wants_html(request: &actix_web::HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or("text/html");
    accept.contains("text/html") || accept == "*/*" && !request.path().starts_with("/api/")
}

fn problem(failure: &Failure, id: Option<&str>) -> HttpResponse {
    let status = failure.status_code();
    let mut body = json!({
        "type": format!("urn:madoguchi:problem:{}", failure.kind()),
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "instance": id.map(|id| format!("urn:uuid:{id}")),
    });
    if let Failure::Refused(refusals) = failure {
        body["refusals"] = json!(refusals);
    }
    HttpResponse::build(status).content_type("application/problem+json").body(body.to_string())
}

fn html(
    request: &actix_web::HttpRequest,
    frame: &Frame,
    failure: &Failure,
    id: Option<&str>,
) -> Option<HttpResponse> {
    // Two steps: reading a cookie borrows the extensions anew.
    let known = request.extensions().get::<Visitor>().cloned();
    let visitor = known.unwrap_or_else(|| Visitor::nobody(request));
    let status = failure.status_code();
    let (file, name) = match status.as_u16() {
        400 | 422 => (400, "bad-request"),
        403 => (403, "forbidden"),
        404 => (404, "not-found"),
        409 => (409, "conflict"),
        413 => (413, "too-large"),
        429 => (429, "too-many"),
        503 => (503, "unavailable"),
        _ => (500, "fault"),
    };
    let page = Page::titled(frame, &visitor, &format!("error.{name}.title"));
    let page = match failure {
        Failure::Refused(refusals) => page.refusals(frame, refusals, None),
        _ => page,
    };
    let minutes = match failure {
        Failure::Slow(seconds) => seconds.div_ceil(60),
        _ => 1,
    };
    let context = json!({ "request_id": id, "retry_minutes": minutes });
    match frame.views.page_with(status, &format!("errors/{file}.html"), &page, context) {
        Ok(response) => Some(response),
        Err(Failure::Fault(why)) => {
            tracing::error!(why, "an error page could not be drawn");
            None
        }
        Err(_) => None,
    }
}
