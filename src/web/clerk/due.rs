//! 未接種者: the list, and the same as a table.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::House;
use crate::usecases::csv;
use crate::usecases::immunization::due::list;
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;
use super::tried::{draw, nothing};

/// `GET /staff/immunizations/due`
#[get("/staff/immunizations/due")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: list::Asked = query.into_inner().into_iter().collect();
    let page = Page::new(&frame, &visitor, "未接種者").back("/staff/immunizations");
    let (who, wanted) = (caller.clone(), asked.clone());
    match frame.run(move |house| list::page(house, &who, &wanted)).await {
        Ok(view) => draw(&frame, "staff/doses_due.html", &page, view, nothing()),
        // What cannot be read is shown where it was typed, above the list without it.
        Err(Failure::Refused(refusals)) if refusals.iter().all(|it| it.field.is_some()) => {
            let wrong = |name: &String| refusals.iter().any(|it| it.field.as_ref() == Some(name));
            let usual = asked.iter().filter(|(name, _)| !wrong(name));
            let usual = usual.map(|(name, value)| (name.clone(), value.clone())).collect();
            let kept = list::FIELDS.map(|name| (name, asked.get(name).cloned().unwrap_or_default()));
            let kept: std::collections::BTreeMap<_, _> = kept.into();
            let view = frame.run(move |house| list::page(house, &caller, &usual)).await?;
            let page = page.refusals(&frame, &refusals, None);
            draw(&frame, "staff/doses_due.html", &page, view, json!({ "typed": kept }))
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/immunizations/due.csv`
#[get("/staff/immunizations/due.csv")]
pub async fn table(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: list::Asked = query.into_inner().into_iter().collect();
    let first = (true, (String::new(), String::new()));
    super::table::answer(frame, "doses-due", first, move |house: &House, (begins, after)| {
        let (rows, next) = list::table(house, &caller, &asked, (*begins, after))?;
        Ok((csv::part(*begins, &rows), next.map(|place| (false, place))))
    })
    .await
}
