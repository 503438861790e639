//! A session for its secretary: agenda, opinions, attendance, results, minutes, packets on paper.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::usecases::committee::conclude::{self as results, Typed};
use crate::usecases::committee::session as sitting;
use crate::usecases::committee::{agenda, minutes as record, result as simple, sheet};
use crate::usecases::{Caller, Error, House};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{done, draw, refused, session_address};

/// `GET /committee/sessions/{id}`
#[get("/committee/sessions/{id}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor.in_chosen_language(), &id, &[], Value::Null).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    refusals: &[Refusal],
    typed: Value,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, id) = (visitor.user()?, visitor.lang, id.to_owned());
    let view = frame.run(move |house| sitting::page(house, &caller, &id, lang)).await?;
    let page = Page::titled(frame, visitor, "board.session").back("/committee");
    let page = page.refusals(frame, refusals, None);
    draw(frame, "committee/session.html", &page, view, typed)
}

/// `POST /committee/sessions/{id}`: what is done with the session as a whole.
#[post("/committee/sessions/{id}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller) = (visitor.in_chosen_language(), visitor.user()?);
    let of = id.to_string();
    let typed = json!({ "remarks": posted.text("remarks") });
    let outcome = frame.run(move |house| perform(house, &caller, &of, &posted)).await;
    match refused(outcome)? {
        Ok(said) => Ok(done(&frame, &visitor, &session_address(&id), said)),
        Err(refusals) => page(&frame, &visitor, &id, &refusals, typed).await,
    }
}

/// Does it, and gives the key of what is said afterwards.
fn perform(house: &House, caller: &Caller, id: &str, posted: &Posted) -> Result<&'static str, Error> {
    match posted.text("act") {
        "put" => agenda::put(house, caller, id, posted.all("case")).map(|()| "board.put"),
        "order" => agenda::order(house, caller, id, &places(posted)).map(|()| "board.ordered"),
        "attend" => results::attend(house, caller, id, posted.all("present")).map(|()| "board.attended"),
        "open" => agenda::open(house, caller, id).map(|()| "board.opened"),
        "close" => agenda::close(house, caller, id).map(|()| "board.closed-now"),
        "simple" => simple::write_simple(house, caller, id).map(|_| "board.simple-now"),
        "confirm" => results::confirm(house, caller, id).map(|_| "board.confirmed-now"),
        "remark" => agenda::remark(house, caller, id, posted.text("remarks")).map(|()| "board.remarked"),
        _ => Err(Error::NotFound),
    }
}

/// The numbers typed beside the cases; a text that is no number leaves a case where it is.
fn places(posted: &Posted) -> Vec<(String, i64)> {
    let typed = posted.fields().iter().filter_map(|(name, values)| {
        let case = name.strip_prefix("place-")?;
        Some((case.to_owned(), values.first()?.trim().parse().ok()?))
    });
    typed.collect()
}

/// `POST /committee/sessions/{id}/cases/{case}`: the result of a case, or takes it off the agenda.
#[post("/committee/sessions/{id}/cases/{case}")]
pub async fn conclude(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller, (id, case)) = (visitor.in_chosen_language(), visitor.user()?, path.into_inner());
    let text = |name: &str| posted.text(name).to_owned();
    let typed =
        Typed { conclusion: text("conclusion"), criterion: text("criterion"), opinion: text("opinion") };
    let (off, of, on, asked) = (posted.text("act") == "take_off", id.clone(), case.clone(), typed.clone());
    let outcome = frame.run(move |house| match off {
        true => agenda::take_off(house, &caller, &of, &on).map(|()| "board.taken-off"),
        false => results::conclude(house, &caller, &of, &on, &asked).map(|()| "board.concluded"),
    });
    match refused(outcome.await)? {
        Ok(said) => Ok(done(&frame, &visitor, &format!("{}#{case}", session_address(&id)), said)),
        Err(refusals) => {
            let here = refusals.into_iter().map(|refusal| beside(refusal, &case)).collect::<Vec<_>>();
            page(&frame, &visitor, &id, &here, json!({ "case": case, "result": typed })).await
        }
    }
}

/// Each case has its own boxes.
fn beside(mut refusal: Refusal, case: &str) -> Refusal {
    let field = refusal.field.take().unwrap_or_else(|| "conclusion".to_owned());
    refusal.at(&format!("{field}-{case}"))
}

/// `GET /committee/sessions/{id}/minutes`
#[get("/committee/sessions/{id}/minutes")]
pub async fn minutes(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let visitor = visitor.in_chosen_language();
    let (caller, lang, of) = (visitor.user()?, visitor.lang, id.to_string());
    let view = frame.run(move |house| record::minutes(house, &caller, &of, lang)).await?;
    let page = Page::titled(&frame, &visitor, "board.minutes").back(session_address(&id));
    frame.views.page("committee/minutes.html", &page, view)
}

/// `GET /committee/sessions/{id}/packets.pdf`: what the reader may read, with their name on it.
#[get("/committee/sessions/{id}/packets.pdf")]
pub async fn packets(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let bytes = frame.run(move |house| sheet::packets(house, &caller, &id)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"packets.pdf\""))
        .body(bytes))
}
