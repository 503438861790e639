//! Jobs that failed for good.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::operator::stuck;

use super::{answer, draw};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

/// `GET /operator/jobs`
#[get("/operator/jobs")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let jobs = frame.run(move |house| stuck::list(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "失敗した処理");
    draw(&frame, &visitor, &page, "operator/jobs.html", json!({ "jobs": jobs }))
}

/// `POST /operator/jobs/{id}`: gives a job another set of tries.
#[post("/operator/jobs/{id}")]
pub async fn retry(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, id.into_inner());
    let outcome = frame.run(move |house| stuck::retry(house, &caller, &id)).await;
    answer(&frame, "/operator/jobs", outcome, |()| "もう一度行います。".to_owned())
}
