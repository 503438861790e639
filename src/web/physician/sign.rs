//! The signature under a read-only rendering.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::usecases::Caller;
use crate::usecases::physician::sign::{self, Signature, Signing};
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::certificate::{difference, preparation, remark};
use super::{address, place};

const TITLE: &str = "署名する内容の確認";

/// `GET /physician/requests/{id}/sign`
#[get("/physician/requests/{id}/sign")]
pub async fn review(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let page = Page::new(&frame, &visitor, TITLE).back(address(&id));
    shown(&frame, caller, &page, &id).await
}

async fn shown(frame: &Frame, caller: Caller, page: &Page, id: &str) -> Result<HttpResponse, Failure> {
    let (case_id, demo) = (id.to_owned(), frame.config.demo);
    let (found, code) = frame
        .run(move |house| {
            let found = sign::show(house, &caller, &case_id)?;
            let code = if demo { Some(sign::demo_code(house, &caller)?) } else { None };
            Ok((found, code))
        })
        .await?;
    frame.views.page("physician/sign.html", page, context(frame, page, &found, code))
}

fn context(frame: &Frame, page: &Page, found: &Signing, demo_code: Option<String>) -> Value {
    let id = &found.head.id;
    let blocking = found.remarks.iter().filter(|it| it.blocks);
    let mut blocks: Vec<Value> = blocking.map(|it| remark(id, it)).collect();
    for (error, step) in &found.missing {
        let text = frame.views.text(page.language(), &error.key, &error.args);
        blocks.push(json!({ "text": text, "href": place(id, step.as_deref(), &error.path) }));
    }
    let confirms = found.remarks.iter().filter(|it| !it.blocks);
    json!({
        "request": found.head,
        "sections": found.sections,
        "certificate_version": found.version,
        "digest": found.digest,
        "signer": found.signer,
        "blocks": blocks,
        "confirms": confirms.map(|it| remark(id, it)).collect::<Vec<Value>>(),
        "differences": found.changes.iter().map(difference).collect::<Vec<Value>>(),
        "prepared": found.prepared.as_ref().map(preparation),
        "demo_code": demo_code,
    })
}

/// `POST /physician/requests/{id}/sign`
#[post("/physician/requests/{id}/sign")]
pub async fn put(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (case_id, who) = (id.clone(), caller.clone());
    let signature = Signature {
        digest: posted.text("digest").to_owned(),
        confirmed: posted.text("confirm") == "yes",
        code: posted.text("code").to_owned(),
        key: posted.request().to_owned(),
    };
    match frame.run(move |house| sign::sign(house, &who, &case_id, &signature)).await {
        Ok(()) => Ok(redirect(&format!("{}/signed", address(&id)))),
        Err(Failure::Refused(refusals)) => {
            let page =
                Page::new(&frame, &visitor, TITLE).back(address(&id)).refusals(&frame, &refusals, None);
            shown(&frame, caller, &page, &id).await
        }
        Err(failure) => Err(failure),
    }
}
