//! The primitive types of FHIR R4: which JSON values are one.
//!
//! Source: HL7 FHIR R4 (4.0.1), "Data Types", table of the primitive types.

use chrono::{DateTime, NaiveDate, NaiveTime};
use serde_json::Value;

/// Most characters of an `id`.
const ID: usize = 64;

/// Whether a value is one of a primitive type; nothing is one of an unknown type.
pub(super) fn fits(code: &str, value: &Value) -> bool {
    match code {
        "boolean" => value.is_boolean(),
        "integer" => whole(value).is_some(),
        "unsignedInt" => whole(value).is_some_and(|number| number >= 0),
        "positiveInt" => whole(value).is_some_and(|number| number > 0),
        "decimal" => value.is_number(),
        _ => value.as_str().is_some_and(|text| text_fits(code, text)),
    }
}

/// Whether a type is a primitive one.
pub(super) fn is_primitive(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_lowercase())
}

fn whole(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|number| i32::try_from(number).ok())
}

fn text_fits(code: &str, text: &str) -> bool {
    let visible = !text.trim().is_empty() && !text.chars().any(is_forbidden);
    visible
        && match code {
            "string" | "markdown" => true,
            "code" => text.trim() == text && !text.contains("  "),
            "uri" | "url" | "canonical" => !text.contains(char::is_whitespace),
            "id" => text.len() <= ID && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)),
            "date" => is_date(text),
            "dateTime" => is_date(text) || DateTime::parse_from_rfc3339(text).is_ok(),
            "instant" => DateTime::parse_from_rfc3339(text).is_ok(),
            "time" => NaiveTime::parse_from_str(text, "%H:%M:%S").is_ok(),
            _ => false,
        }
}

fn is_forbidden(c: char) -> bool {
    c.is_control() && !"\t\n\r".contains(c)
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        10 => text.to_owned(),
        _ => return false,
    };
    let digits = text.split('-').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    digits && NaiveDate::parse_from_str(&whole, "%Y-%m-%d").is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_are_those_of_fhir_and_of_the_calendar() {
        for good in ["1958", "1958-04", "1958-04-12", "2024-02-29"] {
            assert!(fits("date", &json!(good)), "{good}");
        }
        for bad in ["昭和33年", "1958-4-12", "2023-02-29", "1958-04-12T00:00:00+09:00", "+195", ""] {
            assert!(!fits("date", &json!(bad)), "{bad}");
        }
        assert!(fits("dateTime", &json!("2026-11-20T10:00:00+09:00")));
        assert!(!fits("instant", &json!("2026-11-20")));
        assert!(!fits("dateTime", &json!("2026-11-20T10:00:00")));
    }

    #[test]
    fn a_number_in_quotes_is_a_text_and_a_text_of_blanks_is_none() {
        assert!(fits("integer", &json!(3)) && !fits("integer", &json!("3")) && !fits("integer", &json!(3.5)));
        assert!(fits("decimal", &json!(9.8)) && !fits("decimal", &json!("9.8")));
        assert!(
            !fits("string", &json!("　"))
                && !fits("string", &json!("a\u{0}"))
                && fits("string", &json!("歩行\n"))
        );
        assert!(!fits("id", &json!("a b")) && !fits("uri", &json!("a b")) && !fits("code", &json!(" a")));
        assert!(!fits("xhtml", &json!("<div/>")));
    }
}
