//! Reading a Questionnaire: what is not in the subset is refused, with its place and a fix.

mod coherent;
mod extension;
mod item;
mod links;
mod parts;
mod strict;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use super::choice::{Choice, Text};
use super::expr::Expression;
use super::model::Form;
use super::profile;
use crate::domain::problem::Problem;

/// Largest form that is read, in bytes.
const MAX_SOURCE: usize = 2_000_000;

/// Elements of a Questionnaire that are read or kept.
const FORM_KEYS: &[&str] = &[
    "resourceType",
    "id",
    "meta",
    "language",
    "extension",
    "url",
    "identifier",
    "version",
    "name",
    "title",
    "_title",
    "status",
    "experimental",
    "subjectType",
    "date",
    "publisher",
    "contact",
    "description",
    "purpose",
    "copyright",
    "approvalDate",
    "effectivePeriod",
    "code",
    "contained",
    "item",
];

impl Form {
    /// Reads and checks a Questionnaire; `file` is its path inside the program folder.
    ///
    /// # Errors
    /// Every problem found, each with the item's path, its line where it can be told, and a fix.
    pub fn load(source: &str, file: &str) -> Result<Form, Vec<Problem>> {
        let mut loader = Loader::new(source, file);
        let json = loader.json()?;
        let form = loader.form(json);
        links::check(&mut loader, &form);
        if loader.problems.is_empty() { Ok(form) } else { Err(loader.problems) }
    }
}

/// A form being read, with the problems found so far.
pub(super) struct Loader<'a> {
    file: &'a str,
    source: &'a str,
    problems: Vec<Problem>,
    /// Every translatable text with its path, for the check that translations are complete.
    texts: Vec<(String, Text)>,
    value_sets: BTreeMap<String, Vec<Choice>>,
    /// Lines on which each linkId stands.
    lines: BTreeMap<String, Vec<usize>>,
}

