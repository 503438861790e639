//! Pages of the citizen.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};

use crate::domain::program::texts::Catalogue;
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::Order;
use crate::usecases::citizen::attach::File;

use super::upload::Upload;
use super::{Failure, Frame, Posted, Visitor};

mod case;
mod catalogue;
mod consents;
mod corrections;
mod decision;
mod declare;
mod files;
mod guardians;
mod household;
mod ledger;
mod log;
mod mandates;
mod me;
mod messages;
mod question;
mod reminders;
mod review;
mod screenings;
mod vaccinations;
mod vouchers;
mod withdraw;

pub use declare::{consent_view, statements};
pub use guardians::context as guardians_shown;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(catalogue::programs)
        .service(catalogue::about)
        .service(catalogue::begin)
        .service(me::view)
        .service(vaccinations::list)
        .service(guardians::ask)
        .service(reminders::view)
        .service(reminders::change)
        .service(reminders::stop_page)
        .service(reminders::stop)
        .service(guardians::enter)
        .service(guardians::view)
        .service(guardians::change)
        .service(vaccinations::log)
        .service(vaccinations::view)
        .service(vaccinations::calendar)
        .service(vaccinations::ics)
        .service(screenings::begin)
        .service(screenings::view)
        .service(screenings::hand_in)
        .service(screenings::question)
        .service(screenings::send)
        .service(screenings::sheet)
        .service(mandates::view)
        .service(mandates::change)
        .service(question::postcode)
        .service(question::choices)
        .service(question::show)
        .service(question::send)
        .service(question::autosave)
        .service(review::view)
        .service(declare::view)
        .service(declare::send)
        .service(declare::confirmation)
        .service(corrections::all)
        .service(corrections::after_sign_in)
        .service(corrections::send_all)
        .service(corrections::one)
        .service(corrections::send_one)
        .service(messages::view)
        .service(messages::send)
        .service(consents::view)
        .service(consents::change)
        .service(household::view)
        .service(household::invite)
        .service(household::consent)
        .service(decision::view)
        .service(vouchers::view)
        .service(vouchers::all)
        .service(ledger::view)
        .service(log::view)
        .service(withdraw::view)
        .service(withdraw::send)
        .service(files::as_filed)
        .service(files::letter_pdf)
        .service(files::attachment)
        .service(files::request_sheet)
        .service(files::by_reference)
        .service(case::view);
}

/// The order that a form gives: for the version that it was built on, and carried out once.
fn order<'a>(case: &'a str, command: CommandName, posted: &'a Posted) -> Order<'a> {
    Order::new(case, command).at(posted.version().unwrap_or_default()).once(posted.request())
}

/// A text of the catalogue in the visitor's language.
fn say(frame: &Frame, visitor: &Visitor, key: &str) -> String {
    frame.views.text(visitor.lang, key, &BTreeMap::new())
}

/// The same with one slot.
fn say_with(frame: &Frame, visitor: &Visitor, key: &str, slot: &str, value: &str) -> String {
    let args = BTreeMap::from([(slot.to_owned(), value.to_owned())]);
    frame.views.text(visitor.lang, key, &args)
}

/// A text of the catalogue, if it has the key.
fn known(texts: &Catalogue, visitor: &Visitor, key: &str) -> Option<String> {
    texts.has(key).then(|| texts.text(visitor.lang, key, &BTreeMap::new()))
}

/// Uploaded files as use cases take them.
fn files_of(uploads: Vec<Upload>) -> Result<Vec<File>, Failure> {
    let file = |mut upload: Upload| {
        let bytes = upload.bytes().map_err(|error| Failure::Unavailable(error.to_string()))?;
        Ok(File { path: upload.field, name: upload.name, bytes })
    };
    uploads.into_iter().map(file).collect()
}

/// A file to be saved under its name (RFC 6266); browsers never show it inside our pages.
fn saved_as(name: &str, mime: &str, bytes: Vec<u8>) -> HttpResponse {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let value =
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", super::session::encode(name));
    HttpResponse::Ok().content_type(mime.to_owned()).insert_header(("Content-Disposition", value)).body(bytes)
}
