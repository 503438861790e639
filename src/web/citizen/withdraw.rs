//! Taking an application back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::Order;
use crate::usecases::citizen::Head;
use crate::usecases::citizen::withdraw::{self, Taken};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

/// `GET /a/{case}/withdraw`
#[get("/a/{case}/withdraw")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let head = load(&frame, &visitor, case.into_inner()).await?;
    show(&frame, &visitor, StatusCode::OK, &head, &[])
}

async fn load(frame: &Frame, visitor: &Visitor, case: String) -> Result<Head, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    frame.run(move |house| withdraw::page(house, &caller, lang, &case)).await
}

fn show(
    frame: &Frame,
    visitor: &Visitor,
    status: StatusCode,
    head: &Head,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let title = if head.reference.is_some() { "withdraw.title" } else { "withdraw.draft-title" };
    let page =
        Page::titled(frame, visitor, title).back(format!("/a/{}", head.id)).refusals(frame, refusals, None);
    frame.views.page_with(status, "citizen/withdraw.html", &page, json!({ "case": head }))
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
            let order = Order::new(&id, CommandName::Withdraw).at(posted.version().unwrap_or_default());
            withdraw::take_back(house, &caller, &order.once(posted.request()), posted.text("reason"))
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
        Err(Failure::Refused(refusals)) => {
            let head = load(&frame, &visitor, case).await?;
            show(&frame, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &head, &refusals)
        }
        Err(failure) => Err(failure),
    }
}
