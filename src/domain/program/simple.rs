//! A linter for やさしい日本語 after the guideline of 出入国在留管理庁 and 文化庁 (2020).
//!
//! It warns and never refuses: whether a text is easy is in the end for a person to say.

use super::texts::{Catalogue, slots};
use crate::domain::lang::Lang;
use crate::domain::problem::Problem;

/// Characters in the longest sentence that is still easy, as the guideline advises.
const SENTENCE: usize = 50;
/// Kanji in a row from which a word needs its reading beside it.
const CHAIN: usize = 5;
/// Turns of phrase that say "not not".
const DOUBLE_NEGATIVES: [&str; 6] = [
    "ないことはない",
    "ないことはありません",
    "なくはない",
    "ないわけではない",
    "ないわけではありません",
    "ないとは限らない",
];

/// The warnings for a program's texts in やさしい日本語.
pub fn lint(texts: &Catalogue, file: &str) -> Vec<Problem> {
    let warnings = |(key, text): (&str, &str)| {
        warnings(text)
            .into_iter()
            .map(|(message, fix)| Problem::new(file, key, message, fix))
            .collect::<Vec<_>>()
    };
    texts.of(Lang::JaSimple).flat_map(warnings).collect()
}

fn warnings(text: &str) -> Vec<(String, &'static str)> {
    let plain = without_slots(text);
    let mut found = Vec::new();
    for sentence in plain.split(['。', '！', '？', '\n']) {
        let length = without_readings(sentence).trim().chars().count();
        if length > SENTENCE {
            found.push((format!("a sentence has {length} characters"), "say it in two sentences"));
        }
    }
    if let Some(phrase) = DOUBLE_NEGATIVES.iter().find(|phrase| plain.contains(**phrase)) {
        found.push((format!("「{phrase}」 is a double negative"), "say what is so"));
    }
    if let Some(word) = bare_chain(&plain) {
        found.push((
            format!("「{word}」 has no reading beside it"),
            "add the reading in （ ）, or explain it",
        ));
    }
    found
}

fn without_slots(text: &str) -> String {
    slots(text).into_iter().fold(text.to_owned(), |text, slot| text.replace(&format!("{{{slot}}}"), ""))
}

fn without_readings(text: &str) -> String {
    let mut inside = false;
    let keep = |character: &char| {
        let shown = !inside && *character != '（';
        inside = (inside || *character == '（') && *character != '）';
        shown
    };
    text.chars().filter(keep).collect()
}

fn bare_chain(text: &str) -> Option<String> {
    let mut chain = String::new();
    for character in text.chars().chain(['。']) {
        if is_kanji(character) {
            chain.push(character);
        } else if chain.chars().count() >= CHAIN && character != '（' {
            return Some(chain);
        } else {
            chain.clear();
        }
    }
    None
}

fn is_kanji(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_easy_text_has_no_warnings() {
        assert_eq!(warnings("病気の名前を書いてください。医療費助成（いりょうひ じょせい）のお金です。"), []);
    }

    #[test]
    fn fifty_characters_are_easy_and_fifty_one_are_not() {
        assert_eq!(warnings(&"あ".repeat(50)), []);
        assert_eq!(warnings(&"あ".repeat(51)).len(), 1);
    }

    #[test]
    fn readings_and_slots_do_not_count() {
        assert_eq!(warnings(&format!("{{institution}}{}（よみかた）", "あ".repeat(50))), []);
    }

    #[test]
    fn double_negatives_and_bare_chains_are_told() {
        assert_eq!(warnings("出せないわけではありません").len(), 1);
        assert_eq!(warnings("個人番号利用事務").len(), 1);
    }
}
