//! 進達: covering lists by day, and taking over what stands on one.

use actix_web::{HttpResponse, get, post, web};

use crate::usecases::clerk::forwarding;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::Query;
use super::tried::{draw, nothing, with_refusals};

/// `GET /staff/forwarding?office=&on=`
#[get("/staff/forwarding")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    page(&frame, &visitor, get("office"), get("on"), Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    office: String,
    on: String,
    refusals: Vec<crate::domain::refusal::Refusal>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| forwarding::listing(house, &caller, &office, &on)).await?;
    let page = with_refusals(frame, Page::new(frame, visitor, "進達と送付書").back("/staff"), None, refusals);
    draw(frame, "staff/forwarding.html", &page, view, nothing())
}

/// `POST /staff/forwarding {office, on, arrived_on}`
#[post("/staff/forwarding")]
pub async fn take_over(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let text = |name: &str| posted.text(name).to_owned();
    let (office, on, arrived_on) = (text("office"), text("on"), text("arrived_on"));
    let (code, day) = (office.clone(), on.clone());
    let outcome =
        frame.run(move |house| forwarding::take_over(house, &caller, &code, &day, &arrived_on)).await;
    match outcome {
        Ok(count) => {
            let told = format!("{count}件の進達を受領しました。");
            Ok(redirect_with(&frame, "/staff/forwarding", "success", &told))
        }
        Err(Failure::Refused(refusals)) => page(&frame, &visitor, office, on, refusals).await,
        Err(other) => Err(other),
    }
}
