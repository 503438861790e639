//! What every template knows of the page around it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::forms::FieldError;
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;

use crate::usecases::immunization::register::find;

use super::frame::Frame;
use super::session::Visitor;

/// The variables under `page`; templates/layout.html documents them.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Title.
    pub title: String,
    /// Code of the language.
    pub lang: &'static str,
    /// Its BCP 47 tag.
    pub html_lang: &'static str,
    /// Token that every form carries.
    pub csrf: String,
    /// This page's path.
    pub path: String,
    /// Whether this is the demo.
    pub demo: bool,
    /// Who is signed in: id, whether as a citizen, name and role in words, whether their office only receives, and
    /// whether they read the ledger of vaccinations.
    pub principal: Option<Value>,
    /// When the session ends without further use.
    pub timeout_at: Option<String>,
    /// Seconds until then.
    pub timeout_in: Option<i64>,
    /// Where the back link leads.
    pub back: Option<String>,
    /// One message from the step before.
    pub flash: Option<Value>,
    /// What is to be mended.
    pub errors: Vec<Value>,
    /// The office: name, phone, hours.
    pub office: Value,
    /// Now.
    pub now: String,
    /// Idempotency key for the commands of this page.
    pub request: String,
    /// Whether single-key shortcuts are switched on.
    pub keys: bool,
    #[serde(skip)]
    language: Lang,
}

impl Page {
    /// The page for a visitor. `title` is ready to be shown.
    pub fn new(frame: &Frame, visitor: &Visitor, title: &str) -> Page {
        let office = |key: &str| frame.house.office.get(key).cloned().unwrap_or_default();
        Page {
            title: title.to_owned(),
            lang: visitor.lang.code(),
            html_lang: visitor.lang.html(),
            csrf: visitor.csrf.clone(),
            path: visitor.path.clone(),
            demo: frame.config.demo,
            principal: visitor.principal.as_ref().map(|who| {
                let id = visitor.actor.as_ref().map(|actor| &actor.id);
                json!({
                    "id": id, "citizen": visitor.is_citizen(), "name": who.name, "role": who.role, "receives_only": who.receives_only,
                    "keeps_doses": visitor.actor.as_ref().is_some_and(|actor| find::is_open_to(&frame.house, actor)),
                })
            }),
            timeout_at: visitor.timeout_at.map(rfc3339),
            timeout_in: seconds_left(frame, visitor),
            back: None,
            flash: visitor.flash.as_ref().map(|(kind, text)| json!({ "kind": kind, "text": text })),
            errors: Vec::new(),
            office: json!({ "name": office("name"), "phone": office("phone"), "hours": office("hours") }),
            now: rfc3339(frame.house.now()),
            request: frame.house.new_id("req").unwrap_or_default(),
            keys: visitor.keys,
            language: visitor.lang,
        }
    }

    /// The page with a title from the catalogue.
    pub fn titled(frame: &Frame, visitor: &Visitor, key: &str) -> Page {
        let title = frame.views.text(visitor.lang, key, &BTreeMap::new());
        Page::new(frame, visitor, &title)
    }

    /// The same page with a back link.
    pub fn back(mut self, href: impl Into<String>) -> Page {
        self.back = Some(href.into());
        self
    }

    /// The same page telling what is to be mended in a form.
    pub fn field_errors(mut self, frame: &Frame, errors: &[FieldError]) -> Page {
        for error in errors.iter().filter(|error| !error.soft) {
            let text = frame.views.text(self.language, &error.key, &error.args);
            self.errors.push(json!({ "path": error.path, "text": text }));
        }
        self
    }

    /// The same page telling why a command was refused; texts may come from the program's catalogue.
    pub fn refusals(
        mut self,
        frame: &Frame,
        refusals: &[Refusal],
        program: Option<&crate::domain::program::Program>,
    ) -> Page {
        for refusal in refusals {
            let own = program.filter(|program| program.texts.has(&refusal.key));
            let text = match own {
                Some(program) => program.texts.text(self.language, &refusal.key, &refusal.args),
                None => frame.views.text(self.language, &refusal.key, &refusal.args),
            };
            self.errors.push(json!({ "path": refusal.field.clone().unwrap_or_default(), "text": text }));
        }
        self
    }

    /// The same page saying that something was done, by the key of the sentence.
    pub fn told(mut self, frame: &Frame, key: Option<&str>) -> Page {
        let text = key.map(|key| frame.views.text(self.language, key, &BTreeMap::new()));
        self.flash = text.map(|text| json!({ "kind": "success", "text": text })).or(self.flash);
        self
    }

    /// 422 when something is to be mended in the form on it, otherwise 200.
    pub fn status(&self) -> StatusCode {
        if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The language of the page.
    pub fn language(&self) -> Lang {
        self.language
    }
}

/// Seconds until the visitor's session ends without further use; none for whoever has none.
pub fn seconds_left(frame: &Frame, visitor: &Visitor) -> Option<i64> {
    visitor.timeout_at.map(|until| (until - frame.house.now()).num_seconds().max(0))
}

/// A moment in the time of Japan, as templates take it.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Asia::Tokyo).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
