//! Signing in and out, and the choice of language.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::usecases::{Error, sessions, sign_in};

use super::session::{cookie, keys_cookie, lang_cookie, local, redirect, redirect_with};
use super::{Failure, Frame, Page, Posted, Visitor};

type Query = web::Query<HashMap<String, String>>;

fn next_of(query: &Query) -> String {
    query.get("next").map(|next| local(next)).unwrap_or_default()
}

/// `GET /sign-in`: how citizens sign in.
#[get("/sign-in")]
pub async fn choose(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    if visitor.is_citizen() {
        return Ok(redirect("/me"));
    }
    let page = Page::titled(&frame, &visitor, "sign-in.title").back("/");
    choice(&frame, &page, &next_of(&query))
}

fn choice(frame: &Frame, page: &Page, next: &str) -> Result<HttpResponse, Failure> {
    let provider = frame.house.office.get("identity_provider").cloned().unwrap_or_default();
    let safe = next.starts_with("/a/");
    frame.views.page(
        "citizen/sign_in.html",
        page,
        json!({ "next": next, "provider": provider, "safe": safe }),
    )
}

/// `POST /sign-in/start`: off to the identity provider.
#[post("/sign-in/start")]
pub async fn start(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let next = local(posted.text("next"));
    match sign_in::begin(&frame.house, &visitor.token, &next).await {
        Ok((url, token)) => Ok(HttpResponse::SeeOther()
            .insert_header(("Location", url))
            .cookie(cookie(&frame, &token))
            .finish()),
        Err(Error::Refused(refusals)) => refused_choice(&frame, &visitor, &refusals, &next),
        Err(error) => Err(error.into()),
    }
}

fn refused_choice(
    frame: &Frame,
    visitor: &Visitor,
    refusals: &[Refusal],
    next: &str,
) -> Result<HttpResponse, Failure> {
    let page = Page::titled(frame, visitor, "sign-in.title").back("/").refusals(frame, refusals, None);
    choice(frame, &page, next)
}

/// `GET /callback`: back from the identity provider.
#[get("/callback")]
pub async fn callback(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let value = |name: &str| query.get(name).map_or("", String::as_str);
    let done = sign_in::finish(
        &frame.house,
        &visitor.token,
        &visitor.data,
        value("state"),
        value("code"),
        &visitor.source,
    )
    .await;
    match done {
        Ok((token, next)) => {
            let next = if next.is_empty() || next == "/" { "/me" } else { &next };
            Ok(HttpResponse::SeeOther()
                .insert_header(("Location", local(next)))
                .cookie(cookie(&frame, &token))
                .finish())
        }
        Err(Error::Refused(refusals)) => refused_choice(&frame, &visitor, &refusals, ""),
        Err(error) => Err(error.into()),
    }
}

/// `POST /sign-out`
#[post("/sign-out")]
pub async fn sign_out(
    frame: web::Data<Frame>,
    visitor: Visitor,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let token = visitor.token.clone();
    frame.run(move |house| sessions::end(house, &token)).await?;
    let fresh = sessions::new_token()?;
    Ok(HttpResponse::SeeOther()
        .insert_header(("Location", "/signed-out"))
        .cookie(cookie(&frame, &fresh))
        .finish())
}

/// `GET /signed-out`
#[get("/signed-out")]
pub async fn signed_out(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    frame.views.page(
        "citizen/signed_out.html",
        &Page::titled(&frame, &visitor, "signed-out.title"),
        json!({}),
    )
}

/// `POST /language`
#[post("/language")]
pub async fn language(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let lang = Lang::from_code(posted.text("lang")).unwrap_or_default();
    if let Ok(caller) = visitor.citizen() {
        frame.run(move |house| sign_in::choose_language(house, &caller, lang.code())).await?;
    }
    let back = local(posted.text("back"));
    Ok(HttpResponse::SeeOther().insert_header(("Location", back)).cookie(lang_cookie(&frame, lang)).finish())
}

/// `POST /session/extend`: somebody is still there.
#[post("/session/extend")]
pub async fn extend(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visitor.anyone()?;
    if posted.text("back").is_empty() {
        let left = super::page::seconds_left(&frame, &visitor);
        return Ok(HttpResponse::Ok().json(json!({ "timeout_in": left.unwrap_or_default() })));
    }
    Ok(redirect(posted.text("back")))
}

