//! Sealed answers that the office needs for its work.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::reveal::{self, PURPOSES};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{draw, with_refusals};

/// `GET /staff/cases/{id}/secrets`
#[get("/staff/cases/{id}/secrets")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, json!({}), Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    mut more: Value,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| reveal::view(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, &format!("{}　伏せた番号", view.case.reference));
    let program = view.program.clone();
    let page = with_refusals(frame, page, Some(&program), refusals);
    let purposes: Vec<Value> =
        PURPOSES.iter().map(|(value, label)| json!({ "value": value, "label": label })).collect();
    more["purposes"] = Value::Array(purposes);
    draw(frame, "staff/secrets.html", &page, view, more)
}

/// `POST /staff/cases/{id}/secrets`: shows one of them, on this page alone.
#[post("/staff/cases/{id}/secrets")]
pub async fn ask(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.clone());
    let (path, purpose) = (posted.text("path").to_owned(), posted.text("purpose").to_owned());
    let shown = path.clone();
    match frame.run(move |house| reveal::reveal(house, &caller, &case, &path, &purpose)).await {
        Ok(value) => {
            page(&frame, &visitor, &id, json!({ "shown": { "path": shown, "value": value } }), Vec::new())
                .await
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &id, json!({}), refusals).await,
        Err(failure) => Err(failure),
    }
}
