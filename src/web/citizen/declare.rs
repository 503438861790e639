//! Consents, declaration, filing and its confirmation.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::usecases::citizen::consents::{self, Asked, Consents};
use crate::usecases::citizen::submit;
use crate::web::page::rfc3339;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

/// What is declared, by text key.
const STATEMENTS: [&str; 3] =
    ["declare.statement.true", "declare.statement.changes", "declare.statement.checks"];

/// `GET /a/{case}/declare`
#[get("/a/{case}/declare")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let consents = load(&frame, &visitor, case.into_inner()).await?;
    if consents.head.reference.is_some() {
        return Ok(redirect(&format!("/a/{}", consents.head.id)));
    }
    show(&frame, &visitor, &consents, &[], false)
}

async fn load(frame: &Frame, visitor: &Visitor, case: String) -> Result<Consents, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    frame.run(move |house| consents::page(house, &caller, lang, &case)).await
}

fn show(
    frame: &Frame,
    visitor: &Visitor,
    consents: &Consents,
    refusals: &[Refusal],
    declared: bool,
) -> Result<HttpResponse, Failure> {
    let statements = statements(frame, visitor);
    let context = json!({
        "case": consents.head, "statements": statements, "declared": declared, "late": consents.late,
        "consents": consents.consents.iter().map(consent_view).collect::<Vec<_>>(),
    });
    let back = format!("/a/{}/review", consents.head.id);
    let page = Page::titled(frame, visitor, "declare.title").back(back).refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "citizen/declare.html", &page, context)
}

/// What is declared, in the visitor's language.
pub fn statements(frame: &Frame, visitor: &Visitor) -> Vec<String> {
    STATEMENTS.iter().map(|key| say(frame, visitor, key)).collect()
}

/// A consent as templates take it.
pub fn consent_view(consent: &Asked) -> Value {
    json!({
        "code": consent.code, "title": consent.title, "text": consent.text, "who": consent.law.join("、"),
        "given": consent.given, "since": consent.since.map(rfc3339), "effect": consent.effect,
    })
}

/// `POST /a/{case}/declare`: files the application.
#[post("/a/{case}/declare")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let case = case.into_inner();
    let (id, key) = (case.clone(), posted.request().to_owned());
    let (declared, ticked) = (posted.text("declaration") == "yes", posted.all("consent").to_vec());
    let done = frame.run(move |house| submit::file(house, &caller, &id, &key, declared, &ticked)).await;
    match done {
        Ok(()) => Ok(redirect(&format!("/a/{case}/done"))),
        Err(Failure::Refused(refusals)) if refusals.iter().any(|it| it.key == "submit.incomplete") => {
            Ok(redirect(&format!("/a/{case}/review")))
        }
        Err(Failure::Refused(refusals)) => {
            let consents = load(&frame, &visitor, case).await?;
            show(&frame, &visitor, &consents, &refusals, declared)
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /a/{case}/done`
#[get("/a/{case}/done")]
pub async fn confirmation(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let receipt = frame.run(move |house| submit::receipt(house, &caller, lang, &case)).await?;
    let id = &receipt.head.id;
    let next: Vec<_> = receipt.next.iter().map(|text| json!({ "when": "", "text": text })).collect();
    let todo: Vec<_> = receipt
        .later
        .iter()
        .map(|it| json!({ "text": it.label, "href": format!("/a/{id}/s/{}", it.step) }))
        .collect();
    let context = json!({
        "case": receipt.head, "received_at": rfc3339(receipt.received_at), "next": next, "todo": todo,
        "pdf_url": receipt.proof.as_ref().map(|letter| format!("/a/{id}/letters/{letter}")),
        "email": receipt.email,
    });
    frame.views.page("citizen/done.html", &Page::titled(&frame, &visitor, "done.title"), context)
}
