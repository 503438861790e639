//! Points and minutes. The law prints both with one decimal, so they are counted in whole tenths and
//! never meet binary rounding.

use std::fmt;

use serde_json::{Value, json};

use crate::domain::forms::Decimal;

/// The most that one figure of a table may be: the minutes of a day, in tenths.
const MOST: u16 = 14_400;

/// A number of points or minutes, in tenths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenths(pub u32);

impl Tenths {
    /// A number of at most one decimal between 0 and 1440; `None` for any other.
    pub fn read(number: Decimal) -> Option<Tenths> {
        let tenths = u16::try_from(number.times(Decimal::from(10))?.whole()?).ok()?;
        (tenths <= MOST).then(|| Tenths(u32::from(tenths)))
    }

    /// The sum.
    pub fn plus(self, other: Tenths) -> Tenths {
        Tenths(self.0.saturating_add(other.0))
    }

    /// The number as JSON, such as `31.2`.
    pub fn json(self) -> Value {
        json!(f64::from(self.0) / 10.0)
    }
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// From the least to the most that a figure may be; both ends belong to it. A known figure has equal ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The least.
    pub low: Tenths,
    /// The most.
    pub high: Tenths,
}

impl Span {
    /// Exactly this.
    pub fn exactly(figure: Tenths) -> Span {
        Span { low: figure, high: figure }
    }

    /// Whether it is one figure.
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }

    /// Whether the figure may be that.
    pub fn holds(self, figure: Tenths) -> bool {
        self.low <= figure && figure <= self.high
    }

    /// The sum of both.
    pub fn plus(self, other: Span) -> Span {
        Span { low: self.low.plus(other.low), high: self.high.plus(other.high) }
    }

    /// The smallest span around both.
    pub fn around(self, other: Span) -> Span {
        Span { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Both ends as JSON.
    pub fn json(self) -> Value {
        json!({ "low": self.low.json(), "high": self.high.json() })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact() { write!(f, "{}", self.low) } else { write!(f, "{}〜{}", self.low, self.high) }
    }
}
