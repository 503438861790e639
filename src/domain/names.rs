//! The name of a person, kept exactly as it was typed.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{self, TextError};

/// The blank between the parts of a name in letters and on screens.
const BETWEEN: &str = "\u{3000}";

/// A person's name with its reading.
///
/// Either 氏 and 名 apart, or one field for a name that has no such parts (foreign residents,
/// Latin letters in passport order). The characters are never normalised, so a variation selector
/// or a compatibility ideograph stays what it is; only blanks around a part are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// 氏, or the whole name in one-field mode.
    family: String,
    /// 名; empty in one-field mode.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    given: String,
    /// Reading of `family` in full-width katakana.
    family_kana: String,
    /// Reading of `given`; empty in one-field mode.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    given_kana: String,
}

/// A part of a name: which field of the form to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// 氏
    Family,
    /// 名
    Given,
    /// 氏のフリガナ
    FamilyKana,
    /// 名のフリガナ
    GivenKana,
}

/// Why a name is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// A part is missing.
    #[error("{0:?} is empty")]
    Empty(NamePart),
    /// A part holds a character that cannot be in it.
    #[error("{0:?}: {1}")]
    Text(NamePart, TextError),
}

impl NameError {
    /// The part that has to be mended.
    pub fn part(&self) -> NamePart {
        match self {
            NameError::Empty(part) | NameError::Text(part, _) => *part,
        }
    }

    /// Key of the sentence in the text catalogue.
    pub fn key(&self) -> &'static str {
        match self {
            NameError::Empty(_) => "name.empty",
            NameError::Text(_, cause) => cause.key(),
        }
    }
}

impl PersonName {
    /// A name with 氏 and 名 apart; the readings may be in any kana.
    ///
    /// # Errors
    /// If a part is empty, holds a control character, or a reading is no kana.
    pub fn split(
        family: &str,
        given: &str,
        family_kana: &str,
        given_kana: &str,
    ) -> Result<PersonName, NameError> {
        Ok(PersonName {
            family: written(family, NamePart::Family)?,
            given: written(given, NamePart::Given)?,
            family_kana: reading(family_kana, NamePart::FamilyKana)?,
            given_kana: reading(given_kana, NamePart::GivenKana)?,
        })
    }

    /// A name in one field, for those that have no 氏 and 名.
    ///
    /// # Errors
    /// As [`PersonName::split`]; the parts named are those of 氏.
    pub fn whole(name: &str, kana: &str) -> Result<PersonName, NameError> {
        Ok(PersonName {
            family: written(name, NamePart::Family)?,
            given: String::new(),
            family_kana: reading(kana, NamePart::FamilyKana)?,
            given_kana: String::new(),
        })
    }

    /// 氏, or the whole name in one-field mode.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// 名, or nothing in one-field mode.
    pub fn given(&self) -> Option<&str> {
        (!self.given.is_empty()).then_some(self.given.as_str())
    }

    /// The whole name as it is printed, without 様.
    pub fn full(&self) -> String {
        joined(&self.family, &self.given)
    }

    /// The whole reading.
    pub fn full_kana(&self) -> String {
        joined(&self.family_kana, &self.given_kana)
    }

    /// Keys under which the person is found: by the written name and by the reading.
    pub fn search_keys(&self) -> [String; 2] {
        [text::search_key(&self.full()), text::search_key(&self.full_kana())]
    }
}

fn written(value: &str, part: NamePart) -> Result<String, NameError> {
    let line = text::plain_line(value).map_err(|cause| NameError::Text(part, cause))?;
    filled(line, part)
}

fn reading(value: &str, part: NamePart) -> Result<String, NameError> {
    let kana = text::fold_kana(value).map_err(|cause| NameError::Text(part, cause))?;
    filled(kana, part)
}

fn filled(value: String, part: NamePart) -> Result<String, NameError> {
    if value.is_empty() { Err(NameError::Empty(part)) } else { Ok(value) }
}

fn joined(family: &str, given: &str) -> String {
    if given.is_empty() { family.to_owned() } else { format!("{family}{BETWEEN}{given}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_stays_as_typed() {
        for family in ["\u{FA19}谷", "\u{FA10}本", "\u{20BB7}田", "渡\u{9089}\u{E0100}", "か\u{3099}"] {
            let name = PersonName::split(family, "花子", "かな", "ハナコ").unwrap();
            assert_eq!(name.family(), family);
            let json = serde_json::to_string(&name).unwrap();
            assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), name);
        }
    }

    #[test]
    fn a_name_without_parts_has_one_field() {
        let name = PersonName::whole("GARCIA LOPEZ MARIA", "ガルシア ロペス マリア").unwrap();
        assert_eq!(name.full(), "GARCIA LOPEZ MARIA");
        assert_eq!(name.given(), None);
        assert_eq!(name.full_kana(), "ガルシア\u{3000}ロペス\u{3000}マリア");
    }

    #[test]
    fn a_refusal_names_the_part() {
        assert_eq!(
            PersonName::split("窓口", " ", "マドグチ", "タロウ"),
            Err(NameError::Empty(NamePart::Given))
        );
        let error = PersonName::split("窓口", "太郎", "マドグチ", "太郎").unwrap_err();
        assert_eq!((error.part(), error.key()), (NamePart::GivenKana, "text.not_kana"));
    }

    #[test]
    fn a_person_is_found_by_writing_and_by_reading() {
        let typed = PersonName::split("渡\u{9089}\u{E0100}", "京子", "ワタナベ", "キョウコ").unwrap();
        assert_eq!(
            typed.search_keys(),
            [text::search_key("渡辺京子"), text::search_key("わたなべ　きようこ")]
        );
    }
}
