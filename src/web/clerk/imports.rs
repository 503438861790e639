//! Taking the ledger of vaccinations of another system in: the file, its trial, its progress, and what waits.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::immunization::import::Kind;
use crate::domain::refusal::Refusal;
use crate::usecases::csv;
use crate::usecases::immunization::import::{begin, receive, shown};
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::Query;

/// Where the runs are listed.
const HOME: &str = "/staff/immunizations/import";

/// Of what the lines of a file tell, as the address says it and as it is shown.
const KINDS: [(Kind, &str); 2] = [(Kind::Doses, "接種記録"), (Kind::Residents, "住民")];

/// `GET /staff/immunizations/import?kind=`
#[get("/staff/immunizations/import")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let kind = kind(query.get("kind").map(String::as_str).unwrap_or_default());
    all(&frame, &visitor, kind, None, &[]).await
}

fn kind(code: &str) -> Kind {
    Kind::from_code(code).unwrap_or(Kind::Doses)
}

async fn all(
    frame: &Frame,
    visitor: &Visitor,
    kind: Kind,
    map: Option<&str>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| shown::runs(house, &caller, kind)).await?;
    let runs: Vec<_> = view.runs.iter().map(run).collect();
    let kinds = KINDS.map(|(it, label)| json!({ "value": it.code(), "label": label, "current": it == kind }));
    let map = map.map_or(view.map, str::to_owned);
    let context = json!({ "runs": runs, "map": map, "kind": kind.code(), "kinds": kinds });
    let page = Page::new(frame, visitor, "接種記録と住民の取り込み").refusals(frame, refusals, None);
    frame.views.page("staff/dose_imports.html", &page, context)
}

fn run(it: &shown::Run) -> serde_json::Value {
    json!({
        "id": it.id, "file": it.file, "state": it.state, "state_label": it.state_label, "lines": it.lines,
        "kind": KINDS.iter().find(|(kind, _)| kind.code() == it.kind).map(|(_, label)| label),
        "residents": it.kind == Kind::Residents.code(), "changed": it.changed, "looked": it.looked, "fresh": it.fresh, "same": it.same, "held": it.held, "note": it.note,
        "owner": it.owner, "at": rfc3339(it.at),
    })
}

/// `POST /staff/immunizations/import`
#[post("/staff/immunizations/import")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    mut posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (kind, map) = (kind(posted.text("kind")), posted.text("map").to_owned());
    let file = posted.files.iter().position(|file| file.field == "file");
    let Some(mut file) = file.map(|place| posted.files.swap_remove(place)) else {
        let refusal = Refusal::new("dose-import.no-file").at("file");
        return all(&frame, &visitor, kind, Some(&map), &[refusal]).await;
    };
    let (caller, written) = (visitor.user()?, map.clone());
    let received = frame.run(move |house| {
        let program = shown::runs(house, &caller, kind)?.program;
        let name = file.name.clone();
        let reader =
            file.reader().map_err(|_| Refusal::new("dose-import.file").with("line", 0).at("file"))?;
        receive::receive(house, &caller, (&program, kind), (&name, &written), reader)
    });
    match received.await {
        Ok(id) => Ok(redirect_with(
            &frame,
            &address(&id),
            "success",
            "ファイルを受け取りました。台帳を変えずに試しています。",
        )),
        Err(Failure::Refused(refusals)) => all(&frame, &visitor, kind, Some(&map), &refusals).await,
        Err(failure) => Err(failure),
    }
}

fn address(id: &str) -> String {
    format!("{HOME}/{id}")
}

/// `GET /staff/immunizations/import/{run}`
#[get("/staff/immunizations/import/{run}")]
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
    id: &str,
    query: &HashMap<String, String>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let after = query.get("after").and_then(|line| line.parse().ok()).unwrap_or(0);
    let (caller, id) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| shown::page(house, &caller, &id, after)).await?;
    let next = view.next.map(|line| format!("{}?after={line}#waiting", address(&view.run.id)));
    let context = json!({
        "run": run(&view.run), "at_work": view.at_work, "can_start": view.can_start,
        "can_cancel": view.can_cancel, "waiting": view.waiting, "next": next,
    });
    let page = Page::new(frame, visitor, &format!("取り込み：{}", view.run.file)).back(HOME);
    frame.views.page("staff/dose_import.html", &page.refusals(frame, refusals, None), context)
}

/// `POST /staff/immunizations/import/{run}`: starts or cancels it, or notes what was done about a line.
#[post("/staff/immunizations/import/{run}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    run: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id, act) = (visitor.user()?, run.to_string(), posted.text("act").to_owned());
    let line: i64 = posted.text("line").parse().unwrap_or(0);
    let note = posted.text(&format!("note-{line}")).to_owned();
    let done = match act.as_str() {
        "start" => "取り込みを始めました。",
        "cancel" => "取りやめました。取り込みずみの行はそのままです。",
        _ => "対応ずみにしました。",
    };
    let outcome = frame.run(move |house| match act.as_str() {
        "start" => begin::start(house, &caller, &id),
        "cancel" => begin::cancel(house, &caller, &id),
        _ => begin::settle(house, &caller, &id, line, &note),
    });
    match outcome.await {
        Ok(()) => Ok(redirect_with(&frame, &address(&run), "success", done)),
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, &run, &HashMap::new(), &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/immunizations/import/{run}/waiting.csv`
#[get("/staff/immunizations/import/{run}/waiting.csv")]
pub async fn waiting(
    frame: web::Data<Frame>,
    visitor: Visitor,
    run: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, run) = (visitor.user()?, run.into_inner());
    super::table::answer(frame, "waiting", 0, move |house, after: &i64| {
        let (text, next) = shown::table(house, &caller, &run, *after)?;
        let head = || format!("{}{}", csv::MARK, csv::line(["行", "理由", "状態"]));
        Ok((if *after == 0 { head() + &text } else { text }, next))
    })
    .await
}
