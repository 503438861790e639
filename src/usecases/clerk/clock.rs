//! The chips that say how much time is left, in business days.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::OfficeCalendar;
use crate::domain::calendar::day_in_japan;
use crate::domain::case::Case;
use crate::domain::program::vocabulary::State;

/// Days beyond which nothing is counted: such a day stands for "no clock runs".
const COUNTED: i64 = 800;
/// Business days left up to which a clock is urgent.
pub const URGENT: i64 = 3;
/// Business days left up to which a clock ends soon.
pub const SOON: i64 = 10;

/// A chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chip {
    /// `normal`, `soon`, `urgent`, `overdue`, `paused` or `done`.
    pub band: &'static str,
    /// The words.
    pub text: String,
}

/// Business days from today to a day; negative when it is past.
pub fn business_days(today: NaiveDate, due: NaiveDate) -> i64 {
    let office = OfficeCalendar::default();
    let (from, to, sign) = if due >= today { (today, due, 1) } else { (due, today, -1) };
    let open = from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| office.is_open(*day));
    sign * i64::try_from(open.count()).unwrap_or(COUNTED)
}

/// The day that lies so many business days after today.
pub fn day_after(today: NaiveDate, days: i64) -> NaiveDate {
    OfficeCalendar::default().business_days_after(today, u32::try_from(days).unwrap_or(0))
}

/// The chip of a due day; none for a day that stands for "no clock runs".
pub fn chip(today: NaiveDate, due: NaiveDate) -> Option<Chip> {
    if due.signed_duration_since(today).num_days().abs() > COUNTED {
        return None;
    }
    let days = business_days(today, due);
    let over = due < today;
    let band = if over {
        "overdue"
    } else if days <= URGENT {
        "urgent"
    } else if days <= SOON {
        "soon"
    } else {
        "normal"
    };
    let text = if over { format!("{}営業日超過", days.abs()) } else { format!("あと{days}営業日") };
    Some(Chip { band, text })
}

/// The chip of a case: its nearest running clock, a pause, or how long it took.
pub fn of_case(case: &Case, today: NaiveDate) -> Option<Chip> {
    if matches!(case.state, State::Decided | State::Ended) {
        return done(case);
    }
    if case.clocks.iter().any(|clock| clock.paused_since.is_some()) {
        return Some(paused());
    }
    let running = case.clocks.iter().filter(|clock| clock.stopped_at.is_none());
    running.map(|clock| clock.due_on(today)).min().and_then(|due| chip(today, due))
}

/// The chip of a stopped clock.
pub fn paused() -> Chip {
    Chip { band: "paused", text: "停止中（補正）".to_owned() }
}

fn done(case: &Case) -> Option<Chip> {
    let end = case.decision().map(|it| it.at).or_else(|| case.ending.as_ref().map(|it| it.at))?;
    let days = day_in_japan(end).signed_duration_since(day_in_japan(case.received_at?)).num_days();
    Some(Chip { band: "done", text: format!("{days}日で完了") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        // 2026-11-20 is a Friday; Monday 23 November is a holiday.
        assert_eq!(business_days(day("2026-11-20"), day("2026-11-24")), 1);
        assert_eq!(business_days(day("2026-11-24"), day("2026-11-20")), -1);
        assert_eq!(day_after(day("2026-11-20"), 1), day("2026-11-24"));
    }

    #[test]
    fn the_band_follows_the_days_left() {
        let band = |due: &str| chip(day("2026-11-02"), day(due)).map(|chip| chip.band);
        assert_eq!(band("2026-10-30"), Some("overdue"));
        assert_eq!(band("2026-11-02"), Some("urgent"));
        assert_eq!(band("2026-11-06"), Some("urgent"));
        assert_eq!(band("2026-11-09"), Some("soon"));
        assert_eq!(band("2026-12-28"), Some("normal"));
        assert_eq!(band("9999-12-31"), None);
    }

    #[test]
    fn a_deadline_missed_over_a_weekend_is_overdue() {
        assert_eq!(chip(day("2026-11-22"), day("2026-11-21")).map(|chip| chip.band), Some("overdue"));
    }
}
