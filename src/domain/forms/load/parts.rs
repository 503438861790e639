//! Texts, choices, variables and rules: the parts that occur at several places of a form.

use serde_json::Value;

use super::Loader;
use crate::domain::forms::choice::{Choice, Text};
use crate::domain::forms::model::{Constraint, Variable};
use crate::domain::forms::profile::HL7;
use crate::domain::lang::Lang;

impl Loader<'_> {
    /// A text with the translations on its underscore twin, noted for the completeness check.
    pub(super) fn text(&mut self, path: &str, holder: &Value, key: &str) -> Text {
        let mut text = Text::ja(self.string(path, holder, key).unwrap_or_default());
        let twin = holder.get(format!("_{key}")).unwrap_or(&Value::Null);
        for extension in self.list(path, twin, "extension") {
            self.translation(path, extension, &mut text);
        }
        if !text.ja.is_empty() {
            self.texts.push((path.to_owned(), text.clone()));
        }
        text
    }

    /// The Markdown form of a text, if it has one.
    pub(super) fn markdown(&mut self, path: &str, holder: &Value, key: &str) -> Option<Text> {
        let extensions = holder.get(format!("_{key}"))?.get("extension")?.as_array()?;
        let markdown = extensions.iter().find(|extension| is_markdown(extension))?;
        Some(self.text(path, markdown, "valueMarkdown"))
    }

    fn translation(&mut self, path: &str, extension: &Value, text: &mut Text) {
        let url = extension.get("url").and_then(Value::as_str).unwrap_or_default();
        if is_markdown(extension) {
            return;
        }
        if url.strip_prefix(HL7) != Some("translation") {
            let message = format!("the text extension \"{url}\" is outside the subset");
            self.refuse(path, message, "use translation or rendering-markdown");
            return;
        }
        let part =
            |name, value| sub(extension, name).and_then(|found| found.get(value)).and_then(Value::as_str);
        match (part("lang", "valueCode").and_then(Lang::from_code), part("content", "valueString")) {
            (Some(lang), Some(content)) if lang != Lang::Ja && !content.is_empty() => {
                text.others.insert(lang, content.to_owned());
            }
            _ => self.refuse(
                path,
                "a translation without a language or content",
                "give lang as ja-simple or en, and content",
            ),
        }
    }

    /// One `answerOption`.
    pub(super) fn option(&mut self, path: &str, option: &Value) -> Option<Choice> {
        self.closed(path, option, &["valueCoding", "initialSelected", "extension", "id"]);
        let coding = option.get("valueCoding").unwrap_or(&Value::Null);
        let mut choice = self.coding(path, coding)?;
        choice.initial = self.flag(path, option, "initialSelected");
        for extension in self.list(path, option, "extension") {
            let url = extension.get("url").and_then(Value::as_str).unwrap_or_default();
            if url.strip_prefix(HL7) == Some("questionnaire-optionExclusive") {
                choice.exclusive = self.flag(path, extension, "valueBoolean");
            } else {
                let message = format!("the option extension \"{url}\" is outside the subset");
                self.refuse(path, message, "use questionnaire-optionExclusive");
            }
        }
        Some(choice)
    }

    fn coding(&mut self, path: &str, coding: &Value) -> Option<Choice> {
        let label = self.text(path, coding, "display");
        let code = coding.get("code").and_then(Value::as_str).unwrap_or_default();
        if code.is_empty() || label.ja.is_empty() {
            self.refuse(
                path,
                "a choice without a code or a display",
                "write valueCoding with code and display",
            );
            return None;
        }
        let system = coding.get("system").and_then(Value::as_str).map(str::to_owned);
        Some(Choice { system, code: code.to_owned(), label, exclusive: false, initial: false })
    }

    /// Reads the contained value sets, which must carry their expansion.
    pub(super) fn contained(&mut self, json: &Value) {
        for resource in self.list("", json, "contained") {
            let id = resource.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let contains = resource.get("expansion").and_then(|expansion| expansion.get("contains"));
            let kind = resource.get("resourceType").and_then(Value::as_str);
            match (kind, contains.and_then(Value::as_array)) {
                (Some("ValueSet"), Some(codes)) if !id.is_empty() && !codes.is_empty() => {
                    let choices = codes.iter().filter_map(|code| self.expanded(&id, code)).collect();
                    self.value_sets.insert(id, choices);
                }
                _ => {
                    let message =
                        format!("the contained resource \"{id}\" is no value set with its expansion");
                    self.refuse("", message, "contain a ValueSet with id and expansion.contains");
                }
            }
        }
    }

    fn expanded(&mut self, id: &str, code: &Value) -> Option<Choice> {
        let mut choice = self.coding(id, code)?;
        for designation in self.list(id, code, "designation") {
            let part = |key| designation.get(key).and_then(Value::as_str);
            if let (Some(lang), Some(value)) = (part("language").and_then(Lang::from_code), part("value")) {
                choice.label.others.insert(lang, value.to_owned());
            }
        }
        // The note made by `coding` does not know the designations yet.
        if let Some((_, noted)) = self.texts.last_mut() {
            noted.clone_from(&choice.label);
        }
        Some(choice)
    }

    /// A named expression.
    pub(super) fn variable(&mut self, path: &str, extension: &Value) -> Option<Variable> {
        let expression = extension.get("valueExpression").unwrap_or(&Value::Null);
        let name = self.needed(path, expression, "name");
        Some(Variable { name, expression: self.fhirpath(path, expression)? })
    }

    /// The expression of a FHIR Expression element, in FHIRPath only.
    pub(super) fn fhirpath(
        &mut self,
        path: &str,
        element: &Value,
    ) -> Option<crate::domain::forms::expr::Expression> {
        let language = self.needed(path, element, "language");
        if !language.is_empty() && language != "text/fhirpath" {
            self.refuse(path, format!("the expression language \"{language}\""), "use text/fhirpath");
        }
        let source = self.needed(path, element, "expression");
        if source.is_empty() { None } else { self.expression(path, &source) }
    }

    /// A cross-field rule in the older or the newer spelling.
    pub(super) fn constraint(&mut self, path: &str, extension: &Value) -> Option<Constraint> {
        let text = |name: &str, value: &str| {
            sub(extension, name)
                .and_then(|part| part.get(value))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let severity = text("severity", "valueCode");
        if severity != "error" && severity != "warning" {
            self.refuse(path, "a rule without severity", "give severity as error or warning");
        }
        let human =
            sub(extension, "human").map(|part| self.text(path, part, "valueString")).unwrap_or_default();
        if human.ja.is_empty() {
            self.refuse(path, "a rule without a sentence for the reader", "say in human what to do");
        }
        let location = sub(extension, "location").map(|_| text("location", "valueString"));
        let expression = self.constraint_expression(path, extension)?;
        Some(Constraint {
            key: text("key", "valueId"),
            warning: severity == "warning",
            expression,
            human,
            location,
        })
    }

    fn constraint_expression(
        &mut self,
        path: &str,
        extension: &Value,
    ) -> Option<crate::domain::forms::expr::Expression> {
        let part = sub(extension, "expression").unwrap_or(&Value::Null);
        match (part.get("valueString").and_then(Value::as_str), part.get("valueExpression")) {
            (Some(source), _) => self.expression(path, source),
            (None, Some(element)) => self.fhirpath(path, element),
            (None, None) => {
                self.refuse(path, "a rule without an expression", "give the expression that must hold");
                None
            }
        }
    }
}

/// The part of a complex extension with this name.
fn sub<'v>(extension: &'v Value, name: &str) -> Option<&'v Value> {
    let parts = extension.get("extension")?.as_array()?;
    parts.iter().find(|part| part.get("url").and_then(Value::as_str) == Some(name))
}

fn is_markdown(extension: &Value) -> bool {
    let url = extension.get("url").and_then(Value::as_str).unwrap_or_default();
    url.strip_prefix(HL7) == Some("rendering-markdown")
}
