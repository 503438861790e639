//! 予診票 on one's own pages: begun from the calendar, answered page by page, handed in, confirmed, printed.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::screening::answer::{self, Leads};
use crate::usecases::immunization::screening::paper;
use crate::web::code::drawn;
use crate::web::session::{encode, redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{saved_as, say};

type Place = web::Path<(String, String)>;

/// Address of a form. The ids tell nothing of the person.
fn address((subject, id): &(String, String)) -> String {
    format!("/me/vaccinations/{subject}/screenings/{id}")
}

/// `POST /me/vaccinations/{subject}/screenings`: the form for the next dose of a vaccine.
#[post("/me/vaccinations/{subject}/screenings")]
pub async fn begin(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, of, vaccine) = (visitor.citizen()?, subject.to_string(), posted.text("vaccine").to_owned());
    let id = frame.run(move |house| answer::begin(house, &caller, &of, &vaccine)).await?;
    Ok(redirect(&address(&(subject.into_inner(), id))))
}

/// `GET /me/vaccinations/{subject}/screenings/{id}`
#[get("/me/vaccinations/{subject}/screenings/{id}")]
pub async fn view(frame: web::Data<Frame>, visitor: Visitor, place: Place) -> Result<HttpResponse, Failure> {
    overview(&frame, &visitor, place.into_inner(), &[]).await
}

async fn overview(
    frame: &Frame,
    visitor: &Visitor,
    place: (String, String),
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang, back) = (visitor.citizen()?, visitor.lang, format!("/me/vaccinations/{}", place.0));
    let form = frame.run(move |house| answer::overview(house, &caller, lang, (&place.0, &place.1))).await?;
    let mut context = json!({ "form": form });
    if let Some(text) = &form.code {
        let (side, dark) = drawn(text)?;
        context["qr"] = json!({ "side": side, "dark": dark });
    }
    let page = Page::titled(frame, visitor, "screening.title").back(back).refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "citizen/screening.html", &page, context)
}

/// `POST /me/vaccinations/{subject}/screenings/{id}`: handed in, or confirmed.
#[post("/me/vaccinations/{subject}/screenings/{id}")]
pub async fn hand_in(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: Place,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, place) = (visitor.citizen()?, place.into_inner());
    let of = place.clone();
    match frame.run(move |house| answer::hand_in(house, &caller, (&of.0, &of.1))).await {
        Ok(()) => {
            let text = say(&frame, &visitor, "screening.handed-in");
            Ok(redirect_with(&frame, &address(&place), "success", &text))
        }
        Err(Failure::Refused(refusals)) => overview(&frame, &visitor, place, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /me/vaccinations/{subject}/screenings/{id}/s/{step}`
#[get("/me/vaccinations/{subject}/screenings/{id}/s/{step}")]
pub async fn question(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, (subject, id, step)) = (visitor.citizen()?, visitor.lang, path.into_inner());
    let page = frame.run(move |house| answer::page(house, &caller, lang, (&subject, &id), &step)).await?;
    draw(&frame, &visitor, StatusCode::OK, &page)
}

fn draw(
    frame: &Frame,
    visitor: &Visitor,
    status: StatusCode,
    form: &answer::Page,
) -> Result<HttpResponse, Failure> {
    let back = address(&(form.subject.clone(), form.id.clone()));
    let page = Page::new(frame, visitor, &form.step.title).back(back);
    let page = if status == StatusCode::OK { page } else { page.field_errors(frame, &form.step.errors) };
    frame.views.page_with(status, "citizen/screening_step.html", &page, json!({ "form": form }))
}

/// `POST /me/vaccinations/{subject}/screenings/{id}/s/{step}`
#[post("/me/vaccinations/{subject}/screenings/{id}/s/{step}")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, (subject, id, step)) = (visitor.citizen()?, visitor.lang, path.into_inner());
    let place = (subject, id);
    let (home, of, fields) = (address(&place), place.clone(), posted.fields().clone());
    let here = format!("{home}/s/{step}");
    let sent =
        frame.run(move |house| answer::send(house, &caller, lang, (&of.0, &of.1), &step, &fields)).await;
    match sent {
        Ok(Leads::Mend(form)) => draw(&frame, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &form),
        Ok(Leads::Here(anchor)) => Ok(redirect(&format!("{here}#{}", encode(&anchor)))),
        Ok(Leads::Step(next)) => Ok(redirect(&format!("{home}/s/{next}"))),
        Ok(Leads::Overview) => Ok(redirect(&home)),
        Err(Failure::Refused(refusals)) => overview(&frame, &visitor, place, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /me/vaccinations/{subject}/screenings/{id}/paper`: the paper twin as PDF.
#[get("/me/vaccinations/{subject}/screenings/{id}/paper")]
pub async fn sheet(frame: web::Data<Frame>, visitor: Visitor, place: Place) -> Result<HttpResponse, Failure> {
    let (caller, place) = (visitor.citizen()?, place.into_inner());
    let bytes = frame.run(move |house| paper::pdf(house, &caller, (&place.0, &place.1))).await?;
    Ok(saved_as("予診票.pdf", "application/pdf", bytes))
}
