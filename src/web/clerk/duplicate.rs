//! Two applications that may be one.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::duplicate::{clear, compare, merge};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{Attempt, Tried, draw, tried, with_refusals};
use super::{address, known};

/// `GET /staff/cases/{id}/duplicate`
#[get("/staff/cases/{id}/duplicate")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, "", Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    reason: &str,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| compare(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, "同じ人の申請かもしれません").back(address(id, ""));
    let page = with_refusals(frame, page, None, refusals);
    draw(frame, "staff/duplicate.html", &page, view, json!({ "reason": reason }))
}

/// `POST /staff/cases/{id}/duplicate`
#[post("/staff/cases/{id}/duplicate")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let (one, reason) = (posted.text("act") == "merge", posted.text("reason").to_owned());
    let why = reason.clone();
    let outcome = frame
        .run(move |house| match one {
            true => merge(house, &caller, &known, &why),
            false => clear(house, &caller, &known, &why),
        })
        .await;
    let attempt =
        Attempt { case: &id, what: "重複の判断", kept: vec![("判断の理由", reason.clone())] };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => {
            let words = if one {
                "重複として終えました。"
            } else {
                "別の申請として進めます。"
            };
            Ok(redirect_with(&frame, &address(&id, ""), "success", words))
        }
        Tried::Refused(refusals) => page(&frame, &visitor, &id, &reason, refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}
