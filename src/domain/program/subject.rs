//! Where a program's forms hold what every program needs: the person, the address, the names that
//! letters print. The names of slots are the program's; no code knows a linkId.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::forms::{Answer, Answers};

/// LinkIds of the application form that describe the person whom the benefit is for.
///
/// Lists are joined in their order: names and kana with a wide blank, addresses without one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// 氏名
    pub name: Vec<String>,
    /// フリガナ
    pub kana: Vec<String>,
    /// 生年月日
    pub birth: String,
    /// 性別
    pub sex: Option<String>,
    /// 郵便番号
    pub postcode: Option<String>,
    /// 住所
    pub address: Vec<String>,
    /// 電話番号
    pub phone: Option<String>,
    /// メールアドレス
    pub email: Option<String>,
    /// 個人番号
    pub my_number: Option<String>,
    /// 保険者番号, 記号, 番号 and 枝番, in this order: by these the person's medical record is asked for.
    pub insured_identifier: Option<[String; 4]>,
    /// The choice with which an applicant says that they are this person; without it every applicant is.
    pub themself: Option<Themself>,
}

/// A question about who applies, and its answer for the person themself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Themself {
    /// LinkId of the question.
    pub item: String,
    /// Code of the answer.
    pub code: String,
}

impl Themself {
    /// Whether the answers say that the applicant is somebody else.
    pub fn denied_by(&self, answers: &Answers) -> bool {
        matches!(answers.get(&self.item), Some(Answer::Choice(chosen)) if chosen.code != self.code)
    }
}

impl Subject {
    /// Every linkId named here.
    pub fn link_ids(&self) -> impl Iterator<Item = &String> {
        let single = [&self.sex, &self.postcode, &self.phone, &self.email, &self.my_number];
        let insured = self.insured_identifier.iter().flatten();
        let lists = self.name.iter().chain(&self.kana).chain(&self.address).chain(insured);
        let themself = self.themself.iter().map(|it| &it.item);
        lists.chain(themself).chain([&self.birth]).chain(single.into_iter().flatten())
    }
}

/// A slot put together from answers, under a name of the program's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotRule {
    /// Slot path under which letters and connectors find it, such as `patient.name`.
    pub name: String,
    /// Answer paths to try; the first alternative of which any part is answered is taken.
    pub first_of: Vec<Vec<String>>,
    /// What stands between parts, and between rows.
    #[serde(default)]
    pub join: String,
    /// Only rows whose choice is this one.
    pub only: Option<RowFilter>,
}

/// A condition on the row of a repeating group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFilter {
    /// Answer path of the choice in the row.
    pub item: String,
    /// The wanted code.
    pub code: String,
}

/// An answer as it is shown, ready for slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAnswer {
    /// Instance path.
    pub path: String,
    /// Code of a choice, `true` or `false` of a yes-or-no.
    pub code: Option<String>,
    /// The words in which it is shown.
    pub shown: String,
}

/// Answers by answer path: `answers.<linkId>`, `certificate.<linkId>`, `findings.<linkId>`.
pub type ShownAnswers = BTreeMap<String, Vec<ShownAnswer>>;

/// The values of a program's own slots; a slot without any answer is left out.
pub fn fill(rules: &[SlotRule], answers: &ShownAnswers) -> BTreeMap<String, String> {
    let filled = rules.iter().map(|rule| (rule.name.clone(), rule.value(answers)));
    filled.filter(|(_, value)| !value.is_empty()).collect()
}

impl SlotRule {
    fn value(&self, answers: &ShownAnswers) -> String {
        let alternatives = self.first_of.iter().map(|parts| self.joined(parts, answers));
        alternatives.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
    }

    fn joined(&self, parts: &[String], answers: &ShownAnswers) -> String {
        let all = parts.iter().flat_map(|part| answers.get(part).into_iter().flatten());
        let kept = all.filter(|answer| self.keeps(answer, answers) && !answer.shown.is_empty());
        kept.map(|answer| answer.shown.as_str()).collect::<Vec<_>>().join(&self.join)
    }

    fn keeps(&self, answer: &ShownAnswer, answers: &ShownAnswers) -> bool {
        let Some(filter) = &self.only else { return true };
        let mut choices = answers.get(&filter.item).into_iter().flatten();
        choices.any(|choice| {
            row(&choice.path) == row(&answer.path) && choice.code.as_ref() == Some(&filter.code)
        })
    }
}

/// The row that an instance path stands in.
fn row(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(row, _)| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(entries: &[(&str, &str, Option<&str>, &str)]) -> ShownAnswers {
        let mut found = ShownAnswers::new();
        for (item, path, code, shown) in entries {
            let answer = ShownAnswer {
                path: (*path).to_owned(),
                code: code.map(str::to_owned),
                shown: (*shown).to_owned(),
            };
            found.entry((*item).to_owned()).or_default().push(answer);
        }
        found
    }

    fn rule(first_of: &[&[&str]], join: &str, only: Option<(&str, &str)>) -> SlotRule {
        let parts = |parts: &&[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
        let only = only.map(|(item, code)| RowFilter { item: item.to_owned(), code: code.to_owned() });
        SlotRule {
            name: "slot".to_owned(),
            first_of: first_of.iter().map(parts).collect(),
            join: join.to_owned(),
            only,
        }
    }

    #[test]
    fn the_first_answered_alternative_is_joined_from_its_parts() {
        let given = answers(&[("a.family", "family", None, "架空"), ("a.given", "given", None, "花子")]);
        let name = rule(&[&["a.addressee"], &["a.family", "a.given"]], "　", None);
        assert_eq!(fill(&[name], &given).get("slot").map(String::as_str), Some("架空　花子"));
    }

    #[test]
    fn rows_are_kept_by_the_choice_beside_them() {
        let given = answers(&[
            ("a.kind", "row[0]/kind", Some("hospital"), "病院"),
            ("a.kind", "row[1]/kind", Some("pharmacy"), "薬局"),
            ("a.name", "row[0]/name", None, "架空病院"),
            ("a.name", "row[1]/name", None, "架空薬局"),
        ]);
        let hospitals = rule(&[&["a.name"]], "、", Some(("a.kind", "hospital")));
        assert_eq!(fill(&[hospitals], &given).get("slot").map(String::as_str), Some("架空病院"));
    }

    #[test]
    fn a_slot_without_an_answer_is_left_out() {
        assert!(fill(&[rule(&[&["a.none"]], "", None)], &ShownAnswers::new()).is_empty());
    }
}
