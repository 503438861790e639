//! 起案.

use actix_web::{HttpResponse, get, post, web};

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::draft::{page as draft_page, submit};
use crate::usecases::clerk::draft_content::{Typed, TypedReason};
use crate::usecases::clerk::letters::preview_typed;
use crate::usecases::clerk::verdict::Known;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::letters::letter_page;
use super::tried::{Attempt, Tried, draw, nothing, tried, with_refusals};
use super::{address, known};

/// `GET /staff/cases/{id}/draft`
#[get("/staff/cases/{id}/draft")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, None, Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    typed: Option<Typed>,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| draft_page(house, &caller, &case, typed.as_ref())).await?;
    let shape = &view.program.definition.decision;
    // The core names a field by its key; on the page its box has a prefix.
    let placed = refusals.into_iter().map(|mut refusal| {
        if let Some(key) = refusal.field.as_ref().filter(|key| shape.field(key).is_some()) {
            refusal.field = Some(format!("field:{key}"));
        }
        refusal
    });
    let page = Page::new(frame, visitor, "起案").back(address(id, "/judgement"));
    let page = with_refusals(frame, page, Some(&view.program), placed.collect());
    draw(frame, "staff/draft.html", &page, view, nothing())
}

fn typed(posted: &Posted) -> Typed {
    let under = |prefix: &str| {
        let names = posted.fields().keys().filter_map(|name| name.strip_prefix(prefix));
        names.map(|key| (key.to_owned(), posted.text(&format!("{prefix}{key}")).to_owned())).collect()
    };
    let fact = |name: &str, code: &str| posted.text(&format!("{name}:{code}")).to_owned();
    let reason = |code: &String| TypedReason {
        criterion: fact("criterion", code),
        required: fact("required", code),
        observed: fact("observed", code),
        source: fact("source", code),
    };
    Typed {
        outcome: posted.text("outcome").to_owned(),
        fields: under("field:"),
        whys: under("why:"),
        reasons: posted.all("reason").iter().map(|code| (code.clone(), reason(code))).collect(),
    }
}

/// `POST /staff/cases/{id}/draft`
#[post("/staff/cases/{id}/draft")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let typed = typed(&posted);
    match posted.text("act").strip_prefix("preview:") {
        Some(kind) => preview(&frame, &visitor, &id, kind, typed).await,
        None => send(&frame, &visitor, &id, known(&id, &posted), typed).await,
    }
}

async fn send(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    known: Known,
    typed: Typed,
) -> Result<HttpResponse, Failure> {
    let (caller, content) = (visitor.user()?, typed.clone());
    let outcome = frame.run(move |house| submit(house, &caller, &known, &content)).await;
    let kept = typed.whys.values().map(|why| ("変えた理由", why.clone())).collect();
    match tried(frame, visitor, Attempt { case: id, what: "起案", kept }, outcome).await? {
        Tried::Done(_) => Ok(redirect_with(frame, &address(id, ""), "success", "決裁に回しました。")),
        Tried::Refused(refusals) => page(frame, visitor, id, Some(typed), refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}

/// The letter as it would be, in place of the page; the browser's way back keeps what was typed.
async fn preview(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    kind: &str,
    typed: Typed,
) -> Result<HttpResponse, Failure> {
    let (caller, case, letter, content) = (visitor.user()?, id.to_owned(), kind.to_owned(), typed.clone());
    let outcome = frame.run(move |house| preview_typed(house, &caller, &case, &letter, &content)).await;
    match outcome {
        Ok(view) => letter_page(frame, visitor, view),
        Err(Failure::Refused(refusals)) => page(frame, visitor, id, Some(typed), refusals).await,
        Err(failure) => Err(failure),
    }
}
