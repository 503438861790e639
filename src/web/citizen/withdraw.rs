//! Taking an application back.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::citizen::withdraw::{self, Taken};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{order, say};

/// `GET /a/{case}/withdraw`
#[get("/a/{case}/withdraw")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, case.into_inner(), &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: String,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let head = frame.run(move |house| withdraw::page(house, &caller, lang, &case)).await?;
    let title = if head.reference.is_some() { "withdraw.title" } else { "withdraw.draft-title" };
    let page =
        Page::titled(frame, visitor, title).back(format!("/a/{}", head.id)).refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "citizen/withdraw.html", &page, json!({ "case": head }))
}

/// `POST /a/{case}/withdraw`
#[post("/a/{case}/withdraw")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let case = case.into_inner();
    let id = case.clone();
    let done = frame
        .run(move |house| {
            let order = order(&id, CommandName::Withdraw, &posted);
            withdraw::take_back(house, &caller, &order, posted.text("reason"))
        })
        .await;
    match done {
        Ok(Taken::Deleted) => {
            Ok(redirect_with(&frame, "/me", "success", &say(&frame, &visitor, "withdraw.draft-done")))
        }
        Ok(Taken::Withdrawn) => {
            let told = say(&frame, &visitor, "withdraw.done");
            Ok(redirect_with(&frame, &format!("/a/{case}"), "success", &told))
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, case, &refusals).await,
        Err(failure) => Err(failure),
    }
}
