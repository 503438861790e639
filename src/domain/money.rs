//! Amounts of money in whole yen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in whole yen. Negative amounts are refunds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Yen(pub i64);

impl Yen {
    /// No money.
    pub const ZERO: Yen = Yen(0);

    /// The sum, or `None` if it does not fit.
    pub fn checked_add(self, other: Yen) -> Option<Yen> {
        self.0.checked_add(other.0).map(Yen)
    }

    /// The difference, or `None` if it does not fit.
    pub fn checked_sub(self, other: Yen) -> Option<Yen> {
        self.0.checked_sub(other.0).map(Yen)
    }

    /// The amount `times` over, or `None` if it does not fit.
    pub fn checked_mul(self, times: i64) -> Option<Yen> {
        self.0.checked_mul(times).map(Yen)
    }

    /// The sum of many amounts, or `None` if it does not fit.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Yen>) -> Option<Yen> {
        amounts.into_iter().try_fold(Yen::ZERO, Yen::checked_add)
    }

    /// `numerator / denominator` of the amount, parts of a yen dropped (toward the smaller amount);
    /// `None` for a denominator of 0 or a result that does not fit.
    pub fn share(self, numerator: u32, denominator: u32) -> Option<Yen> {
        let product = i128::from(self.0) * i128::from(numerator);
        let share = product.checked_div_euclid(i128::from(denominator))?;
        i64::try_from(share).ok().map(Yen)
    }

    /// The amount with everything below `unit` yen dropped (toward the smaller amount): 10円未満切捨て
    /// is `floor_to(10)`. A unit of 0 drops nothing.
    pub fn floor_to(self, unit: u32) -> Yen {
        let rest = self.0.checked_rem_euclid(i64::from(unit)).unwrap_or(0);
        Yen(self.0.saturating_sub(rest))
    }
}

impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str("円")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_shown_in_groups_of_three() {
        let shown = [0, 7, 999, 1_000, 10_000, 1_234_567, -2_500].map(|n| Yen(n).to_string());
        assert_eq!(shown, ["0円", "7円", "999円", "1,000円", "10,000円", "1,234,567円", "-2,500円"]);
    }

    #[test]
    fn sums_that_do_not_fit_are_refused() {
        assert_eq!(Yen(i64::MAX).checked_add(Yen(1)), None);
        assert_eq!(Yen(i64::MIN).checked_sub(Yen(1)), None);
        assert_eq!(Yen(i64::MAX).checked_mul(2), None);
        assert_eq!(Yen::checked_sum([Yen(1), Yen(2), Yen(3)]), Some(Yen(6)));
    }

    #[test]
    fn a_share_drops_parts_of_a_yen() {
        assert_eq!(Yen(12_345).share(2, 10), Some(Yen(2_469)));
        assert_eq!(Yen(99).share(1, 10), Some(Yen(9)));
        assert_eq!(Yen(99).share(1, 0), None);
    }

    #[test]
    fn amounts_below_the_unit_are_dropped() {
        assert_eq!(Yen(1_239).floor_to(10), Yen(1_230));
        assert_eq!(Yen(1_239).floor_to(0), Yen(1_239));
        assert_eq!(Yen(-1).floor_to(10), Yen(-10));
    }

    proptest! {
        #[test]
        fn a_floored_amount_is_a_multiple_just_below(amount in -1_000_000_000i64..1_000_000_000, unit in 1u32..10_000) {
            let floored = Yen(amount).floor_to(unit).0;
            prop_assert_eq!(floored % i64::from(unit), 0);
            prop_assert!(floored <= amount && amount - floored < i64::from(unit));
        }
    }
}
