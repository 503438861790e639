//! 副反応疑い報告 for those who keep the ledger of vaccinations: the newest reports, and each as PDF.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::immunization::reaction::{listed, paper};
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /staff/immunizations/reactions`
#[get("/staff/immunizations/reactions")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let reports = frame.run(move |house| listed::all(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "副反応疑い報告").back("/staff/immunizations");
    frame.views.page("staff/reactions.html", &page, json!({ "reports": reports }))
}

/// `GET /staff/immunizations/reactions/{subject}/{report}`
#[get("/staff/immunizations/reactions/{subject}/{report}")]
pub async fn sheet(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (caller, place) = (visitor.user()?, place.into_inner());
    let bytes = frame.run(move |house| paper::kept(house, &caller, (&place.0, &place.1))).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").body(bytes))
}
