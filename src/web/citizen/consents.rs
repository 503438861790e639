//! Consents after filing.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::program::vocabulary::CommandName;
use crate::usecases::citizen::consents;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::declare::consent_view;
use super::{order, say};

/// `GET /a/{case}/consents`
#[get("/a/{case}/consents")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let found = frame.run(move |house| consents::page(house, &caller, lang, &case)).await?;
    let page = Page::titled(&frame, &visitor, "consents.title").back(format!("/a/{}", found.head.id));
    let all: Vec<_> = found.consents.iter().map(consent_view).collect();
    frame.views.page("citizen/consents.html", &page, json!({ "case": found.head, "consents": all }))
}

/// `POST /a/{case}/consents`: gives or takes back one consent.
#[post("/a/{case}/consents")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let (command, told) = match posted.text("act") {
        "give" => (CommandName::GiveConsent, "consents.now-given"),
        "revoke" => (CommandName::RevokeConsent, "consents.now-revoked"),
        _ => return Err(Failure::Bad),
    };
    let back = format!("/a/{case}/consents");
    frame
        .run(move |house| {
            let order = order(&case, command, &posted);
            consents::change(house, &caller, &order, posted.text("consent"))
        })
        .await?;
    Ok(redirect_with(&frame, &back, "success", &say(&frame, &visitor, told)))
}
