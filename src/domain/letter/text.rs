//! Text with slots: `{name}`, `{name?}` and `{name?otherwise}`.

use serde::Deserialize;
use thiserror::Error;

/// A text with slots, as a template holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Text(Vec<Piece>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words that stand as they are.
    Words(String),
    /// A place to be filled.
    Slot {
        /// Path of the value.
        name: String,
        /// What stands there without a value; `None` where a value must be had.
        otherwise: Option<String>,
    },
}

/// A fault in the writing of a text with slots.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// A `{` without its `}`.
    #[error("`{{` without `}}` in: {0}")]
    Open(String),
    /// A `}` without its `{`.
    #[error("`}}` without `{{` in: {0}")]
    Close(String),
    /// A name that is empty or has characters other than letters, digits and `. _ - / [ ]`.
    #[error("`{0}` is not the name of a slot")]
    Name(String),
}

impl Text {
    /// Reads a text with slots.
    ///
    /// # Errors
    /// [`TextError`] for unbalanced braces and for malformed slot names.
    pub fn parse(source: &str) -> Result<Text, TextError> {
        let mut pieces = Vec::new();
        let mut rest = source;
        while let Some((words, after)) = rest.split_once('{') {
            let (slot, tail) = after.split_once('}').ok_or_else(|| TextError::Open(source.to_owned()))?;
            push_words(&mut pieces, words, source)?;
            pieces.push(parse_slot(slot)?);
            rest = tail;
        }
        push_words(&mut pieces, rest, source)?;
        Ok(Text(pieces))
    }

    /// The parts in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The names of the slots in order.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Slot { name, .. } => Some(name.as_str()),
            Piece::Words(_) => None,
        })
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(source: String) -> Result<Text, TextError> {
        Text::parse(&source)
    }
}

fn push_words(pieces: &mut Vec<Piece>, words: &str, source: &str) -> Result<(), TextError> {
    if words.contains('}') {
        return Err(TextError::Close(source.to_owned()));
    }
    if !words.is_empty() {
        pieces.push(Piece::Words(words.to_owned()));
    }
    Ok(())
}

fn parse_slot(slot: &str) -> Result<Piece, TextError> {
    let (name, otherwise) = match slot.split_once('?') {
        Some((name, otherwise)) => (name, Some(otherwise.to_owned())),
        None => (slot, None),
    };
    let named = |c: char| c.is_ascii_alphanumeric() || "._-/[]".contains(c);
    if name.is_empty() || !name.chars().all(named) {
        return Err(TextError::Name(name.to_owned()));
    }
    Ok(Piece::Slot { name: name.to_owned(), otherwise })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slot(name: &str, otherwise: Option<&str>) -> Piece {
        Piece::Slot { name: name.into(), otherwise: otherwise.map(str::to_owned) }
    }

    #[test]
    fn reads_words_and_slots_in_order() {
        let text = Text::parse("月額{decision.cap}円（{tier?区分なし}）").unwrap();
        let expected = [
            Piece::Words("月額".into()),
            slot("decision.cap", None),
            Piece::Words("円（".into()),
            slot("tier", Some("区分なし")),
            Piece::Words("）".into()),
        ];
        assert_eq!(text.pieces(), expected);
        assert_eq!(text.slots().collect::<Vec<_>>(), ["decision.cap", "tier"]);
    }

    #[test]
    fn an_optional_slot_may_be_left_out_silently() {
        assert_eq!(Text::parse("{kana?}").unwrap().pieces(), [slot("kana", Some(""))]);
    }

    #[test]
    fn unbalanced_braces_and_strange_names_are_refused() {
        assert_eq!(Text::parse("a {b"), Err(TextError::Open("a {b".into())));
        assert_eq!(Text::parse("a} b"), Err(TextError::Close("a} b".into())));
        assert_eq!(Text::parse("{a} b}"), Err(TextError::Close("{a} b}".into())));
        assert_eq!(Text::parse("{}"), Err(TextError::Name(String::new())));
        assert_eq!(Text::parse("{氏名}"), Err(TextError::Name("氏名".into())));
    }

    proptest! {
        #[test]
        fn words_without_braces_stay_as_they_are(words in "[^{}]{1,40}") {
            let text = Text::parse(&words).unwrap();
            prop_assert_eq!(text.pieces(), [Piece::Words(words)]);
        }
    }
}
