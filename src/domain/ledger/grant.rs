//! Which decision a day and a month of the ledger stand under, and what is collected at a counter.

use chrono::{Months, NaiveDate};

use crate::domain::case::entitlement::{Entitlement, Ruling, held};
use crate::domain::money::Yen;
use crate::domain::periods::month_of;
use crate::domain::program::vocabulary::Outcome;

/// The last day of a day's month.
pub fn end_of_month(day: NaiveDate) -> NaiveDate {
    let next = month_of(day).checked_add_months(Months::new(1));
    next.and_then(|first| first.pred_opt()).unwrap_or(day)
}

/// What the person is entitled to on a day.
pub fn in_force<'a>(rulings: &[Ruling<'a>], day: NaiveDate) -> Option<Entitlement<'a>> {
    overlapping(rulings, day, day)
}

/// What the person is entitled to in a month: by the newest decision that covers a day of it.
pub fn of_month<'a>(rulings: &[Ruling<'a>], month: NaiveDate) -> Option<Entitlement<'a>> {
    overlapping(rulings, month_of(month), end_of_month(month))
}

/// The newest entitlement that anybody can still present a certificate for.
pub fn newest<'a>(rulings: &[Ruling<'a>]) -> Option<Entitlement<'a>> {
    overlapping(rulings, NaiveDate::MIN, NaiveDate::MAX)
}

fn overlapping<'a>(rulings: &[Ruling<'a>], first: NaiveDate, last: NaiveDate) -> Option<Entitlement<'a>> {
    let granting: Vec<Outcome> = Outcome::ALL.iter().copied().filter(|outcome| outcome.grants()).collect();
    let rows = held(rulings, &granting).into_iter().rev();
    let covers = |row: &Entitlement| !row.deleted && row.valid_from <= last && row.valid_to >= first;
    rows.filter(|row| row.valid_from <= row.valid_to).find(covers)
}

/// What is to be collected at the counter for a line that makes the person pay `pays`, when `collected` was
/// taken for all others of the month: a line that arrives late never makes anybody pay more than the cap.
/// What one institution then took for another is a difference to be settled between them.
pub fn to_collect(pays: Yen, cap: Yen, collected: Yen) -> Yen {
    let left = cap.checked_sub(collected).unwrap_or(Yen::ZERO).max(Yen::ZERO);
    pays.min(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::decision::Decision;
    use crate::domain::case::testing::decision;
    use crate::domain::program::vocabulary::Effect;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ruled(decisions: &[Decision]) -> Vec<Ruling<'_>> {
        let ruling = |decision| Ruling { case: "case_1", effect: Effect::Opens, decision, undone: false };
        decisions.iter().map(ruling).collect()
    }

    fn on(decisions: &[Decision], text: &str) -> Option<i64> {
        in_force(&ruled(decisions), day(text)).map(|row| row.decision.seq)
    }

    #[test]
    fn the_newest_decision_that_had_begun_holds() {
        let first = decision(1, Outcome::Granted, "2026-04-10", "2027-03-31");
        let second = decision(2, Outcome::GrantedModified, "2026-08-01", "2027-03-31");
        let both = [first, second];
        assert_eq!(on(&both, "2026-04-09"), None);
        assert_eq!(on(&both, "2026-04-10"), Some(1));
        assert_eq!(on(&both, "2026-07-31"), Some(1));
        assert_eq!(on(&both, "2026-08-01"), Some(2));
        assert_eq!(on(&both, "2027-03-31"), Some(2));
        assert_eq!(on(&both, "2027-04-01"), None);
    }

    #[test]
    fn a_later_refusal_ends_what_was_granted() {
        let granted = decision(1, Outcome::Granted, "2026-04-10", "2027-03-31");
        let refused = decision(2, Outcome::Refused, "2026-09-01", "");
        let both = [granted, refused];
        assert_eq!(on(&both, "2026-08-31"), Some(1));
        assert_eq!(on(&both, "2026-09-01"), None);
        assert_eq!(newest(&ruled(&both)).map(|row| row.valid_to), Some(day("2026-08-31")));
    }

    #[test]
    fn a_month_has_the_cap_of_its_last_day_that_is_covered() {
        let first = decision(1, Outcome::Granted, "2026-04-10", "2026-10-15");
        let second = decision(2, Outcome::Granted, "2026-08-20", "2026-10-15");
        let both = [first, second];
        let seq = |month: &str| of_month(&ruled(&both), day(month)).map(|row| row.decision.seq);
        assert_eq!(seq("2026-04-01"), Some(1));
        assert_eq!(seq("2026-08-01"), Some(2));
        assert_eq!(seq("2026-10-01"), Some(2));
        assert_eq!((seq("2026-03-01"), seq("2026-11-01")), (None, None));
    }

    #[test]
    fn nobody_is_made_to_pay_beyond_the_cap() {
        assert_eq!(to_collect(Yen(3_000), Yen(10_000), Yen(8_700)), Yen(1_300));
        assert_eq!(to_collect(Yen(3_000), Yen(10_000), Yen(2_000)), Yen(3_000));
        assert_eq!(to_collect(Yen(3_000), Yen(10_000), Yen(10_500)), Yen(0));
    }

    #[test]
    fn a_month_goes_from_its_first_day_to_its_last() {
        assert_eq!(month_of(day("2028-02-29")), day("2028-02-01"));
        assert_eq!(end_of_month(day("2028-02-01")), day("2028-02-29"));
        assert_eq!(end_of_month(day("2026-12-05")), day("2026-12-31"));
    }
}
