//! Bars as the server draws them. All lengths are units of the drawing, whose size is [`WIDTH`] × [`HEIGHT`].

use serde::Serialize;

/// Width of a drawing.
const WIDTH: u64 = 1000;
/// Height of a drawing.
const HEIGHT: u64 = 440;
/// Where the bars begin, right of the numbers.
const LEFT: u64 = 90;
/// Where the highest bar ends.
const TOP: u64 = 50;
/// Where the bars stand.
const BASE: u64 = 370;
/// Names below the bars at most.
const MOST_NAMES: usize = 6;

/// A drawing of bars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chart {
    width: u64,
    height: u64,
    left: u64,
    base: u64,
    top: u64,
    /// The value at the top, in words.
    most: String,
    bars: Vec<Bar>,
    names: Vec<Name>,
    /// Where the limit lies: across, or down.
    across: Option<u64>,
    down: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Bar {
    x: u64,
    y: u64,
    width: u64,
    height: u64,
    over: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Name {
    x: u64,
    text: String,
}

/// A bar to draw: what stands below it, how high it is, and whether it lies above the limit.
pub struct Value {
    /// What stands below it.
    pub name: String,
    /// Its height, in whatever all of them count.
    pub height: u64,
    /// Whether it lies above the limit.
    pub over: bool,
}

/// Where a limit is drawn.
pub enum Limit {
    /// Nowhere.
    None,
    /// Across the bars, at this height.
    At(u64),
    /// Between bars, after so many thousandths of a bar.
    After(u64),
}

/// Draws values; `most` says the greatest of them in words.
pub fn draw(values: &[Value], limit: &Limit, most: String) -> Chart {
    let highest = values.iter().map(|value| value.height).max().unwrap_or(0);
    let highest = if let Limit::At(height) = limit { highest.max(*height) } else { highest }.max(1);
    let count = u64::try_from(values.len()).unwrap_or(u64::MAX).max(1);
    let (whole, up) = (WIDTH - LEFT, BASE - TOP);
    let place = |at: usize| LEFT + u64::try_from(at).unwrap_or(u64::MAX).saturating_mul(whole) / count;
    let wide = (whole / count * 4 / 5).max(1);
    let bar = |(at, value): (usize, &Value)| {
        let height = value.height * up / highest;
        Bar { x: place(at), y: BASE - height, width: wide, height, over: value.over }
    };
    let step = values.len().div_ceil(MOST_NAMES).max(1);
    let named = values.iter().enumerate().step_by(step);
    Chart {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        base: BASE,
        top: TOP,
        most,
        bars: values.iter().enumerate().map(bar).collect(),
        names: named.map(|(at, value)| Name { x: place(at), text: value.name.clone() }).collect(),
        across: if let Limit::At(height) = limit { Some(BASE - height * up / highest) } else { None },
        down: match limit {
            Limit::After(thousandths) => {
                Some(LEFT + thousandths * whole / count / 1000).filter(|x| *x <= WIDTH)
            }
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(height: u64) -> Value {
        Value { name: height.to_string(), height, over: false }
    }

    #[test]
    fn the_highest_bar_fills_the_drawing_and_the_limit_lies_to_scale() {
        let chart = draw(&[value(10), value(20), value(0)], &Limit::At(40), "40日".to_owned());
        let heights: Vec<u64> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!((heights, chart.across), (vec![80, 160, 0], Some(TOP)));
        let chart = draw(&[value(1), value(3)], &Limit::After(1000), "3件".to_owned());
        assert_eq!((chart.bars[1].height, chart.down), (BASE - TOP, Some(chart.bars[1].x)));
    }

    #[test]
    fn a_limit_beyond_the_bars_and_no_bars_draw_nothing_outside() {
        assert_eq!(draw(&[value(1)], &Limit::After(2000), String::new()).down, None);
        assert!(draw(&[], &Limit::None, String::new()).bars.is_empty());
        let many: Vec<Value> = (0..60).map(value).collect();
        let chart = draw(&many, &Limit::None, String::new());
        assert!(chart.names.len() <= MOST_NAMES && chart.bars.iter().all(|bar| bar.x + bar.width <= WIDTH));
    }
}
