//! Acts that need a line of typing at most: begin, assign, refer, extend, end and the like.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::usecases::clerk::acts::{self, Act, Typed};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::tried::{Attempt, Tried, draw, tried, with_refusals};
use super::{address, known};

/// The words of an act's page.
struct Words {
    title: &'static str,
    text: &'static str,
    choice: &'static str,
    blank: &'static str,
    day: &'static str,
    reason: &'static str,
    button: &'static str,
    done: &'static str,
}

const BARE: Words =
    Words { title: "", text: "", choice: "", blank: "", day: "", reason: "", button: "", done: "" };

fn words(act: Act) -> Words {
    match act {
        Act::Begin => Words {
            title: "審査を始める",
            text: "必要な作業（診断書、本人確認、所得の確認など）ができ、それぞれの期限が始まります。",
            button: "審査を始める",
            done: "審査を始めました。",
            ..BARE
        },
        Act::Assign => Words {
            title: "担当を変える",
            choice: "担当者",
            blank: "担当なし（みんなの案件にもどす）",
            button: "担当を変える",
            done: "担当を変えました。",
            ..BARE
        },
        Act::Lapse => Words {
            title: "補正なしで進める",
            text: "期限までに回答がなかったので、いまある内容で審査を続けます。",
            button: "審査にもどす",
            done: "審査にもどしました。",
            ..BARE
        },
        Act::Refer => Words {
            title: "審査会に付議する",
            text: "作業がすべて受理または省略されている必要があります。委員には氏名・住所・番号を見せません。理由にも書かないでください。",
            reason: "審査会に付す理由（何を見てほしいか）",
            button: "審査会に付議する",
            done: "審査会に付議しました。",
            ..BARE
        },
        Act::Extend => Words {
            title: "延期を知らせる",
            text: "処理の期間を延ばし、新しい見込みの日と理由を記録します。申請者への通知は、この確定のあとに発送されます。",
            day: "新しい見込みの日",
            reason: "延ばす理由",
            button: "延期する",
            done: "期限を延ばしました。",
            ..BARE
        },
        Act::Withdraw => Words {
            title: "取下げを受ける",
            text: "申請者の書面による取下げを受けて、案件を終えます。元にはもどせません。",
            reason: "受けた書面（日付・文書番号など）",
            button: "取下げとして終える",
            done: "取下げとして終えました。",
            ..BARE
        },
        _ => more_words(act),
    }
}

fn more_words(act: Act) -> Words {
    match act {
        Act::End => Words {
            title: "決定をせずに終える",
            text: "案件を終えます。元にはもどせません。",
            choice: "終える理由",
            blank: "選んでください",
            reason: "根拠（確認した書類や記録）",
            button: "終える",
            done: "案件を終えました。",
            ..BARE
        },
        Act::Revise => Words {
            title: "決定を見直す",
            text: "新しい決定ができるまで、いまの決定が有効です。",
            reason: "法律上の根拠と理由",
            button: "見直しを始める",
            done: "決定の見直しを始めました。",
            ..BARE
        },
        Act::Protection => Words {
            title: "支援措置（DV等）の設定",
            choice: "支援措置",
            button: "設定する",
            done: "支援措置の設定を変えました。",
            ..BARE
        },
        _ => way_words(act),
    }
}

fn way_words(act: Act) -> Words {
    match act {
        Act::Forward => Words {
            title: "進達する",
            text: "書類がそろっていることを確かめ、決定する機関に送ります。送ったあとは、段階を見ることだけができます。受付日は変わりません。",
            reason: "連絡事項（なければ空欄のまま）",
            button: "進達する",
            done: "進達しました。送付書は「進達」のページにあります。",
            ..BARE
        },
        Act::TakeOver => Words {
            title: "進達を受領する",
            text: "この機関に届いた日を記録して、審査を引き継ぎます。申請の日は、受付機関が受け付けた日のままです。",
            day: "この機関に届いた日",
            button: "受領する",
            done: "進達を受領しました。",
            ..BARE
        },
        Act::SendBack => Words {
            title: "受付機関に差し戻す",
            text: "受付機関で確かめてもらうことがあるときに差し戻します。理由は受付機関の職員が読みます。",
            reason: "差戻しの理由（何を確かめてほしいか）",
            button: "差し戻す",
            done: "受付機関に差し戻しました。",
            ..BARE
        },
        _ => BARE,
    }
}

fn form(code: &str, words: &Words, typed: &Typed) -> Value {
    json!({
        "act": code, "title": words.title, "text": words.text, "button": words.button,
        "choice": words.choice, "blank": words.blank, "day": words.day, "reason": words.reason,
        "typed": { "choice": typed.choice, "day": typed.day, "reason": typed.reason },
    })
}

/// `GET /staff/cases/{id}/act/{act}`
#[get("/staff/cases/{id}/act/{act}")]
pub async fn show(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (id, code) = path.into_inner();
    page(&frame, &visitor, &id, &code, None, Vec::new()).await
}

async fn page(
    frame: &Frame,
    visitor: &Visitor,
    id: &str,
    code: &str,
    typed: Option<Typed>,
    refusals: Vec<Refusal>,
) -> Result<HttpResponse, Failure> {
    let act = Act::from_code(code).ok_or(Failure::NotFound)?;
    let (caller, case) = (visitor.user()?, id.to_owned());
    let view = frame.run(move |house| acts::page(house, &caller, &case, act)).await?;
    let words = words(act);
    let page = Page::new(frame, visitor, words.title).back(address(id, ""));
    let page = with_refusals(frame, page, Some(&view.program), refusals);
    let typed = typed.unwrap_or_else(|| Typed {
        choice: view.chosen.clone(),
        reason: view.reason.clone(),
        day: view.day.clone(),
    });
    draw(frame, "staff/act.html", &page, view, json!({ "form": form(code, &words, &typed) }))
}

/// `POST /staff/cases/{id}/act/{act}`
#[post("/staff/cases/{id}/act/{act}")]
pub async fn post(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (id, code) = path.into_inner();
    let act = Act::from_code(&code).ok_or(Failure::NotFound)?;
    let (caller, known) = (visitor.user()?, known(&id, &posted));
    let text = |name: &str| posted.text(name).to_owned();
    let typed = Typed { reason: text("reason"), day: text("day"), choice: text("choice") };
    let asked = typed.clone();
    let outcome = frame.run(move |house| acts::perform(house, &caller, &known, act, &asked)).await;
    let words = words(act);
    let attempt =
        Attempt { case: &id, what: words.title, kept: vec![("理由・意見", typed.reason.clone())] };
    match tried(&frame, &visitor, attempt, outcome).await? {
        Tried::Done(_) => Ok(redirect_with(&frame, &address(&id, ""), "success", words.done)),
        Tried::Refused(refusals) => page(&frame, &visitor, &id, &code, Some(typed), refusals).await,
        Tried::Overtaken(answer) => Ok(answer),
    }
}
