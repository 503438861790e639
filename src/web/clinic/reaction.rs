//! 副反応疑い報告 at the desk of a clinic: written from a dose, and printed.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};

use crate::domain::forms::{Answers, FieldError};
use crate::usecases::immunization::reaction::paper;
use crate::usecases::immunization::reaction::report::{self, Outcome};
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;

type Place = web::Path<(String, String)>;

/// `GET /clinic/people/{subject}/doses/{line}/reaction`
#[get("/clinic/people/{subject}/doses/{line}/reaction")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, place: Place) -> Result<HttpResponse, Failure> {
    draw(&frame, &visitor, place.into_inner(), None).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    place: (String, String),
    typed: Option<(Answers, Vec<FieldError>)>,
) -> Result<HttpResponse, Failure> {
    let (caller, back) = (visitor.user()?, address(&place.0));
    let view = frame.run(move |house| report::page(house, &caller, (&place.0, &place.1), typed)).await?;
    let page = Page::new(frame, visitor, "副反応疑い報告").back(back).field_errors(frame, &view.errors);
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    frame.views.page_with(status, "clinic/reaction.html", &page, view)
}

/// `POST /clinic/people/{subject}/doses/{line}/reaction`
#[post("/clinic/people/{subject}/doses/{line}/reaction")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: Place,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, place) = (visitor.user()?, place.into_inner());
    let (of, fields, request) = (place.clone(), posted.fields().clone(), posted.request().to_owned());
    let sent = move |house: &_| report::send(house, &caller, (&of.0, &of.1), &fields, &request);
    match frame.run(sent).await? {
        Outcome::Written => {
            Ok(redirect(&format!("{}/doses/{}/reaction#written", address(&place.0), place.1)))
        }
        Outcome::Again(answers, errors) => draw(&frame, &visitor, place, Some((answers, errors))).await,
    }
}

/// `GET /clinic/people/{subject}/reactions/{report}`: a report as PDF.
#[get("/clinic/people/{subject}/reactions/{report}")]
pub async fn sheet(frame: web::Data<Frame>, visitor: Visitor, place: Place) -> Result<HttpResponse, Failure> {
    let (caller, place) = (visitor.user()?, place.into_inner());
    let bytes = frame.run(move |house| paper::own(house, &caller, (&place.0, &place.1))).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").body(bytes))
}
