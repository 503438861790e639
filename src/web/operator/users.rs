//! Accounts of staff and physicians.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::usecases::operator::accounts::{self, SecondFactor};

use super::{answer, draw};
use crate::web::code::drawn;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

const PATH: &str = "/operator/users";

/// `GET /operator/users`
#[get("/operator/users")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let users = frame.run(move |house| accounts::list(house, &caller)).await?;
    let page = Page::new(&frame, &visitor, "利用者");
    let context = json!({ "users": users, "roles": accounts::roles(&frame.house) });
    draw(&frame, &visitor, &page, "operator/users.html", context)
}

/// `POST /operator/users/{id}`: roles and activity, or a new second factor.
#[post("/operator/users/{id}")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, id) = (visitor.user()?, id.into_inner());
    if posted.text("act") == "reset_factor" {
        let factor = frame.run(move |house| accounts::reset_factor(house, &caller, &id)).await?;
        return show_factor(&frame, &visitor, &factor);
    }
    let (roles, active) = (posted.all("role").to_vec(), posted.text("active") == "1");
    let outcome = frame.run(move |house| accounts::save(house, &caller, &id, &roles, active)).await;
    answer(&frame, PATH, outcome, |()| "保存しました。その人はもう一度サインインします。".to_owned())
}

/// The secret stands on this one answer and nowhere else, so there is no redirect to it.
fn show_factor(frame: &Frame, visitor: &Visitor, factor: &SecondFactor) -> Result<HttpResponse, Failure> {
    let (side, dark) = drawn(&factor.url)?;
    let page = Page::new(frame, visitor, "認証アプリの登録").back(PATH);
    let context = json!({ "login": factor.login, "secret": factor.secret, "side": side, "dark": dark });
    draw(frame, visitor, &page, "operator/factor.html", context)
}
