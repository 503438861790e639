//! A request that is taken along to where there is no network, and what comes back from there.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::calendar::{day_in_japan, show_in};
use crate::domain::forms::Posted as Fields;
use crate::domain::lang::Lang;
use crate::usecases::physician::offline::{self, Piece, Taken, TakenStep};
use crate::web::page::rfc3339;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::place;

/// Begins the names of fields that are answers.
const ANSWER: &str = "a.";

/// `GET /physician/offline`: what this device holds. The page is filled in there.
#[get("/physician/offline")]
pub async fn held(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let mut page = Page::new(&frame, &visitor, "持ち出した依頼").back("/physician");
    page.timeout_at = None;
    frame.views.page("physician/offline.html", &page, json!({ "owner": caller.actor.id }))
}

/// `GET /physician/requests/{id}/offline`: every page of the form, as JSON for the device.
#[get("/physician/requests/{id}/offline")]
pub async fn take(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let owner = caller.actor.id.clone();
    let taken = frame.run(move |house| offline::take(house, &caller, &id)).await?;
    let page = bare(Page::new(&frame, &visitor, &taken.title));
    let steps: Result<Vec<Value>, Failure> =
        taken.steps.iter().map(|step| drawn(&frame, &page, &taken, step)).collect();
    Ok(HttpResponse::Ok().json(json!({
        "id": taken.head.id,
        "owner": owner,
        "label": format!("{}　{}", taken.head.patient, taken.head.program),
        "until": rfc3339(taken.until),
        "until_text": show_in(day_in_japan(taken.until), Lang::Ja),
        "last": rfc3339(taken.last),
        "prompts": taken.prompts,
        "given": taken.given,
        "steps": steps?,
    })))
}

/// Nothing of the session goes along.
fn bare(mut page: Page) -> Page {
    (page.timeout_at, page.flash) = (None, None);
    page.csrf.clear();
    page
}

fn drawn(frame: &Frame, page: &Page, taken: &Taken, step: &TakenStep) -> Result<Value, Failure> {
    let id = &taken.head.id;
    let lines = taken.steps.iter().map(|line| {
        let (name, current) = (&line.view.step, line.view.step == step.view.step);
        json!({ "step": name, "title": line.view.title, "current": current, "href": place(id, Some(name), "") })
    });
    let context = json!({
        "request": taken.head,
        "step": step.view,
        "steps": lines.collect::<Vec<Value>>(),
        "when": json!(step.when).to_string(),
    });
    let html = frame.views.html("physician/offline_step.html", page, context)?;
    Ok(json!({ "step": step.view.step, "title": step.view.title, "base": step.base, "html": html }))
}

/// `POST /physician/requests/{id}/offline`: what was typed on one step. Answers with the questions
/// that were meanwhile answered otherwise; as long as there are any, nothing was stored.
#[post("/physician/requests/{id}/offline")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let piece = piece(&posted)?;
    let clashes = frame.run(move |house| offline::send(house, &caller, &id, &piece)).await?;
    Ok(HttpResponse::Ok().json(json!({ "conflicts": clashes })))
}

fn piece(posted: &Posted) -> Result<Piece, Failure> {
    let base: BTreeMap<String, String> = match posted.text("base") {
        "" => BTreeMap::new(),
        text => serde_json::from_str(text).map_err(|_| Failure::Bad)?,
    };
    let answer = |(name, values): (&String, &Vec<String>)| {
        name.strip_prefix(ANSWER).map(|name| (name.to_owned(), values.clone()))
    };
    let fields: Fields = posted.fields().iter().filter_map(answer).collect();
    let leave = posted.all("leave").iter().cloned().collect();
    Ok(Piece { step: posted.text("step").to_owned(), fields, base, leave })
}
