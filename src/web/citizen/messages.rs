//! Talk between applicant and office.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::Order;
use crate::usecases::citizen::messages::{self, Line};
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::case::corrections;
use super::say;

/// `GET /a/{case}/messages`
#[get("/a/{case}/messages")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, case.into_inner(), "", &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: String,
    draft: &str,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let talk = frame.run(move |house| messages::page(house, &caller, lang, &case)).await?;
    let id = &talk.head.id;
    let context = json!({
        "case": talk.head, "corrections": corrections(id, talk.correction.as_ref()), "draft": draft,
        "messages": talk.lines.iter().map(|line| line_view(frame, visitor, line)).collect::<Vec<_>>(),
    });
    let page = Page::titled(frame, visitor, "messages.title").back(format!("/a/{id}"));
    let page = page.refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "citizen/messages.html", &page, context)
}

fn line_view(frame: &Frame, visitor: &Visitor, line: &Line) -> Value {
    let office = || frame.house.office.get("name").cloned().unwrap_or_default();
    let sender = if line.mine { say(frame, visitor, "message.you") } else { office() };
    json!({ "mine": line.mine, "sender": sender, "at": rfc3339(line.at), "text": line.text,
        "read_at": line.read_at.map(rfc3339) })
}

/// `POST /a/{case}/messages`
#[post("/a/{case}/messages")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let case = case.into_inner();
    let (id, typed) = (case.clone(), posted.text("text").to_owned());
    let done = frame
        .run(move |house| {
            let order = Order::new(&id, CommandName::SendMessage).once(posted.request());
            messages::write(house, &caller, &order, posted.text("text"))
        })
        .await;
    match done {
        Ok(()) => {
            let told = say(&frame, &visitor, "messages.sent");
            Ok(redirect_with(&frame, &format!("/a/{case}/messages"), "success", &told))
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, case, &typed, &refusals).await,
        Err(failure) => Err(failure),
    }
}
