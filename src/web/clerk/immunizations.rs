//! 接種の台帳 at the office: finding a person, their page, moving out, and cancelling a voucher.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::register::find::{self, Asked};
use crate::usecases::immunization::register::{leave, page};
use crate::web::session::{redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

/// Where people are looked for.
const HOME: &str = "/staff/immunizations";

/// Address of a person. The id tells nothing of them.
pub(super) fn address(subject: &str) -> String {
    format!("{HOME}/people/{subject}")
}

/// `GET /staff/immunizations`
#[get("/staff/immunizations")]
pub async fn ask(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    form(&frame, &visitor, &Asked::default(), &[]).await
}

async fn form(
    frame: &Frame,
    visitor: &Visitor,
    typed: &Asked,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let keeps = frame.run(move |house| find::may_ask(house, &caller)).await?;
    let page = Page::new(frame, visitor, "接種の台帳").refusals(frame, refusals, None);
    let nobody = refusals.iter().any(|refusal| refusal.key == "register.nobody");
    let context = json!({
        "keeps": keeps, "nobody": nobody,
        "typed": {
            "number": typed.number, "kana": typed.kana, "birth": typed.birth, "name": typed.name, "sex": typed.sex,
            "postcode": typed.postcode, "address": typed.address, "district": typed.district,
            "guardian": typed.guardian, "moved_in": typed.moved_in,
        },
        "sexes": [{ "value": "female", "label": "女" }, { "value": "male", "label": "男" }],
    });
    frame.views.page_with(page.status(), "staff/immunizations.html", &page, context)
}

/// `POST /staff/immunizations`: finds somebody, or enters who is not there.
#[post("/staff/immunizations")]
pub async fn look(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, typed) = (visitor.user()?, typed(&posted));
    let (asked, enters) = (typed.clone(), posted.text("act") == "enter");
    let found = frame.run(move |house| match enters {
        true => find::enter(house, &caller, &asked),
        false => find::find(house, &caller, &asked),
    });
    match found.await {
        Ok(subject) => Ok(redirect(&address(&subject))),
        Err(Failure::Refused(refusals)) => form(&frame, &visitor, &typed, &refusals).await,
        Err(failure) => Err(failure),
    }
}

fn typed(posted: &Posted) -> Asked {
    let text = |name: &str| posted.text(name).to_owned();
    Asked {
        number: text("number"),
        kana: text("kana"),
        birth: text("birth"),
        name: text("name"),
        sex: text("sex"),
        postcode: text("postcode"),
        address: text("address"),
        district: text("district"),
        guardian: text("guardian"),
        moved_in: text("moved-in"),
    }
}

/// `GET /staff/immunizations/people/{subject}`
#[get("/staff/immunizations/people/{subject}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    person(&frame, &visitor, &subject, &[]).await
}

async fn person(
    frame: &Frame,
    visitor: &Visitor,
    subject: &str,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, subject.to_owned());
    let view = frame.run(move |house| page::page(house, &caller, &id)).await?;
    let page = Page::new(frame, visitor, "接種の記録").back(HOME).refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "staff/immunization_person.html", &page, view)
}

/// `POST /staff/immunizations/people/{subject}`: they moved out, died or came back, or a voucher is cancelled.
#[post("/staff/immunizations/people/{subject}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id, act) = (visitor.user()?, subject.to_string(), posted.text("act").to_owned());
    let (how, left) = (posted.text("how").to_owned(), posted.text("left").to_owned());
    let number = posted.text("voucher").to_owned();
    let my_number = posted.text("my-number").to_owned();
    let reason = posted.text(&format!("why-{number}")).to_owned();
    let done = match act.as_str() {
        "leave" => "記録し、使っていない接種券を取り消しました。",
        "return" => "転出・死亡の記録を取り消しました。",
        "number" => "個人番号を記録しました。",
        _ => "接種券を取り消しました。",
    };
    let outcome = frame.run(move |house| match act.as_str() {
        "leave" => leave::leave(house, &caller, &id, &how, &left),
        "return" => leave::come_back(house, &caller, &id),
        "number" => leave::number(house, &caller, &id, &my_number),
        _ => leave::cancel(house, &caller, &id, &number, &reason),
    });
    match outcome.await {
        Ok(()) => Ok(redirect_with(&frame, &address(&subject), "success", done)),
        Err(Failure::Refused(refusals)) => person(&frame, &visitor, &subject, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// The line of a file from which a dose is typed, as an address or a form carries it.
pub(super) fn waiting(run: &str, line: &str) -> Option<(String, i64)> {
    let line = line.parse().ok()?;
    (!run.is_empty()).then(|| (run.to_owned(), line))
}

/// The same from an address.
pub(super) fn waiting_in(query: &HashMap<String, String>) -> Option<(String, i64)> {
    let text = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    waiting(text("run"), text("line"))
}
