//! What is typed for a line of the ledger, read within bounds.

use chrono::NaiveDate;

use crate::domain::ledger::HIGHEST_TOTAL;
use crate::domain::money::Yen;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::usecases::clerk::typed::day;

/// Characters of the name of an institution.
const LONGEST_NAME: usize = 100;
/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// A line as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Day of care.
    pub care_on: String,
    /// Kind of care.
    pub kind: String,
    /// Total cost (10割).
    pub total: String,
    /// Why it corrects another.
    pub reason: String,
    /// From a ledger on paper: the institution.
    pub institution: String,
    /// From a ledger on paper: what was collected.
    pub collected: String,
    /// Key of the page.
    pub request: String,
}

/// The day of care: today or before.
///
/// # Errors
/// The date's own key, `ledger.future`.
pub fn care_day(text: &str, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let day = day(text, "care_on")?;
    if day > today { Err(Refusal::new("ledger.future").at("care_on")) } else { Ok(day) }
}

/// An amount in whole yen from `least`, in any width, with separators and unit.
///
/// # Errors
/// `ledger.amount`.
pub fn amount(text: &str, field: &str, least: i64) -> Result<Yen, Refusal> {
    let folded = fold_width(text);
    let digits: String =
        folded.chars().filter(|c| !matches!(c, ',' | '、' | '円' | ' ' | '\\' | '¥')).collect();
    let plain = !digits.is_empty() && digits.len() <= 12 && digits.chars().all(|c| c.is_ascii_digit());
    let yen = digits.parse().ok().filter(|yen| plain && (least..=HIGHEST_TOTAL.0).contains(yen));
    yen.map(Yen).ok_or_else(|| {
        Refusal::new("ledger.amount").with("least", least).with("most", HIGHEST_TOTAL).at(field)
    })
}

/// Why a line is corrected.
///
/// # Errors
/// `ledger.reason`.
pub fn reason(text: &str) -> Result<String, Refusal> {
    said(text, LONGEST_REASON)
        .ok_or_else(|| Refusal::new("ledger.reason").with("most", LONGEST_REASON).at("reason"))
}

/// The name of an institution on a ledger on paper.
///
/// # Errors
/// `ledger.institution`.
pub fn institution(text: &str) -> Result<String, Refusal> {
    said(text, LONGEST_NAME)
        .ok_or_else(|| Refusal::new("ledger.institution").with("most", LONGEST_NAME).at("institution"))
}

fn said(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, yen) in [
            ("12000", 12_000),
            ("１２，０００円", 12_000),
            (" ¥1,000 ", 1_000),
            ("1000000000", HIGHEST_TOTAL.0),
        ] {
            assert_eq!(amount(text, "total", 1), Ok(Yen(yen)), "{text}");
        }
        for text in ["", "0", "-5", "1.5", "十", "1000000001", "1234567890123", "+5"] {
            assert_eq!(amount(text, "total", 1).unwrap_err().field.as_deref(), Some("total"), "{text}");
        }
        assert_eq!(amount("0", "total", 0), Ok(Yen(0)));
    }

    #[test]
    fn care_cannot_lie_ahead() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(care_day("令和8年11月22日", today), Ok(today));
        assert_eq!(care_day("2026-11-23", today).unwrap_err().key, "ledger.future");
        assert!(care_day("2026-11", today).is_err());
    }

    #[test]
    fn a_reason_says_something() {
        assert_eq!(reason(" 金額の誤り "), Ok("金額の誤り".to_owned()));
        assert!(reason("  ").is_err() && reason(&"あ".repeat(501)).is_err() && reason("a\u{7}").is_err());
        assert!(institution("架空薬局").is_ok() && institution("").is_err());
    }
}
