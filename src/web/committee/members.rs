//! The register of members.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::committee::desk;
use crate::usecases::committee::members::{self, Typed};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{done, draw, refused};

const PATH: &str = "/committee/members";

/// `GET /committee/members`
#[get("/committee/members")]
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
    let view = frame
        .run(move |house| {
            let rooms = desk::rooms(house, &caller)?;
            Ok(json!({ "rooms": rooms, "registers": members::registers(house, &caller, lang)? }))
        })
        .await?;
    let page = Page::titled(frame, visitor, "board.members").refusals(frame, refusals, None);
    draw(frame, "committee/members.html", &page, view, json!(typed))
}

/// `POST /committee/members`: appoints somebody.
#[post("/committee/members")]
pub async fn appoint(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller) = (visitor.in_chosen_language(), visitor.user()?);
    let text = |name: &str| posted.text(name).to_owned();
    let typed = Typed {
        program: text("program"),
        user: text("user"),
        profession: text("profession"),
        field: text("field"),
        panel: text("panel"),
        institution_code: text("institution_code"),
        institution: text("institution"),
        designated: posted.text("designated") == "1",
        starts_on: text("starts_on"),
    };
    let asked = typed.clone();
    match refused(frame.run(move |house| members::appoint(house, &caller, &asked)).await)? {
        Ok(()) => Ok(done(&frame, &visitor, PATH, "board.appointed")),
        Err(refusals) => page(&frame, &visitor, &typed, &refusals).await,
    }
}

/// `POST /committee/members/{id}`: lets a member preside, moves them to another panel, or ends a term.
#[post("/committee/members/{id}")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller) = (visitor.in_chosen_language(), visitor.user()?);
    let program = posted.text("program").to_owned();
    let box_id = format!("ends-{id}");
    let (act, on) = (posted.text("act").to_owned(), posted.text("ends_on").to_owned());
    let panel = posted.text("panel").to_owned();
    let outcome = frame.run(move |house| match act.as_str() {
        "chair" => members::preside(house, &caller, &program, &id),
        "panel-chair" => members::preside_panel(house, &caller, &program, &id),
        "panel" => members::move_to(house, &caller, &program, &id, &panel),
        _ => members::end(house, &caller, &program, &id, &on),
    });
    match refused(outcome.await)? {
        Ok(()) => Ok(done(&frame, &visitor, PATH, "board.changed")),
        Err(refusals) => {
            let there: Vec<_> = refusals.into_iter().map(|refusal| refusal.at(&box_id)).collect();
            page(&frame, &visitor, &Typed::default(), &there).await
        }
    }
}
