//! A posted line: what is to be collected, and its correction.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::ledger::append;
use crate::usecases::ledger::counter::{self, Receipt};
use crate::usecases::ledger::typed::Typed;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{address, line_address, typed};

/// `GET /institution/ledgers/{case}/lines/{line}`
#[get("/institution/ledgers/{case}/lines/{line}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (case, line) = path.into_inner();
    let receipt = receipt(&frame, &visitor, &case, &line).await?;
    let page = Page::new(&frame, &visitor, "窓口で受け取る額").back(address(&case));
    frame.views.page("institution/line.html", &page, json!(receipt))
}

async fn receipt(frame: &Frame, visitor: &Visitor, case: &str, line: &str) -> Result<Receipt, Failure> {
    let (caller, case, line) = (visitor.user()?, case.to_owned(), line.to_owned());
    frame.run(move |house| counter::receipt(house, &caller, &case, &line)).await
}

/// `GET /institution/ledgers/{case}/lines/{line}/correct`
#[get("/institution/ledgers/{case}/lines/{line}/correct")]
pub async fn correction(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (case, line) = path.into_inner();
    page(&frame, &visitor, &case, &line, None, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: &str,
    line: &str,
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let receipt = receipt(frame, visitor, case, line).await?;
    let typed = typed.unwrap_or_else(|| as_it_is(&receipt));
    let mut context = json!(receipt);
    context["typed"] = json!({
        "care_on": typed.care_on, "kind": typed.kind, "total": typed.total, "reason": typed.reason,
    });
    let page = Page::new(frame, visitor, "記入を訂正する").back(line_address(case, line));
    let page = page.refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "institution/correct.html", &page, context)
}

fn as_it_is(receipt: &Receipt) -> Typed {
    let line = &receipt.line;
    Typed {
        care_on: line.care_on.to_string(),
        kind: line.kind_code.clone(),
        total: line.total.to_string(),
        ..Typed::default()
    }
}

/// `POST /institution/ledgers/{case}/lines/{line}/correct`
#[post("/institution/ledgers/{case}/lines/{line}/correct")]
pub async fn correct(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, (case, line), typed) = (visitor.user()?, path.into_inner(), typed(&posted));
    let (asked, of, at) = (typed.clone(), case.clone(), line.clone());
    match frame.run(move |house| append::correct(house, &caller, &of, &at, &asked)).await {
        Ok(new) => Ok(redirect(&line_address(&case, &new))),
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &case, &line, Some(typed), &refusals).await,
        Err(failure) => Err(failure),
    }
}
