//! Accounts of staff and physicians.

use actix_web::{HttpResponse, get, post, web};
use qrcode::{Color, QrCode};
use serde_json::json;

use crate::usecases::operator::accounts::{self, SecondFactor};

use super::{answer, draw};
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

/// A two-dimensional code: modules along one side, and the dark ones as the path of a drawing.
fn drawn(content: &str) -> Result<(usize, String), Failure> {
    let code = QrCode::new(content).map_err(|error| Failure::Fault(error.to_string()))?;
    let side = code.width();
    let colors = code.into_colors();
    let dark = colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
    Ok((side, dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % side, at / side)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_from_its_corner() {
        let (side, dark) = drawn("otpauth://totp/a?secret=b").unwrap();
        assert!(side >= 21);
        assert!(dark.starts_with("M0 0h1v1h-1zM1 0"), "the finder pattern stands in the corner");
    }
}
