//! What a form sent, read within bounds and only with the form's token.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use subtle::ConstantTimeEq;

use super::errors::Failure;
use super::session::Visitor;
use super::upload::{Upload, receive};

/// Bytes of all text fields together.
const MOST_TEXT: usize = 2 * 1024 * 1024;
/// Number of fields.
const MOST_FIELDS: usize = 2000;
/// Number of files in one request.
const MOST_FILES: usize = 10;

/// The fields and files of a form. To have it is to know that the form was ours: the token was right.
#[derive(Debug, Default)]
pub struct Posted {
    fields: BTreeMap<String, Vec<String>>,
    /// Uploaded files.
    pub files: Vec<Upload>,
}

impl Posted {
    /// The first value of a field, or an empty text.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// All fields, as the forms engine reads them.
    pub fn fields(&self) -> &BTreeMap<String, Vec<String>> {
        &self.fields
    }

    /// The case's version on which the page was built.
    pub fn version(&self) -> Option<i64> {
        self.text("version").parse().ok()
    }

    /// The page's idempotency key.
    pub fn request(&self) -> &str {
        let key = self.text("request");
        if key.len() <= 80 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            key
        } else {
            ""
        }
    }

    fn add(&mut self, name: &str, value: &[u8], budget: &mut usize) -> Result<(), Failure> {
        *budget = budget.checked_sub(name.len() + value.len()).ok_or(Failure::TooLarge)?;
        if self.fields.len() >= MOST_FIELDS || name.len() > 300 {
            return Err(Failure::TooLarge);
        }
        let value = String::from_utf8(value.to_vec()).map_err(|_| Failure::Bad)?;
        let values = self.fields.entry(name.to_owned()).or_default();
        if values.len() >= MOST_FIELDS {
            return Err(Failure::TooLarge);
        }
        values.push(value.replace("\r\n", "\n"));
        Ok(())
    }

    fn check_token(&self, visitor: &Visitor) -> Result<(), Failure> {
        let given = self.text("csrf").as_bytes();
        let right = bool::from(given.ct_eq(visitor.csrf.as_bytes())) && !visitor.csrf.is_empty();
        if right { Ok(()) } else { Err(Failure::Forged) }
    }
}

impl FromRequest for Posted {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Posted, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(&request, payload).await })
    }
}

async fn read(request: &HttpRequest, payload: Payload) -> Result<Posted, Failure> {
    let visitor = request.extensions().get::<Visitor>().cloned().ok_or(Failure::Forged)?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return multipart(Multipart::new(request.headers(), payload), &visitor).await;
    }
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Failure::Bad);
    }
    let posted = urlencoded(payload).await?;
    posted.check_token(&visitor)?;
    Ok(posted)
}

async fn urlencoded(mut payload: Payload) -> Result<Posted, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        body.extend_from_slice(&chunk.map_err(|_| Failure::Bad)?);
        if body.len() > MOST_TEXT {
            return Err(Failure::TooLarge);
        }
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).map_err(|_| Failure::Bad)?;
    let (mut posted, mut budget) = (Posted::default(), MOST_TEXT);
    for (name, value) in pairs {
        posted.add(&name, value.as_bytes(), &mut budget)?;
    }
    Ok(posted)
}

/// The token stands first in every form, so nothing of a foreign form is stored.
async fn multipart(mut parts: Multipart, visitor: &Visitor) -> Result<Posted, Failure> {
    let (mut posted, mut budget) = (Posted::default(), MOST_TEXT);
    let mut checked = false;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| Failure::Bad)?;
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.content_disposition().and_then(|it| it.get_filename()).map(str::to_owned);
        if let Some(file) = file {
            if !checked {
                return Err(Failure::Forged);
            }
            if let Some(upload) = receive(&name, &file, &mut part).await? {
                posted.files.push(upload);
            }
            if posted.files.len() > MOST_FILES {
                return Err(Failure::TooLarge);
            }
            continue;
        }
        let mut value = Vec::new();
        while let Some(chunk) = part.next().await {
            value.extend_from_slice(&chunk.map_err(|_| Failure::Bad)?);
            if value.len() > budget {
                return Err(Failure::TooLarge);
            }
        }
        posted.add(&name, &value, &mut budget)?;
        if !checked {
            posted.check_token(visitor)?;
            checked = true;
        }
    }
    if checked { Ok(posted) } else { Err(Failure::Forged) }
}
