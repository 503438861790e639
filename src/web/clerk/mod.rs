//! Pages of the office. Each handler: extract, one use case, draw or redirect.

mod act;
mod approval;
mod bulk;
mod case;
mod claims;
mod correction;
mod coverage;
mod desk;
mod doses;
mod doubles;
mod draft;
mod due;
mod duplicate;
mod enquiries;
mod figures;
mod forwarding;
mod guardians;
mod holders;
mod household;
mod immunizations;
mod imports;
mod ledger;
mod letters;
mod lots;
mod paper;
mod reactions;
mod reveal;
mod table;
mod tabs;
mod talk;
mod tried;
mod work;
mod workbook;
mod yearly;

use std::collections::HashMap;

use actix_web::web;

use crate::usecases::clerk::verdict::Known;

use super::Posted;

/// Query parameters.
type Query = web::Query<HashMap<String, String>>;

/// The pages of this audience. Addresses that are fixed stand before those with a part to fill in.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(desk::home)
        .service(desk::queue)
        .service(desk::approvals)
        .service(desk::deliveries)
        .service(desk::reminders)
        .service(household::list)
        .service(holders::register)
        .service(holders::download)
        .service(holders::changes)
        .service(holders::holder)
        .service(figures::show)
        .service(figures::by_month)
        .service(figures::by_days)
        .service(figures::paid_for)
        .service(figures::workbook)
        .service(forwarding::show)
        .service(forwarding::take_over)
        .service(bulk::list)
        .service(bulk::new)
        .service(bulk::ask)
        .service(bulk::results)
        .service(bulk::letters)
        .service(bulk::show)
        .service(bulk::act)
        .service(claims::page)
        .service(claims::table)
        .service(coverage::show)
        .service(coverage::list)
        .service(coverage::workbook)
        .service(due::show)
        .service(due::table)
        .service(yearly::show)
        .service(yearly::list)
        .service(yearly::workbook)
        .service(yearly::vouchers)
        .service(yearly::voucher_table)
        .service(reactions::list)
        .service(reactions::sheet)
        .service(lots::list)
        .service(lots::act)
        .service(lots::doses)
        .service(doubles::list)
        .service(doubles::show)
        .service(doubles::act)
        .service(imports::list)
        .service(imports::send)
        .service(imports::waiting)
        .service(imports::show)
        .service(doses::waiting_line)
        .service(doses::enter)
        .service(imports::act)
        .service(immunizations::ask)
        .service(immunizations::look)
        .service(immunizations::show)
        .service(immunizations::act)
        .service(guardians::show)
        .service(guardians::act)
        .service(doses::begin)
        .service(doses::add)
        .service(doses::mend)
        .service(doses::correct)
        .service(enquiries::list)
        .service(enquiries::export)
        .service(enquiries::import)
        .service(paper::show)
        .service(paper::post)
        .service(reveal::show)
        .service(reveal::ask)
        .service(tabs::documents)
        .service(tabs::file)
        .service(tabs::certificate)
        .service(tabs::record_file)
        .service(tabs::income)
        .service(tabs::judgement)
        .service(tabs::history)
        .service(tabs::register)
        .service(tabs::verify)
        .service(tabs::print)
        .service(talk::messages)
        .service(talk::send)
        .service(talk::notes)
        .service(talk::note)
        .service(work::certificate)
        .service(work::show)
        .service(work::post)
        .service(correction::show)
        .service(correction::post)
        .service(draft::show)
        .service(draft::post)
        .service(approval::show)
        .service(approval::post)
        .service(household::show)
        .service(household::accept)
        .service(household::end)
        .service(household::settle)
        .service(household::invite)
        .service(household::consent)
        .service(enquiries::make)
        .service(enquiries::answer)
        .service(enquiries::take)
        .service(ledger::show)
        .service(ledger::paper)
        .service(ledger::type_in)
        .service(ledger::correction)
        .service(ledger::correct)
        .service(letters::preview_pdf)
        .service(letters::preview)
        .service(letters::pdf)
        .service(letters::show)
        .service(duplicate::show)
        .service(duplicate::post)
        .service(act::show)
        .service(act::post)
        .service(case::verdicts)
        .service(case::take)
        .service(case::show);
}

/// The case, version and key that a form carries.
fn known(case: &str, posted: &Posted) -> Known {
    Known {
        case: case.to_owned(),
        // A form without a version was built on nothing.
        version: posted.version().unwrap_or(-1),
        request: posted.request().to_owned(),
    }
}

/// The address of a case.
fn address(case: &str, rest: &str) -> String {
    format!("/staff/cases/{case}{rest}")
}
