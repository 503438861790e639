//! 回収ロット: entered by the office, and who was given one.

use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::lots::{self, Typed};
use crate::web::session::{encode, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::Query;

/// Where the lots are listed.
const HOME: &str = "/staff/immunizations/lots";

/// `GET /staff/immunizations/lots`
#[get("/staff/immunizations/lots")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    all(&frame, &visitor, &Typed::default(), &[]).await
}

async fn all(
    frame: &Frame,
    visitor: &Visitor,
    typed: &Typed,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| lots::all(house, &caller)).await?;
    let page = Page::new(frame, visitor, "回収ロット").back("/staff/immunizations");
    let page = page.refusals(frame, refusals, None);
    let mut context = json!(view);
    context["typed"] = json!(typed);
    frame.views.page_with(page.status(), "staff/lots.html", &page, context)
}

/// `POST /staff/immunizations/lots`: enters a lot, or takes one back.
#[post("/staff/immunizations/lots")]
pub async fn act(frame: web::Data<Frame>, visitor: Visitor, posted: Posted) -> Result<HttpResponse, Failure> {
    let text = |name: &str| posted.text(name).to_owned();
    let typed =
        Typed { vaccine: text("vaccine"), lot: text("lot"), since: text("since"), source: text("source") };
    let (caller, asked, ends) = (visitor.user()?, typed.clone(), posted.text("act") == "end");
    let done = frame.run(move |house| match ends {
        true => lots::end(house, &caller, &asked.vaccine, &asked.lot),
        false => lots::enter(house, &caller, &asked),
    });
    let said =
        if ends { "取り消しました。" } else { "記録しました。窓口で知らせます。" };
    match done.await {
        Ok(()) => Ok(redirect_with(&frame, HOME, "success", said)),
        Err(Failure::Refused(refusals)) => all(&frame, &visitor, &typed, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/immunizations/lots/doses?vaccine=&lot=&day=&line=`
#[get("/staff/immunizations/lots/doses")]
pub async fn doses(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (vaccine, lot, line) = (text("vaccine"), text("lot"), text("line"));
    let day: NaiveDate = text("day").parse().unwrap_or_default();
    let lot_at = format!("{HOME}/doses?vaccine={}&lot={}", encode(&vaccine), encode(&lot));
    let view = frame.run(move |house| lots::given(house, &caller, (&vaccine, &lot), (day, &line))).await?;
    let page = Page::new(&frame, &visitor, "ロットの接種").back(HOME);
    let next = view.next.as_ref().map(|(day, line)| format!("{lot_at}&day={day}&line={line}"));
    let mut context = json!(view);
    context["next"] = json!(next);
    frame.views.page("staff/lot.html", &page, context)
}
