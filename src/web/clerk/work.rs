//! Work items: their form, and what is done with them.

use actix_web::{HttpResponse, get, post, web};

use crate::domain::forms::{Answers, FieldError};
use crate::domain::refusal::Refusal;
use crate::usecases::clerk::verdict::Known;
use crate::usecases::clerk::work::page as work_page;
use crate::usecases::clerk::work_acts::{self as acts, Outcome};
use crate::usecases::{Caller, Error, House};
use crate::web::session::{redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tabs::certificate_page;
use super::tried::{Attempt, Tried, draw, nothing, tried, with_refusals};
use super::{address, known};

type Typed = Option<(Answers, Vec<FieldError>)>;

/// `GET /staff/cases/{id}/work/{item}`
#[get("/staff/cases/{id}/work/{item}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (id, item) = path.into_inner();
    page(&frame, &visitor, &id, &item, None, Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    item: &str,
    typed: Typed,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case, item) = (visitor.user()?, id.to_owned(), item.to_owned());
    let view = frame.run(move |house| work_page(house, &caller, &case, &item, typed)).await?;
    let page = Page::new(frame, visitor, "作業").back(address(id, "/judgement"));
    let page = with_refusals(frame, page.field_errors(frame, &view.errors), None, refusals);
    draw(frame, "staff/work_item.html", &page, view, nothing())
}

/// `POST /staff/cases/{id}/work/{item}`
#[post("/staff/cases/{id}/work/{item}")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (id, item) = path.into_inner();
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let (act, work) = (Act::of(&posted), item.clone());
    let outcome = frame.run(move |house| perform(house, &caller, &known, &work, act)).await;
    let attempt =
        Attempt { case: &id, what: "作業", kept: vec![("メモ", posted.text("note").to_owned())] };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(Outcome::Done) => Ok(redirect(&address(&id, &format!("/work/{item}")))),
        Tried::Done(Outcome::Again(answers, errors)) => {
            page(&frame, &visitor, &id, &item, Some((answers, errors)), Vec::new()).await
        }
        Tried::Refused(refusals) => page(&frame, &visitor, &id, &item, None, refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}

/// The button that was pressed, with what it needs.
enum Act {
    Save(crate::domain::forms::Posted),
    Finish(crate::domain::forms::Posted),
    Ask(String),
    Accept,
    Return(String),
    Waive(String),
    Remind { via: String, note: String },
}

impl Act {
    fn of(posted: &Posted) -> Act {
        let text = |name: &str| posted.text(name).to_owned();
        match posted.text("act") {
            "finish" => Act::Finish(posted.fields().clone()),
            "ask" => Act::Ask(text("physician")),
            "accept" => Act::Accept,
            "return" => Act::Return(text("note")),
            "waive" => Act::Waive(text("reason")),
            "remind" => Act::Remind { via: text("via"), note: text("note") },
            _ => Act::Save(posted.fields().clone()),
        }
    }
}

fn perform(house: &House, caller: &Caller, known: &Known, item: &str, act: Act) -> Result<Outcome, Error> {
    let done = |_| Outcome::Done;
    match act {
        Act::Save(posted) => acts::save(house, caller, known, item, &posted),
        Act::Finish(posted) => acts::finish(house, caller, known, item, &posted),
        Act::Ask(user) => acts::ask(house, caller, known, item, &user).map(done),
        Act::Accept => acts::accept(house, caller, known, item).map(done),
        Act::Return(note) => acts::give_back(house, caller, known, item, &note).map(done),
        Act::Remind { via, note } => acts::remind(house, caller, known, item, &via, &note).map(done),
        Act::Waive(reason) => acts::waive(house, caller, known, item, &reason).map(done),
    }
}

/// `POST /staff/cases/{id}/certificate/accept`
#[post("/staff/cases/{id}/certificate/accept")]
pub async fn certificate(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let (item, back, note) =
        (posted.text("item").to_owned(), posted.text("act") == "return", posted.text("note").to_owned());
    let act = if back { Act::Return(note.clone()) } else { Act::Accept };
    let outcome = frame.run(move |house| perform(house, &caller, &known, &item, act)).await;
    let attempt = Attempt {
        case: &id, what: "診断書の受理・差戻し", kept: vec![("医師への質問", note)]
    };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => {
            let words =
                if back { "医師に差し戻しました。" } else { "診断書を受理しました。" };
            Ok(redirect_with(&frame, &address(&id, "/certificate"), "success", words))
        }
        Tried::Refused(refusals) => {
            let there = refusals.into_iter().map(|it| if back { it.at("note") } else { it }).collect();
            certificate_page(&frame, &visitor, &id, there).await
        }
        Tried::Overtaken(answer) => Ok(answer),
    }
}
