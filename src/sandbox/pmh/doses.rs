//! The HTTP surface of the domain of vaccination; tasks and their results are those of the other domain.

use super::Hub;
use super::routes::{Problem, admit, array, malformed, register, results, task};
use super::tasks::Work;
use super::vaccination;
use crate::sandbox::control::Control;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

/// Mounts the routes.
pub fn mount(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope(vaccination::BASE)
            .wrap(from_fn(admit))
            .route("/registration-tasks", web::post().to(post_doses))
            .route("/registration-tasks/{id}", web::get().to(task))
            .route("/registration-tasks/{id}/results", web::get().to(results))
            .route("/subjects/search", web::post().to(vaccinated))
            .route("/vaccines", web::get().to(vaccines)),
    );
}

async fn post_doses(
    hub: web::Data<Hub>,
    control: web::Data<Control>,
    req: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    register(&hub, &control, &req, body, |bytes| {
        vaccination::read_all(&array(bytes)?).map(Work::Vaccinations).map_err(malformed)
    })
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Person {
    municipality_identity_key: String,
}

async fn vaccinated(hub: web::Data<Hub>, person: web::Json<Person>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "rows": hub.core().doses.of(&person.municipality_identity_key) }))
}

async fn vaccines() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": vaccination::VACCINES }))
}
