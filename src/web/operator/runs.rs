//! Runs of the nightly work.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::usecases::hub::{self, HubDesk, RunView};
use crate::usecases::operator::runs::{self, Detail, ROWS, Which};

use super::{Query, answer, draw, next, wanted};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

/// `GET /operator/runs`
#[get("/operator/runs")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let desk = frame.run(move |house| hub::desk(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "夜間連携");
    draw(&frame, &visitor, &page, "operator/runs.html", overview(&desk))
}

fn overview(desk: &HubDesk) -> Value {
    let current = desk.runs.iter().find(|run| run.state == "running");
    let current = current.map(|run| json!({ "text": run.job, "done": run.done, "total": run.total.max(1) }));
    json!({
        "current": current, "registers": desk.registers, "waiting": desk.batches,
        "rows": desk.runs.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(run: &RunView) -> Value {
    json!({
        "id": run.id, "started_at": run.started_at.unwrap_or(run.due_at), "kind": run.job, "state_label": run.words,
        "alert": matches!(run.state.as_str(), "failed" | "stopped"), "note": run.note,
        "total": run.total, "done": run.done, "rejected": run.rejected,
    })
}

/// `POST /operator/runs`: starts one now.
#[post("/operator/runs")]
pub async fn start(
    frame: web::Data<Frame>,
    visitor: Visitor,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let outcome = frame.run(move |house| runs::start(house, &caller)).await;
    answer(&frame, "/operator/runs", outcome, |()| {
        "連携を始めます。数秒後に「表示を新しくする」を押してください。".to_owned()
    })
}

/// `POST /operator/runs/resume {connector}`: lets a connector that stopped itself go on.
#[post("/operator/runs/resume")]
pub async fn resume(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, connector) = (visitor.user()?, posted.text("connector").to_owned());
    let outcome = frame.run(move |house| hub::start_again(house, &caller, &connector)).await;
    answer(&frame, "/operator/runs", outcome, |()| "連携を再開できるようにしました。".to_owned())
}

/// `POST /operator/batches/{id}/release`: its rows go with another batch.
#[post("/operator/batches/{id}/release")]
pub async fn release(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, batch) = (visitor.user()?, id.into_inner());
    let outcome = frame.run(move |house| hub::release(house, &caller, &batch)).await;
    answer(&frame, "/operator/runs", outcome, |()| "次の連携で送りなおします。".to_owned())
}

/// `GET /operator/runs/{id}`
#[get("/operator/runs/{id}")]
pub async fn detail(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, run, after) = (visitor.user()?, id.clone(), wanted(&query, "after").to_owned());
    let which = Which::from_code(wanted(&query, "state"));
    let found = frame.run(move |house| runs::detail(house, &caller, &run, which, &after)).await?;
    let page = Page::new(&frame, &visitor, "連携の結果").back("/operator/runs");
    draw(&frame, &visitor, &page, "operator/run.html", context(&found, which))
}

fn context(found: &Detail, which: Which) -> Value {
    let path = format!("/operator/runs/{}", found.run.id);
    let code = Which::ALL.iter().find(|it| it.0 == which).map_or("", |it| it.1);
    let tab = |(choice, code, label): &(Which, &str, &str)| {
        json!({ "href": format!("{path}?state={code}"), "label": label, "count": choice.of(&found.counts),
                "current": *choice == which })
    };
    let last = found.rows.last().map_or("", |row| row.id.as_str());
    let full = i64::try_from(found.rows.len()).is_ok_and(|count| count >= ROWS);
    json!({
        "run": shown(found), "rows": found.rows, "previous": null,
        "tabs": Which::ALL.iter().map(tab).collect::<Vec<_>>(),
        "next": next(&path, &[("state", code), ("after", last)], full),
    })
}

fn shown(found: &Detail) -> Value {
    let run = &found.run;
    json!({
        "id": run.id, "kind": run.job, "started_at": run.started_at.unwrap_or(run.due_at),
        "ended_at": run.finished_at, "state_label": run.words, "note": run.note,
        "sent": Which::All.of(&found.counts), "confirmed": Which::Confirmed.of(&found.counts),
        "rejected": Which::Rejected.of(&found.counts), "pending": Which::Waiting.of(&found.counts),
    })
}

/// `POST /operator/runs/{id}/retry`: the ticked rows, or every refused one, go again.
#[post("/operator/runs/{id}/retry")]
pub async fn retry(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, run) = (visitor.user()?, id.clone());
    let (all, rows) = (posted.text("all") == "1", posted.all("row").to_vec());
    let outcome = frame
        .run(
            move |house| {
                if all { runs::retry_all(house, &caller, &run) } else { runs::retry(house, &caller, &rows) }
            },
        )
        .await;
    let said =
        |count| format!("{count}件を次の連携で送ります。すぐに送るときは「いま実行する」を押してください。");
    answer(&frame, &format!("/operator/runs/{id}"), outcome, said)
}
