//! 予診票 at the desk of a clinic: locked when it is opened for judgement, judged, given back.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::screening::judge::{self, Next, Typed};
use crate::usecases::immunization::screening::judged;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;

type Place = web::Path<(String, String)>;

/// `GET /clinic/people/{subject}/screenings/{id}`
#[get("/clinic/people/{subject}/screenings/{id}")]
pub async fn show(frame: web::Data<Frame>, visitor: Visitor, place: Place) -> Result<HttpResponse, Failure> {
    draw(&frame, &visitor, place.into_inner(), None, &[]).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    place: (String, String),
    typed: Option<Typed>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, back) = (visitor.user()?, address(&place.0));
    let form = frame.run(move |house| judged::page(house, &caller, (&place.0, &place.1))).await?;
    let page = Page::new(frame, visitor, "予診票").back(back).refusals(frame, refusals, None);
    let typed = boxes(&typed.unwrap_or_else(|| form.fresh()));
    let context = json!({ "form": form, "typed": typed });
    frame.views.page_with(page.status(), "clinic/screening.html", &page, context)
}

/// `POST /clinic/people/{subject}/screenings/{id}`: `act` is `lock`, `release` or `judge`.
#[post("/clinic/people/{subject}/screenings/{id}")]
pub async fn act(
    frame: web::Data<Frame>,
    visitor: Visitor,
    place: Place,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, place, typed) = (visitor.user()?, place.into_inner(), typed(&posted));
    let (of, asked) = (place.clone(), typed.clone());
    let (doing, confirmed) = (posted.text("act").to_owned(), posted.text("confirmed") == "yes");
    let here = format!("{}/screenings/{}", address(&place.0), place.1);
    let done = frame
        .run(move |house| {
            let place = (of.0.as_str(), of.1.as_str());
            match doing.as_str() {
                "lock" => judge::lock(house, &caller, place, confirmed).map(|()| None),
                "release" => judge::release(house, &caller, place).map(|()| None),
                _ => judge::judge(house, &caller, place, &asked).map(Some),
            }
        })
        .await;
    match done {
        Ok(None) => Ok(redirect(&here)),
        Ok(Some(Next::Dose(vaccine))) => Ok(redirect(&format!("{}/vaccines/{vaccine}", address(&place.0)))),
        Ok(Some(Next::Ended)) => Ok(redirect(&format!("{}?done=1", address(&place.0)))),
        Err(Failure::Refused(refusals)) => draw(&frame, &visitor, place, Some(typed), &refusals).await,
        Err(failure) => Err(failure),
    }
}

fn typed(posted: &Posted) -> Typed {
    let text = |name: &str| posted.text(name).to_owned();
    Typed {
        temperature: text("temperature"),
        fit: text("fit"),
        reason: text("reason"),
        physician: text("physician"),
        explained: posted.text("explained") == "yes",
        consent: text("consent"),
        signer: text("signer"),
        relation: text("relation"),
        request: posted.request().to_owned(),
    }
}

fn boxes(typed: &Typed) -> Value {
    json!({
        "temperature": typed.temperature, "fit": typed.fit, "reason": typed.reason,
        "physician": typed.physician, "explained": typed.explained, "consent": typed.consent,
        "signer": typed.signer, "relation": typed.relation,
    })
}
