//! The page of a member of a household who was given a code. Nobody signs in here: code and birth date come with
//! every request, and never in an address.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::household::visit::{self, Act, Proof, Shown};

use super::page::rfc3339;
use super::{Failure, Frame, Page, Posted, Visitor};

/// `GET /member`
#[get("/member")]
pub async fn ask(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    door(&frame, &Page::titled(&frame, &visitor, "member.title"), &Proof::default())
}

fn door(frame: &Frame, page: &Page, proof: &Proof) -> Result<HttpResponse, Failure> {
    let context = json!({ "code": proof.code, "birth": proof.birth });
    frame.views.page_with(page.status(), "citizen/member.html", page, context)
}

/// `POST /member`: shows what is asked, after doing what the member wants.
#[post("/member")]
pub async fn send(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let text = |name: &str| posted.text(name).chars().take(80).collect::<String>();
    let proof = Proof { code: text("code"), birth: text("birth"), source: visitor.source.clone() };
    let Some(wanted) = wanted(&posted) else { return Err(Failure::Bad) };
    let (lang, tried) = (visitor.lang, proof.clone());
    let outcome = frame
        .run(move |house| match &wanted {
            Some((act, told)) => visit::act(house, &tried, act, lang).map(|()| Some(*told)),
            None => Ok(None),
        })
        .await;
    let page = Page::titled(&frame, &visitor, "member.title");
    let page = match outcome {
        Ok(told) => page.told(&frame, told),
        Err(Failure::Refused(refusals)) => page.refusals(&frame, &refusals, None),
        Err(failure) => return Err(failure),
    };
    let wrong_number = page.errors.iter().any(|error| error["path"] == "number");
    if !page.errors.is_empty() && !wrong_number {
        return door(&frame, &page, &proof);
    }
    let shown = proof.clone();
    match frame.run(move |house| visit::show(house, &shown, lang)).await {
        Ok(shown) => inside(&frame, &page, &proof, &shown),
        Err(Failure::Refused(refusals)) => door(&frame, &page.refusals(&frame, &refusals, None), &proof),
        Err(failure) => Err(failure),
    }
}

/// What is to be done, with the key of the sentence about it; none just to look.
fn wanted(posted: &Posted) -> Option<Option<(Act, &'static str)>> {
    let consent = |give| Act::Consent(posted.text("consent").to_owned(), give);
    match posted.text("act") {
        "" => Some(None),
        "give" => Some(Some((consent(true), "member.given"))),
        "revoke" => Some(Some((consent(false), "member.revoked"))),
        "number" => Some(Some((Act::Number(posted.text("number").to_owned()), "member.number-told"))),
        _ => None,
    }
}

fn inside(frame: &Frame, page: &Page, proof: &Proof, shown: &Shown) -> Result<HttpResponse, Failure> {
    let context = json!({ "code": proof.code, "birth": proof.birth, "title": shown.title, "name": shown.name,
        "consents": shown.consents, "number": shown.number, "until": rfc3339(shown.until) });
    frame.views.page_with(page.status(), "citizen/member_consents.html", page, context)
}
