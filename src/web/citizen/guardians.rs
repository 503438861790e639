//! The guardians of a person: who they are, a code for another one, and the page on which that one types it.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::guardians::{invite, join, shown};
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

/// Where somebody types a code.
const JOIN: &str = "/me/vaccinations/join";

fn address(subject: &str) -> String {
    format!("/me/vaccinations/{subject}/guardians")
}

/// `GET /me/vaccinations/join`
#[get("/me/vaccinations/join")]
pub async fn ask(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    visitor.citizen()?;
    form(&frame, &visitor, ("", ""), &[])
}

fn form(
    frame: &Frame,
    visitor: &Visitor,
    (code, birth): (&str, &str),
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let page = Page::titled(frame, visitor, "guardian.join-title").back("/me/vaccinations");
    let page = page.refusals(frame, refusals, None);
    let context = json!({ "code": code, "birth": birth });
    frame.views.page_with(page.status(), "citizen/guardian_join.html", &page, context)
}

/// `POST /me/vaccinations/join`
#[post("/me/vaccinations/join")]
pub async fn enter(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let text = |name: &str| posted.text(name).chars().take(80).collect::<String>();
    let (code, birth) = (text("code"), text("birth"));
    let typed = (code.clone(), birth.clone());
    match frame.run(move |house| join::join(house, &caller, &code, &birth)).await {
        Ok(subject) => {
            let told = say(&frame, &visitor, "guardian.joined");
            Ok(redirect_with(&frame, &format!("/me/vaccinations/{subject}"), "success", &told))
        }
        Err(Failure::Refused(refusals)) => form(&frame, &visitor, (&typed.0, &typed.1), &refusals),
        Err(failure) => Err(failure),
    }
}

/// `GET /me/vaccinations/{subject}/guardians`
#[get("/me/vaccinations/{subject}/guardians")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &subject, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    subject: &str,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.citizen()?, subject.to_owned());
    let found = frame.run(move |house| shown::page(house, &caller, &id)).await?;
    let page = Page::titled(frame, visitor, "guardian.title").back(format!("/me/vaccinations/{subject}"));
    let page = page.refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "citizen/guardians.html", &page, context(&found))
}

/// What both pages of guardians show, with times as templates read them.
pub fn context(found: &shown::Guardians) -> serde_json::Value {
    let guardian = |it: &shown::Shown| {
        json!({ "id": it.id, "name": it.name, "since": rfc3339(it.since), "own": it.own,
            "ended_at": it.ended_at.map(rfc3339) })
    };
    let open =
        |it: &shown::Open| json!({ "id": it.id, "by_office": it.by_office, "until": rfc3339(it.until) });
    json!({
        "person": { "id": found.subject, "name": found.name },
        "guardians": found.guardians.iter().map(guardian).collect::<Vec<_>>(),
        "invitations": found.invitations.iter().map(open).collect::<Vec<_>>(),
        "shielded": found.shielded, "of_age": found.of_age,
    })
}

/// `POST /me/vaccinations/{subject}/guardians`: a code, shown once; the end of one; or the caller acts no more.
#[post("/me/vaccinations/{subject}/guardians")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id, invitation) =
        (visitor.citizen()?, subject.to_string(), posted.text("invitation").to_owned());
    let (done, told, back) = match posted.text("act") {
        "invite" => return code(&frame, &visitor, &subject).await,
        "end" => {
            let done = frame.run(move |house| invite::end(house, &caller, &id, &invitation)).await;
            (done, "guardian.invitation-ended", address(&subject))
        }
        "leave" => {
            let done = frame.run(move |house| invite::leave(house, &caller, &id)).await;
            (done, "guardian.left", "/me/vaccinations".to_owned())
        }
        _ => return Err(Failure::Bad),
    };
    done?;
    Ok(redirect_with(&frame, &back, "success", &say(&frame, &visitor, told)))
}

async fn code(frame: &Frame, visitor: &Visitor, subject: &str) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.citizen()?, subject.to_owned());
    match frame.run(move |house| invite::invite(house, &caller, &id)).await {
        Ok(code) => {
            let page = Page::titled(frame, visitor, "guardian.title").back(address(subject));
            let context = json!({ "name": code.name, "code": code.code, "until": rfc3339(code.until),
                "address": format!("{}{JOIN}", frame.house.public_url), "back": address(subject) });
            frame.views.page("citizen/guardian_code.html", &page, context)
        }
        Err(Failure::Refused(refusals)) => page(frame, visitor, subject, &refusals).await,
        Err(failure) => Err(failure),
    }
}
