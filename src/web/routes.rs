//! The route table, and what stands around every handler.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use super::{
    Failure, Frame, agent, assets, citizen, clerk, clinic, committee, hospital, institution, member,
    operator, physician, sign_in,
};

/// Every route.
pub fn all(config: &mut web::ServiceConfig) {
    config
        .service(assets::serve)
        .service(health)
        .service(jwks)
        .service(sign_in::choose)
        .service(sign_in::start)
        .service(sign_in::callback)
        .service(sign_in::sign_out)
        .service(sign_in::signed_out)
        .service(sign_in::language)
        .service(sign_in::extend)
        .service(sign_in::staff)
        .service(sign_in::staff_password)
        .service(sign_in::second_factor)
        .service(sign_in::staff_code)
        .service(sign_in::keys)
        .service(member::ask)
        .service(member::send)
        .configure(citizen::routes)
        .configure(physician::routes)
        .configure(institution::routes)
        .configure(clinic::routes)
        .configure(agent::routes)
        .configure(hospital::routes)
        .configure(clerk::routes)
        .configure(committee::routes)
        .configure(operator::routes)
        .default_service(web::to(nothing));
}

async fn nothing() -> Result<HttpResponse, Failure> {
    Err(Failure::NotFound)
}

/// `GET /health`: whether the process and its database answer. Says nothing else.
#[get("/health")]
async fn health(frame: web::Data<Frame>) -> Result<HttpResponse, Failure> {
    frame.run(crate::usecases::health::ping).await?;
    Ok(HttpResponse::Ok().json(json!({ "status": "ok" })))
}

/// `GET /.well-known/jwks.json`: our public keys, for providers that fetch them.
#[get("/.well-known/jwks.json")]
async fn jwks(frame: web::Data<Frame>) -> HttpResponse {
    HttpResponse::Ok().json(frame.config.jwks.clone())
}
