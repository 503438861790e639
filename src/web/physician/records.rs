//! The pulled record: asking for it, handing it in as a file, taking a value over.

use actix_web::{HttpResponse, post, web};

use crate::domain::lang::Lang;
use crate::usecases::physician::{pull, save};
use crate::usecases::{Error, House};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Posted, Visitor};

use super::place;

/// `POST /physician/requests/{id}/accept`: a value of the record goes into its item.
#[post("/physician/requests/{id}/accept")]
pub async fn take_over(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let (id, path) = (id.into_inner(), posted.text("accept").to_owned());
    let (case_id, item) = (id.clone(), path.clone());
    let base = posted.all(save::BASE).first().cloned();
    let done = frame.run(move |house| save::accept(house, &caller, &case_id, &item, base.as_deref())).await;
    let step = match done {
        Err(Failure::Conflict(_)) => {
            let words =
                "ほかの人が先にこの区分を保存しました。いまの内容を見てから、もう一度選んでください。";
            return Ok(redirect_with(&frame, &place(&id, None, ""), "warning", words));
        }
        other => other?,
    };
    Ok(redirect_with(
        &frame,
        &place(&id, Some(&step), &path),
        "success",
        "診療情報の値を入れました。確かめてください。",
    ))
}

/// `POST /physician/requests/{id}/pull`: asks the platform for the record.
#[post("/physician/requests/{id}/pull")]
pub async fn ask_platform(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let done = match pull::pull(&frame.house, &caller, &id).await {
        Err(Error::Unavailable(_)) => Err(Failure::from(Error::refused("pull.unavailable"))),
        other => other.map_err(Failure::from),
    };
    told(&frame, &id, done, "診療情報を取得しました。").await
}

/// `POST /physician/requests/{id}/file`: a Bundle that somebody handed in.
#[post("/physician/requests/{id}/file")]
pub async fn hand_in(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    mut posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let case_id = id.clone();
    let Some(upload) = posted.files.first_mut() else {
        let nothing = Err(Failure::from(Error::refused("record-file.none")));
        return told(&frame, &id, nothing, "").await;
    };
    let body = upload.bytes().map_err(|error| Failure::Unavailable(error.to_string()))?;
    let done = frame.run(move |house| pull::take_file(house, &caller, &case_id, body)).await;
    told(&frame, &id, done, "ファイルの診療情報を取り込みました。").await
}

/// Back to the request with what came of it.
pub(super) async fn told(
    frame: &Frame,
    id: &str,
    done: Result<usize, Failure>,
    success: &str,
) -> Result<HttpResponse, Failure> {
    let goal = place(id, None, "");
    match done {
        Ok(_) => Ok(redirect_with(frame, &goal, "success", success)),
        Err(Failure::Refused(refusals)) => {
            let key = refusals.first().map(|refusal| refusal.key.clone()).unwrap_or_default();
            let text = frame.run(move |house| Ok(words(house, &key))).await?;
            Ok(redirect_with(frame, &goal, "error", &text))
        }
        Err(failure) => Err(failure),
    }
}

/// The sentence of a refusal, from the program that added it or the installation's own.
fn words(house: &House, key: &str) -> String {
    let own = house.programs.offered().find(|program| program.texts.has(key));
    let texts = own.map_or(house.texts.as_ref(), |program| &program.texts);
    texts.text(Lang::Ja, key, &Default::default())
}
