//! 受給者台帳: the page, the table, and what was decided for a holder.

use actix_web::{HttpResponse, get, web};

use crate::usecases::holders::{self, history, list, table};
use crate::usecases::{Caller, House};
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;
use super::tried::{draw, nothing};

/// `GET /staff/holders`
#[get("/staff/holders")]
pub async fn register(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: list::Asked = query.into_inner().into_iter().collect();
    let wanted = asked.clone();
    let page = Page::new(&frame, &visitor, "受給者台帳");
    match frame
        .run({
            let caller = caller.clone();
            move |house| list::list(house, &caller, &wanted)
        })
        .await
    {
        Ok(view) => draw(&frame, "staff/holders.html", &page, view, nothing()),
        // A day that cannot be read is shown where it was typed, above today's register.
        Err(Failure::Refused(refusals)) if refusals.iter().any(|it| it.field.as_deref() == Some("on")) => {
            let today: list::Asked = asked.into_iter().filter(|(name, _)| name != "on").collect();
            let view = frame.run(move |house| list::list(house, &caller, &today)).await?;
            draw(&frame, "staff/holders.html", &page.refusals(&frame, &refusals, None), view, nothing())
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/holders/table.csv`
#[get("/staff/holders/table.csv")]
pub async fn download(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    sent(frame, &visitor, query, "holders", table::part).await
}

/// `GET /staff/holders/changes.csv?from=&to=`: the content of 受給者異動連絡票.
#[get("/staff/holders/changes.csv")]
pub async fn changes(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    sent(frame, &visitor, query, "changes", holders::changes::part).await
}

/// A table, from its first part on.
async fn sent(
    frame: web::Data<Frame>,
    visitor: &Visitor,
    query: Query,
    name: &str,
    part: fn(&House, &Caller, &list::Asked, &str) -> table::Part,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: list::Asked = query.into_inner().into_iter().collect();
    super::table::answer(frame, name, String::new(), move |house, after| part(house, &caller, &asked, after))
        .await
}

/// `GET /staff/holders/{case}`
#[get("/staff/holders/{case}")]
pub async fn holder(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| history::history(house, &caller, &case)).await?;
    let page = Page::new(&frame, &visitor, "決定の履歴").back("/staff/holders");
    draw(&frame, "staff/holder.html", &page, view, nothing())
}
