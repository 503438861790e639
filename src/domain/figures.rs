//! Figures over many cases, computed from how many took how many days. Exact: tenths, never floating point.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Days, NaiveDate};

/// A number of tenths, as it is shown: `40.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenths(pub u64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// How many cases took how many days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread(BTreeMap<u32, u64>);

/// Cases between two numbers of days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The fewest days.
    pub from: u32,
    /// The most days.
    pub until: u32,
    /// Cases.
    pub cases: u64,
}

/// Days that a bucket may cover, so that its borders are easy to read.
const WIDTHS: [u32; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

impl Spread {
    /// Adds cases that took so many days.
    pub fn add(&mut self, days: u32, cases: u64) {
        if cases > 0 {
            *self.0.entry(days).or_default() += cases;
        }
    }

    /// Adds all cases of another.
    pub fn merge(&mut self, other: &Spread) {
        other.0.iter().for_each(|(days, cases)| self.add(*days, *cases));
    }

    /// The number of cases.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// The mean number of days, rounded to tenths; none without cases.
    pub fn mean(&self) -> Option<Tenths> {
        let sum: u64 = self.0.iter().map(|(days, cases)| u64::from(*days) * cases).sum();
        rounded(sum * 10, self.count())
    }

    /// The median number of days: of an even number of cases the middle between the two in the middle.
    pub fn median(&self) -> Option<Tenths> {
        let count = self.count();
        let lower = self.at(count.checked_sub(1)? / 2)?;
        let upper = self.at(count / 2)?;
        Some(Tenths((u64::from(lower) + u64::from(upper)) * 5))
    }

    /// The days of the case at a place, counted from 0 in the order of days.
    fn at(&self, place: u64) -> Option<u32> {
        let mut before = 0;
        self.0.iter().find_map(|(days, cases)| {
            before += cases;
            (place < before).then_some(*days)
        })
    }

    /// The fewest days; none without cases.
    pub fn shortest(&self) -> Option<u32> {
        self.0.keys().next().copied()
    }

    /// The most days; none without cases.
    pub fn longest(&self) -> Option<u32> {
        self.0.keys().next_back().copied()
    }

    /// The number of cases that took more than `limit` days.
    pub fn over(&self, limit: u32) -> u64 {
        self.0.iter().filter(|(days, _)| **days > limit).map(|(_, cases)| cases).sum()
    }

    /// The cases in buckets of the same width from 0 on, empty ones too; at most `most`, unless even the
    /// widest buckets are too many.
    pub fn buckets(&self, most: u32) -> Vec<Bucket> {
        let Some(longest) = self.longest() else { return Vec::new() };
        let fits = |width: &&u32| longest / **width < most;
        let width = WIDTHS.iter().find(fits).or(WIDTHS.last()).copied().unwrap_or(1);
        let bucket = |at: u32| {
            let (from, until) = (at * width, at * width + (width - 1));
            Bucket { from, until, cases: self.0.range(from..=until).map(|(_, cases)| cases).sum() }
        };
        (0..=longest / width).map(bucket).collect()
    }
}

/// A part of a whole in percent, rounded to tenths; none of nothing.
pub fn percent(part: u64, whole: u64) -> Option<Tenths> {
    rounded(part * 1000, whole)
}

fn rounded(dividend: u64, divisor: u64) -> Option<Tenths> {
    (dividend + divisor / 2).checked_div(divisor).map(Tenths)
}

/// The day on which half of the cases like one that was received then are decided: a started day counts
/// whole.
pub fn expected_on(median: Tenths, received_on: NaiveDate) -> Option<NaiveDate> {
    received_on.checked_add_days(Days::new(median.0.div_ceil(10)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread(cases: &[(u32, u64)]) -> Spread {
        let mut found = Spread::default();
        cases.iter().for_each(|(days, cases)| found.add(*days, *cases));
        found
    }

    #[test]
    fn mean_median_and_share_are_exact() {
        let some = spread(&[(10, 1), (20, 1), (31, 2)]);
        assert_eq!(some.mean().unwrap().to_string(), "23.0");
        assert_eq!(some.median().unwrap().to_string(), "25.5");
        assert_eq!((some.shortest(), some.longest(), some.over(30)), (Some(10), Some(31), 2));
        assert_eq!(spread(&[(1, 2), (2, 1)]).mean().unwrap().to_string(), "1.3");
        assert_eq!(percent(2, 3).unwrap().to_string(), "66.7");
        assert_eq!(spread(&[(30, 5)]).over(30), 0, "the last day of the limit is within it");
    }

    #[test]
    fn nothing_has_no_figures() {
        let none = Spread::default();
        assert_eq!((none.mean(), none.median(), none.longest(), percent(0, 0)), (None, None, None, None));
        assert!(none.buckets(40).is_empty());
    }

    #[test]
    fn buckets_grow_with_the_days() {
        assert_eq!(spread(&[(3, 2)]).buckets(40).len(), 4);
        let wide = spread(&[(4, 1), (5, 3), (121, 1)]).buckets(40);
        assert_eq!(wide[0], Bucket { from: 0, until: 4, cases: 1 });
        assert_eq!(wide[1], Bucket { from: 5, until: 9, cases: 3 });
        assert_eq!(wide.len(), 25);
    }

    #[test]
    fn a_forecast_counts_a_started_day_whole() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(expected_on(Tenths(255), day("2026-11-01")), Some(day("2026-11-27")));
        assert_eq!(expected_on(Tenths(0), day("2026-11-01")), Some(day("2026-11-01")));
    }

    proptest! {
        #[test]
        fn the_median_and_the_mean_lie_between_the_ends(
            cases in prop::collection::vec((0u32..400, 1u64..50), 1..30),
        ) {
            let some = spread(&cases);
            let ends = some.shortest().unwrap()..=some.longest().unwrap();
            for figure in [some.median().unwrap(), some.mean().unwrap()] {
                prop_assert!(u64::from(*ends.start()) * 10 <= figure.0 && figure.0 <= u64::from(*ends.end()) * 10);
            }
            let buckets = some.buckets(40);
            prop_assert!(buckets.len() <= 40);
            prop_assert_eq!(buckets.iter().map(|it| it.cases).sum::<u64>(), some.count());
        }

        #[test]
        fn at_most_half_of_the_cases_took_longer_than_the_median(
            cases in prop::collection::vec((0u32..400, 1u64..50), 1..30),
        ) {
            let some = spread(&cases);
            let days = u32::try_from(some.median().unwrap().0 / 10).unwrap();
            prop_assert!(some.over(days) * 2 <= some.count());
        }
    }
}
