//! The calendar of vaccinations of a household, and its addresses for a telephone.

use std::collections::HashMap;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::immunization::calendar::{feed, mine, page};
use crate::usecases::immunization::readers;
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{known, say, say_with};

/// `GET /me/vaccinations`
#[get("/me/vaccinations")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let mine = frame.run(move |house| mine::list(house, &caller, lang)).await?;
    let person = |it: &mine::Person| {
        json!({ "id": it.id, "name": it.name, "age": it.age, "open": it.open, "late": it.late, "next": it.next,
            "href": format!("/me/vaccinations/{}", it.id) })
    };
    let context = json!({
        "people": mine.people.iter().map(person).collect::<Vec<_>>(),
        "apply": mine.program.map(|program| format!("/p/{program}")),
    });
    let page = Page::titled(&frame, &visitor, "vaccination.title").back("/me");
    frame.views.page("citizen/vaccinations.html", &page, context)
}

/// `GET /me/vaccinations/{subject}`
#[get("/me/vaccinations/{subject}")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    show(&frame, &visitor, &subject, None).await
}

async fn show(
    frame: &Frame,
    visitor: &Visitor,
    subject: &str,
    address: Option<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, subject) = (visitor.citizen()?, visitor.lang, subject.to_owned());
    let own = frame.run(move |house| page::of(house, &caller, lang, &subject)).await?;
    let feeds = own.feeds.iter().map(|it| json!({ "id": it.id, "made_at": rfc3339(it.made_at) }));
    let context = json!({
        "person": { "id": own.id, "name": own.name, "age": own.age },
        "next": own.next, "forms": own.forms, "lines": own.lines, "pictures": own.pictures, "titles": own.titles,
        "feeds": feeds.collect::<Vec<_>>(), "address": address,
    });
    let page = Page::titled(frame, visitor, "vaccination.title").back("/me/vaccinations");
    frame.views.page("citizen/vaccination.html", &page, context)
}

/// `GET /me/vaccinations/{subject}/log?before=`: who read or changed the record.
#[get("/me/vaccinations/{subject}/log")]
pub async fn log(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, id) = (visitor.citizen()?, visitor.lang, subject.to_string());
    let before = query.get("before").and_then(|text| text.parse().ok());
    let record = frame.run(move |house| readers::page(house, &caller, lang, &id, before)).await?;
    let own = format!("/me/vaccinations/{subject}/log");
    let context = json!({
        "name": record.name, "previous": before.map(|_| own.clone()),
        "next": record.next.map(|seq| format!("{own}?before={seq}")),
        "entries": record.entries.iter().map(|entry| told(&frame, &visitor, entry)).collect::<Vec<_>>(),
    });
    let page = Page::titled(&frame, &visitor, "vaccination.log").back(format!("/me/vaccinations/{subject}"));
    frame.views.page("citizen/vaccination_log.html", &page, context)
}

fn told(frame: &Frame, visitor: &Visitor, entry: &readers::Entry) -> serde_json::Value {
    let who = match entry.who.as_deref() {
        None => say(frame, visitor, "log.you"),
        Some("") => say(frame, visitor, "log.system"),
        Some(name) => name.to_owned(),
    };
    let done = known(&frame.house.texts, visitor, &format!("log.action.{}", entry.action));
    let done = done.unwrap_or_else(|| say(frame, visitor, "log.action.other"));
    let what = if entry.refused { say_with(frame, visitor, "log.refused", "what", &done) } else { done };
    json!({ "at": rfc3339(entry.at), "who": who, "what": what })
}

/// `POST /me/vaccinations/{subject}/calendar`: a new address, shown once, or the end of one.
#[post("/me/vaccinations/{subject}/calendar")]
pub async fn calendar(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, id) = (visitor.citizen()?, visitor.lang, subject.to_string());
    if posted.text("act") == "revoke" {
        let calendar = posted.text("feed").to_owned();
        frame.run(move |house| feed::end(house, &caller, &id, &calendar)).await?;
        let text = frame.views.text(lang, "vaccination.feed.revoked", &Default::default());
        return Ok(redirect_with(&frame, &format!("/me/vaccinations/{subject}#feed"), "success", &text));
    }
    let token = frame.run(move |house| feed::make(house, &caller, lang, &id)).await?;
    let address = format!("{}/calendar/{token}.ics", frame.house.public_url);
    show(&frame, &visitor, &subject, Some(address)).await
}

/// `GET /calendar/{token}.ics`: without a sign-in, since a telephone's calendar has none.
#[get("/calendar/{token}.ics")]
pub async fn ics(frame: web::Data<Frame>, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    let text = frame.run(move |house| feed::read(house, &token)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"vaccination.ics\""))
        .body(text))
}
