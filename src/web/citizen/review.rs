//! All answers before filing.

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::domain::forms::FieldError;
use crate::usecases::citizen::review::{self, ToMend};
use crate::web::agent::draft_address;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /a/{case}/review`
#[get("/a/{case}/review")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.filler()?, visitor.lang);
    if !visitor.is_citizen() {
        return Ok(redirect(&draft_address(&case)));
    }
    let review = frame.run(move |house| review::page(house, &caller, lang, &case)).await?;
    let id = &review.head.id;
    let text = |error: &FieldError| frame.views.text(lang, &error.key, &error.args);
    let missing = |it: &ToMend| -> Value {
        json!({ "href": format!("/a/{id}/s/{}?from=review#{}", it.step, it.error.path), "text": text(&it.error) })
    };
    let warning = |it: &FieldError| json!({ "path": it.path, "text": text(it) });
    let context = json!({
        "case": review.head, "sections": review.sections,
        "missing": review.stops.iter().map(missing).collect::<Vec<_>>(),
        "warnings": review.warnings.iter().map(warning).collect::<Vec<_>>(),
    });
    let page = Page::titled(&frame, &visitor, "review.title").back(format!("/a/{id}"));
    frame.views.page("citizen/review.html", &page, context)
}
