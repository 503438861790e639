//! The ledger of payments of a granted case, and lines of a ledger on paper.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::ledger;
use crate::usecases::ledger::append;
use crate::usecases::ledger::typed::Typed;
use crate::web::institution::typed;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;
use super::tried::{draw, nothing};

/// `GET /staff/cases/{id}/ledger`
#[get("/staff/cases/{id}/ledger")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.into_inner());
    let view = frame.run(move |house| ledger::tab(house, &caller, &case)).await?;
    let page = Page::new(&frame, &visitor, &format!("{}　管理票", view.shell.case.reference));
    draw(&frame, "staff/ledger.html", &page, view, nothing())
}

/// `GET /staff/cases/{id}/ledger/paper`
#[get("/staff/cases/{id}/ledger/paper")]
pub async fn paper(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    form(&frame, &visitor, &id, None, None, &[]).await
}

/// `GET /staff/cases/{id}/ledger/paper/{line}`
#[get("/staff/cases/{id}/ledger/paper/{line}")]
pub async fn correction(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (id, line) = path.into_inner();
    form(&frame, &visitor, &id, Some(&line), None, &[]).await
}

async fn form(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    line: Option<&str>,
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, case, line) = (visitor.user()?, id.to_owned(), line.map(str::to_owned));
    let view = frame.run(move |house| ledger::form(house, &caller, &case, line.as_deref())).await?;
    let typed = typed.unwrap_or_else(|| view.typed.clone());
    let page = Page::new(frame, visitor, &format!("{}　紙の管理票", view.shell.case.reference));
    let page = page.back(address(id, "/ledger")).refusals(frame, refusals, None);
    let boxes = json!({
        "care_on": typed.care_on, "kind": typed.kind, "total": typed.total, "reason": typed.reason,
        "institution": typed.institution, "collected": typed.collected,
    });
    draw(frame, "staff/ledger_paper.html", &page, view, json!({ "typed": boxes }))
}

/// `POST /staff/cases/{id}/ledger/paper`
#[post("/staff/cases/{id}/ledger/paper")]
pub async fn type_in(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case, typed) = (visitor.user()?, id.to_string(), typed(&posted));
    let asked = typed.clone();
    let outcome = frame.run(move |house| append::type_in(house, &caller, &case, &asked)).await;
    answer(&frame, &visitor, &id, None, typed, outcome).await
}

/// `POST /staff/cases/{id}/ledger/paper/{line}`
#[post("/staff/cases/{id}/ledger/paper/{line}")]
pub async fn correct(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, line), typed) = (visitor.user()?, path.into_inner(), typed(&posted));
    let (asked, case, at) = (typed.clone(), id.clone(), line.clone());
    let outcome = frame.run(move |house| append::retype(house, &caller, &case, &at, &asked)).await;
    answer(&frame, &visitor, &id, Some(&line), typed, outcome).await
}

async fn answer(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    line: Option<&str>,
    typed: Typed,
    outcome: Result<String, Failure>,
) -> Result<HttpResponse, Failure> {
    match outcome {
        Ok(_) => {
            let done = if line.is_some() {
                "紙の管理票の入力を訂正しました。"
            } else {
                "紙の管理票を入力しました。"
            };
            Ok(redirect_with(frame, &address(id, "/ledger"), "success", done))
        }
        Err(Failure::Refused(refusals)) => form(frame, visitor, id, line, Some(typed), &refusals).await,
        Err(failure) => Err(failure),
    }
}
