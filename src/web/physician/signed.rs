//! A signed version: the confirmation, and the page to print.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::physician::signed::{self, Signed};
use crate::web::page::rfc3339;
use crate::web::{Failure, Frame, Page, Visitor};

use super::address;

/// `GET /physician/requests/{id}/signed`
#[get("/physician/requests/{id}/signed")]
pub async fn confirmation(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let found = find(&frame, &visitor, &id, None).await?;
    let page = Page::new(&frame, &visitor, "署名した診断書").back("/physician");
    let context = json!({
        "request": found.head,
        "certificate_version": found.version,
        "signed_at": rfc3339(found.at),
        "digest": found.digest,
        "signature": found.signature,
        "open": found.open,
        "print_url": format!("{}/print?version={}", address(&id), found.version),
    });
    frame.views.page("physician/signed.html", &page, context)
}

/// `GET /physician/requests/{id}/print`: a version, to be read or printed.
#[get("/physician/requests/{id}/print")]
pub async fn print_view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let version = match query.get("version") {
        Some(text) => Some(text.parse().map_err(|_| Failure::NotFound)?),
        None => None,
    };
    let found = find(&frame, &visitor, &id, version).await?;
    let page = Page::new(&frame, &visitor, "署名した診断書").back(format!("{}/signed", address(&id)));
    let context = json!({
        "request": found.head,
        "certificate_version": found.version,
        "newest": found.newest,
        "form_version": found.form_version,
        "signed_at": rfc3339(found.at),
        "digest": found.digest,
        "signature": found.signature,
        "sections": found.sections,
    });
    frame.views.page("physician/print.html", &page, context)
}

async fn find(frame: &Frame, visitor: &Visitor, id: &str, version: Option<i64>) -> Result<Signed, Failure> {
    let (caller, case_id) = (visitor.user()?, id.to_owned());
    frame.run(move |house| signed::show(house, &caller, &case_id, version)).await
}
