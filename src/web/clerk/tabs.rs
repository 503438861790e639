//! Tabs of a case that are mostly read.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::certificate::certificate as signed;
use crate::usecases::clerk::history::{history as stream, verify as check_chain};
use crate::usecases::clerk::register::look;
use crate::usecases::clerk::{income as money, papers, proposal, sheet};
use crate::usecases::physician::pull;
use crate::web::page::rfc3339;
use crate::web::session::{encode, redirect_with};
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{draw, nothing, with_refusals};
use super::{Query, address};

/// `GET /staff/cases/{id}/documents`
#[get("/staff/cases/{id}/documents")]
pub async fn documents(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.into_inner());
    let view = frame.run(move |house| papers::papers(house, &caller, &case)).await?;
    let page = Page::new(&frame, &visitor, &format!("{}　書類", view.shell.case.reference));
    draw(&frame, "staff/documents.html", &page, view, nothing())
}

/// `GET /staff/cases/{id}/documents/{document}`: the file itself.
#[get("/staff/cases/{id}/documents/{document}")]
pub async fn file(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (caller, (case, id)) = (visitor.user()?, path.into_inner());
    let (document, bytes) = frame.run(move |house| papers::bytes(house, &caller, &case, &id)).await?;
    let name = format!("inline; filename*=UTF-8''{}", encode(&document.name).replace('/', "%2F"));
    Ok(HttpResponse::Ok().content_type(document.mime).insert_header((CONTENT_DISPOSITION, name)).body(bytes))
}

/// `GET /staff/cases/{id}/certificate`
#[get("/staff/cases/{id}/certificate")]
pub async fn certificate(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    certificate_page(&frame, &visitor, &id, Vec::new()).await
}

/// The tab with the reasons of a refusal above it.
pub async fn certificate_page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| signed(house, &caller, &case)).await?;
    let page = Page::new(frame, visitor, &format!("{}　診断書", view.shell.case.reference));
    let page = with_refusals(frame, page, Some(&view.shell.program), refusals);
    draw(frame, "staff/certificate.html", &page, view, nothing())
}

/// `POST /staff/cases/{id}/certificate/record`: a record that was handed over as a file.
#[post("/staff/cases/{id}/certificate/record")]
pub async fn record_file(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    mut posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_string());
    let Some(sent) = posted.files.first_mut() else {
        let missing = Refusal::new("clerk.file").at("record");
        return certificate_page(&frame, &visitor, &id, vec![missing]).await;
    };
    if sent.size > pull::MOST_BYTES {
        let large = Refusal::new("record-file.too-large").at("record");
        return certificate_page(&frame, &visitor, &id, vec![large]).await;
    }
    let bytes = sent.bytes().map_err(|error| Failure::Unavailable(error.to_string()))?;
    match frame.run(move |house| pull::take_file(house, &caller, &case, bytes)).await {
        Ok(_) => {
            let place = address(&id, "/certificate");
            Ok(redirect_with(&frame, &place, "success", "診療情報のファイルを読み込みました。"))
        }
        Err(Failure::Refused(refusals)) => {
            let there = refusals.into_iter().map(|refusal| refusal.at("record")).collect();
            certificate_page(&frame, &visitor, &id, there).await
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/cases/{id}/income`
#[get("/staff/cases/{id}/income")]
pub async fn income(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.into_inner());
    let view = frame.run(move |house| money::income(house, &caller, &case)).await?;
    let page = Page::new(&frame, &visitor, &format!("{}　世帯・所得", view.shell.case.reference));
    draw(&frame, "staff/income.html", &page, view, nothing())
}

/// `GET /staff/cases/{id}/judgement`
#[get("/staff/cases/{id}/judgement")]
pub async fn judgement(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.into_inner());
    let view = frame.run(move |house| proposal::judgement(house, &caller, &case)).await?;
    let page = Page::new(&frame, &visitor, &format!("{}　判定", view.shell.case.reference));
    draw(&frame, "staff/judgement.html", &page, view, nothing())
}

/// `GET /staff/cases/{id}/history`
#[get("/staff/cases/{id}/history")]
pub async fn history(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let kind = query.get("kind").cloned().unwrap_or_default();
    let number = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    history_page(&frame, &visitor, &id, kind, number, None).await
}

async fn history_page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    kind: String,
    number: usize,
    chain_ok: Option<bool>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| stream(house, &caller, &case, &kind, number.min(1000))).await?;
    let page = Page::new(frame, visitor, &format!("{}　履歴", view.shell.case.reference));
    let checked_at = chain_ok.map(|_| rfc3339(frame.house.now()));
    draw(frame, "staff/history.html", &page, view, json!({ "chain_ok": chain_ok, "checked_at": checked_at }))
}

/// `GET /staff/cases/{id}/register`: what an outside register should show on a day, and what it confirmed.
#[get("/staff/cases/{id}/register")]
pub async fn register(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, case, lang) = (visitor.user()?, id.into_inner(), visitor.lang);
    let on = query.get("on").map(|on| on.trim().to_owned()).unwrap_or_default();
    let view = frame.run(move |house| look(house, &caller, &case, &on, lang)).await?;
    let page = Page::new(&frame, &visitor, &format!("{}　連携", view.shell.case.reference));
    let wrong = view.wrong.clone().into_iter().collect();
    let page = with_refusals(&frame, page, None, wrong);
    draw(&frame, "staff/register.html", &page, view, nothing())
}

/// `POST /staff/cases/{id}/history/verify`
#[post("/staff/cases/{id}/history/verify")]
pub async fn verify(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.to_string());
    let whole = frame.run(move |house| check_chain(house, &caller, &case)).await?;
    history_page(&frame, &visitor, &id, Default::default(), 0, Some(whole)).await
}

/// `GET /staff/cases/{id}/print`
#[get("/staff/cases/{id}/print")]
pub async fn print(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, case) = (visitor.user()?, id.into_inner());
    let view = frame.run(move |house| sheet::sheet(house, &caller, &case)).await?;
    let page = Page::new(&frame, &visitor, &format!("{}　印刷", view.case.reference));
    draw(&frame, "staff/print.html", &page, view, nothing())
}
