//! Enquiries over all cases: the list, the file that is sent, and the file with the answers; and those of one case.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::household::batch::{self, Report};
use crate::usecases::household::enquiries;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::household::{back, page as tab};
use super::known;
use super::tried::{Attempt, Tried, draw, tried};

/// `GET /staff/enquiries`
#[get("/staff/enquiries")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, Value::Null, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    report: Value,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| batch::list(house, &caller)).await?;
    let page = Page::new(frame, visitor, "照会").refusals(frame, refusals, None);
    draw(frame, "staff/enquiries.html", &page, view, json!({ "report": report }))
}

/// `POST /staff/enquiries/export`: the file with the waiting enquiries of a kind.
#[post("/staff/enquiries/export")]
pub async fn export(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, kind) = (visitor.user()?, posted.text("kind").to_owned());
    match frame.run(move |house| batch::export(house, &caller, &kind)).await {
        Ok(bytes) => Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header(("Content-Disposition", "attachment; filename=\"enquiries.csv\""))
            .body(bytes)),
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, Value::Null, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `POST /staff/enquiries/import`: reads a file with answers, on trial or to store them.
#[post("/staff/enquiries/import")]
pub async fn import(
    frame: web::Data<Frame>,
    visitor: Visitor,
    mut posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, kind) = (visitor.user()?, posted.text("kind").to_owned());
    let trial = posted.text("act") != "store";
    let sent = posted.files.first_mut().filter(|file| file.size <= batch::MOST_BYTES);
    let Some(sent) = sent else {
        return page(&frame, &visitor, Value::Null, &[Refusal::new("enquiry.file").at("file-1")]).await;
    };
    let bytes = sent.bytes().map_err(|error| Failure::Unavailable(error.to_string()))?;
    match frame.run(move |house| batch::import(house, &caller, &kind, &bytes, trial)).await {
        Ok(report) => page(&frame, &visitor, told(&frame, &report), &[]).await,
        Err(Failure::Refused(refusals)) => {
            let there: Vec<Refusal> = refusals.into_iter().map(|refusal| refusal.at("file-1")).collect();
            page(&frame, &visitor, Value::Null, &there).await
        }
        Err(failure) => Err(failure),
    }
}

/// A report with its outcomes in words.
fn told(frame: &Frame, report: &Report) -> Value {
    let words = |outcome: &str, heading: &str| match outcome {
        "new" => "新しい回答".to_owned(),
        "same" => "すでに同じ回答があります".to_owned(),
        "changed" => "前と違う回答（入れ替え）".to_owned(),
        key => {
            let args = BTreeMap::from([("heading".to_owned(), heading.to_owned())]);
            frame.views.text(Lang::Ja, key, &args)
        }
    };
    let row = |row: &batch::Told| json!({ "line": row.line, "id": row.id, "outcome": words(&row.outcome, &row.heading) });
    let rows: Vec<Value> = report.rows.iter().map(row).collect();
    json!({ "stored": report.stored, "fresh": report.fresh, "same": report.same, "wrong": report.wrong,
        "rows": rows })
}

/// `POST /staff/cases/{id}/household/enquiries`: makes the enquiries that a case lacks.
#[post("/staff/cases/{id}/household/enquiries")]
pub async fn make(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_string());
    match frame.run(move |house| enquiries::make(house, &caller, &case)).await {
        Ok(()) => Ok(back(&frame, &id, "照会を作りました。")),
        Err(Failure::Refused(refusals)) => tab(&frame, &visitor, &id, json!({}), refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `POST /staff/cases/{id}/household/enquiries/{enquiry}`: stores an answer that was typed in.
#[post("/staff/cases/{id}/household/enquiries/{enquiry}")]
pub async fn answer(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, enquiry)) = (visitor.user()?, path.into_inner());
    let case = id.clone();
    let fields: BTreeMap<String, String> = posted
        .fields()
        .iter()
        .filter_map(|(name, values)| Some((name.clone(), values.first()?.clone())))
        .collect();
    let typed = json!({ "answers": fields });
    let outcome = frame
        .run(move |house| {
            let cell = |heading: &str| {
                fields.get(&format!("{enquiry}-{heading}")).map(String::as_str).unwrap_or_default()
            };
            enquiries::type_answer(house, &caller, (&case, &enquiry), cell)
        })
        .await;
    match outcome {
        Ok(()) => Ok(back(&frame, &id, "回答を記録しました。")),
        Err(Failure::Refused(refusals)) => tab(&frame, &visitor, &id, typed, refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `POST /staff/cases/{id}/household/enquiries/{enquiry}/take`: takes an answer into the office's form, or what
/// stands there for want of one.
#[post("/staff/cases/{id}/household/enquiries/{enquiry}/take")]
pub async fn take(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, enquiry)) = (visitor.user()?, path.into_inner());
    let known = known(&id, &posted);
    let outcome = frame
        .run(move |house| enquiries::take(house, &caller, &known.order(CommandName::SaveItem), &enquiry))
        .await;
    let attempt = Attempt { case: &id, what: "照会の回答の反映", kept: Vec::new() };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(()) => Ok(back(&frame, &id, "世帯・所得の確認に反映しました。")),
        Tried::Refused(refusals) => tab(&frame, &visitor, &id, json!({}), refusals).await,
        Tried::Overtaken(shown) => Ok(shown),
    }
}
