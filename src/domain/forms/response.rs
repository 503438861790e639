//! Answers as a FHIR R4 QuestionnaireResponse, and back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::Env;
use super::answers::{Answer, Answers, FileState, Origin, Secret};
use super::decimal::Decimal;
use super::model::{Form, Item, Kind};
use super::profile::OWN;
use super::{settle, typed};
use crate::domain::lang::Lang;
use crate::domain::problem::Problem;

/// How far a response has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Still being filled in; answers to items no longer asked are kept.
    InProgress,
    /// Filed: only what is asked stays.
    Completed,
}

impl Answers {
    /// The QuestionnaireResponse. Secrets are written as their masks.
    pub fn to_response(&self, form: &Form, status: Status, env: &Env<'_>) -> Value {
        let settled = settle::settle(form, self, env);
        let (asked, code) = match status {
            Status::InProgress => (None, "in-progress"),
            Status::Completed => (Some(&settled.asked), "completed"),
        };
        let mut resource = resource(form, &settled.answers, asked);
        if let Some(fields) = resource.as_object_mut() {
            fields.insert("status".to_owned(), Value::from(code));
        }
        resource
    }

    /// Reads a QuestionnaireResponse to this form.
    ///
    /// # Errors
    /// Every item that the form does not have or whose value does not fit.
    pub fn from_response(form: &Form, response: &Value) -> Result<Answers, Vec<Problem>> {
        let (context, catalogues) = (BTreeMap::new(), BTreeMap::new());
        let env = Env { today: NaiveDate::MIN, context: &context, catalogues: &catalogues, lang: Lang::Ja };
        Answers::read_with(read, form, response, &env)
    }

    /// Reads a QuestionnaireResponse that somebody else wrote. Texts are taken as if they had been typed,
    /// within their length; codes of catalogues are looked up, and their words are ours. Marks of this
    /// house mean nothing in it.
    ///
    /// # Errors
    /// As [`Answers::from_response`].
    pub fn from_foreign(form: &Form, response: &Value, env: &Env<'_>) -> Result<Answers, Vec<Problem>> {
        Answers::read_with(read_foreign, form, response, env)
    }

    fn read_with(
        read: ReadAnswer,
        form: &Form,
        response: &Value,
        env: &Env<'_>,
    ) -> Result<Answers, Vec<Problem>> {
        let mut reader = Reader { answers: Answers::new(), problems: Vec::new(), env, read };
        reader.head(form, response);
        reader.items(&form.items, response, "");
        if reader.problems.is_empty() { Ok(reader.answers) } else { Err(reader.problems) }
    }
}

/// The response as a resource; with `asked`, only what is asked.
pub(super) fn resource(form: &Form, answers: &Answers, asked: Option<&BTreeSet<String>>) -> Value {
    let writer = Writer { answers, asked };
    json!({
        "resourceType": "QuestionnaireResponse",
        "questionnaire": format!("{}|{}", form.url, form.version),
        "status": "in-progress",
        "item": writer.items(&form.items, ""),
    })
}

struct Writer<'w> {
    answers: &'w Answers,
    asked: Option<&'w BTreeSet<String>>,
}

impl Writer<'_> {
    fn items(&self, items: &[Item], prefix: &str) -> Vec<Value> {
        let asked = |item: &&Item| {
            self.asked.is_none_or(|asked| asked.contains(&format!("{prefix}{}", item.link_id)))
        };
        items.iter().filter(asked).flat_map(|item| self.item(item, prefix)).collect()
    }

    fn item(&self, item: &Item, prefix: &str) -> Vec<Value> {
        let path = format!("{prefix}{}", item.link_id);
        match item.kind {
            Kind::Display => Vec::new(),
            Kind::Group if item.repeats => {
                let rows = 0..self.answers.rows(item, &path);
                rows.map(|row| {
                    json!({"linkId": item.link_id, "text": item.text.ja,
                    "item": self.items(&item.items, &format!("{path}[{row}]/"))})
                })
                .collect()
            }
            Kind::Group => self.group(item, &path, prefix).into_iter().collect(),
            _ => self.question(item, &path).into_iter().collect(),
        }
    }

    fn group(&self, item: &Item, path: &str, prefix: &str) -> Option<Value> {
        let below = self.items(&item.items, prefix);
        let visited = self.answers.visited(path);
        if below.is_empty() && !visited {
            return None;
        }
        let mut group = json!({"linkId": item.link_id, "text": item.text.ja});
        if visited {
            group["extension"] = json!([{"url": own("visited"), "valueBoolean": true}]);
        }
        if !below.is_empty() {
            group["item"] = Value::from(below);
        }
        Some(group)
    }

    fn question(&self, item: &Item, path: &str) -> Option<Value> {
        let answers = self.answers.at(item, path);
        if answers.is_empty() {
            return None;
        }
        let paths = (0..answers.len())
            .map(|index| if item.repeats { format!("{path}[{index}]") } else { path.to_owned() });
        let written: Vec<Value> = answers
            .iter()
            .zip(paths)
            .map(|(answer, at)| written(item, answer, self.answers.origin(&at)))
            .collect();
        let mut question = json!({"linkId": item.link_id, "text": item.text.ja, "answer": written});
        if let Some(dispute) = self.answers.dispute(path) {
            question["extension"] = json!([{"url": own("dispute"), "valueString": dispute}]);
        }
        Some(question)
    }
}

