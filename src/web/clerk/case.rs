//! The content of a case, the verdicts on its items, and who owns it.

use actix_web::{HttpResponse, get, post, web};

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::acts;
use crate::usecases::clerk::dossier::{Wanted, dossier};
use crate::usecases::clerk::verdict::{About, Typed, rule};
use crate::web::session::{redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{Attempt, Tried, draw, nothing, tried, with_refusals};
use super::{Query, address, known};

fn wanted(query: &Query) -> Wanted {
    let section = query.get("section").cloned().unwrap_or_default();
    Wanted { section, item: query.get("item").and_then(|n| n.parse().ok()) }
}

/// `GET /staff/cases/{id}`
#[get("/staff/cases/{id}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, wanted(&query), Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    wanted: Wanted,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| dossier(house, &caller, &case, &wanted)).await?;
    let title = format!("{}　内容", view.shell.case.reference);
    let page = Page::new(frame, visitor, &title);
    let page = with_refusals(frame, page, Some(&view.shell.program), refusals);
    draw(frame, "staff/case.html", &page, view, nothing())
}

/// `POST /staff/cases/{id}/verdicts`
#[post("/staff/cases/{id}/verdicts")]
pub async fn verdicts(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known, asked) = (visitor.user()?, known(&id, &posted), wanted(&query));
    let Some((about, typed)) = ruling(&posted) else { return Err(Failure::Bad) };
    let outcome = frame.run(move |house| rule(house, &caller, &known, &about, &typed)).await;
    let kept = vec![("申請者への説明", posted.text("note").to_owned())];
    match tried(&frame, &visitor, Attempt { case: &id, what: "項目の確認", kept }, outcome).await? {
        Tried::Done(_) => {
            let item = asked.item.map(|n| format!("#item-{n}")).unwrap_or_default();
            Ok(redirect(&address(&id, &format!("?section={}{item}", asked.section))))
        }
        Tried::Refused(refusals) => page(&frame, &visitor, &id, asked, refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}

fn ruling(posted: &Posted) -> Option<(About, Typed)> {
    let text = |name: &str| posted.text(name).to_owned();
    let item = || About::Item(text("path"));
    match posted.text("act") {
        "accept" => Some((item(), Typed::Accept)),
        "accept_section" => Some((About::Group(text("section")), Typed::Accept)),
        "return" => Some((item(), Typed::Return { reason: text("reason"), note: text("note") })),
        "waive" => Some((item(), Typed::Waive { reason: text("waiver") })),
        "reset" => Some((item(), Typed::Reset)),
        _ => None,
    }
}

/// `POST /staff/cases/{id}/take`
#[post("/staff/cases/{id}/take")]
pub async fn take(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let outcome = frame.run(move |house| acts::take(house, &caller, &known)).await;
    let attempt = Attempt { case: &id, what: "担当の変更", kept: Vec::new() };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => {
            Ok(redirect_with(&frame, &address(&id, ""), "success", "あなたが担当になりました。"))
        }
        Tried::Refused(refusals) => page(&frame, &visitor, &id, Wanted::default(), refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}
