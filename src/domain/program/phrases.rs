//! Coded phrases: reasons for returning, waiving and refusing, and the 教示.
//!
//! A reason is never free text alone: its code decides what the clocks do and which facts must
//! stand beside it, and its words are the same for everybody.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::texts::{fill, slots};
use super::vocabulary::{Outcome, ReturnEffect};
use crate::domain::lang::Lang;

/// Slots that the words of every refusal reason fill with its facts (行政手続法8条).
pub const FACT_SLOTS: [&str; 2] = ["required", "observed"];

/// A sentence in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// 日本語
    pub ja: String,
    /// やさしい日本語
    #[serde(rename = "ja-simple")]
    pub ja_simple: String,
    /// English
    pub en: String,
}

impl Words {
    /// The sentence in a language, as written.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::JaSimple => &self.ja_simple,
            Lang::En => &self.en,
        }
    }

    /// The sentence in a language with its slots filled.
    pub fn fill(&self, lang: Lang, args: &BTreeMap<String, String>) -> String {
        fill(self.of(lang), args)
    }
}

/// Why an item goes back to the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnPhrase {
    /// Its code.
    pub code: String,
    /// What kind of defect it is; the program's clocks say what follows.
    pub effect: ReturnEffect,
    /// Short name in the clerk's list.
    pub label: String,
    /// What is wrong and what to do.
    pub text: Words,
}

/// Why a work item is done without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaivePhrase {
    /// Its code.
    pub code: String,
    /// Short name in the clerk's list.
    pub label: String,
    /// The reason as the file and the access log show it.
    pub text: Words,
}

/// Why something is refused. The facts go into `{required}` and `{observed}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalPhrase {
    /// Its code.
    pub code: String,
    /// Outcomes that it can explain.
    pub outcomes: Vec<Outcome>,
    /// The criterion that was applied.
    pub criterion: String,
    /// Article that sets the criterion.
    pub legal_basis: String,
    /// Short name in the clerk's list.
    pub label: String,
    /// The reason as the letter gives it.
    pub text: Words,
}

/// 教示: that, to whom and within which period the decision can be challenged (行政不服審査法82条).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppealPhrase {
    /// Its code; letters name it as `phrase.<code>`.
    pub code: String,
    /// Articles it states.
    pub legal_basis: Vec<String>,
    /// Day on which somebody last compared it with the law.
    pub reviewed_on: NaiveDate,
    /// Last day on which it may be used without another look.
    pub review_by: NaiveDate,
    /// Its typed slots.
    #[serde(rename = "slot")]
    pub slots: Vec<AppealSlot>,
    /// The instruction.
    pub text: Words,
}

/// A typed slot of a 教示.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AppealSlot {
    /// A period that the law fixes.
    Number {
        /// Name in the text.
        name: String,
        /// The number.
        value: u32,
        /// The article.
        source: String,
    },
    /// A value of the deciding body.
    Office {
        /// Name in the text; letters fill it as `office.<name>`.
        name: String,
    },
}

/// Why a 教示 cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppealError {
    /// The deciding body's setting is missing.
    #[error("the office has no value for `{0}`")]
    MissingOffice(String),
    /// The text was not compared with the law in time.
    #[error("the appeal text had to be reviewed by {0}")]
    ReviewOverdue(NaiveDate),
}

impl AppealPhrase {
    /// The instruction with every slot filled, for use on a day.
    ///
    /// # Errors
    /// [`AppealError`] when a value of the office is missing or empty, or the review is overdue.
    pub fn render(
        &self,
        lang: Lang,
        office: &BTreeMap<String, String>,
        today: NaiveDate,
    ) -> Result<String, AppealError> {
        if today > self.review_by {
            return Err(AppealError::ReviewOverdue(self.review_by));
        }
        let mut args = BTreeMap::new();
        for slot in &self.slots {
            args.insert(slot.name().to_owned(), slot.value(office)?);
        }
        Ok(self.text.fill(lang, &args))
    }

    /// The Japanese instruction for letters: periods filled, the office's values as `{office.…}`.
    pub fn for_letter(&self) -> String {
        let args = self.slots.iter().map(|slot| (slot.name().to_owned(), slot.in_letter())).collect();
        self.text.fill(Lang::Ja, &args)
    }
}

impl AppealSlot {
    /// The slot's name in the text.
    pub fn name(&self) -> &str {
        match self {
            AppealSlot::Number { name, .. } | AppealSlot::Office { name } => name,
        }
    }

    fn value(&self, office: &BTreeMap<String, String>) -> Result<String, AppealError> {
        match self {
            AppealSlot::Number { value, .. } => Ok(value.to_string()),
            AppealSlot::Office { name } => office
                .get(name)
                .filter(|value| !value.trim().is_empty())
                .cloned()
                .ok_or_else(|| AppealError::MissingOffice(name.clone())),
        }
    }

