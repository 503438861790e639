//! A packet as a member reads it, with the opinion beforehand.

use actix_web::{HttpResponse, get, post, web};
use serde_json::Value;

use crate::domain::refusal::Refusal;
use crate::usecases::committee::member::{self, Typed};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{done, draw, refused};

/// `GET /committee/packets/{case}`
#[get("/committee/packets/{case}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor.in_chosen_language(), &case, None, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: &str,
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang, case) = (visitor.user()?, visitor.lang, case.to_owned());
    let view = frame.run(move |house| member::packet(house, &caller, &case, typed.as_ref(), lang)).await?;
    let page = Page::titled(frame, visitor, "board.packet").back("/committee");
    let page = page.refusals(frame, refusals, None);
    draw(frame, "committee/packet.html", &page, view, Value::Null)
}

/// `POST /committee/packets/{case}`: an opinion.
#[post("/committee/packets/{case}")]
pub async fn say(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller, of) = (visitor.in_chosen_language(), visitor.user()?, case.to_string());
    let view = |name: &String| Some((name.strip_prefix("view-")?.to_owned(), posted.text(name).to_owned()));
    let views = posted.fields().keys().filter_map(view).collect();
    let (choice, reason) = (posted.text("choice").to_owned(), posted.text("reason").to_owned());
    let typed = Typed { views, choice, reason };
    let asked = typed.clone();
    match refused(frame.run(move |house| member::give(house, &caller, &of, &asked)).await)? {
        Ok(()) => Ok(done(&frame, &visitor, &format!("/committee/packets/{case}"), "board.said")),
        Err(refusals) => page(&frame, &visitor, &case, Some(typed), &refusals).await,
    }
}
