//! Papers of a client's case that the person lets the office read.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::agent::papers;
use crate::web::page::rfc3339;
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /agent/cases/{case}/papers/{form}`
#[get("/agent/cases/{case}/papers/{form}")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (caller, (case, form)) = (visitor.user()?, place.into_inner());
    let page = |title: &str| Page::new(&frame, &visitor, title).back("/agent");
    match frame.run(move |house| papers::show(house, &caller, &case, &form)).await {
        Ok(shown) => {
            let context = json!({ "case": shown.head, "at": rfc3339(shown.at), "sections": shown.sections });
            frame.views.page("agent/paper.html", &page(&shown.title), context)
        }
        Err(Failure::Refused(refusals)) => {
            let said = refusals.first().map(|it| frame.views.text(visitor.lang, &it.key, &it.args));
            let context = json!({ "case": null, "refused": said });
            let page = page("書類は見られません");
            frame.views.page_with(StatusCode::FORBIDDEN, "agent/paper.html", &page, context)
        }
        Err(failure) => Err(failure),
    }
}
