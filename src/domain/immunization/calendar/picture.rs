//! The calendar as the server draws it: a row a vaccine, time from left to right. All lengths are units of the
//! drawing. What is drawn differs by shape, never by colour alone; the table beside it says the same in words.

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;

use super::{Line, Standing};

/// Months that are drawn before the day that counts as today.
const BACK: u32 = 12;
/// Months that are drawn after it.
const AHEAD: u32 = 18;
/// Months from one name on the axis to the next.
const STEP: usize = 6;
/// Width of a letter of a name, which is as wide as it is high.
const LETTER: i64 = 15;
/// Height of the axis at the top.
const HEAD: i64 = 34;
/// Room on the right for what lies beyond.
const RIGHT: i64 = 14;

/// For which screen it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Names stand left of the bars.
    Wide,
    /// Names stand above the bars, so that a small telephone has room for both.
    Narrow,
}

impl Layout {
    /// Width, where the bars begin, height of a row, and how far below its top the bar lies.
    fn sizes(self) -> Sizes {
        match self {
            Layout::Wide => Sizes { width: 736, left: 268, row: 34, bar: 8, label: 23 },
            Layout::Narrow => Sizes { width: 344, left: 14, row: 52, bar: 26, label: 18 },
        }
    }
}

struct Sizes {
    width: i64,
    left: i64,
    row: i64,
    bar: i64,
    label: i64,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// For which screen.
    pub layout: Layout,
    /// Width.
    pub width: i64,
    /// Height.
    pub height: i64,
    /// Where the axis lies.
    pub axis: i64,
    /// Where the bars begin.
    pub left: i64,
    /// Where today lies.
    pub today: i64,
    /// Names of months.
    pub ticks: Vec<Tick>,
    /// A row a vaccine.
    pub rows: Vec<Row>,
}

/// A month on the axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// Where it begins.
    pub x: i64,
    /// Its first day.
    pub month: NaiveDate,
}

/// The row of a vaccine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The vaccine.
    pub vaccine: String,
    /// Its name, as far as there is room for it.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// The top of the row.
    pub top: i64,
    /// The base line of the name.
    pub label: i64,
    /// The top of the bar.
    pub bar: i64,
    /// From where to where the next dose may be given; empty where that is not drawn.
    pub open: Option<Stretch>,
    /// From where to where it is advised.
    pub advised: Option<Stretch>,
    /// Where the last day lies.
    pub last: Option<i64>,
    /// Doses within the drawing.
    pub marks: Vec<Mark>,
    /// Doses before it.
    pub before: usize,
    /// The day from which the next dose may be given, if it lies after the drawing.
    pub beyond: Option<NaiveDate>,
}

/// A part of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// Where it begins.
    pub x: i64,
    /// How long it is.
    pub width: i64,
}

/// A dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Where it lies.
    pub x: i64,
    /// Its number, or nothing.
    pub number: String,
    /// Whether only the month or the year is known.
    pub vague: bool,
}

struct Scale {
    first: NaiveDate,
    last: NaiveDate,
    left: i64,
    right: i64,
}

impl Scale {
    fn new(birth: NaiveDate, today: NaiveDate, sizes: &Sizes) -> Scale {
        let back = today.checked_sub_months(Months::new(BACK)).unwrap_or(today);
        let first = month(back.max(birth.min(today)));
        let last = month(today.checked_add_months(Months::new(AHEAD)).unwrap_or(today));
        Scale { first, last, left: sizes.left, right: sizes.width - RIGHT }
    }

    /// Where a day lies; days outside lie at the ends.
    fn x(&self, day: NaiveDate) -> i64 {
        let whole = (self.last - self.first).num_days().max(1);
        let days = (day - self.first).num_days().clamp(0, whole);
        self.left + days * (self.right - self.left) / whole
    }

    fn has(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// The part of a span that lies within; days without an end reach to the right.
    fn stretch(&self, from: NaiveDate, to: Option<NaiveDate>) -> Option<Stretch> {
        let to = to.unwrap_or(self.last);
        if to < self.first || from > self.last || to < from {
            return None;
        }
        let x = self.x(from);
        Some(Stretch { x, width: (self.x(to) - x).max(3) })
    }

    fn ticks(&self) -> Vec<Tick> {
        let months = (0..BACK + AHEAD + 1).filter_map(|n| self.first.checked_add_months(Months::new(n)));
        let within = months.take_while(|day| *day < self.last).step_by(STEP);
        within.map(|month| Tick { x: self.x(month), month }).collect()
    }
}

fn month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Draws lines as they are ordered, for a person born on a day.
pub fn draw(lines: &[Line], birth: NaiveDate, today: NaiveDate, layout: Layout) -> Picture {
    let sizes = layout.sizes();
    let scale = Scale::new(birth, today, &sizes);
    let tops = (0..).map(|at: i64| HEAD + at * sizes.row);
    let rows: Vec<Row> = lines.iter().zip(tops).map(|(line, top)| row(line, top, &scale, &sizes)).collect();
    let count = i64::try_from(rows.len()).unwrap_or(0);
    Picture {
        layout,
        width: sizes.width,
        height: HEAD + count * sizes.row + 6,
        axis: HEAD,
        left: sizes.left,
        today: scale.x(today),
        ticks: scale.ticks(),
        rows,
    }
}

fn row(line: &Line, top: i64, scale: &Scale, sizes: &Sizes) -> Row {
    let next = line.standing.has_next().then_some(&line.next);
    let earliest = next.and_then(|next| next.earliest);
    let latest = next.and_then(|next| next.latest);
    let advised = next.and_then(|next| next.opens_on().zip(next.advised_to));
    Row {
        vaccine: line.vaccine.clone(),
        name: shortened(&line.name, if sizes.left > LETTER * 4 { sizes.left } else { sizes.width }),
        standing: line.standing,
        top,
        label: top + sizes.label,
        bar: top + sizes.bar,
        open: earliest.and_then(|from| scale.stretch(from, latest)),
        advised: advised.and_then(|(from, to)| scale.stretch(from, Some(to))),
        last: latest.filter(|day| scale.has(*day)).map(|day| scale.x(day)),
        marks: marks(line, scale),
        before: line.given.iter().filter(|given| given.date.earliest() < scale.first).count(),
        beyond: earliest.filter(|day| *day > scale.last),
    }
}

fn marks(line: &Line, scale: &Scale) -> Vec<Mark> {
    let within = line.given.iter().filter(|given| scale.has(given.date.earliest()));
    let mark = |given: &super::Given| Mark {
        x: scale.x(given.date.earliest()),
        number: given.number.clone(),
        vague: given.date.day().is_none(),
    };
    within.map(mark).collect()
}

/// A name that fits into a width; letters of the Latin alphabet take half of one.
fn shortened(name: &str, width: i64) -> String {
    let wide = |letter: char| if letter.is_ascii() { LETTER * 3 / 5 } else { LETTER };
    if name.chars().map(wide).sum::<i64>() <= width - LETTER {
        return name.to_owned();
    }
    let mut left = width - 2 * LETTER;
    let fits = |letter: &char| {
        left -= wide(*letter);
        left >= 0
    };
    let kept: String = name.chars().take_while(fits).collect();
    format!("{kept}…")
}
