//! How everything stands.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::usecases::operator::summary::Tallies;
use crate::usecases::operator::{checks, summary};

use super::draw;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

/// `GET /operator`
#[get("/operator")]
pub async fn page(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asking = caller.clone();
    let counts = frame.run(move |house| summary::tallies(house, &asking)).await?;
    let checks = checks::all(&frame.house, &caller).await?;
    let page = Page::new(&frame, &visitor, "状態");
    let context = json!({ "checks": checks, "counts": tiles(&counts), "version": env!("CARGO_PKG_VERSION") });
    draw(&frame, &visitor, &page, "operator/health.html", context)
}

fn tiles(counts: &Tallies) -> Vec<Value> {
    let tile = |label: &str, count: i64, href: &str, alert: bool| json!({ "label": label, "count": count, "href": href, "alert": alert });
    vec![
        tile("進行中の処理", counts.open_jobs, "/operator/jobs", false),
        tile("失敗した処理", counts.dead_jobs, "/operator/jobs", true),
        tile("郵送待ち", counts.paper, "/operator/deliveries?state=paper", false),
        tile("届かなかったメール", counts.bounced, "/operator/deliveries?state=failed", true),
        tile("拒否された行", counts.rejected, "/operator/runs", true),
        tile("確認待ちの行", counts.unconfirmed, "/operator/runs", false),
        tile("登録先との不一致", counts.discrepancies, "/operator/discrepancies", true),
    ]
}

/// `POST /operator/check`: looks again.
#[post("/operator/check")]
pub async fn again(visitor: Visitor, _posted: Posted) -> Result<HttpResponse, Failure> {
    visitor.user()?;
    Ok(redirect("/operator"))
}
