//! A session for many that goes on without network: the page, what the device takes along, and what it hands in.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::usecases::immunization::session::apart::{self, Entry};
use crate::web::page::rfc3339;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::asked;

/// `GET /clinic/session/{id}/apart`: filled in by the device, which keeps it.
#[get("/clinic/session/{id}/apart")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, of) = (visitor.user()?, id.to_string());
    let chosen = frame.run(move |house| apart::page(house, &caller, &of)).await?;
    let mut page = Page::new(&frame, &visitor, "集団接種（電波のない所）");
    page.timeout_at = None;
    let page = page.back(format!("/clinic/session/{id}"));
    frame.views.page("clinic/session_apart.html", &page, json!({ "chosen": chosen }))
}

/// `GET /clinic/session/{id}/taken`: who showed themselves today, as JSON for the device.
#[get("/clinic/session/{id}/taken")]
pub async fn taken(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let owner = caller.actor.id.clone();
    let taken = frame.run(move |house| apart::take(house, &caller, &id)).await?;
    let until = rfc3339(taken.until);
    Ok(HttpResponse::Ok()
        .json(json!({ "owner": owner, "chosen": taken.chosen, "people": taken.people, "until": until })))
}

/// `POST /clinic/session/{id}/apart`: one entry of the device. Answers with the name, or with why it was not taken.
#[post("/clinic/session/{id}/apart")]
pub async fn take_in(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let text = |name: &str| posted.text(name).to_owned();
    let entry = Entry {
        asked: asked(&posted),
        outcome: text("outcome"),
        dose: text("dose"),
        reason: text("reason"),
        without: posted.text("without") == "yes",
        request: posted.request().to_owned(),
    };
    let answer = match frame.run(move |house| apart::take_in(house, &caller, &id, &entry)).await {
        Ok(name) => json!({ "name": name }),
        Err(Failure::Refused(refusals)) => json!({ "why": why(&frame, &refusals) }),
        Err(failure) => return Err(failure),
    };
    Ok(HttpResponse::Ok().json(answer))
}

fn why(frame: &Frame, refusals: &[Refusal]) -> Value {
    let said = refusals.iter().map(|it| frame.house.texts.text(Lang::Ja, &it.key, &it.args));
    said.collect::<Vec<_>>().join("。").into()
}
