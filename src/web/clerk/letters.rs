//! Letters as pages and as PDF.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};

use crate::usecases::clerk::letters::{self, LetterPage};
use crate::web::{Failure, Frame, Page, Visitor};

use super::tried::{draw, nothing};

type Named = web::Path<(String, String)>;

/// Draws a letter.
///
/// # Errors
/// When the template and the letter do not fit.
pub fn letter_page(frame: &Frame, visitor: &Visitor, view: LetterPage) -> Result<HttpResponse, Failure> {
    let page = Page::new(frame, visitor, &view.label);
    draw(frame, "staff/letter.html", &page, view, nothing())
}

fn document(name: &str, bytes: Vec<u8>) -> HttpResponse {
    let safe: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{safe}.pdf\"")))
        .body(bytes)
}

/// `GET /staff/cases/{id}/letters/preview/{kind}.pdf`
#[get("/staff/cases/{id}/letters/preview/{kind}.pdf")]
pub async fn preview_pdf(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: Named,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, kind)) = (visitor.user()?, path.into_inner());
    let name = kind.clone();
    let bytes = frame.run(move |house| letters::preview_pdf(house, &caller, &id, &kind)).await?;
    Ok(document(&name, bytes))
}

/// `GET /staff/cases/{id}/letters/preview/{kind}`
#[get("/staff/cases/{id}/letters/preview/{kind}")]
pub async fn preview(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: Named,
) -> Result<HttpResponse, Failure> {
    let (caller, (id, kind)) = (visitor.user()?, path.into_inner());
    let view = frame.run(move |house| letters::preview(house, &caller, &id, &kind)).await?;
    letter_page(&frame, &visitor, view)
}

/// `GET /staff/cases/{id}/letters/{letter}.pdf`
#[get("/staff/cases/{id}/letters/{letter}.pdf")]
pub async fn pdf(frame: web::Data<Frame>, visitor: Visitor, path: Named) -> Result<HttpResponse, Failure> {
    let (caller, (id, letter)) = (visitor.user()?, path.into_inner());
    let name = letter.clone();
    let bytes = frame.run(move |house| letters::pdf(house, &caller, &id, &letter)).await?;
    Ok(document(&name, bytes))
}

/// `GET /staff/cases/{id}/letters/{letter}`
#[get("/staff/cases/{id}/letters/{letter}")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, path: Named) -> Result<HttpResponse, Failure> {
    let (caller, (id, letter)) = (visitor.user()?, path.into_inner());
    let view = frame.run(move |house| letters::issued(house, &caller, &id, &letter)).await?;
    letter_page(&frame, &visitor, view)
}
