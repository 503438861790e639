//! 委託料の請求: what institutions recorded in a month, as a page and as a table for a spreadsheet.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};

use crate::usecases::immunization::claims;
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;

fn month(query: &Query) -> String {
    query.get("month").map(|it| it.chars().take(7).collect()).unwrap_or_default()
}

/// `GET /staff/immunizations/claims?month=2026-11`
#[get("/staff/immunizations/claims")]
pub async fn page(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let (caller, month) = (visitor.user()?, month(&query));
    let claims = frame.run(move |house| claims::of_month(house, &caller, &month)).await?;
    let page = Page::new(&frame, &visitor, "委託料の請求").back("/staff/immunizations");
    frame.views.page("staff/claims.html", &page, claims)
}

/// `GET /staff/immunizations/claims.csv?month=2026-11`
#[get("/staff/immunizations/claims.csv")]
pub async fn table(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let (caller, month) = (visitor.user()?, month(&query));
    let (month, text) = frame.run(move |house| claims::table(house, &caller, &month)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"claims-{month}.csv\"")))
        .body(text))
}
