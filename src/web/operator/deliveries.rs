//! Letters on their way.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::usecases::operator::deliveries::{self, DeliveryView, PILES, Pile, ROWS};
use crate::usecases::operator::desks;

use super::{Query, answer, draw, next, wanted};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

const PATH: &str = "/operator/deliveries";

/// `GET /operator/deliveries`
#[get("/operator/deliveries")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let (caller, after) = (visitor.user()?, wanted(&query, "after").to_owned());
    let opens = desks::opens_letters(&frame.house, &caller);
    let pile = deliveries::pile_of(wanted(&query, "state"));
    let (rows, counts) = frame.run(move |house| deliveries::list(house, &caller, pile, &after)).await?;
    let page = Page::new(&frame, &visitor, "郵送・メール");
    draw(&frame, &visitor, &page, "operator/deliveries.html", context(pile, &rows, &counts, opens))
}

fn context(pile: Pile, rows: &[DeliveryView], counts: &[i64], opens: bool) -> Value {
    let tab = |(it, count): (&Pile, &i64)| json!({ "href": format!("{PATH}?state={}", it.code), "label": it.label, "count": count, "current": *it == pile });
    let last = rows.last().map_or("", |row| row.id.as_str());
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= ROWS);
    json!({
        "tabs": PILES.iter().zip(counts).map(tab).collect::<Vec<_>>(), "pile": pile.code, "rows": rows, "opens": opens,
        "previous": null, "next": next(PATH, &[("state", pile.code), ("after", last)], full),
    })
}

/// `POST /operator/deliveries/{id}`
#[post("/operator/deliveries/{id}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id, key) = (visitor.user()?, id.into_inner(), posted.request().to_owned());
    let action = posted.text("act").to_owned();
    let outcome = frame.run(move |house| deliveries::act(house, &caller, &id, &action, &key)).await;
    let said = match posted.text("act") {
        "printed" => "印刷済みにしました。",
        "posted" => "発送済みにしました。",
        _ => "もう一度送ります。",
    };
    let back = format!("{PATH}?state={}", deliveries::pile_of(posted.text("pile")).code);
    answer(&frame, &back, outcome, |()| said.to_owned())
}

/// `GET /operator/deliveries/{id}/letter.pdf`
#[get("/operator/deliveries/{id}/letter.pdf")]
pub async fn letter(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, id.into_inner());
    let pdf = frame.run(move |house| deliveries::pdf(house, &caller, &id)).await?;
    let header = ("Content-Disposition", "inline; filename=\"letter.pdf\"");
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(header).body(pdf))
}