fn own(name: &str) -> String {
    format!("{OWN}{name}")
}

fn written(item: &Item, answer: &Answer, origin: Option<&Origin>) -> Value {
    let mut fields = value_fields(item, answer);
    let mut marks: Vec<Value> = Vec::new();
    match answer {
        Answer::Raw(_) => marks.push(json!({"url": own("raw"), "valueBoolean": true})),
        Answer::Secret(_) => marks.push(json!({"url": own("masked"), "valueBoolean": true})),
        _ => {}
    }
    marks.extend(origin.and_then(origin_text).map(|text| json!({"url": own("origin"), "valueString": text})));
    if !marks.is_empty() {
        fields.insert("extension".to_owned(), Value::from(marks));
    }
    Value::Object(fields)
}

fn value_fields(item: &Item, answer: &Answer) -> Map<String, Value> {
    let (name, value) = match answer {
        Answer::Boolean(flag) => ("valueBoolean", Value::from(*flag)),
        Answer::Integer(number) => ("valueInteger", Value::from(*number)),
        Answer::Decimal(number) => ("valueDecimal", decimal(*number)),
        Answer::Date(entered) => ("valueDate", Value::from(entered.date.to_string())),
        Answer::DateTime(moment) => {
            ("valueDateTime", Value::from(moment.format("%Y-%m-%dT%H:%M:%S+09:00").to_string()))
        }
        Answer::Time(time) => ("valueTime", Value::from(time.format("%H:%M:%S").to_string())),
        Answer::Text(text) if item.kind == Kind::Url => ("valueUri", Value::from(text.as_str())),
        Answer::Text(text) | Answer::Raw(text) => ("valueString", Value::from(text.as_str())),
        Answer::Choice(coding) => ("valueCoding", json!(coding)),
        Answer::Secret(secret) => ("valueString", Value::from(secret.mask())),
        Answer::Attachment { .. } => ("valueAttachment", attachment(answer)),
    };
    let mut fields = Map::new();
    fields.insert(name.to_owned(), value);
    if let Answer::Date(entered) = answer {
        let typed = json!({"extension": [{"url": own("original-text"), "valueString": entered.original}]});
        fields.insert("_valueDate".to_owned(), typed);
    }
    fields
}

/// A JSON number with the digits as written.
fn decimal(number: Decimal) -> Value {
    number.to_string().parse::<f64>().map(Value::from).unwrap_or_default()
}

fn attachment(answer: &Answer) -> Value {
    let Answer::Attachment { id, name, size, mime, pages, state } = answer else { return Value::Null };
    let mut marks = vec![json!({"url": own("file-state"), "valueCode": state})];
    marks.extend(pages.map(|pages| json!({"url": own("pages"), "valueInteger": pages})));
    json!({"id": id, "contentType": mime, "title": name, "size": size, "extension": marks})
}

fn origin_text(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Typed => None,
        Origin::Prefilled { source, on } => Some(format!("prefilled {source} {on}")),
        Origin::Changed { source, on } => Some(format!("changed {source} {on}")),
        Origin::Assisted { on } => Some(format!("assisted form {on}")),
        Origin::Calculated => Some("calculated".to_owned()),
    }
}

/// How the value of an answer is read.
type ReadAnswer = fn(&Item, &Value, &Env<'_>) -> Option<Answer>;

struct Reader<'r> {
    answers: Answers,
    problems: Vec<Problem>,
    env: &'r Env<'r>,
    read: ReadAnswer,
}

