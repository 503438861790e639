//! The form of a dose: given or not, and the correction of what the institution recorded.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::typed::Typed;
use crate::usecases::immunization::{form as dose_form, give};
use crate::web::dose::typed;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;

/// Which form is shown.
struct Place {
    subject: String,
    vaccine: String,
    line: Option<String>,
}

/// `GET /clinic/people/{subject}/vaccines/{vaccine}`
#[get("/clinic/people/{subject}/vaccines/{vaccine}")]
pub async fn begin(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (subject, vaccine) = path.into_inner();
    form(&frame, &visitor, Place { subject, vaccine, line: None }, None, &[]).await
}

/// `POST /clinic/people/{subject}/vaccines/{vaccine}`
#[post("/clinic/people/{subject}/vaccines/{vaccine}")]
pub async fn record(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (subject, vaccine) = path.into_inner();
    let caller = visitor.user()?;
    let typed = Typed { vaccine: vaccine.clone(), ..typed(&posted) };
    let (of, asked) = (subject.clone(), typed.clone());
    let done = frame.run(move |house| give::give(house, &caller, &of, &asked)).await;
    answer(&frame, &visitor, Place { subject, vaccine, line: None }, typed, done).await
}

/// `GET /clinic/people/{subject}/lines/{line}`
#[get("/clinic/people/{subject}/lines/{line}")]
pub async fn mend(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (subject, line) = path.into_inner();
    form(&frame, &visitor, Place { subject, vaccine: String::new(), line: Some(line) }, None, &[]).await
}

/// `POST /clinic/people/{subject}/lines/{line}`
#[post("/clinic/people/{subject}/lines/{line}")]
pub async fn supersede(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (subject, line) = path.into_inner();
    let (caller, typed) = (visitor.user()?, typed(&posted));
    let (of, before, asked) = (subject.clone(), line.clone(), typed.clone());
    let done = frame.run(move |house| give::correct(house, &caller, &of, &before, &asked)).await;
    let place = Place { subject, vaccine: String::new(), line: Some(line) };
    answer(&frame, &visitor, place, typed, done).await
}

async fn answer(
    frame: &Frame,
    visitor: &Visitor,
    place: Place,
    typed: Typed,
    done: Result<String, Failure>,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(_) => Ok(redirect(&format!("{}?done=1", address(&place.subject)))),
        Err(Failure::Refused(refusals)) => form(frame, visitor, place, Some(typed), &refusals).await,
        Err(failure) => Err(failure),
    }
}

async fn form(
    frame: &Frame,
    visitor: &Visitor,
    place: Place,
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let back = address(&place.subject);
    let action = match &place.line {
        Some(line) => format!("{back}/lines/{line}"),
        None => format!("{back}/vaccines/{}", place.vaccine),
    };
    let read = move |house: &_| {
        dose_form::form(house, &caller, &place.subject, &place.vaccine, place.line.as_deref())
    };
    let (view, fresh) = frame.run(read).await?;
    let title = if view.corrects() { "接種の記録を訂正する" } else { "接種を記録する" };
    let page = Page::new(frame, visitor, title).back(back).refusals(frame, refusals, None);
    let mut context = json!(view);
    context["typed"] = json!(typed.unwrap_or(fresh));
    context["action"] = action.into();
    frame.views.page_with(page.status(), "clinic/dose.html", &page, context)
}
