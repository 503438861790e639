//! Exact decimal numbers, so that sums and limits never meet binary rounding.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most significant digits a written number may have; a JSON number carries this many exactly.
const MAX_DIGITS: usize = 15;
/// Digits kept after the point of a quotient.
const QUOTIENT_SCALE: u32 = 8;

/// An exact decimal number of at most 15 written digits.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

impl Decimal {
    /// Reads `-12.50`; `None` for anything but ASCII digits with at most one point and a sign.
    pub fn parse(text: &str) -> Option<Decimal> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all: String = [whole, fraction].concat();
        let wanted =
            !whole.is_empty() && all.len() <= MAX_DIGITS && (digits.contains('.') != fraction.is_empty());
        if !wanted || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mantissa: i128 = all.parse().ok()?;
        let signed = if text.starts_with('-') { -mantissa } else { mantissa };
        Some(Decimal { mantissa: signed, scale: u32::try_from(fraction.len()).ok()? })
    }

    /// The number of a JSON value; `None` for anything else or more digits than fit.
    pub fn from_json(value: &Value) -> Option<Decimal> {
        let whole = value.as_i64().map(|whole| whole.to_string());
        // Displayed, a float has its shortest digits and never an exponent.
        Decimal::parse(&whole.or_else(|| value.as_f64().map(|float| float.to_string()))?)
    }

    /// Number of digits written after the point.
    pub fn places(self) -> u32 {
        self.scale
    }

    /// The whole number, if nothing stands after the point but zeros.
    pub fn whole(self) -> Option<i64> {
        let unit = 10_i128.checked_pow(self.scale)?;
        if self.mantissa % unit == 0 { i64::try_from(self.mantissa / unit).ok() } else { None }
    }

    /// The sum, or `None` when it leaves the range.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Decimal { mantissa: left.checked_add(right)?, scale })
    }

    /// The number with the other sign.
    pub fn negated(self) -> Decimal {
        Decimal { mantissa: -self.mantissa, scale: self.scale }
    }

    /// The product, or `None` when it leaves the range.
    pub fn times(self, other: Decimal) -> Option<Decimal> {
        Some(
            Decimal {
                mantissa: self.mantissa.checked_mul(other.mantissa)?,
                scale: self.scale.checked_add(other.scale)?,
            }
            .shortened(),
        )
    }

    /// The quotient cut after eight places, or `None` for a division by zero.
    pub fn divided_by(self, other: Decimal) -> Option<Decimal> {
        let widened = 10_i128.checked_pow(QUOTIENT_SCALE.checked_add(other.scale)?)?;
        let mantissa = self.mantissa.checked_mul(widened)?.checked_div(other.mantissa)?;
        Some(Decimal { mantissa, scale: self.scale.checked_add(QUOTIENT_SCALE)? }.shortened())
    }

    /// The order of two numbers, or `None` when they are too far apart to align.
    pub fn compare(self, other: Decimal) -> Option<Ordering> {
        self.aligned(other).map(|(left, right, _)| left.cmp(&right))
    }

    fn aligned(self, other: Decimal) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let lift = |value: Decimal| value.mantissa.checked_mul(10_i128.checked_pow(scale - value.scale)?);
        Some((lift(self)?, lift(other)?, scale))
    }

    /// The same number without zeros at the end of its fraction.
    pub fn shortened(mut self) -> Decimal {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Decimal {
        Decimal { mantissa: i128::from(value), scale: 0 }
    }
}

impl TryFrom<String> for Decimal {
    type Error = String;

    fn try_from(text: String) -> Result<Decimal, String> {
        Decimal::parse(&text).ok_or_else(|| "not a decimal number".to_owned())
    }
}

impl From<Decimal> for String {
    fn from(value: Decimal) -> String {
        value.to_string()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::try_from(self.scale).unwrap_or_default();
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let point = if places > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn tenths_add_up_exactly() {
        assert_eq!(number("0.1").plus(number("0.2")), Some(number("0.3")));
        assert_eq!(number("0.10").to_string(), "0.10");
        assert_eq!(number("-0.05").to_string(), "-0.05");
    }

    #[test]
    fn refuses_what_is_no_plain_number() {
        for text in ["", "-", ".5", "5.", "1e3", "1.2.3", "１", "1234567890123456"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn json_numbers_keep_their_digits() {
        for (json, text) in
            [("0.00001", "0.00001"), ("999999999999999.0", "999999999999999"), ("-3.50", "-3.5")]
        {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(Decimal::from_json(&value).unwrap().to_string(), text);
        }
        assert!(Decimal::from_json(&Value::from("1")).is_none());
        assert!(Decimal::from_json(&Value::from(1e300)).is_none());
    }

    #[test]
    fn quotients_are_cut_and_zero_divides_nothing() {
        assert_eq!(number("10").divided_by(number("4")), Some(number("2.5")));
        assert_eq!(number("1").divided_by(number("3")).unwrap().to_string(), "0.33333333");
        assert_eq!(number("1").divided_by(number("0")), None);
        assert_eq!(number("7.00").whole(), Some(7));
        assert_eq!(number("7.5").whole(), None);
    }
}