impl Reader<'_> {
    fn refuse(&mut self, path: &str, message: &str, fix: &str) {
        self.problems.push(Problem::new("QuestionnaireResponse", path, message, fix));
    }

    fn head(&mut self, form: &Form, response: &Value) {
        if response.get("resourceType").and_then(Value::as_str) != Some("QuestionnaireResponse") {
            self.refuse("", "this is no QuestionnaireResponse", "send a QuestionnaireResponse");
        }
        let answered = response.get("questionnaire").and_then(Value::as_str).unwrap_or_default();
        if answered != form.url && answered != format!("{}|{}", form.url, form.version) {
            self.refuse("", "it answers another form or version", "read it with the form it names");
        }
    }

    fn items(&mut self, items: &[Item], holder: &Value, prefix: &str) {
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        for found in holder.get("item").and_then(Value::as_array).into_iter().flatten() {
            let link_id = found.get("linkId").and_then(Value::as_str).unwrap_or_default();
            let path = format!("{prefix}{link_id}");
            let Some(item) = items.iter().find(|item| item.link_id == link_id) else {
                self.refuse(&path, "the form has no such item here", "remove it");
                continue;
            };
            let row = rows.entry(&item.link_id).or_default();
            *row += 1;
            let row = *row;
            if item.is_rows() {
                self.answers.set_rows(&path, row);
                self.items(&item.items, found, &format!("{path}[{}]/", row - 1));
            } else if item.kind == Kind::Group {
                self.visited(found, &path);
                self.items(&item.items, found, prefix);
            } else {
                self.question(item, found, &path);
            }
        }
    }

    fn visited(&mut self, found: &Value, path: &str) {
        if extension(found, "visited").is_some() {
            self.answers.visit(path);
        }
    }

    fn question(&mut self, item: &Item, found: &Value, path: &str) {
        let answers = found.get("answer").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if answers.len() > 1 && !item.repeats {
            self.refuse(path, "several answers to a question that takes one", "keep one answer");
        }
        for (index, json) in answers.iter().enumerate() {
            let at = if item.repeats { format!("{path}[{index}]") } else { path.to_owned() };
            match (self.read)(item, json, self.env) {
                Some(answer) => self.answers.set_from(&at, answer, read_origin(json)),
                None => self.refuse(path, "the value does not fit the item", "use the item's value[x]"),
            }
        }
        if let Some(dispute) =
            extension(found, "dispute").and_then(|found| found.get("valueString")?.as_str())
        {
            self.answers.set_dispute(path, dispute);
        }
    }
}

fn extension<'v>(holder: &'v Value, name: &str) -> Option<&'v Value> {
    let url = own(name);
    let found = holder.get("extension")?.as_array()?;
    found.iter().find(|extension| extension.get("url").and_then(Value::as_str) == Some(&url))
}

/// The type and the value of an answer's `value[x]`.
fn typed_value(json: &Value) -> Option<(&str, &Value)> {
    let mut fields = json.as_object()?.iter();
    fields.find_map(|(key, value)| key.strip_prefix("value").map(|kind| (kind, value)))
}

fn read_foreign(item: &Item, json: &Value, env: &Env<'_>) -> Option<Answer> {
    let (kind, value) = typed_value(json)?;
    match (item.kind, kind) {
        (Kind::String | Kind::Text | Kind::OpenChoice, "String") | (Kind::Url, "Uri") => {
            typed::parse(item, value.as_str()?, env).ok()
        }
        (Kind::Attachment, _) => None,
        _ => typed::from_fhir(item, kind, value, env),
    }
}

fn read(item: &Item, json: &Value, env: &Env<'_>) -> Option<Answer> {
    let (kind, value) = typed_value(json)?;
    if extension(json, "raw").is_some() {
        return value.as_str().map(|text| Answer::Raw(text.to_owned()));
    }
    if extension(json, "masked").is_some() {
        let last: Vec<char> = value.as_str()?.chars().rev().take(4).filter(|c| *c != '*').collect();
        return Some(Answer::Secret(Secret::masked(&last.into_iter().rev().collect::<String>())));
    }
    if item.kind == Kind::Attachment {
        return (kind == "Attachment").then(|| read_attachment(value)).flatten();
    }
    let answer = typed::from_fhir(item, kind, value, env)?;
    Some(match answer {
        Answer::Date(entered) => Answer::Date(typed::with_original(item, entered, original(json))),
        other => other,
    })
}

fn original(json: &Value) -> Option<&str> {
    extension(json.get("_valueDate")?, "original-text")?.get("valueString")?.as_str()
}

fn read_attachment(value: &Value) -> Option<Answer> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let pages = extension(value, "pages").and_then(|found| found.get("valueInteger")?.as_u64());
    let state = extension(value, "file-state").and_then(|found| found.get("valueCode").cloned());
    Some(Answer::Attachment {
        id: text("id")?,
        name: text("title")?,
        size: value.get("size").and_then(Value::as_u64).unwrap_or_default(),
        mime: text("contentType")?,
        pages: pages.and_then(|pages| u32::try_from(pages).ok()),
        state: state.and_then(|code| serde_json::from_value(code).ok()).unwrap_or(FileState::Quarantine),
    })
}

fn read_origin(json: &Value) -> Origin {
    let text =
        extension(json, "origin").and_then(|found| found.get("valueString")?.as_str()).unwrap_or_default();
    let mut words = text.split(' ');
    let (kind, source) = (words.next(), words.next().map(str::to_owned));
    let on = words.next().and_then(|day| day.parse().ok());
    match (kind, source, on) {
        (Some("prefilled"), Some(source), Some(on)) => Origin::Prefilled { source, on },
        (Some("changed"), Some(source), Some(on)) => Origin::Changed { source, on },
        (Some("assisted"), Some(_), Some(on)) => Origin::Assisted { on },
        (Some("calculated"), None, None) => Origin::Calculated,
        _ => Origin::Typed,
    }
}
