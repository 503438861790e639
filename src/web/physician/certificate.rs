//! A step of the certificate beside the pulled record.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::forms::{Change, StepStatus};
use crate::usecases::House;
use crate::usecases::physician::prepare::{self, Preparation};
use crate::usecases::physician::request::{self, Missing, Overtaken, Remark, Request, StepLine};
use crate::usecases::physician::save;
use crate::web::page::{rfc3339, seconds_left};
use crate::web::session::{redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::records::told;
use super::{address, clock, place};

type Query = web::Query<HashMap<String, String>>;

/// What is to be mended that is listed at most; the rest is seen on its step.
const LISTED: usize = 8;

fn step_of(query: &Query) -> String {
    query.get("step").cloned().unwrap_or_default()
}

/// `GET /physician/requests/{id}`
#[get("/physician/requests/{id}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (case_id, step) = (id.into_inner(), step_of(&query));
    let found = frame.run(move |house| request::open(house, &caller, &case_id, &step)).await?;
    if found.closed {
        return Ok(redirect(&format!("{}/signed", address(&found.head.id))));
    }
    draw(&frame, &visitor, &found)
}

/// The page of a step; 409 where somebody else saved it while it was typed.
fn draw(frame: &Frame, visitor: &Visitor, found: &Request) -> Result<HttpResponse, Failure> {
    let title = if found.assists { "診断書の準備" } else { "診断書の作成" };
    let page = Page::new(frame, visitor, title).back("/physician").field_errors(frame, &found.errors);
    let status = if found.overtaken.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    frame.views.page_with(status, "physician/certificate.html", &page, context(frame, &page, found))
}

fn context(frame: &Frame, page: &Page, found: &Request) -> Value {
    let mut head = json!(found.head);
    head["clock"] = clock(found.head.due_on, frame.house.today());
    let remarks = |blocks: bool| -> Vec<Value> {
        found.remarks.iter().filter(|it| it.blocks == blocks).map(|it| remark(&found.head.id, it)).collect()
    };
    let mut blocks = remarks(true);
    blocks.extend(missing(frame, page, found));
    json!({
        "request": head,
        "steps": found.steps.iter().map(|line| step(found, line)).collect::<Vec<Value>>(),
        "step": found.step,
        "record": found.record,
        "offers": found.offers.iter().filter(|offer| offer.step == found.step.step).collect::<Vec<_>>(),
        "gate": found.gate,
        "since": found.since,
        "question": found.question,
        "blocks": blocks,
        "confirms": remarks(false),
        "portable": found.portable,
        "saved_at": found.saved_at.map(rfc3339),
        "signed": found.signed,
        "base": found.base,
        "assists": found.assists,
        "prepared": found.prepared.as_ref().map(preparation),
        "overtaken": found.overtaken.as_ref().map(overtaken),
    })
}

/// Who prepared the certificate, for a page.
pub fn preparation(prepared: &Preparation) -> Value {
    let since: Vec<Value> = prepared.since.iter().map(difference).collect();
    json!({ "name": prepared.name, "at": rfc3339(prepared.at), "since": since })
}

fn overtaken(other: &Overtaken) -> Value {
    let line =
        |change: &Change| json!({ "label": change.label, "typed": change.before, "saved": change.after });
    let changes: Vec<Value> = other.changes.iter().map(line).collect();
    json!({ "name": other.name, "at": other.at.map(rfc3339), "changes": changes })
}

/// A changed answer, as tables of differences take it.
pub fn difference(change: &Change) -> Value {
    json!({ "label": change.label, "old": change.before, "new": change.after, "who": null })
}

fn step(found: &Request, line: &StepLine) -> Value {
    let state_label = match line.status {
        StepStatus::NotStarted => "未入力",
        StepStatus::InProgress => "入力中",
        StepStatus::Complete => "済み",
        StepStatus::HasProblem => "要確認",
    };
    json!({
        "title": line.title,
        "state_label": state_label,
        "current": line.step == found.step.step,
        "href": place(&found.head.id, Some(&line.step), ""),
    })
}

/// A remark with the place to mend it.
pub fn remark(id: &str, remark: &Remark) -> Value {
    json!({ "text": remark.text, "href": place(id, remark.step.as_deref(), &remark.path) })
}

/// Faults of other steps; those of this one stand at their fields.
fn missing(frame: &Frame, page: &Page, found: &Request) -> Vec<Value> {
    let id = &found.head.id;
    let elsewhere = || found.missing.iter().filter(|(_, step)| step.as_ref() != Some(&found.step.step));
    let line = |(error, step): &Missing| {
        let text = frame.views.text(page.language(), &error.key, &error.args);
        json!({ "text": text, "href": place(id, step.as_deref(), &error.path) })
    };
    let mut lines: Vec<Value> = elsewhere().take(LISTED).map(line).collect();
    let more = elsewhere().count().saturating_sub(LISTED);
    if more > 0 {
        let all = if found.assists { address(id) } else { format!("{}/sign", address(id)) };
        lines.push(json!({ "text": format!("ほか{more}件"), "href": all }));
    }
    lines
}

/// `POST /physician/requests/{id}`
#[post("/physician/requests/{id}")]
pub async fn store(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (id, step) = (id.into_inner(), step_of(&query));
    let (case_id, current, goes_on) = (id.clone(), step.clone(), posted.text("action") == "continue");
    let fields = posted.fields().clone();
    let done = frame.run(move |house| save::save(house, &caller, &case_id, &current, &fields)).await;
    let saved = match done {
        Err(Failure::Conflict(_)) => return overtaken_page(&frame, &visitor, id, step, posted).await,
        other => other?,
    };
    if saved.errors.iter().any(|error| !error.soft) || !goes_on {
        return Ok(redirect_with(&frame, &place(&id, Some(&step), ""), "success", "保存しました。"));
    }
    Ok(match saved.next {
        Some(next) => redirect(&place(&id, Some(&next), "")),
        None if saved.assisted => redirect(&format!("{}#prepare", place(&id, Some(&step), ""))),
        None => redirect(&format!("{}/sign", address(&id))),
    })
}

async fn overtaken_page(
    frame: &Frame,
    visitor: &Visitor,
    id: String,
    step: String,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let run = move |house: &House| request::overtaken(house, &caller, &id, &step, posted.fields());
    draw(frame, visitor, &frame.run(run).await?)
}

/// `POST /physician/requests/{id}/prepare`: an assistant tells the physician that it is ready.
#[post("/physician/requests/{id}/prepare")]
pub async fn hand_over(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case_id, key) = (visitor.user()?, id.clone(), posted.request().to_owned());
    match frame.run(move |house| prepare::prepare(house, &caller, &case_id, &key)).await {
        Ok(()) => {
            let words = "準備ができたことを医師に伝えました。署名されるまでは直せます。";
            Ok(redirect_with(&frame, "/physician", "success", words))
        }
        Err(failure) => told(&frame, &id, Err(failure), "").await,
    }
}

/// `POST /physician/requests/{id}/autosave`: one field.
#[post("/physician/requests/{id}/autosave")]
pub async fn autosave(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (case_id, step) = (id.into_inner(), step_of(&query));
    let saved = frame.run(move |house| save::save(house, &caller, &case_id, &step, posted.fields())).await?;
    let at = rfc3339(saved.at);
    let time = at.get(11..16).unwrap_or_default();
    let left = seconds_left(&frame, &visitor);
    Ok(HttpResponse::Ok().json(json!({ "saved_at": time, "timeout_in": left, "base": saved.base })))
}
