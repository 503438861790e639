//! The month of a presented certificate, and the form for the day's total.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::ledger::append;
use crate::usecases::ledger::counter::{self, Counter};
use crate::usecases::ledger::sheet::read_month;
use crate::usecases::ledger::typed::Typed;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{line_address, typed};

/// `GET /institution/ledgers/{case}`; `?month=2026-11` for another month.
#[get("/institution/ledgers/{case}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let month = match query.get("month") {
        Some(code) => Some(read_month(code).ok_or(Failure::NotFound)?),
        None => None,
    };
    page(&frame, &visitor, &case, month, None, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: &str,
    month: Option<NaiveDate>,
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, case.to_owned());
    let view = frame.run(move |house| counter::page(house, &caller, &case, month)).await?;
    let typed = typed.unwrap_or_else(|| fresh(&view));
    let page = Page::new(frame, visitor, "自己負担上限額管理票").back("/institution");
    let page = page.refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "institution/ledger.html", &page, context(&view, &typed))
}

fn context(view: &Counter, typed: &Typed) -> serde_json::Value {
    let boxes = json!({ "care_on": typed.care_on, "kind": typed.kind, "total": typed.total });
    let mut context = json!(view);
    context["typed"] = boxes;
    context
}

/// The form of a new line: today, or the last day of the shown month.
fn fresh(view: &Counter) -> Typed {
    let last = view.last_day.to_string();
    Typed { care_on: last, kind: view.usual.clone(), ..Typed::default() }
}

/// `POST /institution/ledgers/{case}`
#[post("/institution/ledgers/{case}")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case, typed) = (visitor.user()?, case.into_inner(), typed(&posted));
    let (asked, of) = (typed.clone(), case.clone());
    match frame.run(move |house| append::post(house, &caller, &of, &asked)).await {
        Ok(line) => Ok(redirect(&line_address(&case, &line))),
        Err(Failure::Refused(refusals)) => {
            let month = read_month(posted.text("month"));
            page(&frame, &visitor, &case, month, Some(typed), &refusals).await
        }
        Err(failure) => Err(failure),
    }
}