/// `GET /staff/sign-in`: staff, physicians and operators.
#[get("/staff/sign-in")]
pub async fn staff(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let page = Page::new(&frame, &visitor, "職員・指定医のサインイン");
    staff_form(&frame, &page, &next_of(&query), "")
}

fn staff_form(frame: &Frame, page: &Page, next: &str, login: &str) -> Result<HttpResponse, Failure> {
    let notes: Vec<_> =
        frame.config.demo_notes.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
    frame.views.page("staff/sign_in.html", page, json!({ "next": next, "login": login, "notes": notes }))
}

/// `POST /staff/sign-in`: the first factor.
#[post("/staff/sign-in")]
pub async fn staff_password(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let text = |name: &str| posted.text(name).to_owned();
    let (login, password, next, old) =
        (text("login"), text("password"), local(posted.text("next")), visitor.token.clone());
    let (source, typed, goal) = (visitor.source.clone(), login.clone(), next.clone());
    let done =
        frame.run(move |house| sign_in::password(house, &old, &login, &password, &next, &source)).await;
    match done {
        Ok(token) => Ok(HttpResponse::SeeOther()
            .insert_header(("Location", "/staff/second-factor"))
            .cookie(cookie(&frame, &token))
            .finish()),
        Err(Failure::Refused(refusals)) => {
            let refusals: Vec<_> = refusals.into_iter().map(|refusal| refusal.at("login")).collect();
            let page =
                Page::new(&frame, &visitor, "職員・指定医のサインイン").refusals(&frame, &refusals, None);
            staff_form(&frame, &page, &goal, &typed)
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /staff/second-factor`
#[get("/staff/second-factor")]
pub async fn second_factor(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    if visitor.stage != "second_factor" {
        return Ok(redirect("/staff/sign-in"));
    }
    let page = Page::new(&frame, &visitor, "確認コードの入力").back("/staff/sign-in");
    code_form(&frame, &visitor, &page).await
}

async fn code_form(frame: &Frame, visitor: &Visitor, page: &Page) -> Result<HttpResponse, Failure> {
    let demo_code = if frame.config.demo { demo_code(frame, visitor).await? } else { None };
    let next = visitor.data.get(sign_in::NEXT).cloned().unwrap_or_default();
    let context = json!({ "next": next, "enrol": null, "demo_code": demo_code });
    frame.views.page("staff/second_factor.html", page, context)
}

/// The demo's people have no telephone with them: the page says what it would show.
async fn demo_code(frame: &Frame, visitor: &Visitor) -> Result<Option<String>, Failure> {
    let token = visitor.token.clone();
    frame.run(move |house| Ok(sign_in::demo_code(house, &token).ok())).await
}

/// `POST /staff/second-factor`
#[post("/staff/second-factor")]
pub async fn staff_code(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (token, code, source) =
        (visitor.token.clone(), posted.text("code").to_owned(), visitor.source.clone());
    let done = frame
        .run(move |house| {
            let user = sign_in::awaiting(house, &token)?;
            sign_in::second_factor(house, &token, &user, &code, &source)
        })
        .await;
    match done {
        Ok((token, actor)) => {
            let next = visitor.data.get(sign_in::NEXT).map(|next| local(next)).unwrap_or_default();
            let goal = if next.len() > 1 { next } else { sessions::home_of(&frame.house, &actor).to_owned() };
            Ok(HttpResponse::SeeOther()
                .insert_header(("Location", goal))
                .cookie(cookie(&frame, &token))
                .finish())
        }
        Err(Failure::Refused(refusals)) => {
            let refusals: Vec<_> = refusals.into_iter().map(|refusal| refusal.at("code")).collect();
            let page = Page::new(&frame, &visitor, "確認コードの入力").refusals(&frame, &refusals, None);
            code_form(&frame, &visitor, &page).await
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /staff/keys`: single-key shortcuts on or off.
#[post("/staff/keys")]
pub async fn keys(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    visitor.user()?;
    let on = posted.text("on") == "1";
    let words = if on {
        "キー操作を使えるようにしました。"
    } else {
        "キー操作を止めました。"
    };
    let mut response = redirect_with(&frame, posted.text("back"), "success", words);
    response.add_cookie(&keys_cookie(&frame, on)).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(response)
}
