//! JSON as strictly as a record needs it: no key twice, no bottomless nesting.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting that is read; FHIR resources seen in practice stay below 20.
pub const MAX_DEPTH: usize = 64;

/// The bytes are not acceptable JSON. The text names the place and the rule, never the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not acceptable JSON: {reason}")]
pub struct NotJson {
    reason: String,
}

/// Parses one JSON text in UTF-8, with or without byte order mark.
///
/// # Errors
/// Refuses anything that is not one JSON value, a key that occurs twice in an object, nesting
/// beyond [`MAX_DEPTH`], a number too large for a double and a lone surrogate. The caller bounds
/// the size.
pub fn parse(bytes: &[u8]) -> Result<Value, NotJson> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut source = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: 0 }.deserialize(&mut source).map_err(not_json)?;
    source.end().map_err(not_json)?;
    Ok(value)
}

fn not_json(error: serde_json::Error) -> NotJson {
    NotJson { reason: error.to_string() }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Strict, E> {
        if self.depth >= MAX_DEPTH {
            Err(E::custom("nested too deeply"))
        } else {
            Ok(Strict { depth: self.depth + 1 })
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = source.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut fields = Map::new();
        while let Some(key) = source.next_key::<String>()? {
            let value = source.next_value_seed(inner)?;
            if fields.insert(key, value).is_some() {
                return Err(A::Error::custom("a key occurs twice"));
            }
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nested(depth: usize) -> Vec<u8> {
        let mut text = vec![b'['; depth];
        text.extend(vec![b']'; depth]);
        text
    }

    #[test]
    fn a_key_twice_is_refused() {
        assert!(parse(br#"{"a":1,"b":{"c":1,"c":2}}"#).is_err());
        assert!(parse(br#"{"a":1,"\u0061":2}"#).is_err());
        assert!(parse(br#"{"a":1,"b":{"a":2}}"#).is_ok());
    }

    #[test]
    fn nesting_is_bounded() {
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
        assert!(parse(&nested(10_000)).is_err());
    }

    #[test]
    fn lone_surrogates_huge_numbers_and_trailing_text_are_refused() {
        for bad in [r#""\ud800""#, "1e999", "1 2", "", "{", "NaN"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_names_are_left_alone() {
        let value = parse("\u{feff}{\"name\":\"神\u{e0100}﨑\"}".as_bytes()).expect("read");
        assert_eq!(value["name"], "神\u{e0100}﨑");
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_what_it_wrote(keys in prop::collection::vec(".{0,8}", 0..6), number in any::<i64>()) {
            let mut fields = Map::new();
            for key in keys {
                fields.insert(key, Value::Array(vec![number.into(), Value::Null, true.into(), 0.5.into()]));
            }
            let value = Value::Object(fields);
            prop_assert_eq!(parse(value.to_string().as_bytes()).expect("read"), value);
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
