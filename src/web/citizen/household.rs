//! The members of the household: codes for their consents, and consents for minors.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::citizen::household;
use crate::usecases::household::consents::{self, Change};
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

/// `GET /a/{case}/household`
#[get("/a/{case}/household")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &case, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: &str,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang, id) = (visitor.citizen()?, visitor.lang, case.to_owned());
    let found = frame.run(move |house| household::page(house, &caller, lang, &id)).await?;
    let page = Page::titled(frame, visitor, "household.title").back(format!("/a/{case}"));
    let page = page.refusals(frame, refusals, None);
    let context = json!({ "case": found.head, "members": found.members });
    frame.views.page_with(page.status(), "citizen/household.html", &page, context)
}

/// `POST /a/{case}/household/codes`: makes a code and shows it, once.
#[post("/a/{case}/household/codes")]
pub async fn invite(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id, member) = (visitor.citizen()?, case.to_string(), posted.text("member").to_owned());
    match frame.run(move |house| consents::invite(house, &caller, &id, &member)).await {
        Ok(code) => {
            let page = Page::titled(&frame, &visitor, "household.title");
            let context = json!({ "name": code.name, "code": code.code, "until": rfc3339(code.until),
                "address": format!("{}/member", frame.house.public_url),
                "back": format!("/a/{case}/household") });
            frame.views.page(
                "citizen/household_code.html",
                &page.back(format!("/a/{case}/household")),
                context,
            )
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &case, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `POST /a/{case}/household/consents`: consents for a minor, or takes that back.
#[post("/a/{case}/household/consents")]
pub async fn consent(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.citizen()?, case.to_string());
    let text = |name: &str| posted.text(name).to_owned();
    let give = posted.text("act") == "give";
    let change = Change { member: text("member"), consent: text("consent"), give, signed_on: String::new() };
    match frame.run(move |house| consents::change(house, &caller, &id, &change)).await {
        Ok(()) => {
            let told = if give { "household.told" } else { "household.told-back" };
            let back = format!("/a/{case}/household");
            Ok(redirect_with(&frame, &back, "success", &say(&frame, &visitor, told)))
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &case, &refusals).await,
        Err(failure) => Err(failure),
    }
}
