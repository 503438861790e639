//! Pages of institutions that vaccinate: who shows a voucher or themself, what may be given, and the record of it.

mod apart;
mod dose;
mod find;
mod person;
mod reaction;
mod screening;
mod session;

use actix_web::web;
use serde_json::{Value, json};

use crate::usecases::immunization::desk::Asked;
use crate::usecases::immunization::typed::Typed;

use super::Posted;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(find::ask)
        .service(find::find)
        .service(person::show)
        .service(session::start)
        .service(apart::show)
        .service(apart::taken)
        .service(apart::take_in)
        .service(session::start_one)
        .service(session::show)
        .service(session::next)
        .service(session::show_person)
        .service(session::record)
        .service(reaction::show)
        .service(reaction::send)
        .service(reaction::sheet)
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

/// What was typed for a dose, for the boxes of its form.
fn boxes(typed: &Typed) -> Value {
    json!({
        "outcome": typed.outcome, "product": typed.product, "dose": typed.dose, "on": typed.on,
        "lot": typed.lot, "amount": typed.amount, "site": typed.site, "route": typed.route,
        "physician": typed.physician, "voucher": typed.voucher, "screening": typed.screening, "reaction": typed.reaction,
        "reason": typed.reason,
    })
}

/// Who is looked for, as it was typed or scanned.
fn asked(posted: &Posted) -> Asked {
    let text = |name: &str| posted.text(name).chars().take(120).collect::<String>();
    Asked {
        scanned: text("scanned"),
        number: text("number"),
        kana: text("kana"),
        birth: text("birth"),
        consent: posted.text("consent") == "yes",
    }
}
