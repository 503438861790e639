//! What the decisions of a case leave a person entitled to: the rows that an outside register holds.

use chrono::NaiveDate;

use crate::domain::calendar::day_in_japan;
use crate::domain::program::vocabulary::{Effect, Outcome};

use super::Case;
use super::decision::Decision;

/// A final decision on a certificate, and what its case does to it.
#[derive(Clone, Copy, Debug)]
pub struct Ruling<'a> {
    /// Id of the case.
    pub case: &'a str,
    /// What the kind of the case does.
    pub effect: Effect,
    /// The decision.
    pub decision: &'a Decision,
    /// Whether a later decision of the same attached case took its place.
    pub undone: bool,
}

/// The rulings of the cases of one certificate, in the order in which they became final.
pub fn rulings<'a>(cases: impl IntoIterator<Item = (&'a Case, Effect)>) -> Vec<Ruling<'a>> {
    rulings_of(cases, |_| true)
}

/// The same, as if there were only the decisions that `counts` lets pass.
pub fn rulings_of<'a>(
    cases: impl IntoIterator<Item = (&'a Case, Effect)>,
    counts: impl Fn(&Decision) -> bool,
) -> Vec<Ruling<'a>> {
    let mut found: Vec<Ruling<'a>> =
        cases.into_iter().flat_map(|(case, effect)| of_case(case, effect, &counts)).collect();
    // Stable: what one case decided at one moment stays in its order.
    found.sort_by_key(|ruling| (ruling.decision.at, ruling.decision.seq));
    found
}

fn of_case<'a>(case: &'a Case, effect: Effect, counts: &impl Fn(&Decision) -> bool) -> Vec<Ruling<'a>> {
    let decisions: Vec<&Decision> = case.decisions.iter().filter(|it| counts(it)).collect();
    let newest = decisions.last().map(|decision| decision.seq);
    let ruling = |decision: &'a Decision| Ruling {
        case: &case.id,
        effect,
        decision,
        undone: effect.attaches() && Some(decision.seq) != newest,
    };
    decisions.into_iter().map(ruling).collect()
}

/// One row of a register, as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Entitlement<'a> {
    /// Id of the case with that decision.
    pub case: &'a str,
    /// The decision whose content it shows.
    pub decision: &'a Decision,
    /// Number of the ruling that opened the row; a correction keeps the row's key.
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

/// The rows that follow from the rulings on a certificate, oldest first; `outcomes` are those that
/// open a row.
///
/// A later decision ends what began before it on the eve of its own first day, and takes the place of
/// what began on that day or after: a mistake is corrected under the row's own key. A decision of the
/// opening case that grants nothing takes back what began on its day or after, and everything when it
/// names no day. A case that changes or ends the certificate counts as its newest decision leaves it:
/// refused, it is as if it had not been.
pub fn held<'a>(rulings: &[Ruling<'a>], outcomes: &[Outcome]) -> Vec<Entitlement<'a>> {
    let mut rows: Vec<Entitlement<'a>> = Vec::new();
    for (at, ruling) in (1..).zip(rulings) {
        let grants = outcomes.contains(&ruling.decision.draft.content.outcome);
        if ruling.undone || (ruling.effect.attaches() && !grants) {
            continue;
        }
        match ruling.effect {
            Effect::Reprints | Effect::Pays | Effect::Attests | Effect::Awards => {}
            Effect::Ends => _ = make_room(&mut rows, first_day(ruling.decision, true)),
            Effect::Opens | Effect::Renews | Effect::Changes => {
                let replaced = make_room(&mut rows, first_day(ruling.decision, grants));
                if grants && lasts(ruling.decision) {
                    open(&mut rows, ruling, key_seq(rulings, ruling, at), replaced);
                }
            }
        }
    }
    rows
}

/// A case that changes the certificate has one row, under the number of its first ruling: what it decides
/// anew is a correction.
fn key_seq(rulings: &[Ruling<'_>], ruling: &Ruling<'_>, at: i64) -> i64 {
    let same = |it: &Ruling<'_>| it.effect.attaches() && it.case == ruling.case;
    let first = (1..).zip(rulings).find(|(_, it)| same(it));
    first.filter(|_| ruling.effect.attaches()).map_or(at, |(first, _)| first)
}

fn open<'a>(rows: &mut Vec<Entitlement<'a>>, ruling: &Ruling<'a>, seq: i64, replaced: Option<usize>) {
    let kept_key = replaced.and_then(|at| rows.get(at)).map(|row| row.key_seq);
    let row = opened(ruling, kept_key.unwrap_or(seq));
    match replaced.and_then(|at| rows.get_mut(at)) {
        Some(place) => *place = row,
        None => rows.push(row),
    }
}

/// Whether a grant has a day at all: one that ends before it begins only makes room.
fn lasts(decision: &Decision) -> bool {
    decision.draft.content.valid_to.is_none_or(|last| first_day(decision, true) <= last)
}

