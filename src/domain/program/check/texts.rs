//! Text keys in `program.toml`, and the slots of phrases.

use serde_json::Value;

use super::{Parts, Report};
use crate::domain::problem::Problem;
use crate::domain::program::phrases::{APPEAL, REFUSAL, RETURN, WAIVE, has_slots};

/// Fields of `program.toml` whose value is a text key, or a list of them.
const FIELDS: [&str; 19] = [
    "title",
    "receiving",
    "deciding",
    "summary",
    "gives",
    "who",
    "afterwards",
    "label",
    "note",
    "purpose",
    "revocation",
    "refusal",
    "citizen",
    "mail",
    "now",
    "why",
    "why_at_last",
    "missed",
    "next",
];

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = serde_json::to_value(parts.definition).unwrap_or_default();
    for (path, key) in keys("", &definition) {
        let message = format!("the texts lack `{key}`");
        report.need(parts.texts.has(&key), &path, &message, "add it to texts/ in every language");
    }
    for (index, kind) in parts.definition.kinds.iter().enumerate() {
        let key = format!("kind.{}", kind.code.code());
        let message = format!("the texts lack `{key}`");
        report.need(parts.texts.has(&key), &format!("kind[{index}]"), &message, "add it to texts/");
    }
    phrases(parts, report);
}

/// The text keys below a value, each with its path.
fn keys(path: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Array(entries) => {
            entries.iter().enumerate().flat_map(|(i, entry)| keys(&format!("{path}[{i}]"), entry)).collect()
        }
        Value::Object(fields) => {
            let mut found = options(path, value);
            for (name, inner) in fields {
                let inner_path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if FIELDS.contains(&name.as_str()) {
                    found.extend(strings(inner).into_iter().map(|key| (inner_path.clone(), key)));
                } else {
                    found.extend(keys(&inner_path, inner));
                }
            }
            found
        }
        _ => Vec::new(),
    }
}

/// The keys of an enum's options: the label's key, a dot, the code.
fn options(path: &str, value: &Value) -> Vec<(String, String)> {
    let label = value.get("label").and_then(Value::as_str).unwrap_or_default();
    let codes = value.get("options").map(strings).unwrap_or_default();
    codes.into_iter().map(|code| (format!("{path}.options"), format!("{label}.{code}"))).collect()
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(entries) => entries.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn phrases(parts: &Parts<'_>, report: &mut Report<'_>) {
    let all = parts.phrases.all();
    for file in [RETURN, WAIVE, REFUSAL, APPEAL] {
        let mut codes: Vec<&str> = all.iter().filter(|it| it.0 == file).map(|it| it.1).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        if codes.len() != count {
            report.problems.push(Problem::new(file, "phrase", "a code is there twice", "give each its own"));
        }
    }
    for (file, code, words, wanted) in all {
        if !has_slots(words, &wanted) {
            let message = format!("its words must have exactly the slots {wanted:?} in every language");
            report.problems.push(Problem::new(file, code, message, "write the slots into each language"));
        }
    }
}
