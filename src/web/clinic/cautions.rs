//! Allergies of the person before the desk, asked of the record platform with consent.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::cautions::{self, Asked};
use crate::usecases::immunization::sheet;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;

/// `GET /clinic/people/{subject}/cautions`
#[get("/clinic/people/{subject}/cautions")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    draw(&frame, &visitor, &subject, &Asked::default(), &[]).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    subject: &str,
    typed: &Asked,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, subject.to_owned());
    let sheet = frame.run(move |house| sheet::sheet(house, &caller, &id)).await?;
    let page = Page::new(frame, visitor, "アレルギーの確認").back(address(subject));
    let page = page.refusals(frame, refusals, None);
    let mut context = json!(sheet);
    // 記号・番号 stand on a page no longer than they are needed: what was typed wrong.
    context["typed"] = json!({ "insurer": typed.insurer, "symbol": typed.symbol, "number": typed.number,
        "branch": typed.branch });
    frame.views.page_with(page.status(), "clinic/cautions.html", &page, context)
}

/// `POST /clinic/people/{subject}/cautions`
#[post("/clinic/people/{subject}/cautions")]
pub async fn ask(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let text = |name: &str| posted.text(name).chars().take(40).collect::<String>();
    let asked = Asked {
        insurer: text("insurer"),
        symbol: text("symbol"),
        number: text("number"),
        branch: text("branch"),
        consent: posted.text("consent") == "yes",
    };
    let caller = visitor.user()?;
    let asking = cautions::ask(&frame.house, &caller, &subject, &asked);
    match asking.await.map_err(Failure::from) {
        Ok(()) => {
            let told = "医療情報から、アレルギーの記録を確かめました。";
            Ok(redirect_with(&frame, &format!("{}#cautions", address(&subject)), "success", told))
        }
        Err(Failure::Refused(refusals)) => draw(&frame, &visitor, &subject, &asked, &refusals).await,
        Err(failure) => Err(failure),
    }
}
