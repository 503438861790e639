//! The clients of an office, and a client by themself.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, web};

use crate::usecases::agent::{client, desk};
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /agent?q=&page=`
#[get("/agent")]
pub async fn list(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let search: String = query.get("q").map(|it| it.trim().chars().take(80).collect()).unwrap_or_default();
    let page = query.get("page").and_then(|it| it.parse().ok()).unwrap_or(0).min(10_000);
    let clients = frame.run(move |house| desk::page(house, &caller, &search, page)).await?;
    frame.views.page("agent/clients.html", &Page::new(&frame, &visitor, "利用者の一覧"), clients)
}

/// `GET /agent/clients/{mandate}`
#[get("/agent/clients/{mandate}")]
pub async fn one(
    frame: web::Data<Frame>,
    visitor: Visitor,
    mandate: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let client = frame.run(move |house| client::page(house, &caller, &mandate)).await?;
    let page = Page::new(&frame, &visitor, "利用者").back("/agent");
    frame.views.page("agent/client.html", &page, client)
}
