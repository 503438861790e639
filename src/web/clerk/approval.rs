//! 決裁.

use actix_web::{HttpResponse, get, post, web};

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::approval::{approve, give_back, page as approval_page};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::known;
use super::tried::{Attempt, Tried, draw, nothing, tried, with_refusals};

/// `GET /staff/cases/{id}/approval`
#[get("/staff/cases/{id}/approval")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| approval_page(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, "決裁").back("/staff/approvals");
    let page = with_refusals(frame, page, Some(&view.program), refusals);
    draw(frame, "staff/approval.html", &page, view, nothing())
}

/// `POST /staff/cases/{id}/approval`
#[post("/staff/cases/{id}/approval")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let (back, hash) = (posted.text("act") == "return", posted.text("digest").to_owned());
    let remark = posted.text("remark").to_owned();
    let said = remark.clone();
    let outcome = frame
        .run(move |house| match back {
            true => give_back(house, &caller, &known, &remark),
            false => approve(house, &caller, &known, &hash),
        })
        .await;
    let attempt =
        Attempt {
            case: &id, what: if back { "起案の差戻し" } else { "決裁" }, kept: vec![("意見", said)]
        };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => {
            let words = if back { "起案者に差し戻しました。" } else { "決裁しました。" };
            Ok(redirect_with(&frame, "/staff/approvals", "success", words))
        }
        Tried::Refused(refusals) => page(&frame, &visitor, &id, refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}
