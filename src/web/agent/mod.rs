//! Pages of offices that apply for persons who asked them to.

mod desk;
mod draft;
mod papers;
mod renewals;

use actix_web::web;

pub use draft::address as draft_address;

/// The pages of this audience.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(desk::list)
        .service(desk::one)
        .service(draft::begin)
        .service(draft::view)
        .service(draft::file)
        .service(renewals::view)
        .service(renewals::change)
        .service(papers::view);
}
