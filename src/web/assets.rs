//! Styles, scripts and pictures: inside the binary, under names that change with their content.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, get, web};
use rust_embed::RustEmbed;

use super::errors::Failure;

#[derive(RustEmbed)]
#[folder = "static/"]
#[include = "*.css"]
#[include = "js/*.js"]
#[include = "offline/*.js"]
#[include = "icons/*"]
#[include = "*.svg"]
#[include = "*.webmanifest"]
struct Static;

/// The scripts that stand between pages and the network, and the pages before which each may stand.
const WORKERS: [(&str, &str); 2] =
    [("offline/worker.js", "/physician"), ("offline/clinic-worker.js", "/clinic/session")];

/// The address of a file under `static/`: its path with the beginning of its hash.
pub fn address(path: &str) -> String {
    match Static::get(path) {
        Some(found) => {
            let hash: String =
                found.metadata.sha256_hash().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            match path.rsplit_once('.') {
                Some((stem, ending)) => format!("/static/{stem}.{hash}.{ending}"),
                None => format!("/static/{path}"),
            }
        }
        None => format!("/static/{path}"),
    }
}

/// `GET /static/{path}`
#[get("/static/{path:.*}")]
pub async fn serve(path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let plain = without_hash(&path);
    let (name, lasting) = match Static::get(&path) {
        Some(_) => (path.into_inner(), false),
        None => (plain, true),
    };
    let found = Static::get(&name).ok_or(Failure::NotFound)?;
    let cache = if lasting { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(found.metadata.mimetype())
        .insert_header((CACHE_CONTROL, HeaderValue::from_static(cache)));
    if let Some((_, scope)) = WORKERS.into_iter().find(|(worker, _)| name == *worker) {
        answer.insert_header(("service-worker-allowed", scope));
    }
    Ok(answer.body(found.data.into_owned()))
}

fn without_hash(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('.').collect();
    if parts.len() >= 3 {
        parts.remove(parts.len() - 2);
    }
    parts.join(".")
}
