//! 認知症加算: minutes for persons with dementia whose body is still strong. Its gates and its steps are
//! published, the table of points that decides on the steps is not. So it is told whether it may come.

use super::model::Model;
use super::sheet::Sheet;
use super::tenths::{Span, Tenths};

/// What the addition is at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Minutes of one step.
    pub one: Tenths,
    /// Minutes of two steps.
    pub two: Tenths,
}

/// Whether the addition may come on top of the minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// It cannot.
    No,
    /// It can; the total with none, one or two steps is then in the span.
    Possible(Span),
    /// A scale was not told; as far as is known it can.
    Untold(Span),
}

impl Addition {
    /// Its name in an answer.
    pub fn code(self) -> &'static str {
        match self {
            Addition::No => "no",
            Addition::Possible(_) => "possible",
            Addition::Untold(_) => "unknown",
        }
    }

    /// The total with the addition, if it may come.
    pub fn span(self) -> Option<Span> {
        match self {
            Addition::No => None,
            Addition::Possible(span) | Addition::Untold(span) => Some(span),
        }
    }
}

impl Model {
    /// Whether the addition may come on top of `total`.
    pub fn addition(&self, total: Span, sheet: &Sheet) -> Addition {
        let Some(high) = self.highest_with(total) else { return Addition::No };
        let span = Span { low: total.low, high };
        match sheet.addition {
            [Some(false), _] | [_, Some(false)] => Addition::No,
            [Some(true), Some(true)] => Addition::Possible(span),
            _ => Addition::Untold(span),
        }
    }

    /// The most that two steps make of a total; `None` where no level of the total has steps.
    fn highest_with(&self, total: Span) -> Option<Tenths> {
        let places = self.level(total.low)..=self.level(total.high);
        let highest = places.filter_map(|place| {
            let steps = self.levels.get(place)?.steps?;
            let below = self.levels.get(place + 1).map(|next| Tenths(next.from.0.saturating_sub(1)));
            Some(below.map_or(total.high, |below| below.min(total.high)).plus(steps.two))
        });
        highest.max().map(|highest| highest.max(total.high))
    }
}
