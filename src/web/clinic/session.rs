//! 集団接種: chosen once, then person after person.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::desk;
use crate::usecases::immunization::session::{list, open, person};
use crate::usecases::immunization::typed::Typed;
use crate::web::dose::typed;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::asked;

fn address(id: &str) -> String {
    format!("/clinic/session/{id}")
}

/// `GET /clinic/session`
#[get("/clinic/session")]
pub async fn start(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    begin(&frame, &visitor, &Typed::default(), &[]).await
}

async fn begin(
    frame: &Frame,
    visitor: &Visitor,
    typed: &Typed,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let choices = frame.run(move |house| open::start(house, &caller)).await?;
    let page = Page::new(frame, visitor, "集団接種を始める").back("/clinic").refusals(frame, refusals, None);
    let mut context = json!(choices);
    context["typed"] = json!(typed);
    if !typed.product.is_empty() {
        context["typed"]["product"] = format!("{}/{}", typed.vaccine, typed.product).into();
    }
    frame.views.page_with(page.status(), "clinic/session_begin.html", &page, context)
}

/// `POST /clinic/session`; the product is posted with its vaccine.
#[post("/clinic/session")]
pub async fn start_one(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, mut typed) = (visitor.user()?, typed(&posted));
    let (vaccine, product) = posted.text("product").split_once('/').unwrap_or_default();
    typed.vaccine = vaccine.to_owned();
    typed.product = product.to_owned();
    let wanted = typed.clone();
    match frame.run(move |house| open::open(house, &caller, &wanted)).await {
        Ok(id) => Ok(redirect(&address(&id))),
        Err(Failure::Refused(refusals)) => begin(&frame, &visitor, &typed, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /clinic/session/{id}`; `?done=1` after something was recorded.
#[get("/clinic/session/{id}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: web::Query<std::collections::HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    draw(&frame, &visitor, &id, &[], query.contains_key("done")).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    refusals: &[Refusal],
    done: bool,
) -> Result<HttpResponse, Failure> {
    let (caller, of) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| list::page(house, &caller, &of)).await?;
    let page = Page::new(frame, visitor, "集団接種").back("/clinic/session");
    let page = page.told(frame, done.then_some("immunization.recorded")).refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "clinic/session.html", &page, view)
}

/// `POST /clinic/session/{id}`: who comes next, or `act=undo` of a line.
#[post("/clinic/session/{id}")]
pub async fn next(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, of) = (visitor.user()?, id.to_string());
    let done = if posted.text("act") == "undo" {
        let (subject, line) = (posted.text("subject").to_owned(), posted.text("line").to_owned());
        let typed = typed(&posted);
        let undo =
            move |house: &_| person::undo(house, &caller, &of, (&subject, &line), &typed).map(|()| None);
        frame.run(undo).await
    } else {
        let asked = asked(&posted);
        frame.run(move |house| desk::find(house, &caller, &asked).map(|it| Some(it.subject))).await
    };
    match done {
        Ok(Some(subject)) => Ok(redirect(&format!("{}/people/{subject}", address(&id)))),
        Ok(None) => Ok(redirect(&format!("{}?done=1", address(&id)))),
        Err(Failure::Refused(refusals)) => draw(&frame, &visitor, &id, &refusals, false).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /clinic/session/{id}/people/{subject}`
#[get("/clinic/session/{id}/people/{subject}")]
pub async fn show_person(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    draw_person(&frame, &visitor, path.into_inner(), None, &[]).await
}

async fn draw_person(
    frame: &Frame,
    visitor: &Visitor,
    (id, subject): (String, String),
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, back) = (visitor.user()?, address(&id));
    let (view, fresh) = frame.run(move |house| person::page(house, &caller, &id, &subject)).await?;
    let page = Page::new(frame, visitor, "集団接種").back(back).refusals(frame, refusals, None);
    let mut context = json!(view);
    context["typed"] = json!(typed.unwrap_or(fresh));
    frame.views.page_with(page.status(), "clinic/session_person.html", &page, context)
}

/// `POST /clinic/session/{id}/people/{subject}`
#[post("/clinic/session/{id}/people/{subject}")]
pub async fn record(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, typed, (id, subject)) = (visitor.user()?, typed(&posted), path.into_inner());
    let (of, whom, wanted) = (id.clone(), subject.clone(), typed.clone());
    match frame.run(move |house| person::record(house, &caller, &of, &whom, wanted)).await {
        Ok(()) => Ok(redirect(&format!("{}?done=1", address(&id)))),
        Err(Failure::Refused(refusals)) => {
            draw_person(&frame, &visitor, (id, subject), Some(typed), &refusals).await
        }
        Err(failure) => Err(failure),
    }
}
