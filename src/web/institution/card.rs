//! Asking for the ledger of a certificate that is presented.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::ledger::card::{self, Asked};
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;

const TITLE: &str = "受給者証を確かめる";

/// `GET /institution`
#[get("/institution")]
pub async fn ask(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    frame.run(move |house| card::may_ask(house, &caller)).await?;
    form(&frame, &Page::new(&frame, &visitor, TITLE), &Asked::default())
}

/// What was scanned is not shown again: a reader types it anew.
fn form(frame: &Frame, page: &Page, asked: &Asked) -> Result<HttpResponse, Failure> {
    let context = json!({ "number": asked.number, "birth": asked.birth });
    frame.views.page_with(page.status(), "institution/card.html", page, context)
}

/// `POST /institution`
#[post("/institution")]
pub async fn find(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let text = |name: &str| posted.text(name).chars().take(80).collect::<String>();
    let asked = Asked { number: text("number"), birth: text("birth"), scanned: text("scanned") };
    let typed = asked.clone();
    match frame.run(move |house| card::find(house, &caller, &asked)).await {
        Ok(case) => Ok(redirect(&address(&case))),
        Err(Failure::Refused(refusals)) => {
            let page = Page::new(&frame, &visitor, TITLE).refusals(&frame, &refusals, None);
            form(&frame, &page, &typed)
        }
        Err(failure) => Err(failure),
    }
}
