//! Folding and cleaning of what people type.
//!
//! Names and addresses are kept as they were typed: nothing here that normalises may be applied
//! to a stored name. NFC alone already turns U+FA19 into U+795E, another shape of the same
//! character that its bearer did not write.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TextError {
    /// A control character or an invisible direction mark.
    #[error("control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// A character that has no place in a フリガナ.
    #[error("not a kana character: {0}")]
    NotKana(char),
}

impl TextError {
    /// Key of the sentence in the text catalogue.
    pub fn key(&self) -> &'static str {
        match self {
            TextError::Control(_) => "text.control_character",
            TextError::NotKana(_) => "text.not_kana",
        }
    }

    /// The character that caused the refusal.
    pub fn character(&self) -> char {
        match self {
            TextError::Control(c) | TextError::NotKana(c) => *c,
        }
    }
}

/// The character that a base and its combining mark make together, `None` if there is none. For the
/// choice of a glyph only.
pub fn compose(base: char, mark: char) -> Option<char> {
    unicode_normalization::char::compose(base, mark)
}

/// Whether `c` is used as a hyphen or long-vowel mark: the look-alikes that Japanese keyboards
/// and copied texts mix up.
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '\u{FF0D}' | '\u{FF70}')
}

/// The text with every character in its ordinary width (NFKC). For numbers, codes and dates only.
pub fn fold_width(text: &str) -> String {
    text.nfkc().collect()
}

/// The ASCII digits of a number typed in any width, with hyphens and blanks dropped; `None` if
/// anything else is in it. An empty text gives an empty string.
pub fn fold_digits(text: &str) -> Option<String> {
    let kept: String = fold_width(text).chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c)).collect();
    kept.chars().all(|c| c.is_ascii_digit()).then_some(kept)
}

/// A code or mail address in ASCII width with outer blanks dropped; upper and lower case stay.
pub fn fold_latin(text: &str) -> String {
    fold_width(text).trim().to_owned()
}

/// A フリガナ as full-width katakana, whatever kana was typed.
///
/// Small kana stay small, since キョウコ and キヨウコ are different readings in law. Hyphen
/// look-alikes become ー, blanks become one full-width blank.
///
/// # Errors
/// [`TextError::NotKana`] for anything but kana, ー, ・ and blanks.
pub fn fold_kana(text: &str) -> Result<String, TextError> {
    let katakana = fold_width(text).chars().map(kana_char).collect::<Result<String, _>>()?;
    Ok(katakana.split_whitespace().collect::<Vec<_>>().join("\u{3000}"))
}

fn kana_char(c: char) -> Result<char, TextError> {
    let c = to_katakana(c);
    match c {
        _ if is_hyphen(c) => Ok('ー'),
        _ if c.is_whitespace() && !c.is_control() => Ok(c),
        // The three blocks of kana marks and letters, the last one the small letters of Ainu.
        'ァ'..='ヺ' | '・' | 'ヽ' | 'ヾ' | 'ㇰ'..='ㇿ' => Ok(c),
        _ => Err(TextError::NotKana(c)),
    }
}

/// Hiragana and its iteration marks lie exactly 0x60 below their katakana.
fn to_katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        _ => c,
    }
}

/// The key by which persons are found: never shown, never printed.
///
/// Width, case, hiragana and katakana, small and large kana, hyphens, blanks, variation selectors
/// and the common variants of surname characters make no difference to it.
pub fn search_key(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !is_variation_selector(*c)).collect();
    fold_width(&plain).to_lowercase().chars().filter(|c| !c.is_whitespace()).map(search_char).collect()
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn search_char(c: char) -> char {
    if is_hyphen(c) { '-' } else { variant_class(large_kana(to_katakana(c))) }
}

fn large_kana(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        _ => c,
    }
}

/// One character for each group of variants that are common in surnames.
fn variant_class(c: char) -> char {
    match c {
        '齋' | '斎' | '齊' => '斉',
        '邊' | '邉' => '辺',
        '髙' => '高',
        '\u{FA11}' | '嵜' => '崎',
        '澤' => '沢',
        '\u{20BB7}' => '吉',
        _ => c,
    }
}

/// How many characters a reader sees: a base character with its variation selector is one.
pub fn visible_length(text: &str) -> usize {
    text.graphemes(true).count()
}

/// A text of one line, outer blanks dropped and otherwise exactly as typed.
///
/// # Errors
/// [`TextError::Control`] if it holds a line break or another control character.
pub fn plain_line(text: &str) -> Result<String, TextError> {
    let line = text.trim();
    line.chars().find(|c| is_forbidden(*c)).map_or(Ok(line.to_owned()), |c| Err(TextError::Control(c)))
}

/// A text of several lines: line ends become `\n`, outer blanks are dropped, the rest stays.
///
/// # Errors
/// [`TextError::Control`] if it holds a control character other than a line end or a tab.
pub fn plain_text(text: &str) -> Result<String, TextError> {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = unified.trim();
    let forbidden = kept.chars().find(|c| is_forbidden(*c) && !matches!(c, '\n' | '\t'));
    forbidden.map_or(Ok(kept.to_owned()), |c| Err(TextError::Control(c)))
}

