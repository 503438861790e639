//! Taking a request by the code on the patient's sheet.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::physician::claim;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;

/// `GET /physician/code`
#[get("/physician/code")]
pub async fn ask(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    visitor.user()?;
    form(&frame, &Page::new(&frame, &visitor, "コードで開く"), "")
}

fn form(frame: &Frame, page: &Page, code: &str) -> Result<HttpResponse, Failure> {
    frame.views.page("physician/code.html", page, json!({ "code": code }))
}

/// `POST /physician/code`
#[post("/physician/code")]
pub async fn take(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let code: String = posted.text("code").chars().take(40).collect();
    let typed = code.clone();
    match frame.run(move |house| claim::claim(house, &caller, &code)).await {
        Ok(case_id) => Ok(redirect(&address(&case_id))),
        Err(Failure::Refused(refusals)) => {
            let refusals: Vec<_> = refusals.into_iter().map(|refusal| refusal.at("code")).collect();
            let page = Page::new(&frame, &visitor, "コードで開く").refusals(&frame, &refusals, None);
            form(&frame, &page, &typed)
        }
        Err(failure) => Err(failure),
    }
}
