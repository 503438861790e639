//! One case of a session with the form of its result, where the committee concludes by one.

use actix_web::{HttpResponse, get, post, web};
use serde_json::Value;

use crate::domain::forms::{Answers, FieldError};
use crate::domain::refusal::Refusal;
use crate::usecases::committee::result::{self as results, Outcome};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{done, draw, refused, session_address};

type Typed = Option<(Answers, Vec<FieldError>)>;

/// `GET /committee/sessions/{id}/cases/{case}`
#[get("/committee/sessions/{id}/cases/{case}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor.in_chosen_language(), path.into_inner(), None, &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    (id, case): (String, String),
    typed: Typed,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang, of) = (visitor.user()?, visitor.lang, id.clone());
    let view = frame.run(move |house| results::page(house, &caller, (&of, &case), typed, lang)).await?;
    let page = Page::titled(frame, visitor, "board.case").back(session_address(&id));
    let page = page.field_errors(frame, &view.errors).refusals(frame, refusals, None);
    draw(frame, "committee/case.html", &page, view, Value::Null)
}

/// `POST /committee/sessions/{id}/cases/{case}/result`
#[post("/committee/sessions/{id}/cases/{case}/result")]
pub async fn write(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (visitor, caller, (id, case)) = (visitor.in_chosen_language(), visitor.user()?, path.into_inner());
    let (of, on) = (id.clone(), case.clone());
    let outcome = frame.run(move |house| results::write(house, &caller, (&of, &on), posted.fields())).await;
    match refused(outcome)? {
        Ok(Outcome::Written) => {
            Ok(done(&frame, &visitor, &format!("{}#{case}", session_address(&id)), "board.concluded"))
        }
        Ok(Outcome::Again(answers, errors)) => {
            page(&frame, &visitor, (id, case), Some((answers, errors)), &[]).await
        }
        Err(refusals) => page(&frame, &visitor, (id, case), None, &refusals).await,
    }
}
