//! Control of the stand-in. Nothing of the real base speaks HTTP to a municipality.

use super::Base;
use crate::sandbox::control::Control;
use crate::sandbox::lock;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::json;

/// Mounts the routes.
pub fn mount(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/_sandbox/sweep").route(web::post().to(sweep)))
        .service(web::resource("/_sandbox/again").route(web::post().to(again)))
        .service(web::resource("/_sandbox/state").route(web::get().to(state)));
}

/// A bare error status.
pub fn bare(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "status": status.as_u16() }))
}

/// Looks into the inbox now.
async fn sweep(base: web::Data<Base>, control: web::Data<Control>) -> HttpResponse {
    match web::block(move || base.sweep(&control)).await {
        Ok(Ok(answered)) => HttpResponse::Ok().json(json!({ "answered": answered })),
        _ => bare(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Writes every answer once more, as it should be.
async fn again(base: web::Data<Base>) -> HttpResponse {
    match web::block(move || base.again()).await {
        Ok(Ok(())) => HttpResponse::NoContent().finish(),
        _ => bare(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn state(base: web::Data<Base>, control: web::Data<Control>) -> HttpResponse {
    let core = lock(&base.core);
    let files: Vec<&String> = core.answers.keys().collect();
    HttpResponse::Ok()
        .json(json!({ "control": control.report(), "files": files, "base": core.state.shown() }))
}
