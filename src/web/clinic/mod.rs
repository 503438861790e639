//! Pages of institutions that vaccinate: who shows a voucher or themself, what may be given, and the record of it.

mod dose;
mod find;
mod person;
mod screening;

use actix_web::web;

use crate::usecases::immunization::typed::Typed;

use super::Posted;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(find::ask)
        .service(find::find)
        .service(person::show)
        .service(screening::show)
        .service(screening::act)
        .service(dose::begin)
        .service(dose::record)
        .service(dose::mend)
        .service(dose::supersede);
}

/// Address of the person. The id tells nothing of them.
fn address(subject: &str) -> String {
    format!("/clinic/people/{subject}")
}

/// What was typed for a dose.
fn typed(posted: &Posted) -> Typed {
    let text = |name: &str| posted.text(name).to_owned();
    Typed {
        outcome: text("outcome"),
        vaccine: text("vaccine"),
        product: text("product"),
        dose: text("dose"),
        on: text("on"),
        lot: text("lot"),
        amount: text("amount"),
        site: text("site"),
        route: text("route"),
        physician: text("physician"),
        voucher: text("voucher"),
        screening: text("screening"),
        reaction: text("reaction"),
        reason: text("reason"),
        request: posted.request().to_owned(),
    }
}