/// Control characters, line and paragraph separators, and the marks that turn the direction of
/// writing and so can make a text read differently from what it is.
fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_of_any_width_are_accepted() {
        assert_eq!(fold_digits("０９０－１２３４ 5678"), Some("09012345678".to_owned()));
        assert_eq!(fold_digits("03ー1234‐5678"), Some("0312345678".to_owned()));
        assert_eq!(fold_digits("03-ABCD"), None);
        assert_eq!(fold_digits(""), Some(String::new()));
    }

    #[test]
    fn any_kana_becomes_full_width_katakana() {
        assert_eq!(fold_kana("ﾔﾏﾀﾞ ﾀﾛｳ"), Ok("ヤマダ\u{3000}タロウ".to_owned()));
        assert_eq!(fold_kana("やまだ　きょうこ"), Ok("ヤマダ\u{3000}キョウコ".to_owned()));
        assert_eq!(fold_kana("ﾊﾟｰｶｰ･ｼﾞｮﾝ"), Ok("パーカー・ジョン".to_owned()));
        assert_eq!(fold_kana("う゛ぃとん"), Err(TextError::NotKana('\u{3099}')));
        assert_eq!(fold_kana("ゔぃとん"), Ok("ヴィトン".to_owned()));
    }

    #[test]
    fn small_and_large_kana_stay_different_in_a_reading() {
        assert_ne!(fold_kana("キョウコ"), fold_kana("キヨウコ"));
        assert_eq!(search_key("キョウコ"), search_key("キヨウコ"));
    }

    #[test]
    fn every_hyphen_look_alike_is_a_long_vowel_in_kana_only() {
        for hyphen in
            ['-', '\u{2010}', '\u{2011}', '\u{2013}', '\u{2015}', '\u{2212}', '\u{FF0D}', '\u{FF70}']
        {
            assert_eq!(fold_kana(&format!("サ{hyphen}ラ")), Ok("サーラ".to_owned()), "{hyphen:?}");
        }
        assert_eq!(plain_line("1\u{2212}2"), Ok("1\u{2212}2".to_owned()));
    }

    #[test]
    fn other_characters_are_no_kana() {
        assert_eq!(fold_kana("ヤマダ太郎"), Err(TextError::NotKana('太')));
        assert_eq!(fold_kana("ヤマダ1"), Err(TextError::NotKana('1')));
    }

    #[test]
    fn compatibility_ideographs_survive_storage_and_meet_in_search() {
        for (typed, plain) in
            [("\u{FA19}\u{FA10}", "神\u{585A}"), ("\u{20BB7}田", "吉田"), ("渡\u{9089}\u{E0100}", "渡辺")]
        {
            assert_eq!(plain_line(typed), Ok(typed.to_owned()));
            assert_eq!(search_key(typed), search_key(plain));
        }
    }

    #[test]
    fn variants_of_surnames_meet_in_search() {
        for group in [
            vec!["斉藤", "齋藤", "斎藤", "齊藤"],
            vec!["髙\u{FA11}", "高崎", "高嵜"],
            vec!["渡邊", "渡邉", "渡辺"],
            vec!["澤田", "沢田"],
        ] {
            assert!(group.iter().all(|name| search_key(name) == search_key(group[0])), "{group:?}");
        }
        assert_ne!(search_key("高田"), search_key("吉田"));
    }

    #[test]
    fn search_ignores_width_case_blanks_and_kana_kind() {
        assert_eq!(search_key("ＳＭＩＴＨ　John"), search_key("smith john"));
        assert_eq!(search_key("やまだ　たろう"), search_key("ﾔﾏﾀﾞﾀﾛｳ"));
        assert_eq!(search_key("1－2"), search_key("1ー2"));
    }

    #[test]
    fn length_is_what_the_reader_sees() {
        assert_eq!(visible_length("渡\u{9089}\u{E0100}"), 2);
        assert_eq!(visible_length("\u{20BB7}野家"), 3);
        assert_eq!(visible_length("か\u{3099}"), 1);
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(plain_line("山田\u{0}"), Err(TextError::Control('\u{0}')));
        assert_eq!(plain_line("山田\n太郎"), Err(TextError::Control('\n')));
        assert_eq!(plain_line("山\u{202E}田"), Err(TextError::Control('\u{202E}')));
        assert_eq!(plain_text("一行\r\n二行\r三行\n"), Ok("一行\n二行\n三行".to_owned()));
        assert_eq!(plain_text("一行\u{7}"), Err(TextError::Control('\u{7}')));
    }

    proptest! {
        #[test]
        fn a_plain_line_is_what_was_typed_without_outer_blanks(text in "\\PC*") {
            if let Ok(line) = plain_line(&text) {
                prop_assert_eq!(line, text.trim());
            }
        }

        #[test]
        fn folding_kana_twice_changes_nothing_more(text in "[ぁ-ゖァ-ヺｱ-ﾝー 　]*") {
            let once = fold_kana(&text).unwrap();
            prop_assert_eq!(fold_kana(&once), Ok(once));
        }

        #[test]
        fn a_search_key_is_its_own_search_key(text in "[ぁ-ゖァ-ヺｱ-ﾝー a-zA-Zａ-ｚ一-鿿-]*") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key);
        }
    }
}
