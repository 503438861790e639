//! Applications that came on paper.

use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::paper::{Scan, Typed, file, page as paper_page};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::address;
use super::tried::{draw, nothing, with_refusals};

/// What a link to the page may have chosen already.
#[derive(Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    follows: String,
}

/// `GET /staff/paper`
#[get("/staff/paper")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    chosen: web::Query<Chosen>,
) -> Result<HttpResponse, Failure> {
    let Chosen { kind, follows } = chosen.into_inner();
    page(&frame, &visitor, Typed { kind, follows, ..Typed::default() }, false, Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    typed: Typed,
    checked: bool,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let view = frame.run(move |house| paper_page(house, &caller, &typed, checked)).await?;
    let page = Page::new(frame, visitor, "紙の申請を登録する").back("/staff");
    let page = with_refusals(frame, page, None, refusals).field_errors(frame, &view.errors);
    draw(frame, "staff/paper.html", &page, view, nothing())
}

/// `POST /staff/paper`
#[post("/staff/paper")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    mut posted: Posted,
) -> Result<HttpResponse, Failure> {
    let text = |name: &str| posted.text(name).to_owned();
    let typed = Typed {
        kind: text("kind"),
        arrived_on: text("arrived_on"),
        late_reason: text("late_reason"),
        follows: text("follows"),
        posted: posted.fields().clone(),
        request: posted.request().to_owned(),
    };
    let row = posted.fields().contains_key("add") || posted.fields().contains_key("remove");
    match posted.text("action").to_owned().as_str() {
        action @ ("file" | "file_incomplete") if !row => {
            let scan = scan(&mut posted)?;
            register(&frame, &visitor, typed, scan, action == "file_incomplete").await
        }
        action => page(&frame, &visitor, typed, action == "check" && !row, Vec::new()).await,
    }
}

fn scan(posted: &mut Posted) -> Result<Option<Scan>, Failure> {
    let Some(upload) = posted.files.iter_mut().find(|upload| upload.field == "scan") else { return Ok(None) };
    let bytes = upload.bytes().map_err(|error| Failure::Unavailable(error.to_string()))?;
    Ok(Some(Scan { name: upload.name.clone(), bytes }))
}

async fn register(
    frame: &Frame,
    visitor: &Visitor,
    typed: Typed,
    scan: Option<Scan>,
    incomplete: bool,
) -> Result<HttpResponse, Failure> {
    let (caller, content) = (visitor.user()?, typed.clone());
    match frame.run(move |house| file(house, &caller, &content, scan, incomplete)).await {
        Ok(id) => Ok(redirect_with(frame, &address(&id, ""), "success", "紙の申請を受け付けました。")),
        Err(Failure::Refused(refusals)) => page(frame, visitor, typed, true, refusals).await,
        Err(failure) => Err(failure),
    }
}
