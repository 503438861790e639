//! Pages at the counter of a designated institution: a certificate is presented, the day's total is posted.

mod card;
mod ledger;
mod line;

use actix_web::web;

use crate::usecases::ledger::typed::Typed;

use super::Posted;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(card::ask)
        .service(card::find)
        .service(ledger::show)
        .service(ledger::post)
        .service(line::correction)
        .service(line::correct)
        .service(line::show);
}

/// Address of the ledger of a presented certificate. The id of the case tells nothing of the person.
fn address(case: &str) -> String {
    format!("/institution/ledgers/{case}")
}

/// Address of a line.
fn line_address(case: &str, line: &str) -> String {
    format!("{}/lines/{line}", address(case))
}

/// What was typed for a line.
pub fn typed(posted: &Posted) -> Typed {
    let text = |name: &str| posted.text(name).to_owned();
    Typed {
        care_on: text("care_on"),
        kind: text("kind"),
        total: text("total"),
        reason: text("reason"),
        institution: text("institution"),
        collected: text("collected"),
        request: posted.request().to_owned(),
    }
}
