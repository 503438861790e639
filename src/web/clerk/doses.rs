//! A dose typed in from paper or from a line of a file that waits, and the correction of a line.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::immunization::import::held;
use crate::usecases::immunization::register::form::Slip;
use crate::usecases::immunization::register::{keep, page};
use crate::web::dose::typed;
use crate::web::session::{encode, redirect, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::Query;
use super::immunizations::{address, waiting, waiting_in};

/// Which form is shown.
#[derive(Clone)]
struct Place {
    subject: String,
    vaccine: String,
    line: Option<String>,
    from: Option<keep::Waiting>,
}

/// `GET /staff/immunizations/people/{subject}/doses?vaccine=&run=&line=`
#[get("/staff/immunizations/people/{subject}/doses")]
pub async fn begin(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let vaccine = query.get("vaccine").cloned().unwrap_or_default();
    let place = Place { subject: subject.into_inner(), vaccine, line: None, from: waiting_in(&query) };
    form(&frame, &visitor, place, None, &[]).await
}

/// `POST /staff/immunizations/people/{subject}/doses`
#[post("/staff/immunizations/people/{subject}/doses")]
pub async fn add(
    frame: web::Data<Frame>,
    visitor: Visitor,
    subject: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, slip) = (visitor.user()?, slip(&posted));
    let from = waiting(posted.text("run"), posted.text("line"));
    let place =
        Place { subject: subject.into_inner(), vaccine: slip.typed.vaccine.clone(), line: None, from };
    let (at, typed) = (place.clone(), slip.clone());
    let done = frame.run(move |house| keep::add(house, &caller, &at.subject, &typed, at.from.as_ref())).await;
    answer(&frame, &visitor, place, slip, done, "接種を台帳に記録しました。").await
}

/// `GET /staff/immunizations/people/{subject}/doses/{line}`
#[get("/staff/immunizations/people/{subject}/doses/{line}")]
pub async fn mend(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (subject, line) = path.into_inner();
    let place = Place { subject, vaccine: String::new(), line: Some(line), from: None };
    form(&frame, &visitor, place, None, &[]).await
}

/// `POST /staff/immunizations/people/{subject}/doses/{line}`
#[post("/staff/immunizations/people/{subject}/doses/{line}")]
pub async fn correct(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (subject, line) = path.into_inner();
    let (caller, slip) = (visitor.user()?, slip(&posted));
    let (of, before, typed) = (subject.clone(), line.clone(), slip.clone());
    let done = frame.run(move |house| keep::correct(house, &caller, &of, &before, &typed)).await;
    let place = Place { subject, vaccine: slip.typed.vaccine.clone(), line: Some(line), from: None };
    answer(&frame, &visitor, place, slip, done, "記録を訂正しました。前の記録も残っています。").await
}

async fn answer(
    frame: &Frame,
    visitor: &Visitor,
    place: Place,
    typed: Slip,
    done: Result<String, Failure>,
    said: &str,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(_) => Ok(redirect_with(frame, &address(&place.subject), "success", said)),
        // A line that was corrected meanwhile has no form any more.
        Err(Failure::Refused(refusals)) if refusals.iter().any(|it| it.key == "dose.corrected") => {
            Err(Failure::Refused(refusals))
        }
        Err(Failure::Refused(refusals)) => form(frame, visitor, place, Some(typed), &refusals).await,
        Err(failure) => Err(failure),
    }
}

async fn form(
    frame: &Frame,
    visitor: &Visitor,
    place: Place,
    typed: Option<Slip>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let (caller, at) = (visitor.user()?, place.clone());
    let read = move |house: &_| {
        let (view, fresh) = page::form(house, &caller, &at.subject, &at.vaccine, at.line.as_deref())?;
        let begun = match (&at.from, typed) {
            (_, Some(typed)) => typed,
            (Some((run, line)), None) => held::slip(house, &caller, run, *line, &at.vaccine)?,
            (None, None) => fresh,
        };
        Ok((view, begun))
    };
    let (view, slip) = match frame.run(read).await {
        Ok(found) => found,
        // Without a vaccine it is chosen on the page of the person.
        Err(Failure::Refused(_)) if place.line.is_none() => return Ok(redirect(&address(&place.subject))),
        Err(failure) => return Err(failure),
    };
    let back = address(&place.subject);
    let title = if view.correcting { "記録を訂正する" } else { "接種を台帳に書く" };
    let page = Page::new(frame, visitor, title).back(&back).refusals(frame, refusals, None);
    let line = place.line.map(|line| format!("/{line}")).unwrap_or_default();
    let (run, held) = place.from.unwrap_or_default();
    let mut context = json!(view);
    context["typed"] = json!(slip);
    context["action"] = format!("{back}/doses{line}").into();
    context["back"] = back.into();
    context["from"] = json!({ "run": run, "line": held });
    frame.views.page_with(page.status(), "staff/immunization_dose.html", &page, context)
}

fn slip(posted: &Posted) -> Slip {
    let text = |name: &str| posted.text(name).to_owned();
    Slip {
        typed: typed(posted),
        institution: text("institution"),
        place: text("place"),
        origin: text("origin"),
        category: text("category"),
    }
}

/// `GET /staff/immunizations/import/{run}/lines/{line}`: a line that waits, and whom it may be about.
#[get("/staff/immunizations/import/{run}/lines/{line}")]
pub async fn waiting_line(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (run, line) = path.into_inner();
    let wanted = run.clone();
    let view = frame.run(move |house| held::page(house, &caller, &wanted, line)).await?;
    let page = Page::new(&frame, &visitor, &format!("取り込みの{line}行目"))
        .back(format!("/staff/immunizations/import/{run}"));
    let mut context = json!(view);
    context["run"] = run.into();
    frame.views.page("staff/dose_import_line.html", &page, context)
}

/// `POST /staff/immunizations/import/{run}/lines/{line}` {vaccine}: enters the person of whom the line tells.
#[post("/staff/immunizations/import/{run}/lines/{line}")]
pub async fn enter(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, i64)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (run, line) = path.into_inner();
    let (wanted, vaccine) = (run.clone(), posted.text("vaccine").to_owned());
    let subject = frame.run(move |house| held::enter(house, &caller, &wanted, line)).await?;
    let query = format!("vaccine={}&run={}&line={line}", encode(&vaccine), encode(&run));
    Ok(redirect(&format!("{}/doses?{query}", address(&subject))))
}
