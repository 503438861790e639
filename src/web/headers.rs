//! Headers on every answer, and the check that an unsafe request comes from our own pages.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web;

use super::errors::Failure;
use super::frame::Frame;

/// No inline script or style, nothing from elsewhere, never in a frame. Forms lead to us, and where
/// one signs in on to the identity provider.
fn policy(frame: Option<&Frame>) -> String {
    let provider = frame.map_or("", |frame| frame.config.identity_origin.as_str());
    format!("{POLICY}; form-action 'self' {provider}")
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
                      object-src 'none'; frame-ancestors 'none'";

/// Sets the headers.
///
/// # Errors
/// None of its own.
pub async fn set(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let frame = request.app_data::<web::Data<Frame>>().cloned();
    let secure = frame.as_ref().is_some_and(|frame| frame.config.secure);
    let policy = HeaderValue::from_str(policy(frame.as_deref().map(|it| &**it)).trim_end());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if let Ok(policy) = policy {
        headers.insert(HeaderName::from_static("content-security-policy"), policy);
    }
    put(headers, "x-content-type-options", "nosniff");
    put(headers, "x-frame-options", "DENY");
    put(headers, "referrer-policy", "same-origin");
    put(headers, "cross-origin-opener-policy", "same-origin");
    put(headers, "cross-origin-resource-policy", "same-origin");
    put(headers, "permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
    if secure {
        put(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
}

/// Answers with [`Failure::Forged`] to an unsafe request that a browser says comes from another
/// site. The form's token is checked besides, where the body is read.
///
/// # Errors
/// None of its own.
pub async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    // Machines bring a token of their own and no cookie.
    let machine = request.path().starts_with("/api/");
    let header = |name: &str| request.headers().get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
    let foreign_site = header("sec-fetch-site").is_some_and(|it| it != "same-origin" && it != "none");
    let foreign_origin = match (header("origin"), request.app_data::<web::Data<Frame>>()) {
        (Some(origin), Some(frame)) => origin != frame.house.public_url,
        _ => false,
    };
    if !safe && !machine && (foreign_site || foreign_origin) {
        return Ok(request.error_response(Failure::Forged).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
