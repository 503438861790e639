//! The person's own ledger of payments.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::citizen::ledger;
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /a/{case}/ledger`
#[get("/a/{case}/ledger")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let own = frame.run(move |house| ledger::page(house, &caller, lang, &case)).await?;
    let page = Page::titled(&frame, &visitor, "ledger.title").back(format!("/a/{}", own.head.id));
    let context = json!({ "case": own.head, "months": own.months, "hints": own.hints });
    frame.views.page("citizen/ledger.html", &page, context)
}
