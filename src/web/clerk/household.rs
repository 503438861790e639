//! What the members of a household consented to, whose cap is shared, and the caps that are to be determined anew.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::clerk::household as tab;
use crate::usecases::household::consents::{self, Change};
use crate::usecases::household::partners;
use crate::usecases::household::tasks::{self, Settled};
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{Attempt, Tried, draw, nothing, tried, with_refusals};
use super::{address, known};

/// `GET /staff/cases/{id}/household`
#[get("/staff/cases/{id}/household")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, json!({}), Vec::new()).await
}

/// The tab, with what was typed and the reasons of a refusal above it.
pub async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    typed: Value,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| tab::tab(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, &format!("{}　世帯", view.shell.case.reference));
    let page = with_refusals(frame, page, Some(&view.shell.program), refusals);
    draw(frame, "staff/household.html", &page, view, typed)
}

/// `POST /staff/cases/{id}/household/partners`: accepts a candidate.
#[post("/staff/cases/{id}/household/partners")]
pub async fn accept(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known, other) = (visitor.user()?, known(&id, &posted), posted.text("partner").to_owned());
    let order =
        move |house: &_| partners::accept(house, &caller, &known.order(CommandName::SaveItem), &other);
    let outcome = frame.run(order).await;
    let attempt = Attempt { case: &id, what: "按分の相手の確認", kept: Vec::new() };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(()) => Ok(back(&frame, &id, "按分の相手を記録しました。")),
        Tried::Refused(refusals) => page(&frame, &visitor, &id, json!({}), refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}

/// `POST /staff/cases/{id}/household/partners/{link}/end`
#[post("/staff/cases/{id}/household/partners/{link}/end")]
pub async fn end(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, link)) = (visitor.user()?, path.into_inner());
    let case = id.clone();
    frame.run(move |house| partners::end(house, &caller, &case, &link)).await?;
    Ok(back(&frame, &id, "按分の相手から外しました。"))
}

/// `POST /staff/cases/{id}/household/tasks/{task}`: closes a task.
#[post("/staff/cases/{id}/household/tasks/{task}")]
pub async fn settle(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, task)) = (visitor.user()?, path.into_inner());
    let reason = posted.text("reason").to_owned();
    let how = match posted.text("act") {
        "done" => Settled::Done,
        "dismiss" => Settled::Dismissed(reason.clone()),
        _ => return Err(Failure::Bad),
    };
    let case = id.clone();
    match frame.run(move |house| tasks::settle(house, &caller, &case, &task, &how)).await {
        Ok(()) => Ok(back(&frame, &id, "上限額の見直しを処理しました。")),
        Err(Failure::Refused(refusals)) => {
            page(&frame, &visitor, &id, json!({ "reason": reason }), refusals).await
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/caps`: the tasks over all cases.
#[get("/staff/caps")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| tasks::open(house, &caller)).await?;
    draw(&frame, "staff/caps.html", &Page::new(&frame, &visitor, "上限額の見直し"), view, nothing())
}

/// Back on the tab, with what was done.
pub fn back(frame: &Frame, id: &str, told: &str) -> HttpResponse {
    redirect_with(frame, &address(id, "/household"), "success", told)
}

/// `POST /staff/cases/{id}/household/codes`: makes a code and shows it, once.
#[post("/staff/cases/{id}/household/codes")]
pub async fn invite(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case, member) = (visitor.user()?, id.to_string(), posted.text("member").to_owned());
    match frame.run(move |house| consents::invite(house, &caller, &case, &member)).await {
        Ok(code) => {
            let context = json!({ "name": code.name, "code": code.code, "until": rfc3339(code.until),
                "address": format!("{}/member", frame.house.public_url), "back": address(&id, "/household") });
            let page = Page::new(&frame, &visitor, "同意のためのコード").back(address(&id, "/household"));
            frame.views.page("staff/household_code.html", &page, context)
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &id, json!({}), refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `POST /staff/cases/{id}/household/consents`: records a consent on paper, or that it was taken back.
#[post("/staff/cases/{id}/household/consents")]
pub async fn consent(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_string());
    let text = |name: &str| posted.text(name).to_owned();
    let (member, consent) = (text("member"), text("consent"));
    let signed_on = text(&format!("signed_on-{member}-{consent}"));
    let change = Change { member, consent, give: posted.text("act") == "give", signed_on };
    let typed =
        json!({ "signed": { "member": change.member, "consent": change.consent, "on": change.signed_on } });
    match frame.run(move |house| consents::change(house, &caller, &case, &change)).await {
        Ok(()) => Ok(back(&frame, &id, "家族の同意を記録しました。")),
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &id, typed, refusals).await,
        Err(failure) => Err(failure),
    }
}
