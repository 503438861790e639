//! Pages of the operator.

use actix_web::web;

/// The pages of this audience.
pub fn routes(_config: &mut web::ServiceConfig) {}
