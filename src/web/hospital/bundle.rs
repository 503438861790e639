//! Taking a signed document.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::domain::document::Issue;
use crate::domain::refusal::Refusal;
use crate::usecases::Error;
use crate::usecases::hospital::receive::{self, Receipt, Sent};
use crate::usecases::hospital::{Failed, token};
use crate::web::session::client;
use crate::web::{Failure, Frame};

use super::{FHIR, base, told};

/// Most bytes of a document; the certificate of a patient with everything filled in has some 60,000.
const MOST_BYTES: usize = 1024 * 1024;
/// Header with the detached JWS over the bytes of the body.
const SIGNATURE: &str = "x-jws-signature";

/// `POST /api/fhir/Bundle`
#[post("/api/fhir/Bundle")]
pub async fn create(
    frame: web::Data<Frame>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Failure> {
    let refused =
        |status, kind, key| Ok(told(&frame, &request, status, &[Issue::error(kind, Refusal::new(key))]));
    let kind = header(&request, CONTENT_TYPE.as_str());
    if ![FHIR, "application/json"].contains(&kind.split(';').next().unwrap_or_default().trim()) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", "document.media-type");
    }
    let Some(bearer) = header(&request, AUTHORIZATION.as_str()).strip_prefix("Bearer ").map(str::to_owned)
    else {
        return refused(StatusCode::UNAUTHORIZED, "login", "document.token");
    };
    let Ok(body) = payload.to_bytes_limited(MOST_BYTES).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "too-long", "document.too-large");
    };
    let bytes = body.map_err(|_| Failure::Bad)?.to_vec();
    let sent = Sent { bytes, jws: header(&request, SIGNATURE).to_owned() };
    let source = client(&frame, &request).to_string();
    let taken = frame.run(move |house| {
        let hospital = match token::holder(house, &bearer, &source) {
            Err(Error::NotFound) => return Ok(None),
            other => other?,
        };
        if !hospital.may(token::SCOPE) {
            return Ok(None);
        }
        match receive::receive(house, &hospital, &sent) {
            Err(Failed::Other(error)) => Err(error),
            other => Ok(Some(other)),
        }
    });
    match taken.await? {
        None => refused(StatusCode::UNAUTHORIZED, "login", "document.token"),
        Some(Ok(receipt)) => Ok(accepted(&frame, &request, &receipt)),
        Some(Err(failed)) => Ok(told(&frame, &request, status(&failed), failed.issues())),
    }
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

fn status(failed: &Failed) -> StatusCode {
    match failed {
        Failed::Unreadable(_) => StatusCode::BAD_REQUEST,
        Failed::Taken(_) => StatusCode::CONFLICT,
        Failed::Unfit(_) | Failed::Other(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The first time a document is created; a repetition finds it there.
fn accepted(frame: &Frame, request: &HttpRequest, receipt: &Receipt) -> HttpResponse {
    let (status, key) = match receipt.repeated {
        true => (StatusCode::OK, "document.repeated"),
        false => (StatusCode::CREATED, "document.taken"),
    };
    let mut issues = vec![Issue::information(Refusal::new(key))];
    issues.extend(receipt.notes.iter().cloned());
    let mut response = told(frame, request, status, &issues);
    let place = format!("{}/Bundle/{}", base(frame), receipt.id.replace('_', "-"));
    if let Ok(place) = place.parse() {
        response.headers_mut().insert(actix_web::http::header::LOCATION, place);
    }
    response
}
