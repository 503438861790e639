//! Lists: the day, the cases, the drafts to sign, the letters that did not arrive.

use actix_web::{HttpResponse, get, web};

use crate::usecases::clerk::{
    approvals as signing, deliveries as post, home as day, queue as list, reminders as late,
};
use crate::web::{Failure, Frame, Page, Visitor};

use super::Query;
use super::tried::{draw, nothing};

/// `GET /staff`
#[get("/staff")]
pub async fn home(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| day::home(house, &caller)).await?;
    draw(&frame, "staff/home.html", &Page::new(&frame, &visitor, "ホーム"), view, nothing())
}

/// `GET /staff/queue`
#[get("/staff/queue")]
pub async fn queue(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked: list::Asked = query.into_inner().into_iter().collect();
    let view = frame.run(move |house| list::listing(house, &caller, &asked)).await?;
    draw(&frame, "staff/queue.html", &Page::new(&frame, &visitor, "案件一覧"), view, nothing())
}

/// `GET /staff/approvals`
#[get("/staff/approvals")]
pub async fn approvals(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| signing::approvals(house, &caller)).await?;
    draw(
        &frame,
        "staff/approvals.html",
        &Page::new(&frame, &visitor, "決裁を待っている案件"),
        view,
        nothing(),
    )
}

/// `GET /staff/reminders`
#[get("/staff/reminders")]
pub async fn reminders(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| late::reminders(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "催促する相手").back("/staff");
    draw(&frame, "staff/reminders.html", &page, view, nothing())
}

/// `GET /staff/deliveries`
#[get("/staff/deliveries")]
pub async fn deliveries(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| post::undelivered(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "届かなかった通知").back("/staff");
    draw(&frame, "staff/deliveries.html", &page, view, nothing())
}
