//! 所要日数: the page of figures and its tables.

use actix_web::{HttpResponse, get, web};

use crate::domain::refusal::Refusal;
use crate::usecases::figures::{page, paid, table};
use crate::usecases::{Caller, House, csv};
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;
use super::tried::{draw, nothing};

/// Fields of the page in which a month is typed.
const MONTHS: [&str; 2] = ["from", "until"];

/// Writes a part of a table.
type Write = fn(&House, &Caller, &page::Asked, usize) -> table::Part;

/// `GET /staff/figures`
#[get("/staff/figures")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: page::Asked = query.into_inner().into_iter().collect();
    let page = Page::new(&frame, &visitor, "所要日数");
    let (who, wanted) = (caller.clone(), asked.clone());
    match frame.run(move |house| page::figures(house, &who, &wanted)).await {
        Ok(view) => draw(&frame, "staff/figures.html", &page, view, nothing()),
        // Months that cannot be read are shown where they were typed, above the usual ones.
        Err(Failure::Refused(refusals)) if refusals.iter().all(about_months) => {
            let typed = MONTHS.map(|name| asked.get(name).cloned().unwrap_or_default());
            let usual = asked.into_iter().filter(|(name, _)| !MONTHS.contains(&name.as_str())).collect();
            let view = frame.run(move |house| page::figures(house, &caller, &usual)).await?;
            let [from, until] = typed;
            let kept = serde_json::json!({ "from": from, "until": until });
            draw(&frame, "staff/figures.html", &page.refusals(&frame, &refusals, None), view, kept)
        }
        Err(failure) => Err(failure),
    }
}

fn about_months(refusal: &Refusal) -> bool {
    refusal.field.as_deref().is_some_and(|field| MONTHS.contains(&field))
}

/// `GET /staff/figures/months.csv`
#[get("/staff/figures/months.csv")]
pub async fn by_month(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    sent(frame, &visitor, query, "figures-by-month", table::by_month).await
}

/// `GET /staff/figures/days.csv`
#[get("/staff/figures/days.csv")]
pub async fn by_days(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    sent(frame, &visitor, query, "figures-by-days", table::by_days).await
}

/// `GET /staff/figures/paid.csv`
#[get("/staff/figures/paid.csv")]
pub async fn paid_for(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    sent(frame, &visitor, query, "paid-by-institution", paid::by_institution).await
}

/// `GET /staff/figures/{table}.xlsx`: the same tables as workbooks.
#[get("/staff/figures/{table}.xlsx")]
pub async fn workbook(
    frame: web::Data<Frame>,
    visitor: Visitor,
    table: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (name, write): (_, Write) = match table.as_str() {
        "months" => ("figures-by-month", table::by_month),
        "days" => ("figures-by-days", table::by_days),
        "paid" => ("paid-by-institution", paid::by_institution),
        _ => return Err(Failure::NotFound),
    };
    let caller = visitor.user()?;
    let asked: page::Asked = query.into_inner().into_iter().collect();
    super::workbook::answer(frame, name, move |house, at| write(house, &caller, &asked, at)).await
}

async fn sent(
    frame: web::Data<Frame>,
    visitor: &Visitor,
    query: Query,
    name: &str,
    write: Write,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: page::Asked = query.into_inner().into_iter().collect();
    let part = move |house: &House, at: &usize| {
        let (rows, next) = write(house, &caller, &asked, *at)?;
        Ok((csv::part(*at == 0, &rows), next))
    };
    super::table::answer(frame, name, 0, part).await
}
