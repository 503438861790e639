//! What can be read and kept of a case: the application as filed, letters, attachments, the
//! physician's sheet.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::citizen::{attach, filed, status};
use crate::web::page::rfc3339;
use crate::web::session::{encode, redirect};
use crate::web::{Failure, Frame, Page, Visitor};

use super::saved_as;

/// `GET /a/{case}/filed`
#[get("/a/{case}/filed")]
pub async fn as_filed(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let filed = frame.run(move |house| filed::page(house, &caller, lang, &case)).await?;
    let page = Page::titled(&frame, &visitor, "filed.title").back(format!("/a/{}", filed.head.id));
    let context =
        json!({ "case": filed.head, "received_at": rfc3339(filed.received_at), "sections": filed.sections });
    frame.views.page("citizen/filed.html", &page, context)
}

/// `GET /a/{case}/letters/{letter}`: a letter as PDF.
#[get("/a/{case}/letters/{letter}")]
pub async fn letter_pdf(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let (case, letter) = place.into_inner();
    let (name, bytes) = frame.run(move |house| filed::letter(house, &caller, lang, &case, &letter)).await?;
    Ok(saved_as(&name, "application/pdf", bytes))
}

/// `GET /a/{case}/files/{document}`: an attachment that was found harmless.
#[get("/a/{case}/files/{document}")]
pub async fn attachment(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let (case, id) = place.into_inner();
    let (document, bytes) = frame.run(move |house| attach::download(house, &caller, &case, &id)).await?;
    Ok(saved_as(&document.name, &document.mime, bytes))
}

/// `GET /a/{case}/request`: the sheet with the code for the physician.
#[get("/a/{case}/request")]
pub async fn request_sheet(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let sheet = frame.run(move |house| status::request_sheet(house, &caller, lang, &case)).await?;
    let page = Page::titled(&frame, &visitor, "request.title").back(format!("/a/{}", sheet.head.id));
    let context =
        json!({ "case": sheet.head, "request": sheet.request, "name": sheet.name, "url": sheet.url });
    frame.views.page("citizen/request.html", &page, context)
}

/// `GET /r/{reference}`: where the code on a letter leads.
#[get("/r/{reference}")]
pub async fn by_reference(
    frame: web::Data<Frame>,
    visitor: Visitor,
    reference: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.anyone()?;
    if !visitor.is_citizen() {
        return Ok(redirect(&format!("/staff/queue?q={}", encode(&reference))));
    }
    let id = frame.run(move |house| filed::by_reference(house, &caller, &reference)).await?;
    Ok(redirect(&format!("/a/{id}")))
}
