//! Templates: loaded once, drawn with a page and its context.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Datelike, NaiveDate};
use rust_embed::RustEmbed;
use serde::Serialize;
use serde_json::Value;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use crate::domain::calendar::{PartialDate, show_in};
use crate::domain::lang::Lang;
use crate::domain::money::Yen;
use crate::domain::problem::Problem;
use crate::domain::program::texts::{Catalogue, Source};

use super::assets;
use super::errors::Failure;
use super::page::Page;

#[derive(RustEmbed)]
#[folder = "templates/"]
#[include = "*.html"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "templates/texts/"]
#[include = "*.toml"]
struct Texts;

/// The templates and the catalogue of the installation's own texts.
pub struct Views {
    tera: Tera,
    texts: Arc<Catalogue>,
}

impl Views {
    /// Loads every template.
    ///
    /// # Errors
    /// What is wrong with the first one that does not load.
    pub fn load(texts: Arc<Catalogue>) -> Result<Views, String> {
        let mut tera = Tera::default();
        register(&mut tera, texts.clone());
        let templates: Vec<(String, String)> = Templates::iter()
            .filter_map(|name| {
                let content = String::from_utf8(Templates::get(&name)?.data.into_owned()).ok()?;
                Some((name.into_owned(), content))
            })
            .collect();
        tera.add_raw_templates(templates).map_err(|error| error.to_string())?;
        Ok(Views { tera, texts })
    }

    /// A text of the catalogue.
    pub fn text(&self, lang: Lang, key: &str, args: &BTreeMap<String, String>) -> String {
        self.texts.text(lang, key, args)
    }

    /// Draws a page. Every key of `context` is a variable of the template.
    ///
    /// # Errors
    /// [`Failure::Fault`] when the template and its context do not fit.
    pub fn page(
        &self,
        template: &str,
        page: &Page,
        context: impl Serialize,
    ) -> Result<HttpResponse, Failure> {
        self.page_with(StatusCode::OK, template, page, context)
    }

    /// The text of a page.
    ///
    /// # Errors
    /// As [`Views::page`].
    pub fn html(&self, template: &str, page: &Page, context: impl Serialize) -> Result<String, Failure> {
        let mut variables = Context::from_serialize(&context).map_err(fault)?;
        variables.insert("page", page);
        self.tera.render(template, &variables).map_err(fault)
    }

    /// Draws a page with a status.
    ///
    /// # Errors
    /// As [`Views::page`].
    pub fn page_with(
        &self,
        status: StatusCode,
        template: &str,
        page: &Page,
        context: impl Serialize,
    ) -> Result<HttpResponse, Failure> {
        let html = self.html(template, page, context)?;
        Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
    }
}

fn fault(error: impl std::error::Error) -> Failure {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    Failure::Fault(text)
}

/// The catalogue of the installation's own texts: every `<name>.<lang>.toml` and `<lang>.toml`.
///
/// # Errors
/// Every fault in them.
pub fn catalogue() -> Result<Catalogue, Vec<Problem>> {
    let mut files = Vec::new();
    for name in Texts::iter() {
        let stem = name.trim_end_matches(".toml");
        let code = stem.rsplit('.').next().unwrap_or(stem);
        let (Some(lang), Some(file)) = (Lang::from_code(code), Texts::get(&name)) else { continue };
        files.push((lang, name, String::from_utf8_lossy(&file.data).into_owned()));
    }
    let sources: Vec<Source<'_>> =
        files.iter().map(|(lang, file, text)| Source { lang: *lang, file, text }).collect();
    Catalogue::load(&sources)
}

fn register(tera: &mut Tera, texts: Arc<Catalogue>) {
    tera.register_function("t", move |args: Kwargs, state: &State| -> TeraResult<String> {
        let key: String = args.must_get("key")?;
        let given: BTreeMap<String, Value> = args.deserialize()?;
        Ok(texts.text(language(state)?, &key, &slots(given)))
    });
    tera.register_function("asset", |args: Kwargs, _: &State| -> TeraResult<String> {
        let path: String = args.must_get("path")?;
        Ok(assets::address(&path))
    });
    tera.register_filter("wareki", |text: &str, _: Kwargs, state: &State| -> TeraResult<String> {
        Ok(wareki(text, language(state)?))
    });
    tera.register_filter("wareki_month", |text: &str, _: Kwargs, state: &State| -> TeraResult<String> {
        Ok(month(text, language(state)?))
    });
    tera.register_filter("date_time", |text: &str, _: Kwargs, state: &State| -> TeraResult<String> {
        Ok(date_time(text, language(state)?))
    });
    tera.register_filter("yen", |yen: i64, _: Kwargs, _: &State| Yen(yen).to_string());
}

fn language(state: &State) -> TeraResult<Lang> {
    let page: Option<tera::Value> = state.get("page")?;
    let lang = page.as_ref().and_then(|page| page.get_from_path("lang")?.as_str().and_then(Lang::from_code));
    Ok(lang.unwrap_or_default())
}

/// The slots of a text: every argument but the key, and those gathered under `args`.
fn slots(given: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let mut slots = BTreeMap::new();
    for (name, value) in given {
        match value {
            Value::Object(map) if name == "args" => {
                slots.extend(map.iter().map(|(name, value)| (name.clone(), words(value))));
            }
            value if name != "key" => drop(slots.insert(name, words(&value))),
            _ => {}
        }
    }
    slots
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// An ISO date, or the date of an RFC 3339 moment, as the reader expects it: in Japanese in both calendars.
fn wareki(text: &str, lang: Lang) -> String {
    let day = text.get(..10).unwrap_or(text);
    day.parse::<NaiveDate>().map_or_else(|_| text.to_owned(), |day| show_in(day, lang))
}

/// The month of an ISO date, as [`wareki`] shows days.
fn month(text: &str, lang: Lang) -> String {
    let day: Option<NaiveDate> = text.parse().ok();
    let month = day.and_then(|day| PartialDate::new(day.year(), Some(day.month()), None));
    month.map_or_else(|| text.to_owned(), |month| show_in(month, lang))
}

/// An RFC 3339 moment in the time of Japan: the date as [`wareki`] shows it, and clock time.
fn date_time(text: &str, lang: Lang) -> String {
    let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) else { return text.to_owned() };
    let at = at.with_timezone(&chrono_tz::Asia::Tokyo);
    format!("{} {}", show_in(at.date_naive(), lang), at.format("%H:%M"))
}
