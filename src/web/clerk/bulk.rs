//! 一括処理: the runs, a new one, its plan and its progress.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::bulk::order::Typed;
use crate::usecases::bulk::{begin, bundle, offers, report, shown};
use crate::usecases::immunization::import as dose_import;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::Query;
use super::tried::{draw, nothing};

/// The fields of the form.
const FIELDS: [&str; 16] = [
    "action",
    "program",
    "kind",
    "owner",
    "from",
    "until",
    "questions",
    "changed",
    "letter",
    "again",
    "reason",
    "vaccine",
    "dose",
    "district",
    "state",
    "within",
];

/// `GET /staff/bulk`
#[get("/staff/bulk")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let imports = dose_import::is_open_to(&frame.house, &caller);
    let view = frame.run(move |house| offers::runs(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "一括処理");
    draw(&frame, "staff/bulk.html", &page, view, json!({ "imports": imports }))
}

/// `GET /staff/bulk/new/{action}`
#[get("/staff/bulk/new/{action}")]
pub async fn new(
    frame: web::Data<Frame>,
    visitor: Visitor,
    action: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    // A list can say for which of its rows the form is.
    let known = |(name, value): (String, String)| FIELDS.contains(&name.as_str()).then_some((name, value));
    let typed = query.into_inner().into_iter().filter_map(known).collect();
    form(&frame, &visitor, &action, &typed, &[]).await
}

async fn form(
    frame: &Frame,
    visitor: &Visitor,
    action: &str,
    typed: &Typed,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, wanted) = (visitor.user()?, action.to_owned());
    let view = frame.run(move |house| offers::new_run(house, &caller, &wanted)).await?;
    let page = Page::new(frame, visitor, &format!("一括処理：{}", view.label)).back("/staff/bulk");
    let blank: Typed = FIELDS.map(|name| (name.to_owned(), String::new())).into();
    let typed: Typed = blank.into_iter().chain(typed.clone()).collect();
    let page = page.refusals(frame, refusals, None);
    draw(frame, "staff/bulk_new.html", &page, view, json!({ "typed": typed }))
}

/// `POST /staff/bulk/new/{action}`
#[post("/staff/bulk/new/{action}")]
pub async fn ask(
    frame: web::Data<Frame>,
    visitor: Visitor,
    action: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let mut typed: Typed = FIELDS.map(|name| (name.to_owned(), posted.text(name).to_owned())).into();
    typed.insert("action".to_owned(), action.to_string());
    let (caller, asked) = (visitor.user()?, typed.clone());
    match frame.run(move |house| begin::ask(house, &caller, &asked)).await {
        Ok(id) => Ok(redirect_with(&frame, &address(&id), "success", "試し計算を始めました。")),
        Err(Failure::Refused(refusals)) => form(&frame, &visitor, &action, &typed, &refusals).await,
        Err(failure) => Err(failure),
    }
}

fn address(id: &str) -> String {
    format!("/staff/bulk/{id}")
}

/// `GET /staff/bulk/{run}`
#[get("/staff/bulk/{run}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    run: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, &run, &query, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    run: &str,
    query: &std::collections::HashMap<String, String>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    let asked = shown::Asked { state: get("state"), reason: get("reason"), after: get("after") };
    let (caller, run) = (visitor.user()?, run.to_owned());
    let view = frame.run(move |house| shown::run(house, &caller, &run, &asked)).await?;
    let page = Page::new(frame, visitor, &format!("一括処理：{}", view.label)).back("/staff/bulk");
    draw(frame, "staff/bulk_run.html", &page.refusals(frame, refusals, None), view, nothing())
}

/// `POST /staff/bulk/{run}`
#[post("/staff/bulk/{run}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    run: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id, typed) = (visitor.user()?, run.to_string(), posted.text("count").to_owned());
    let cancels = posted.text("act") == "cancel";
    let outcome = frame
        .run(move |house| match cancels {
            true => begin::cancel(house, &caller, &id),
            false => begin::start(house, &caller, &id, &typed),
        })
        .await;
    let done = if cancels {
        "取りやめました。処理ずみのものはそのままです。"
    } else {
        "処理を始めました。"
    };
    match outcome {
        Ok(()) => Ok(redirect_with(&frame, &address(&run), "success", done)),
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &run, &Default::default(), &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/bulk/{run}/results.csv`
#[get("/staff/bulk/{run}/results.csv")]
pub async fn results(
    frame: web::Data<Frame>,
    visitor: Visitor,
    run: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, run) = (visitor.user()?, run.into_inner());
    super::table::answer(frame, "bulk-results", report::beginning(), move |house, after| {
        report::part(house, &caller, &run, after)
    })
    .await
}

/// `GET /staff/bulk/{run}/letters/{number}.pdf`
#[get("/staff/bulk/{run}/letters/{number}.pdf")]
pub async fn letters(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, Failure> {
    let (caller, (run, number)) = (visitor.user()?, path.into_inner());
    let bytes = frame.run(move |house| bundle::pdf(house, &caller, &run, number)).await?;
    let name = format!("inline; filename=\"letters-{number}.pdf\"");
    let mut answer = HttpResponse::Ok();
    Ok(answer.content_type("application/pdf").insert_header((CONTENT_DISPOSITION, name)).body(bytes))
}
