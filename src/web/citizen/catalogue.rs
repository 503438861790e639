//! The catalogue, and the page before an application.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::citizen::catalogue::{self, Start};
use crate::usecases::citizen::start;
use crate::web::page::rfc3339;
use crate::web::session::{encode, redirect};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

/// Most characters of a query.
const LONGEST: usize = 100;

/// `GET /?q=`
#[get("/")]
pub async fn programs(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let wanted: String = query.get("q").map(|q| q.trim().chars().take(LONGEST).collect()).unwrap_or_default();
    let (asked, lang) = (wanted.clone(), visitor.lang);
    let found = frame.run(move |house| Ok(catalogue::offered(house, lang, &asked))).await?;
    let page = Page::titled(&frame, &visitor, "catalogue.title");
    frame.views.page("citizen/catalogue.html", &page, json!({ "query": wanted, "programs": found }))
}

/// `GET /p/{code}`
#[get("/p/{code}")]
pub async fn about(
    frame: web::Data<Frame>,
    visitor: Visitor,
    code: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let start = load(&frame, &visitor, code.into_inner()).await?;
    let page = Page::new(&frame, &visitor, &start.name).back("/");
    show(&frame, &page, &start)
}

async fn load(frame: &Frame, visitor: &Visitor, code: String) -> Result<Start, Failure> {
    let (caller, lang) = (visitor.citizen().ok(), visitor.lang);
    frame.run(move |house| catalogue::start_page(house, caller.as_ref(), lang, &code)).await
}

fn show(frame: &Frame, page: &Page, start: &Start) -> Result<HttpResponse, Failure> {
    let open: Vec<_> = start
        .open_cases
        .iter()
        .map(|it| json!({ "id": it.id, "title": it.title, "updated_at": rfc3339(it.at) }))
        .collect();
    let kind = |it: &catalogue::Kind| {
        let due_on = it.renews.as_ref().map(|grant| grant.due_on);
        let renews = it.renews.as_ref().map(|grant| &grant.head.title);
        let late = it.renews.as_ref().and_then(|grant| grant.late.as_ref());
        json!({ "code": it.code, "label": it.label, "renews": renews, "due_on": due_on, "late": late })
    };
    let kinds: Vec<_> = start.kinds.iter().map(kind).collect();
    let law = (!start.law.is_empty()).then(|| start.law.join("、"));
    let context = json!({
        "program": { "code": start.code, "name": start.name, "gives": start.gives.join("\n"), "who": start.who,
            "needs": start.needs, "law": law },
        "minutes": start.minutes, "days": null, "standard_days": start.days, "kinds": kinds,
        "paper_url": null, "open_cases": open,
    });
    frame.views.page("citizen/program.html", page, context)
}

/// `POST /p/{code}/start`: begins a draft, or continues the one that is there.
#[post("/p/{code}/start")]
pub async fn begin(
    frame: web::Data<Frame>,
    visitor: Visitor,
    code: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let Ok(caller) = visitor.citizen() else {
        return Ok(redirect(&format!("/sign-in?next={}", encode(&format!("/p/{code}")))));
    };
    let (kind, lang, program) = (posted.text("kind").to_owned(), visitor.lang, code.clone());
    match frame.run(move |house| start::draft(house, &caller, lang, &program, &kind)).await {
        Ok(id) => Ok(redirect(&format!("/a/{id}"))),
        Err(Failure::Refused(refusals)) => {
            let start = load(&frame, &visitor, code.into_inner()).await?;
            let title = format!("{} {}", start.name, say(&frame, &visitor, "program.start-title"));
            let page = Page::new(&frame, &visitor, &title).back("/").refusals(&frame, &refusals, None);
            show(&frame, &page, &start)
        }
        Err(failure) => Err(failure),
    }
}
