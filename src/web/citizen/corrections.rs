//! 補正: the list of returned items, and the page of each.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::Error;
use crate::usecases::citizen::corrections::{self, Item, Leads, Returned};
use crate::web::session::{redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::{files_of, order, say};

/// `GET /a/{case}/corrections`
#[get("/a/{case}/corrections")]
pub async fn all(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    page(&frame, &visitor, case.into_inner(), &[]).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    case: String,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let found = frame.run(move |house| corrections::page(house, &caller, lang, &case)).await?;
    let id = &found.head.id;
    let item = |(at, item): (usize, &Returned)| {
        let mut view = item_view(item);
        view["answer"] = if item.answered { json!(item.told.answer) } else { Value::Null };
        view["href"] = json!(format!("/a/{id}/corrections/{}", at + 1));
        view
    };
    let items: Vec<_> = found.items.iter().enumerate().map(item).collect();
    let context = json!({
        "case": found.head, "due_on": found.due_on, "items": items,
        "all_answered": found.items.iter().all(|item| item.answered),
    });
    let page = Page::titled(frame, visitor, "corrections.title").back(format!("/a/{id}"));
    let page = page.refusals(frame, refusals, None);
    frame.views.page_with(page.status(), "citizen/corrections.html", &page, context)
}

fn item_view(item: &Returned) -> Value {
    let note = (!item.note.is_empty()).then_some(&item.note);
    json!({
        "path": item.path, "label": item.label, "reason": item.reason, "example": null, "note": note,
        "answer": item.told.answer, "reason_text": item.told.reason, "question_text": item.told.question,
    })
}

/// `GET /a/{case}/corrections/send`: where a sign-in in between leads back to.
#[get("/a/{case}/corrections/send")]
pub async fn after_sign_in(case: web::Path<String>) -> HttpResponse {
    redirect(&format!("/a/{case}/corrections"))
}

/// `POST /a/{case}/corrections/send`
#[post("/a/{case}/corrections/send")]
pub async fn send_all(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let case = case.into_inner();
    let id = case.clone();
    let done = frame
        .run(move |house| {
            let order = order(&id, CommandName::Resubmit, &posted);
            corrections::send_all(house, &caller, &order)
        })
        .await;
    match done {
        Ok(()) => {
            let told = say(&frame, &visitor, "corrections.sent");
            Ok(redirect_with(&frame, &format!("/a/{case}"), "success", &told))
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, case, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /a/{case}/corrections/{n}`
#[get("/a/{case}/corrections/{number}")]
pub async fn one(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: web::Path<(String, usize)>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let (case, number) = place.into_inner();
    let item = frame.run(move |house| corrections::item(house, &caller, lang, &case, number)).await?;
    draw(&frame, &visitor, StatusCode::OK, &item, number, &[])
}

fn draw(
    frame: &Frame,
    visitor: &Visitor,
    status: StatusCode,
    item: &Item,
    number: usize,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let id = &item.head.id;
    let around: Vec<_> =
        item.around.iter().map(|row| json!({ "label": row.label, "value": row.value })).collect();
    let context = json!({
        "case": item.head, "due_on": item.due_on, "action": format!("/a/{id}/corrections/{number}"),
        "item": item_view(&item.item), "fields": item.fields, "around": around, "places": item.places,
    });
    let page = Page::new(frame, visitor, &item.item.label).back(format!("/a/{id}/corrections"));
    let page = page.field_errors(frame, &item.errors).refusals(frame, refusals, None);
    frame.views.page_with(status, "citizen/correction.html", &page, context)
}

/// `POST /a/{case}/corrections/{n}`
#[post("/a/{case}/corrections/{number}")]
pub async fn send_one(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: web::Path<(String, usize)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let (case, number) = place.into_inner();
    let list = format!("/a/{case}/corrections");
    let (fields, uploads) = (posted.fields().clone(), posted.files);
    let leads = frame
        .run(move |house| {
            let files = files_of(uploads).map_err(|_| Error::Unavailable("uploads".to_owned()))?;
            corrections::send_item(house, &caller, lang, &case, number, fields, files)
        })
        .await?;
    match leads {
        Leads::List => Ok(redirect(&list)),
        Leads::Here => Ok(redirect(&format!("{list}/{number}"))),
        Leads::Mend(item, refusals) => {
            let clean = item.errors.is_empty() && refusals.is_empty();
            let status = if clean { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            draw(&frame, &visitor, status, &item, number, &refusals)
        }
    }
}
