//! The languages in which a person can be addressed.

use serde::{Deserialize, Serialize};

/// A language of the catalogue. Staff pages are Japanese only; citizens choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// 日本語
    #[default]
    #[serde(rename = "ja")]
    Ja,
    /// やさしい日本語, written after the 2020 guideline of 出入国在留管理庁 and 文化庁
    #[serde(rename = "ja-simple")]
    JaSimple,
    /// English
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Lang; 3] = [Lang::Ja, Lang::JaSimple, Lang::En];

    /// The catalogue's name for the language: the file stem in `texts/`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::JaSimple => "ja-simple",
            Lang::En => "en",
        }
    }

    /// The BCP 47 tag for the HTML `lang` attribute.
    pub fn html(self) -> &'static str {
        match self {
            Lang::Ja | Lang::JaSimple => "ja",
            Lang::En => "en",
        }
    }

    /// The language of a catalogue name, or `None` for an unknown one.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }
}
