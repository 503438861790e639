//! The guardians of a person of the ledger at the office.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::guardians::office::{self, Act, PAPERS, REASONS};
use crate::web::citizen::guardians_shown;
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::immunizations::address as person;

fn address(subject: &str) -> String {
    format!("{}/guardians", person(subject))
}

/// `GET /staff/immunizations/people/{subject}/guardians`
#[get("/staff/immunizations/people/{subject}/guardians")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    draw(&frame, &visitor, &subject, &[]).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    subject: &str,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, subject.to_owned());
    let found = frame.run(move |house| office::page(house, &caller, &id)).await?;
    let page = Page::new(frame, visitor, "記録を見られる保護者").back(person(subject));
    let page = page.refusals(frame, refusals, None);
    let mut context = guardians_shown(&found.guardians);
    context["keeps"] = found.keeps.into();
    context["lifts"] = found.lifts.into();
    context["papers"] = options(&PAPERS);
    context["reasons"] = options(&REASONS);
    frame.views.page_with(page.status(), "staff/immunization_guardians.html", &page, context)
}

fn options(known: &[(&str, &str)]) -> Value {
    known.iter().map(|(value, label)| json!({ "value": value, "label": label })).collect()
}

/// `POST /staff/immunizations/people/{subject}/guardians`
#[post("/staff/immunizations/people/{subject}/guardians")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let text = |name: &str| posted.text(name).to_owned();
    let (act, told) = match posted.text("act") {
        "invite" => return code(&frame, &visitor, &subject, &posted).await,
        "take-back" => (Act::TakeBack(text("invitation")), "番号を取り消しました。"),
        "end" => {
            let citizen = text("guardian");
            let reason = text(&format!("reason-{citizen}"));
            (Act::End(citizen, reason), "この保護者は、記録を見られなくなりました。")
        }
        "shield" => (Act::Shield(posted.all("keep").to_vec()), "支援措置を記録しました。"),
        "lift" => (Act::Lift, "支援措置の記録を終えました。"),
        _ => return Err(Failure::Bad),
    };
    let (caller, id) = (visitor.user()?, subject.to_string());
    match frame.run(move |house| office::act(house, &caller, &id, &act)).await {
        Ok(()) => Ok(redirect_with(&frame, &address(&subject), "success", told)),
        Err(Failure::Refused(refusals)) => draw(&frame, &visitor, &subject, &refusals).await,
        Err(failure) => Err(failure),
    }
}

async fn code(
    frame: &Frame,
    visitor: &Visitor,
    subject: &str,
    posted: &Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, subject.to_owned());
    let (papers, guarded) = (posted.text("papers").to_owned(), posted.text("guarded") == "yes");
    match frame.run(move |house| office::invite(house, &caller, &id, &papers, guarded)).await {
        Ok(code) => {
            let page = Page::new(frame, visitor, "保護者に渡す番号").back(address(subject));
            let context = json!({ "name": code.name, "code": code.code, "until": rfc3339(code.until),
                "address": format!("{}/me/vaccinations/join", frame.house.public_url),
                "back": address(subject) });
            frame.views.page("staff/immunization_guardian_code.html", &page, context)
        }
        Err(Failure::Refused(refusals)) => draw(frame, visitor, subject, &refusals).await,
        Err(failure) => Err(failure),
    }
}
