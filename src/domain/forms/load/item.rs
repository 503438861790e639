//! One item of a form.

use serde_json::Value;

use super::Loader;
use crate::domain::forms::choice::Choice;
use crate::domain::forms::decimal::Decimal;
use crate::domain::forms::model::{
    Comparison, Condition, Expected, Item, Kind, Limits, Rendering, RequiredFor, Start,
};

/// Deepest nesting of items.
const MAX_DEPTH: usize = 8;
const ITEM_KEYS: &[&str] = &[
    "id",
    "linkId",
    "definition",
    "code",
    "prefix",
    "text",
    "_text",
    "type",
    "enableWhen",
    "enableBehavior",
    "required",
    "repeats",
    "readOnly",
    "maxLength",
    "answerValueSet",
    "answerOption",
    "initial",
    "item",
    "extension",
];

impl Loader<'_> {
    /// The items below a form or an item.
    pub(super) fn items(&mut self, path: &str, holder: &Value, depth: usize) -> Vec<Item> {
        let found = self.list(path, holder, "item");
        if depth > MAX_DEPTH && !found.is_empty() {
            self.refuse(path, "the items are nested too deeply", format!("use at most {MAX_DEPTH} levels"));
            return Vec::new();
        }
        found.iter().filter_map(|item| self.item(path, item, depth)).collect()
    }

    fn item(&mut self, parent: &str, json: &Value, depth: usize) -> Option<Item> {
        let link_id = self.link_id(parent, json)?;
        let path = if parent.is_empty() { link_id.clone() } else { format!("{parent}/{link_id}") };
        self.closed(&path, json, ITEM_KEYS);
        let kind = self.kind(&path, json)?;
        let mut item = Item {
            link_id,
            kind,
            text: self.text(&path, json, "text"),
            required: self.flag(&path, json, "required"),
            required_for: None::<RequiredFor>,
            soft_required: false,
            repeats: self.flag(&path, json, "repeats"),
            read_only: self.flag(&path, json, "readOnly"),
            secret: false,
            limits: Limits { max_length: self.max_length(&path, json), ..Limits::default() },
            choices: Vec::new(),
            catalogue: None,
            conditions: self.conditions(&path, json),
            any_condition: self.any_condition(&path, json),
            enabled_by: None,
            calculated: None,
            variables: Vec::new(),
            constraints: Vec::new(),
            start: Start { initial: self.initial(&path, json), ..Start::default() },
            rendering: Rendering { markdown: self.markdown(&path, json, "text"), ..Rendering::default() },
            definition: self.string(&path, json, "definition").map(str::to_owned),
            items: self.items(&path, json, depth + 1),
        };
        self.choices(&path, json, &mut item);
        for extension in self.list(&path, json, "extension") {
            self.item_extension(&path, extension, &mut item);
        }
        self.coherent(&path, &item);
        Some(item)
    }

    fn link_id(&mut self, parent: &str, json: &Value) -> Option<String> {
        let link_id = self.needed(parent, json, "linkId");
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if link_id.len() > 100 || !link_id.chars().all(plain) {
            self.refuse(
                &link_id,
                "the linkId cannot be a field name",
                "use at most 100 of A-Z a-z 0-9 . _ -",
            );
        }
        (!link_id.is_empty()).then_some(link_id)
    }

    fn kind(&mut self, path: &str, json: &Value) -> Option<Kind> {
        let name = self.needed(path, json, "type");
        let kind = match name.as_str() {
            "group" => Kind::Group,
            "display" => Kind::Display,
            "boolean" => Kind::Boolean,
            "decimal" => Kind::Decimal,
            "integer" => Kind::Integer,
            "date" => Kind::Date,
            "dateTime" => Kind::DateTime,
            "time" => Kind::Time,
            "string" => Kind::String,
            "text" => Kind::Text,
            "url" => Kind::Url,
            "choice" => Kind::Choice,
            "open-choice" => Kind::OpenChoice,
            "attachment" => Kind::Attachment,
            other => {
                let fix = match other {
                    "quantity" => "use decimal with the extension questionnaire-unit",
                    "reference" => "use the launch context",
                    "coding" => "use choice",
                    _ => "use a type of the subset",
                };
                self.refuse(path, format!("the item type \"{other}\" is outside the subset"), fix);
                return None;
            }
        };
        Some(kind)
    }

    fn max_length(&mut self, path: &str, json: &Value) -> Option<usize> {
        let given = json.get("maxLength")?;
        let length =
            given.as_u64().and_then(|length| usize::try_from(length).ok()).filter(|length| *length > 0);
        if length.is_none() {
            self.refuse(path, "maxLength is no positive whole number", "give the number of characters");
        }
        length
    }

    fn initial(&mut self, path: &str, json: &Value) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for initial in self.list(path, json, "initial") {
            match typed_value(initial) {
                Some((kind, value)) => found.push((kind.to_owned(), value.clone())),
                None => self.refuse(path, "an initial without a value", "give value[x]"),
            }
        }
        found
    }

    fn conditions(&mut self, path: &str, json: &Value) -> Vec<Condition> {
        let given = self.list(path, json, "enableWhen");
        given.iter().filter_map(|condition| self.condition(path, condition)).collect()
    }

    fn condition(&mut self, path: &str, json: &Value) -> Option<Condition> {
        let question = self.needed(path, json, "question");
        let operator = self.needed(path, json, "operator");
        let comparison = match operator.as_str() {
            "exists" => Comparison::Exists,
            "=" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            ">" => Comparison::Greater,
            "<" => Comparison::Less,
            ">=" => Comparison::GreaterOrEqual,
            "<=" => Comparison::LessOrEqual,
            _ => {
                self.refuse(path, format!("the operator \"{operator}\""), "use exists = != > < >= <=");
                return None;
            }
        };
        match expected(json) {
            Some(expected)
                if comparison != Comparison::Exists || matches!(expected, Expected::Boolean(_)) =>
            {
                Some(Condition { question, comparison, expected })
            }
            _ => {
                self.refuse(
                    path,
                    "an enableWhen without a usable answer",
                    "give answer[x]; exists takes answerBoolean",
                );
                None
            }
        }
    }

    fn any_condition(&mut self, path: &str, json: &Value) -> bool {
        let several = json.get("enableWhen").and_then(Value::as_array).is_some_and(|given| given.len() > 1);
        match self.string(path, json, "enableBehavior") {
            Some("any") => true,
            Some("all") => false,
            None if !several => false,
            _ => {
                self.refuse(
                    path,
                    "several enableWhen without enableBehavior",
                    "say enableBehavior all or any",
                );
                false
            }
        }
    }

    fn choices(&mut self, path: &str, json: &Value, item: &mut Item) {
        let options = self.list(path, json, "answerOption");
        item.choices = options.iter().filter_map(|option| self.option(path, option)).collect();
        let value_set = self.string(path, json, "answerValueSet");
        if value_set.is_some() && !options.is_empty() {
            self.refuse(path, "answerOption together with answerValueSet", "keep one of them");
        }
        match value_set.map(|url| (url, url.strip_prefix('#'))) {
            Some((_, Some(id))) => item.choices = self.value_set(path, id),
            Some((url, None)) => {
                item.catalogue = Some(url.strip_prefix("catalogue:").unwrap_or(url).to_owned())
            }
            None => {}
        }
    }

    fn value_set(&mut self, path: &str, id: &str) -> Vec<Choice> {
        let found = self.value_sets.get(id).cloned();
        if found.is_none() {
            self.refuse(
                path,
                format!("the value set \"#{id}\" is not contained"),
                "contain it with its expansion",
            );
        }
        found.unwrap_or_default()
    }
}

/// The `value[x]` of an element as type name and value.
pub(super) fn typed_value(element: &Value) -> Option<(&str, &Value)> {
    element.as_object()?.iter().find_map(|(key, value)| key.strip_prefix("value").map(|kind| (kind, value)))
}

fn expected(json: &Value) -> Option<Expected> {
    let (kind, value) = json
        .as_object()?
        .iter()
        .find_map(|(key, value)| key.strip_prefix("answer").map(|kind| (kind, value)))?;
    match kind {
        "Boolean" => value.as_bool().map(Expected::Boolean),
        "Integer" | "Decimal" => Decimal::from_json(value).map(Expected::Number),
        "Date" => value.as_str()?.parse().ok().map(Expected::Date),
        "String" | "DateTime" | "Time" => value.as_str().map(|text| Expected::Text(text.to_owned())),
        "Coding" => {
            let part = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
            Some(Expected::Code(part("system"), part("code")?))
        }
        _ => None,
    }
}
