//! The person before the desk: what may be given today, and what was given before.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, web};

use crate::usecases::immunization::sheet;
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /clinic/people/{subject}`; `?done=1` after something was recorded.
#[get("/clinic/people/{subject}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let sheet = frame.run(move |house| sheet::sheet(house, &caller, &subject)).await?;
    let done = query.contains_key("done").then_some("immunization.recorded");
    let page = Page::new(&frame, &visitor, "接種の可否と接種歴").back("/clinic").told(&frame, done);
    frame.views.page("clinic/person.html", &page, sheet)
}