impl<'a> Loader<'a> {
    fn new(source: &'a str, file: &'a str) -> Loader<'a> {
        let empty = BTreeMap::new();
        Loader {
            file,
            source,
            problems: Vec::new(),
            texts: Vec::new(),
            value_sets: BTreeMap::new(),
            lines: empty,
        }
    }

    fn json(&mut self) -> Result<Value, Vec<Problem>> {
        if self.source.len() > MAX_SOURCE {
            let message = "the form is larger than 2 MB";
            return Err(vec![Problem::new(self.file, "", message, "split it into several forms")]);
        }
        self.lines = link_id_lines(self.source);
        strict::parse(self.source).map_err(|error| {
            let problem = Problem::new(self.file, "", error.to_string(), "correct the JSON at this line");
            vec![problem.on_line(error.line())]
        })
    }

    /// Notes a problem of the item at `path`, a chain of linkIds joined by `/`.
    fn refuse(&mut self, path: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.refuse_occurrence(path, 0, message, fix);
    }

    /// As [`Loader::refuse`], on the line where the linkId stands for the n-th time.
    fn refuse_occurrence(
        &mut self,
        path: &str,
        occurrence: usize,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let link_id = path.rsplit('/').next().unwrap_or(path);
        let problem = Problem::new(self.file, path, message, fix);
        let line = self.lines.get(link_id).and_then(|lines| lines.get(occurrence));
        self.problems.push(match line {
            Some(line) => problem.on_line(*line),
            None => problem,
        });
    }

    /// Refuses every key of `object` that is not in `allowed`.
    fn closed(&mut self, path: &str, object: &Value, allowed: &[&str]) {
        for key in object.as_object().into_iter().flat_map(|fields| fields.keys()) {
            if !allowed.contains(&key.as_str()) {
                self.refuse(path, format!("the element \"{key}\" is outside the subset"), "remove it");
            }
        }
    }

    /// The elements of an array; anything else than an array is refused.
    fn list<'v>(&mut self, path: &str, object: &'v Value, key: &str) -> &'v [Value] {
        match object.get(key) {
            None => &[],
            Some(Value::Array(values)) => values,
            Some(_) => {
                self.refuse(path, format!("\"{key}\" is no list"), "write it as a JSON array");
                &[]
            }
        }
    }

    /// A text element; anything else than a text is refused.
    fn string<'v>(&mut self, path: &str, object: &'v Value, key: &str) -> Option<&'v str> {
        let value = object.get(key)?;
        if value.as_str().is_none() {
            self.refuse(path, format!("\"{key}\" is no text"), "write it in quotation marks");
        }
        value.as_str()
    }

    /// A true-or-false element, false when absent; anything else is refused.
    fn flag(&mut self, path: &str, object: &Value, key: &str) -> bool {
        let value = object.get(key);
        if value.is_some_and(|value| !value.is_boolean()) {
            self.refuse(path, format!("\"{key}\" is neither true nor false"), "write true or false");
        }
        value.and_then(Value::as_bool).unwrap_or_default()
    }

    /// A text that must be there.
    fn needed(&mut self, path: &str, object: &Value, key: &str) -> String {
        let found = self.string(path, object, key).unwrap_or_default().to_owned();
        if found.is_empty() && object.get(key).is_none_or(Value::is_string) {
            self.refuse(path, format!("\"{key}\" is missing"), format!("give the {key}"));
        }
        found
    }

    /// Reads an expression, or refuses it.
    fn expression(&mut self, path: &str, source: &str) -> Option<Expression> {
        match Expression::parse(source) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let fix = "use only the FHIRPath functions of the subset";
                self.refuse(path, format!("expression \"{source}\": {error}"), fix);
                None
            }
        }
    }

    fn form(&mut self, json: Value) -> Form {
        self.head(&json);
        self.contained(&json);
        let title = self.text("", &json, "title");
        let items = self.items("", &json, 0);
        let (mut variables, mut constraints) = (Vec::new(), Vec::new());
        for extension in self.list("", &json, "extension") {
            self.form_extension(extension, &mut variables, &mut constraints);
        }
        Form {
            url: self.needed("", &json, "url"),
            version: self.needed("", &json, "version"),
            title,
            places: links::places(&items),
            items,
            variables,
            constraints,
            json,
        }
    }

    fn head(&mut self, json: &Value) {
        if json.get("resourceType").and_then(Value::as_str) != Some("Questionnaire") {
            self.refuse("", "this is no Questionnaire", "set \"resourceType\" to \"Questionnaire\"");
        }
        self.closed("", json, FORM_KEYS);
        let status = self.needed("", json, "status");
        if !["draft", "active", "retired", "unknown", ""].contains(&status.as_str()) {
            self.refuse("", format!("unknown status \"{status}\""), "use draft, active or retired");
        }
        if json.get("title").is_none() {
            self.refuse("", "\"title\" is missing", "give the title");
        }
    }

    fn form_extension(
        &mut self,
        extension: &Value,
        variables: &mut Vec<super::model::Variable>,
        constraints: &mut Vec<super::model::Constraint>,
    ) {
        match self.known(extension, "", profile::ON_FORM) {
            Some("variable") => variables.extend(self.variable("", extension)),
            Some("targetConstraint" | "questionnaire-constraint") => {
                constraints.extend(self.constraint("", extension));
            }
            _ => {}
        }
    }

    /// The short name of an extension of the subset; any other is refused.
    fn known<'v>(&mut self, extension: &'v Value, path: &str, list: &[(&str, &[&str])]) -> Option<&'v str> {
        let url = extension.get("url").and_then(Value::as_str).unwrap_or_default();
        let name = profile::short_name(list, url);
        if name.is_none() {
            let message = format!("the extension \"{url}\" is outside the subset here");
            self.refuse(path, message, "remove it, or use one that the program guide lists");
        }
        name
    }
}

/// The lines on which each linkId is given, counted from 1.
fn link_id_lines(source: &str) -> BTreeMap<String, Vec<usize>> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, line) in source.lines().enumerate() {
        for part in line.split("\"linkId\"").skip(1) {
            if let Some(link_id) = part.split('"').nth(1) {
                found.entry(link_id.to_owned()).or_default().push(number + 1);
            }
        }
    }
    found
}
