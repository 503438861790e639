//! A draft that an office prepares for a client.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::agent::draft;
use crate::web::citizen::{consent_view, statements};
use crate::web::session::{redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

/// Address of a draft.
pub fn address(case: &str) -> String {
    format!("/agent/drafts/{case}")
}

/// `POST /agent/clients/{mandate}/start`: begins an application for a client.
#[post("/agent/clients/{mandate}/start")]
pub async fn begin(
    frame: web::Data<Frame>,
    visitor: Visitor,
    mandate: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let kind: String = posted.text("kind").chars().take(100).collect();
    let back = format!("/agent/clients/{mandate}");
    match frame.run(move |house| draft::begin(house, &caller, &mandate, &kind)).await {
        Ok(case) => Ok(redirect(&address(&case))),
        Err(Failure::Refused(refusals)) => {
            let said = refusals.first().map(|it| frame.views.text(visitor.lang, &it.key, &it.args));
            Ok(redirect_with(&frame, &back, "error", &said.unwrap_or_default()))
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /agent/drafts/{case}`
#[get("/agent/drafts/{case}")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    show(&frame, &visitor, &case, &[]).await
}

async fn show(
    frame: &Frame,
    visitor: &Visitor,
    case: &str,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, case.to_owned());
    let draft = frame.run(move |house| draft::page(house, &caller, &id)).await?;
    let text =
        |error: &crate::domain::forms::FieldError| frame.views.text(visitor.lang, &error.key, &error.args);
    let href = |step: &str, path: &str| format!("/a/{case}/s/{step}?from=review#{path}");
    let missing = draft.missing.iter();
    let missing =
        missing.map(|it| json!({ "href": href(&it.step, &it.error.path), "text": text(&it.error) }));
    let task = |it: &crate::usecases::citizen::tasks::Task| json!({ "label": it.label, "href": format!("/a/{case}/s/{}", it.step), "status": it.status, "note": null });
    let sections = draft
        .tasks
        .sections
        .iter()
        .map(|it| json!({ "title": it.title, "tasks": it.tasks.iter().map(task).collect::<Vec<_>>() }));
    let context = json!({
        "case": draft.tasks.head, "person": draft.person, "expires_on": draft.tasks.expires_on,
        "sections": sections.collect::<Vec<_>>(), "missing": missing.collect::<Vec<_>>(),
        "later": draft.later.iter().map(text).collect::<Vec<_>>(),
        "consents": draft.consents.iter().map(consent_view).collect::<Vec<_>>(),
        "statements": statements(frame, visitor),
    });
    let page = Page::new(frame, visitor, "代わりに申請する").back("/agent").refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "agent/draft.html", &page, context)
}

/// `POST /agent/drafts/{case}`: files it.
#[post("/agent/drafts/{case}")]
pub async fn file(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (id, key, declared) =
        (case.clone(), posted.request().to_owned(), posted.text("declaration") == "yes");
    match frame.run(move |house| draft::file(house, &caller, &id, &key, declared)).await {
        Ok(now) => {
            let said = if now {
                "本人に代わって申請しました。"
            } else {
                "この申請は、もう出されています。"
            };
            Ok(redirect_with(&frame, "/agent", "success", said))
        }
        Err(Failure::Refused(refusals)) => show(&frame, &visitor, &case, &refusals).await,
        Err(failure) => Err(failure),
    }
}
