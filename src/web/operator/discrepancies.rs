//! Where the register does not hold what we sent.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::operator::discrepancies;

use super::{answer, draw};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

/// `GET /operator/discrepancies`
#[get("/operator/discrepancies")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let rows = frame.run(move |house| discrepancies::list(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "登録先との不一致");
    draw(&frame, &visitor, &page, "operator/discrepancies.html", json!({ "rows": rows }))
}

/// `POST /operator/discrepancies/{id}`: sends the row again, or takes it off the list.
#[post("/operator/discrepancies/{id}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, row, resend) = (visitor.user()?, id.into_inner(), posted.text("act") == "resend");
    let outcome = frame
        .run(move |house| {
            if resend {
                discrepancies::resend(house, &caller, &row)
            } else {
                discrepancies::accept(house, &caller, &row)
            }
        })
        .await;
    let said =
        if resend { "次の連携で送りなおします。" } else { "確認済みにしました。" };
    answer(&frame, "/operator/discrepancies", outcome, |()| said.to_owned())
}
