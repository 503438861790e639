//! The offices that a person asks to apply for them.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::citizen::mandates::{self, Proposed, Typed};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

const PATH: &str = "/me/offices";

/// `GET /me/offices`
#[get("/me/offices")]
pub async fn view(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let page = Page::titled(&frame, &visitor, "offices.title");
    draw(&frame, &visitor, page, &Typed::default(), None).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    page: Page,
    typed: &Typed,
    proposed: Option<Proposed>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let all = frame.run(move |house| mandates::page(house, &caller, lang)).await?;
    let context =
        json!({ "given": all.given, "programs": all.programs, "typed": typed, "proposed": proposed });
    let page = page.back("/me");
    frame.views.page_with(page.status(), "citizen/offices.html", &page, context)
}

/// `POST /me/offices`: asks once more who the office is, gives it leave, or takes that back.
#[post("/me/offices")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let text = |name: &str| posted.text(name).chars().take(80).collect::<String>();
    let typed = Typed { program: text("program"), number: text("number"), until: text("until") };
    let (lang, wanted) = (visitor.lang, typed.clone());
    let outcome = match posted.text("act") {
        "propose" => frame.run(move |house| mandates::propose(house, lang, &wanted).map(Some)).await,
        "give" => frame.run(move |house| mandates::give(house, &caller, &wanted).map(|()| None)).await,
        "end" => {
            let id = text("mandate");
            frame.run(move |house| mandates::end(house, &caller, &id).map(|()| None)).await
        }
        _ => return Err(Failure::Bad),
    };
    let page = Page::titled(&frame, &visitor, "offices.title");
    match outcome {
        Ok(None) => {
            let told = if posted.text("act") == "give" { "offices.given" } else { "offices.ended" };
            Ok(redirect_with(&frame, PATH, "success", &say(&frame, &visitor, told)))
        }
        Ok(proposed) => draw(&frame, &visitor, page, &typed, proposed).await,
        Err(Failure::Refused(refusals)) => {
            draw(&frame, &visitor, page.refusals(&frame, &refusals, None), &typed, None).await
        }
        Err(failure) => Err(failure),
    }
}
