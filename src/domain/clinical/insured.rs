//! 被保険者個人識別子: the identifier by which a medical record is asked for.

use regex_lite::Regex;

use crate::domain::text::fold_width;

/// 記号 or 番号 at most; longer texts are no part of an identifier.
const LONGEST: usize = 40;

/// The identifier `保険者番号8桁:記号:番号:枝番` in the spellings in which records carry it: 記号 and
/// 番号 all in full width, and all in half width (JP-CLINS rule R1013). None when the parts
/// cannot be an identifier.
pub fn spellings(insurer: &str, symbol: &str, number: &str, branch: &str) -> Vec<String> {
    let (insurer, branch) = (fold_width(insurer.trim()), fold_width(branch.trim()));
    if insurer.is_empty() || number.trim().is_empty() {
        return Vec::new();
    }
    let spelling =
        |width: fn(&str) -> String| format!("{insurer:0>8}:{}:{}:{branch}", width(symbol), width(number));
    let (half, full) = (spelling(narrow), spelling(wide));
    // A colon or blank inside a part shows in the narrow spelling only.
    match is_identifier(&half) {
        false => Vec::new(),
        true if half == full => vec![half],
        true => vec![full, half],
    }
}

fn is_identifier(text: &str) -> bool {
    let short = text.split(':').all(|part| part.chars().count() <= LONGEST);
    let rule = Regex::new("^[0-9]{8}:[^:^\\s]*:[^:^\\s]+:([0-9]{2})?$");
    short && rule.is_ok_and(|rule| rule.is_match(text))
}

fn narrow(part: &str) -> String {
    fold_width(part.trim())
}

fn wide(part: &str) -> String {
    narrow(part).chars().map(widen).collect()
}

fn widen(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_widths_are_tried_and_the_insurer_number_is_padded() {
        assert_eq!(
            spellings("990010", "まど", "1013", "00"),
            ["00990010:まど:１０１３:00", "00990010:まど:1013:00"]
        );
        assert_eq!(
            spellings("３９990015", "", "４１００１１１", ""),
            ["39990015::４１００１１１:", "39990015::4100111:"]
        );
    }

    #[test]
    fn parts_that_make_no_identifier_make_none() {
        for (insurer, symbol, number, branch) in [
            ("", "まど", "1", "00"),
            ("990010", "まど", "", "00"),
            ("99001x", "", "1", ""),
            ("990010", "ま:ど", "1", ""),
            ("990010", "ま ど", "1", ""),
            ("990010", "", "1", "1"),
            ("990010123", "", "1", ""),
        ] {
            assert!(
                spellings(insurer, symbol, number, branch).is_empty(),
                "{insurer} {symbol} {number} {branch}"
            );
        }
    }
}
