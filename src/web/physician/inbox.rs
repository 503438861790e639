//! The list of requests.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::usecases::physician::inbox::{Inbox, Place, Reader, Request, inbox};
use crate::web::{Failure, Frame, Page, Visitor};

use super::clock;

/// `GET /physician`
#[get("/physician")]
pub async fn list(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let after = query.get("after").and_then(|text| place(text));
    let later = after.is_some();
    let found = frame.run(move |house| inbox(house, &caller, after)).await?;
    let page = Page::new(&frame, &visitor, "作成の依頼");
    frame.views.page("physician/inbox.html", &page, context(&found, later, frame.house.today()))
}

fn context(found: &Inbox, later: bool, today: NaiveDate) -> Value {
    let row = |request: &Request| {
        let mut row = json!(request);
        row["clock"] = if request.awaited { clock(request.due_on, today) } else { Value::Null };
        row
    };
    let next = found.next.as_ref().map(|(due, id)| format!("/physician?after={due}~{id}"));
    let more = if found.next.is_some() { "以上" } else { "" };
    let (signer, assists) = match &found.reader {
        Reader::Physician(signer) => (Some(signer), None),
        Reader::Assistant(institution) => (None, Some(institution)),
    };
    json!({
        "signer": signer,
        "assists": assists,
        "requests": found.requests.iter().map(row).collect::<Vec<Value>>(),
        "previous": later.then_some("/physician"),
        "next": next,
        "total": format!("{}件{more}", found.requests.len()),
    })
}

fn place(text: &str) -> Option<Place> {
    let (due, id) = text.split_once('~')?;
    Some((due.parse().ok()?, id.to_owned()))
}
