//! The sessions of a committee.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::committee::agenda::{self, Typed};
use crate::usecases::committee::desk;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{done, draw, refused, session_address};

/// `GET /committee`
#[get("/committee")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor.in_chosen_language(), &Typed::default(), &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    typed: &Typed,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.user()?, visitor.lang);
    let view = frame.run(move |house| desk::sessions(house, &caller, lang)).await?;
    let page = Page::titled(frame, visitor, "board.title").refusals(frame, refusals, None);
    draw(frame, "committee/sessions.html", &page, view, json!(typed))
}

/// `POST /committee/sessions`: calls a session.
#[post("/committee/sessions")]
pub async fn call(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller) = (visitor.in_chosen_language(), visitor.user()?);
    let text = |name: &str| posted.text(name).to_owned();
    let online = posted.text("online") == "1";
    let typed = Typed { program: text("program"), held_on: text("held_on"), place: text("place"), online };
    let asked = typed.clone();
    match refused(frame.run(move |house| agenda::call(house, &caller, &asked)).await)? {
        Ok(id) => Ok(done(&frame, &visitor, &session_address(&id), "board.called")),
        Err(refusals) => page(&frame, &visitor, &typed, &refusals).await,
    }
}
