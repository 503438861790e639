//! 接種率 and its tables.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::House;
use crate::usecases::csv;
use crate::usecases::immunization::coverage::{page, table};
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;
use super::tried::{draw, nothing};

/// `GET /staff/immunizations/figures?vaccine=&on=`
#[get("/staff/immunizations/figures")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: page::Asked = query.into_inner().into_iter().collect();
    let page = Page::new(&frame, &visitor, "接種率").back("/staff/immunizations");
    let (who, wanted) = (caller.clone(), asked.clone());
    match frame.run(move |house| page::page(house, &who, &wanted)).await {
        Ok(view) => draw(&frame, "staff/coverage.html", &page, view, nothing()),
        // A day that cannot be read is shown where it was typed, above the figures of today.
        Err(Failure::Refused(refusals)) if refusals.iter().all(|it| it.field.as_deref() == Some("on")) => {
            let typed = asked.get("on").cloned().unwrap_or_default();
            let usual = asked.into_iter().filter(|(name, _)| name != "on").collect();
            let view = frame.run(move |house| page::page(house, &caller, &usual)).await?;
            let page = page.refusals(&frame, &refusals, None);
            draw(&frame, "staff/coverage.html", &page, view, json!({ "typed": typed }))
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/immunizations/figures/coverage.csv?on=`
#[get("/staff/immunizations/figures/coverage.csv")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: page::Asked = query.into_inner().into_iter().collect();
    let part = move |house: &House, at: &usize| {
        let (rows, next) = table::part(house, &caller, &asked, *at)?;
        Ok((csv::part(*at == 0, &rows), next))
    };
    super::table::answer(frame, "coverage", 0, part).await
}

/// `GET /staff/immunizations/figures/coverage.xlsx?on=`
#[get("/staff/immunizations/figures/coverage.xlsx")]
pub async fn workbook(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: page::Asked = query.into_inner().into_iter().collect();
    super::workbook::answer(frame, "coverage", move |house, at| table::part(house, &caller, &asked, at)).await
}
