//! Vouchers with the code that a clinic scans: those that a case led to, and those of everybody for whom the
//! visitor acts. Printed, each stands on its own.

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::usecases::immunization::vouchers::{self, Shown};
use crate::web::code::drawn;
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /a/{case}/vouchers`
#[get("/a/{case}/vouchers")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    case: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang, of) = (visitor.citizen()?, visitor.lang, case.clone());
    let (reference, found) = frame.run(move |house| vouchers::of_case(house, &caller, lang, &of)).await?;
    draw(&frame, &visitor, &format!("/a/{}/decision", case.as_str()), &reference, &[(String::new(), found)])
}

/// `GET /me/vouchers`
#[get("/me/vouchers")]
pub async fn all(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let found = frame.run(move |house| vouchers::of_guardian(house, &caller, lang)).await?;
    draw(&frame, &visitor, "/me", "", &found)
}

fn draw(
    frame: &Frame,
    visitor: &Visitor,
    back: &str,
    reference: &str,
    people: &[(String, Vec<Shown>)],
) -> Result<HttpResponse, Failure> {
    let people = people.iter().map(person).collect::<Result<Vec<_>, _>>()?;
    let page = Page::titled(frame, visitor, "vouchers.title").back(back);
    frame.views.page("citizen/vouchers.html", &page, json!({ "reference": reference, "people": people }))
}

fn person((name, vouchers): &(String, Vec<Shown>)) -> Result<Value, Failure> {
    let vouchers = vouchers.iter().map(with_code).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "name": name, "vouchers": vouchers }))
}

/// A voucher with its code as a drawing, while it can be used.
fn with_code(voucher: &Shown) -> Result<Value, Failure> {
    let mut shown = json!(voucher);
    if let Some(text) = &voucher.code {
        let (side, dark) = drawn(text)?;
        shown["qr"] = json!({ "side": side, "dark": dark });
    }
    Ok(shown)
}
