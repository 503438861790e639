//! Lines of the ledger that may tell of one dose: the list, and a pair side by side.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::immunization::double::Item;
use crate::domain::refusal::Refusal;
use crate::usecases::immunization::doubles::listed;
use crate::usecases::immunization::doubles::settle::{self, Choice};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::Query;

/// Where the pairs are listed.
const HOME: &str = "/staff/immunizations/doubles";

/// `GET /staff/immunizations/doubles?one=&other=`
#[get("/staff/immunizations/doubles")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let after = (text("one"), text("other"));
    let view = frame.run(move |house| listed::pairs(house, &caller, (&after.0, &after.1))).await?;
    let next = view.next.map(|(one, other)| format!("{HOME}?one={one}&other={other}"));
    let page = Page::new(&frame, &visitor, "二重かもしれない記録").back("/staff/immunizations");
    frame.views.page("staff/doubles.html", &page, json!({ "rows": view.rows, "next": next }))
}

/// `GET /staff/immunizations/doubles/{one}/{other}`
#[get("/staff/immunizations/doubles/{one}/{other}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    pair: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    form(&frame, &visitor, &pair, &Choice::default(), &[]).await
}

async fn form(
    frame: &Frame,
    visitor: &Visitor,
    pair: &(String, String),
    typed: &Choice,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, ids) = (visitor.user()?, pair.clone());
    let view = frame.run(move |house| listed::pair(house, &caller, &ids.0, &ids.1)).await?;
    let page = Page::new(frame, visitor, "二つの記録を比べる").back(HOME).refusals(frame, refusals, None);
    let mut context = json!(view);
    context["action"] = format!("{HOME}/{}/{}", pair.0, pair.1).into();
    context["typed"] = json!({ "stands": typed.stands, "items": typed.items });
    frame.views.page_with(page.status(), "staff/double.html", &page, context)
}

/// `POST /staff/immunizations/doubles/{one}/{other}`: they are one dose, or two.
#[post("/staff/immunizations/doubles/{one}/{other}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    pair: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, pair, choice) = (visitor.user()?, pair.into_inner(), choice(&posted));
    let (ids, typed, merges) = (pair.clone(), choice.clone(), posted.text("act") == "merge");
    let done = frame.run(move |house| match merges {
        true => settle::merge(house, &caller, (&ids.0, &ids.1), &typed),
        false => settle::part(house, &caller, (&ids.0, &ids.1)),
    });
    let said = match merges {
        true => "一つの記録にまとめました。前の二つも残っています。",
        false => "別々の接種としました。もうお尋ねしません。",
    };
    match done.await {
        Ok(_) => Ok(redirect_with(&frame, HOME, "success", said)),
        // What somebody else settled meanwhile has no form any more.
        Err(Failure::Refused(refusals)) if refusals.iter().any(|it| it.key == "double.over") => {
            Err(Failure::Refused(refusals))
        }
        Err(Failure::Refused(refusals)) => form(&frame, &visitor, &pair, &choice, &refusals).await,
        Err(failure) => Err(failure),
    }
}

fn choice(posted: &Posted) -> Choice {
    let side = |item: &Item| {
        let side = posted.text(&format!("item-{}", item.code())).to_owned();
        (!side.is_empty()).then(|| (item.code().to_owned(), side))
    };
    let items: BTreeMap<String, String> = Item::ALL.iter().filter_map(side).collect();
    Choice { stands: posted.text("stands").to_owned(), items }
}
