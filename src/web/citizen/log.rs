//! Who read or changed a case.

use std::collections::{BTreeMap, HashMap};

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::usecases::citizen::readers::{self, Entry};
use crate::web::page::rfc3339;
use crate::web::{Failure, Frame, Page, Visitor};

use super::{known, say, say_with};

/// `GET /a/{case}/log?before=`
#[get("/a/{case}/log")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let before = query.get("before").and_then(|text| text.parse().ok());
    let record = frame.run(move |house| readers::page(house, &caller, lang, &case, before)).await?;
    let id = &record.head.id;
    let context = json!({
        "case": record.head, "previous": before.map(|_| format!("/a/{id}/log")),
        "next": record.next.map(|seq| format!("/a/{id}/log?before={seq}")),
        "entries": record.entries.iter().map(|entry| line(&frame, &visitor, entry)).collect::<Vec<_>>(),
    });
    let page = Page::titled(&frame, &visitor, "log.title").back(format!("/a/{id}"));
    frame.views.page("citizen/log.html", &page, context)
}

fn line(frame: &Frame, visitor: &Visitor, entry: &Entry) -> Value {
    let texts = &frame.house.texts;
    let who = match entry.who.as_deref() {
        None => say(frame, visitor, "log.you"),
        Some("") => say(frame, visitor, "log.system"),
        Some(name) => name.to_owned(),
    };
    let done = known(texts, visitor, &format!("log.action.{}", entry.action));
    let done = done.unwrap_or_else(|| say(frame, visitor, "log.action.other"));
    let what = if entry.refused { say_with(frame, visitor, "log.refused", "what", &done) } else { done };
    let what = if entry.times > 1 { times(frame, visitor, &what, entry.times) } else { what };
    let purpose = entry.purpose.as_ref().and_then(|it| known(texts, visitor, &format!("log.purpose.{it}")));
    json!({ "at": rfc3339(entry.at), "who": who, "what": what, "purpose": purpose })
}

/// What somebody did several times in a row.
fn times(frame: &Frame, visitor: &Visitor, what: &str, count: usize) -> String {
    let args =
        BTreeMap::from([("what".to_owned(), what.to_owned()), ("count".to_owned(), count.to_string())]);
    frame.views.text(visitor.lang, "log.times", &args)
}
