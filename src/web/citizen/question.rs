//! Pages of the form, saving per field, and look-ups.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use serde_json::json;

use crate::domain::forms::StepView;
use crate::usecases::citizen::Head;
use crate::usecases::citizen::lookup::{self, Offer};
use crate::usecases::citizen::question::{self, Leads, Question};
use crate::web::page::{rfc3339, seconds_left};
use crate::web::session::{encode, redirect};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::files_of;

type Query = web::Query<HashMap<String, String>>;
type Place = web::Path<(String, String)>;

/// What the template draws. Not made as JSON before: the choices of a page can be many.
#[derive(Serialize)]
struct Drawn<'q> {
    case: &'q Head,
    step: &'q StepView,
    saved_at: String,
    from: &'q str,
    places: Option<&'q Offer>,
    offer: Option<&'q Offer>,
}

/// `review` when the page was opened from the check page.
fn from(value: &str) -> &'static str {
    if value == "review" { "review" } else { "" }
}

/// `GET /a/{case}/s/{step}?from=`
#[get("/a/{case}/s/{step}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: Place,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.filler()?, visitor.lang);
    let (case, step) = place.into_inner();
    let from = from(query.get("from").map_or("", String::as_str));
    let checked = from == "review";
    let question =
        frame.run(move |house| question::page(house, &caller, lang, &case, &step, checked)).await?;
    draw(&frame, &visitor, StatusCode::OK, &question, from)
}

fn draw(
    frame: &Frame,
    visitor: &Visitor,
    status: StatusCode,
    question: &Question,
    from: &str,
) -> Result<HttpResponse, Failure> {
    let id = &question.head.id;
    let back = if from.is_empty() { format!("/a/{id}") } else { format!("/a/{id}/review") };
    let mut page = Page::new(frame, visitor, &question.step.title).back(back);
    if status != StatusCode::OK {
        page = page.field_errors(frame, &question.step.errors);
    }
    let context = Drawn {
        case: &question.head,
        step: &question.step,
        saved_at: rfc3339(question.saved_at),
        from,
        places: question.places.as_ref(),
        offer: question.choices.as_ref(),
    };
    frame.views.page_with(status, "citizen/question.html", &page, context)
}

/// `POST /a/{case}/s/{step}`
#[post("/a/{case}/s/{step}")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: Place,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.filler()?, visitor.lang);
    let (case, step) = place.into_inner();
    let (here, from) = (format!("/a/{case}/s/{step}"), from(posted.text("from")));
    let (fields, uploads) = (posted.fields().clone(), posted.files);
    let home = format!("/a/{case}");
    let leads = frame
        .run(move |house| {
            let files =
                files_of(uploads).map_err(|_| crate::usecases::Error::Unavailable("uploads".to_owned()))?;
            question::send(house, &caller, lang, &case, &step, fields, files)
        })
        .await?;
    let suffix = if from.is_empty() { String::new() } else { format!("?from={from}") };
    match leads {
        Leads::Here(anchor) => Ok(redirect(&format!("{here}{suffix}#{}", encode(&anchor)))),
        Leads::Step(next) => Ok(redirect(&format!("{home}/s/{next}{suffix}"))),
        Leads::Review => Ok(redirect(&format!("{home}/review"))),
        Leads::Case => Ok(redirect(&home)),
        Leads::Mend(question) => mend(&frame, &visitor, &question, from),
    }
}

fn mend(frame: &Frame, visitor: &Visitor, question: &Question, from: &str) -> Result<HttpResponse, Failure> {
    let status = if question.places.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    draw(frame, visitor, status, question, from)
}

/// `POST /a/{case}/s/{step}/autosave`: saves the fields that were sent.
#[post("/a/{case}/s/{step}/autosave")]
pub async fn autosave(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: Place,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.filler()?, visitor.lang);
    let (case, step) = place.into_inner();
    let fields = posted.fields().clone();
    let at = frame.run(move |house| question::autosave(house, &caller, lang, &case, &step, fields)).await?;
    let time = rfc3339(at).get(11..16).unwrap_or_default().to_owned();
    Ok(HttpResponse::Ok().json(json!({ "saved_at": time, "timeout_in": seconds_left(&frame, &visitor) })))
}

/// `GET /postcode?code=`: the places of a postcode.
#[get("/postcode")]
pub async fn postcode(query: Query) -> HttpResponse {
    let typed: String = query.get("code").map(|it| it.chars().take(20).collect()).unwrap_or_default();
    let places: Vec<_> = lookup::places(&typed)
        .into_iter()
        .map(|place| json!({ "prefecture": place.prefecture, "city": place.city, "town": place.town }))
        .collect();
    HttpResponse::Ok().json(json!({ "places": places }))
}

/// `GET /a/{case}/choices?item=&q=`: the choices of a table that fit what was typed.
#[get("/a/{case}/choices")]
pub async fn choices(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.filler()?, visitor.lang);
    let text =
        |name: &str| query.get(name).map(|it| it.chars().take(100).collect::<String>()).unwrap_or_default();
    let (item, wanted) = (text("item"), text("q"));
    let found = frame.run(move |house| lookup::choices(house, &caller, lang, &case, &item, &wanted)).await?;
    Ok(HttpResponse::Ok().json(json!({ "choices": found })))
}
