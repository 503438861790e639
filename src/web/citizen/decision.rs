//! The decision.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::citizen::decision;
use crate::web::{Failure, Frame, Page, Visitor};

use super::say;

/// `GET /a/{case}/decision`
#[get("/a/{case}/decision")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let told = frame.run(move |house| decision::page(house, &caller, lang, &case)).await?;
    let id = &told.head.id;
    let facts: Vec<_> =
        told.facts.iter().map(|(label, value)| json!({ "label": label, "value": value })).collect();
    let letters: Vec<_> = told
        .letters
        .iter()
        .map(|it| json!({ "label": it.label, "href": format!("/a/{id}/letters/{}", it.id), "size": "" }))
        .collect();
    let office = frame.house.office.get("name").cloned().unwrap_or_default();
    let appeal = told.appeal.clone().unwrap_or_else(|| say(&frame, &visitor, "decision.appeal-in-letter"));
    let context = json!({
        "case": told.head, "letters": letters,
        "decision": { "sentence": told.sentence, "favourable": told.favourable, "facts": facts, "use": [],
            "renew_on": told.renew_on, "vouchers": told.vouchers, "program": told.program, "offers": told.offers, "reasons": told.reasons, "appeal": appeal, "decided_on": told.decided_on,
            "by": office, "signature": null, "contact": null },
    });
    let page = Page::titled(&frame, &visitor, "decision.title").back(format!("/a/{id}"));
    frame.views.page("citizen/decision.html", &page, context)
}
