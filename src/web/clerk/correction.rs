//! The request to mend what was returned.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post, web};

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::correction::{composer, request};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{Attempt, Tried, draw, nothing, tried, with_refusals};
use super::{address, known};

/// `GET /staff/cases/{id}/correction`
#[get("/staff/cases/{id}/correction")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &id, None, Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    typed: Option<(String, BTreeMap<String, String>)>,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let mut view = frame.run(move |house| composer(house, &caller, &case)).await?;
    if let Some((due_on, texts)) = typed {
        view.due_on = due_on;
        for item in &mut view.items {
            item.text = texts.get(&item.path).cloned().unwrap_or_default();
        }
    }
    let page = Page::new(frame, visitor, "補正を求める").back(address(id, ""));
    let page = with_refusals(frame, page, None, refusals);
    draw(frame, "staff/correction.html", &page, view, nothing())
}

/// The words for each returned item, by its path.
fn texts(posted: &Posted) -> BTreeMap<String, String> {
    let paths = posted.fields().keys().filter_map(|name| name.strip_prefix("path:"));
    let pair = |n: &str| {
        let path = posted.text(&format!("path:{n}")).to_owned();
        (path, posted.text(&format!("text:{n}")).to_owned())
    };
    paths.map(pair).collect()
}

/// `POST /staff/cases/{id}/correction`
#[post("/staff/cases/{id}/correction")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let typed = (posted.text("due_on").to_owned(), texts(&posted));
    let (due_on, words) = typed.clone();
    let outcome = frame.run(move |house| request(house, &caller, &known, &due_on, &words)).await;
    let kept = typed.1.values().map(|text| ("申請者への説明", text.clone())).collect();
    match tried(&frame, &visitor, Attempt { case: &id, what: "補正の依頼", kept }, outcome).await? {
        Tried::Done(_) => {
            Ok(redirect_with(&frame, &address(&id, ""), "success", "申請者に補正を求めました。"))
        }
        Tried::Refused(refusals) => page(&frame, &visitor, &id, Some(typed), refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}