    fn in_letter(&self) -> String {
        match self {
            AppealSlot::Number { value, .. } => value.to_string(),
            AppealSlot::Office { name } => format!("{{office.{name}}}"),
        }
    }
}

/// Every phrase of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases {
    /// `phrases/return.toml`
    pub returns: Vec<ReturnPhrase>,
    /// `phrases/waive.toml`
    pub waivers: Vec<WaivePhrase>,
    /// `phrases/refusal.toml`
    pub refusals: Vec<RefusalPhrase>,
    /// `phrases/appeal.toml`
    pub appeals: Vec<AppealPhrase>,
}

impl Phrases {
    /// The return reason of a code.
    pub fn returned(&self, code: &str) -> Option<&ReturnPhrase> {
        self.returns.iter().find(|phrase| phrase.code == code)
    }

    /// The waive reason of a code.
    pub fn waived(&self, code: &str) -> Option<&WaivePhrase> {
        self.waivers.iter().find(|phrase| phrase.code == code)
    }

    /// The refusal reason of a code.
    pub fn refusal(&self, code: &str) -> Option<&RefusalPhrase> {
        self.refusals.iter().find(|phrase| phrase.code == code)
    }

    /// The 教示 of a code.
    pub fn appeal(&self, code: &str) -> Option<&AppealPhrase> {
        self.appeals.iter().find(|phrase| phrase.code == code)
    }

    /// The Japanese texts that letters may address as `phrase.<code>`.
    pub fn for_letters(&self) -> BTreeMap<String, String> {
        self.appeals.iter().map(|phrase| (phrase.code.clone(), phrase.for_letter())).collect()
    }

    /// Every phrase as file, code, words and the slots that its words must have.
    pub fn all(&self) -> Vec<(&'static str, &str, &Words, Vec<&str>)> {
        let returns = self.returns.iter().map(|it| (RETURN, it.code.as_str(), &it.text, vec![]));
        let waivers = self.waivers.iter().map(|it| (WAIVE, it.code.as_str(), &it.text, vec![]));
        let refusals =
            self.refusals.iter().map(|it| (REFUSAL, it.code.as_str(), &it.text, FACT_SLOTS.to_vec()));
        let appeals = self
            .appeals
            .iter()
            .map(|it| (APPEAL, it.code.as_str(), &it.text, it.slots.iter().map(AppealSlot::name).collect()));
        returns.chain(waivers).chain(refusals).chain(appeals).collect()
    }
}

/// Path of the return reasons in a program folder.
pub const RETURN: &str = "phrases/return.toml";
/// Path of the waive reasons.
pub const WAIVE: &str = "phrases/waive.toml";
/// Path of the refusal reasons.
pub const REFUSAL: &str = "phrases/refusal.toml";
/// Path of the 教示.
pub const APPEAL: &str = "phrases/appeal.toml";

/// Whether words have exactly the wanted slots in every language.
pub fn has_slots(words: &Words, wanted: &[&str]) -> bool {
    let wanted = wanted.iter().copied().collect();
    Lang::ALL.into_iter().all(|lang| slots(words.of(lang)) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appeal() -> AppealPhrase {
        let text = "{months}か月以内に{authority}へ".to_owned();
        AppealPhrase {
            code: "appeal".to_owned(),
            legal_basis: vec![],
            reviewed_on: day(2026, 4, 1),
            review_by: day(2027, 3, 31),
            slots: vec![
                AppealSlot::Number { name: "months".to_owned(), value: 3, source: "18条".to_owned() },
                AppealSlot::Office { name: "authority".to_owned() },
            ],
            text: Words { ja: text.clone(), ja_simple: text.clone(), en: text },
        }
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn office(authority: &str) -> BTreeMap<String, String> {
        [("authority".to_owned(), authority.to_owned())].into_iter().collect()
    }

    #[test]
    fn an_appeal_text_is_whole_or_not_printed() {
        let printed = appeal().render(Lang::Ja, &office("架空県知事"), day(2027, 3, 31));
        assert_eq!(printed.unwrap(), "3か月以内に架空県知事へ");
        let missing = appeal().render(Lang::Ja, &office(" "), day(2026, 5, 1));
        assert_eq!(missing.unwrap_err(), AppealError::MissingOffice("authority".to_owned()));
    }

    #[test]
    fn an_appeal_text_expires_the_day_after_its_review_is_due() {
        let late = appeal().render(Lang::Ja, &office("架空県知事"), day(2027, 4, 1));
        assert_eq!(late.unwrap_err(), AppealError::ReviewOverdue(day(2027, 3, 31)));
    }

    #[test]
    fn a_letter_gets_the_periods_and_asks_the_office_for_the_rest() {
        assert_eq!(appeal().for_letter(), "3か月以内に{office.authority}へ");
    }

    #[test]
    fn words_must_have_the_slots_in_every_language() {
        let mut words = appeal().text;
        assert!(has_slots(&words, &["months", "authority"]));
        words.en = "within {months} months".to_owned();
        assert!(!has_slots(&words, &["months", "authority"]));
    }
}
