//! 年次報告のもと and 接種券の発行状況, as pages and as tables.

use actix_web::{HttpResponse, get, web};

use crate::usecases::House;
use crate::usecases::csv;
use crate::usecases::immunization::{stock, yearly};
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;

/// The year of an address.
fn year(query: &Query) -> String {
    query.get("year").map(|it| it.chars().take(4).collect()).unwrap_or_default()
}

/// `GET /staff/immunizations/yearly?year=`
#[get("/staff/immunizations/yearly")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let (caller, year) = (visitor.user()?, year(&query));
    let view = frame.run(move |house| yearly::page(house, &caller, &year)).await?;
    let page = Page::new(&frame, &visitor, "年度の集計").back("/staff/immunizations");
    frame.views.page("staff/doses_yearly.html", &page, view)
}

/// `GET /staff/immunizations/yearly.csv?year=`
#[get("/staff/immunizations/yearly.csv")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let (caller, year) = (visitor.user()?, year(&query));
    let part = move |house: &House, at: &usize| {
        let (rows, next) = yearly::part(house, &caller, &year, *at)?;
        Ok((csv::part(*at == 0, &rows), next))
    };
    super::table::answer(frame, "doses-of-year", 0, part).await
}

/// `GET /staff/immunizations/yearly.xlsx?year=`
#[get("/staff/immunizations/yearly.xlsx")]
pub async fn workbook(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, year) = (visitor.user()?, year(&query));
    super::workbook::answer(frame, "doses-of-year", move |house, at| yearly::part(house, &caller, &year, at))
        .await
}

/// `GET /staff/immunizations/stock?year=`
#[get("/staff/immunizations/stock")]
pub async fn vouchers(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, year) = (visitor.user()?, year(&query));
    let view = frame.run(move |house| stock::page(house, &caller, &year)).await?;
    let page = Page::new(&frame, &visitor, "接種券の発行状況").back("/staff/immunizations");
    frame.views.page("staff/voucher_stock.html", &page, view)
}

/// `GET /staff/immunizations/stock.csv?year=`
#[get("/staff/immunizations/stock.csv")]
pub async fn voucher_table(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, year) = (visitor.user()?, year(&query));
    super::table::answer(frame, "vouchers", 0, move |house: &House, _: &usize| {
        Ok((csv::part(true, &stock::table(house, &caller, &year)?), None))
    })
    .await
}
