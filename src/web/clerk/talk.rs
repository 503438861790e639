//! Messages to the applicant, notes among colleagues.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::talk;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{Attempt, Tried, draw, tried, with_refusals};
use super::{address, known};

/// `GET /staff/cases/{id}/messages`
#[get("/staff/cases/{id}/messages")]
pub async fn messages(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    messages_page(&frame, &visitor, &id, "", Vec::new()).await
}

async fn messages_page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    draft: &str,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| talk::conversation(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, &format!("{}　やりとり", view.shell.case.reference));
    let page = with_refusals(frame, page, Some(&view.shell.program), refusals);
    draw(frame, "staff/messages.html", &page, view, json!({ "draft": draft }))
}

/// `POST /staff/cases/{id}/messages`
#[post("/staff/cases/{id}/messages")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let text = posted.text("text").to_owned();
    let typed = text.clone();
    let outcome = frame.run(move |house| talk::send(house, &caller, &known, &typed)).await;
    let attempt =
        Attempt { case: &id, what: "メッセージの送信", kept: vec![("申請者へ", text.clone())] };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => {
            Ok(redirect_with(&frame, &address(&id, "/messages"), "success", "申請者に送りました。"))
        }
        Tried::Refused(refusals) => messages_page(&frame, &visitor, &id, &text, refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}

/// `GET /staff/cases/{id}/notes`
#[get("/staff/cases/{id}/notes")]
pub async fn notes(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    notes_page(&frame, &visitor, &id, ["", ""], Vec::new()).await
}

async fn notes_page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    [draft, follow_up]: [&str; 2],
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| talk::notes(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, &format!("{}　メモ", view.shell.case.reference));
    let page = with_refusals(frame, page, Some(&view.shell.program), refusals);
    draw(frame, "staff/notes.html", &page, view, json!({ "draft": draft, "follow_up": follow_up }))
}

/// `POST /staff/cases/{id}/notes`
#[post("/staff/cases/{id}/notes")]
pub async fn note(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let (text, follow_up) = (posted.text("text").to_owned(), posted.text("follow_up").to_owned());
    let (typed, day) = (text.clone(), follow_up.clone());
    let outcome = frame.run(move |house| talk::note(house, &caller, &known, &typed, &day)).await;
    let attempt = Attempt { case: &id, what: "メモ", kept: vec![("新しいメモ", text.clone())] };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => Ok(redirect_with(&frame, &address(&id, "/notes"), "success", "メモを残しました。")),
        Tried::Refused(refusals) => notes_page(&frame, &visitor, &id, [&text, &follow_up], refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}
