//! Pages of institutions that vaccinate: who shows a voucher or themself, what may be given, and the record of it.

mod apart;
mod cautions;
mod dose;
mod find;
mod person;
mod reaction;
mod screening;
mod session;

use actix_web::web;

use crate::usecases::immunization::desk::Asked;

use super::Posted;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(find::ask)
        .service(find::find)
        .service(person::show)
        .service(cautions::show)
        .service(cautions::ask)
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