fn first_day(decision: &Decision, grants: bool) -> NaiveDate {
    let decided = if grants { day_in_japan(decision.at) } else { NaiveDate::MIN };
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

fn opened<'a>(ruling: &Ruling<'a>, key_seq: i64) -> Entitlement<'a> {
    let valid_from = first_day(ruling.decision, true);
    Entitlement {
        case: ruling.case,
        decision: ruling.decision,
        key_seq,
        valid_from,
        valid_to: ruling.decision.draft.content.valid_to.unwrap_or(valid_from),
        deleted: false,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::case::testing::decision;

    use super::*;

    const GRANTS: [Outcome; 2] = [Outcome::Granted, Outcome::GrantedModified];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn opening(decisions: &[Decision]) -> Vec<Ruling<'_>> {
        ruled(decisions, &[])
    }

    /// Decisions of the opening case, and then those of others with what they do.
    fn ruled<'a>(first: &'a [Decision], others: &'a [(Effect, Decision)]) -> Vec<Ruling<'a>> {
        let first = first.iter().map(|decision| (Effect::Opens, decision));
        let all = first.chain(others.iter().map(|(effect, decision)| (*effect, decision)));
        all.map(|(effect, decision)| Ruling { case: "case_1", effect, decision, undone: false }).collect()
    }

    /// Key, first and last day, and whether it is deleted.
    fn told(decisions: &[Decision]) -> Vec<(i64, String, String, bool)> {
        written(&opening(decisions))
    }

    fn written(rulings: &[Ruling<'_>]) -> Vec<(i64, String, String, bool)> {
        held(rulings, &GRANTS)
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
            for row in held(&opening(&[granted(1, "2026-01-01"), granted(2, start)]), &GRANTS) {
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
    fn a_grant_that_ends_before_it_begins_is_no_row() {
        let none = decision(2, Outcome::Granted, "2026-07-01", "2026-06-30");
        assert_eq!(told(&[granted(1, "2026-01-01"), none]), [row(1, "2026-01-01", "2026-06-30", false)]);
        let none = decision(2, Outcome::Granted, "2025-12-01", "2025-11-30");
        assert_eq!(told(&[granted(1, "2026-01-01"), none]), [row(1, "2026-01-01", "2026-12-31", true)]);
    }

    #[test]
    fn only_what_still_holds_lasts() {
        let decisions = [granted(1, "2026-01-01"), granted(2, "2026-07-01")];
        let rulings = opening(&decisions);
        let rows = held(&rulings, &GRANTS);
        let lasting = |on: &str| rows.iter().filter(|row| row.lasts(day(on))).count();
        assert_eq!((lasting("2026-06-30"), lasting("2026-07-01"), lasting("2027-01-01")), (2, 1, 0));
    }

    #[test]
    fn what_other_cases_decide_changes_and_ends_the_certificate() {
        let first = [granted(1, "2026-01-01")];
        let others = [
            (Effect::Changes, granted(1, "2026-07-01")),
            (Effect::Ends, decision(1, Outcome::Granted, "2026-10-11", "")),
        ];
        assert_eq!(
            written(&ruled(&first, &others)),
            [row(1, "2026-01-01", "2026-06-30", false), row(2, "2026-07-01", "2026-10-10", false)]
        );
    }

    #[test]
    fn a_change_that_is_decided_anew_keeps_its_key() {
        let first = [granted(1, "2026-01-01")];
        let others = [granted(1, "2026-07-01"), granted(2, "2026-08-01")];
        let mut rulings = opening(&first);
        rulings.extend(others.iter().map(|decision| Ruling {
            case: "case_2",
            effect: Effect::Changes,
            decision,
            undone: decision.seq == 1,
        }));
        assert_eq!(
            written(&rulings),
            [row(1, "2026-01-01", "2026-07-31", false), row(2, "2026-08-01", "2026-12-31", false)]
        );
    }

    #[test]
    fn a_refused_change_leaves_everything_and_a_reprint_too() {
        let first = [granted(1, "2026-01-01")];
        let others = [
            (Effect::Changes, decision(1, Outcome::Refused, "", "")),
            (Effect::Reprints, granted(1, "2026-03-01")),
            (Effect::Pays, granted(1, "2026-03-01")),
        ];
        assert_eq!(written(&ruled(&first, &others)), [row(1, "2026-01-01", "2026-12-31", false)]);
    }

    #[test]
    fn an_end_before_the_first_day_takes_the_row_away() {
        let first = [granted(1, "2026-01-01")];
        let others = [(Effect::Ends, decision(1, Outcome::Granted, "2026-01-01", ""))];
        assert_eq!(written(&ruled(&first, &others)), [row(1, "2026-01-01", "2026-12-31", true)]);
    }
}
