//! Who stands before the desk.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::immunization::desk::{self, Asked, Presented};
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{address, asked};

const TITLE: &str = "接種を受ける方を確かめる";

/// `GET /clinic`
#[get("/clinic")]
pub async fn ask(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    frame.run(move |house| desk::may_ask(house, &caller)).await?;
    form(&frame, &Page::new(&frame, &visitor, TITLE), &Asked::default())
}

/// What was scanned is not shown again: a reader types it anew. Consent is given anew, too.
fn form(frame: &Frame, page: &Page, asked: &Asked) -> Result<HttpResponse, Failure> {
    let context = json!({ "number": asked.number, "kana": asked.kana, "birth": asked.birth });
    frame.views.page_with(page.status(), "clinic/find.html", page, context)
}

/// The form that was shown, else the person.
fn place(found: &Presented) -> String {
    let person = address(&found.subject);
    match &found.form {
        Some(form) => format!("{person}/screenings/{form}"),
        None => person,
    }
}

/// `POST /clinic`
#[post("/clinic")]
pub async fn find(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked = asked(&posted);
    let typed = asked.clone();
    match frame.run(move |house| desk::find(house, &caller, &asked)).await {
        Ok(found) => Ok(redirect(&place(&found))),
        Err(Failure::Refused(refusals)) => {
            let page = Page::new(&frame, &visitor, TITLE).refusals(&frame, &refusals, None);
            form(&frame, &page, &typed)
        }
        Err(failure) => Err(failure),
    }
}
