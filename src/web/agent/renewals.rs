//! Renewals of many clients at once.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::agent::renewals;
use crate::web::citizen::statements;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

const PATH: &str = "/agent/renewals";

/// `GET /agent/renewals`
#[get("/agent/renewals")]
pub async fn view(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    show(&frame, &visitor, &[]).await
}

async fn show(frame: &Frame, visitor: &Visitor, refusals: &[Refusal]) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let found = frame.run(move |house| renewals::page(house, &caller)).await?;
    let context = json!({ "open": found.open, "ready": found.ready, "lacking": found.lacking,
        "most": renewals::MOST, "statements": statements(frame, visitor) });
    let page = Page::new(frame, visitor, "更新をまとめて申請する").refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "agent/renewals.html", &page, context)
}

/// `POST /agent/renewals`: prepares drafts, or files those that are complete.
#[post("/agent/renewals")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, chosen) = (visitor.user()?, posted.all("chosen").to_vec());
    let declared = posted.text("declaration") == "yes";
    let outcome = match posted.text("act") {
        "prepare" => frame
            .run(move |house| renewals::prepare(house, &caller, &chosen))
            .await
            .map(|count| format!("{count}人の申請書を用意しました。内容を確かめてください。")),
        "file" => {
            frame.run(move |house| renewals::file(house, &caller, &chosen, declared)).await.map(|done| {
                let left = format!("足りないものがある{}人は、下書きのままです。", done.left);
                let left = if done.left == 0 { String::new() } else { left };
                format!("{}人の更新を申請しました。{left}", done.filed)
            })
        }
        _ => return Err(Failure::Bad),
    };
    match outcome {
        Ok(said) => Ok(redirect_with(&frame, PATH, "success", &said)),
        Err(Failure::Refused(refusals)) => show(&frame, &visitor, &refusals).await,
        Err(failure) => Err(failure),
    }
}
