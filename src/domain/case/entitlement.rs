//! What the decisions of a case leave a person entitled to: the rows that an outside register holds.

use chrono::NaiveDate;

use crate::domain::calendar::day_in_japan;
use crate::domain::program::vocabulary::Outcome;

use super::decision::Decision;

/// One row of a register, as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Entitlement<'a> {
    /// The decision whose content it shows.
    pub decision: &'a Decision,
    /// Number of the decision that opened the row: a correction keeps the row's key.
    pub key_seq: i64,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    /// Whether it should never have existed.
    pub deleted: bool,
}

impl Entitlement<'_> {
    /// Whether it holds on a day or will hold later.
    pub fn lasts(&self, day: NaiveDate) -> bool {
        !self.deleted && self.valid_to >= day
    }
}

/// The rows that follow from the decisions, oldest first; `outcomes` are those that open a row.
///
/// A later decision ends what began before it on the eve of its own first day, and takes the place of
/// what began on that day or after: a mistake is corrected under the row's own key. A decision that
/// opens nothing takes back what began on its day or after, and everything when it names no day.
pub fn held<'a>(decisions: &'a [Decision], outcomes: &[Outcome]) -> Vec<Entitlement<'a>> {
    let mut rows: Vec<Entitlement<'a>> = Vec::new();
    for decision in decisions {
        let opens = outcomes.contains(&decision.draft.content.outcome);
        let replaced = make_room(&mut rows, first_day(decision, opens));
        if opens {
            let row = opened(decision, replaced.and_then(|at| rows.get(at)).map(|row| row.key_seq));
            match replaced.and_then(|at| rows.get_mut(at)) {
                Some(place) => *place = row,
                None => rows.push(row),
            }
        }
    }
    rows
}

fn first_day(decision: &Decision, opens: bool) -> NaiveDate {
    let decided = if opens { day_in_japan(decision.at) } else { NaiveDate::MIN };
    decision.draft.content.effective_from.unwrap_or(decided)
}

/// Ends what began before `day`, deletes the rest, and gives the place of the first deleted row.
fn make_room(rows: &mut [Entitlement<'_>], day: NaiveDate) -> Option<usize> {
    let mut first = None;
    for (at, row) in rows.iter_mut().enumerate().filter(|(_, row)| !row.deleted) {
        if row.valid_from >= day {
            row.deleted = true;
            first = first.or(Some(at));
        } else if let Some(eve) = day.pred_opt() {
            row.valid_to = row.valid_to.min(eve);
        }
    }
    first
}

fn opened(decision: &Decision, kept_key: Option<i64>) -> Entitlement<'_> {
    let valid_from = first_day(decision, true);
    Entitlement {
        decision,
        key_seq: kept_key.unwrap_or(decision.seq),
        valid_from,
        valid_to: decision.draft.content.valid_to.unwrap_or(valid_from),
        deleted: false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::domain::case::decision::{Content, Draft};

    use super::*;

    const GRANTS: [Outcome; 2] = [Outcome::Granted, Outcome::GrantedModified];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn decision(seq: i64, outcome: Outcome, from: &str, to: &str) -> Decision {
        let content = Content {
            outcome,
            fields: BTreeMap::new(),
            origins: BTreeMap::new(),
            reasons: Vec::new(),
            appeal: String::new(),
            effective_from: from.parse().ok(),
            valid_to: to.parse().ok(),
            answers: String::new(),
        };
        let at = "2026-04-01T00:00:00Z".parse().unwrap();
        let draft = Draft {
            hash: content.hash(),
            content,
            by: "usr_1".to_owned(),
            name: "担当".to_owned(),
            at,
            levels: Vec::new(),
            signatures: Vec::new(),
            returned: None,
        };
        Decision { id: format!("dec_{seq}"), seq, draft, at, supersedes: None }
    }

    /// Key, first and last day, and whether it is deleted.
    fn told(decisions: &[Decision]) -> Vec<(i64, String, String, bool)> {
        held(decisions, &GRANTS)
            .iter()
            .map(|row| (row.key_seq, row.valid_from.to_string(), row.valid_to.to_string(), row.deleted))
            .collect()
    }

    fn row(key: i64, from: &str, to: &str, deleted: bool) -> (i64, String, String, bool) {
        (key, from.to_owned(), to.to_owned(), deleted)
    }

    fn granted(seq: i64, from: &str) -> Decision {
        decision(seq, Outcome::Granted, from, "2026-12-31")
    }

    #[test]
    fn a_change_ends_the_earlier_grant_on_the_eve() {
        let rows = told(&[granted(1, "2026-01-01"), granted(2, "2026-07-01")]);
        assert_eq!(
            rows,
            [row(1, "2026-01-01", "2026-06-30", false), row(2, "2026-07-01", "2026-12-31", false)]
        );
    }

    #[test]
    fn a_correction_from_the_same_day_keeps_the_key() {
        let rows = told(&[granted(1, "2026-01-01"), granted(2, "2026-01-01")]);
        assert_eq!(rows, [row(1, "2026-01-01", "2026-12-31", false)]);
    }

    #[test]
    fn a_correction_that_reaches_back_takes_the_place_of_all_it_covers() {
        let rows = told(&[granted(1, "2026-01-01"), granted(2, "2026-07-01"), granted(3, "2025-12-01")]);
        assert_eq!(
            rows,
            [row(1, "2025-12-01", "2026-12-31", false), row(2, "2026-07-01", "2026-12-31", true)]
        );
    }

    #[test]
    fn a_refusal_that_names_no_day_takes_everything_back() {
        let refused = decision(2, Outcome::Refused, "", "");
        assert_eq!(told(&[granted(1, "2026-01-01"), refused]), [row(1, "2026-01-01", "2026-12-31", true)]);
    }

    #[test]
    fn what_ended_early_never_ends_before_it_began() {
        for start in ["2025-11-30", "2026-01-01", "2026-01-02", "2026-12-31"] {
            for row in held(&[granted(1, "2026-01-01"), granted(2, start)], &GRANTS) {
                assert!(row.deleted || row.valid_from <= row.valid_to, "{start}");
            }
        }
    }

    #[test]
    fn an_earlier_end_is_not_put_off() {
        let rows = told(&[granted(1, "2026-01-01"), granted(2, "2027-07-01")]);
        assert_eq!(rows.first(), Some(&row(1, "2026-01-01", "2026-12-31", false)));
    }

    #[test]
    fn only_what_still_holds_lasts() {
        let decisions = [granted(1, "2026-01-01"), granted(2, "2026-07-01")];
        let rows = held(&decisions, &GRANTS);
        let lasting = |on: &str| rows.iter().filter(|row| row.lasts(day(on))).count();
        assert_eq!((lasting("2026-06-30"), lasting("2026-07-01"), lasting("2027-01-01")), (2, 1, 0));
    }
}
