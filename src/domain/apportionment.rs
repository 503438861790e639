//! Certificates whose caps are shared, and what a decision about one of them does to the others. The rule is
//! the program's; these are the words between it and the rest of the house.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::case::Case;
use crate::domain::case::decision::Decision;
use crate::domain::case::entitlement::{Ruling, held};
use crate::domain::money::Yen;
use crate::domain::program::definition::PartnerShape;
use crate::domain::program::vocabulary::{Effect, Outcome};

/// A stretch of a certificate with one cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Whose it is: a name that stays the same over the person's cases.
    pub holder: String,
    /// The newest case on which it rests.
    pub case_id: String,
    /// The cap of a month, before it is shared.
    pub cap: Yen,
    /// The cap of a month as it was decided.
    pub decided: Yen,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// Another cap of a holder for some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Whose.
    pub holder: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The cap so far.
    pub before: Yen,
    /// The cap to be.
    pub after: Yen,
}

/// What the certificates of a family of cases are, as some of their decisions leave them: of each case the
/// decisions that `counts` lets pass.
pub fn certificates(cases: &[&Case], shape: &PartnerShape, counts: impl Fn(&Decision) -> bool) -> Vec<Held> {
    let mut found: Vec<Held> = Vec::new();
    let mut sorted = cases.to_vec();
    sorted.sort_by(|left, right| left.id.cmp(&right.id));
    for case in sorted {
        let decisions: Vec<Decision> = case.decisions.iter().filter(|it| counts(it)).cloned().collect();
        let own = of_case(case, &holder(cases, case), &decisions, shape);
        if let Some(first) = own.iter().map(|it| it.from).min() {
            make_room(&mut found, &holder(cases, case), first);
        }
        found.extend(own);
    }
    found
}

/// The first case of a person's line of cases: the name under which its certificates belong together.
fn holder(cases: &[&Case], case: &Case) -> String {
    let by_id: BTreeMap<&str, &Case> = cases.iter().map(|case| (case.id.as_str(), *case)).collect();
    let mut first = case;
    for _ in 0..cases.len() {
        match first.follows.as_deref().and_then(|id| by_id.get(id)) {
            Some(earlier) => first = earlier,
            None => break,
        }
    }
    first.id.clone()
}

/// A later case of the same person ends what an earlier one began before it.
fn make_room(found: &mut Vec<Held>, holder: &str, first: NaiveDate) {
    let eve = first.pred_opt().unwrap_or(first);
    for own in found.iter_mut().filter(|own| own.holder == holder) {
        own.to = own.to.min(eve);
    }
    found.retain(|own| own.from <= own.to);
}

fn of_case(case: &Case, holder: &str, decisions: &[Decision], shape: &PartnerShape) -> Vec<Held> {
    let granting: Vec<Outcome> = Outcome::ALL.iter().copied().filter(|outcome| outcome.grants()).collect();
    let ruling = |decision| Ruling { case: &case.id, effect: Effect::Opens, decision, undone: false };
    let rulings: Vec<Ruling> = decisions.iter().map(ruling).collect();
    let rows = held(&rulings, &granting);
    let rows = rows.iter().filter(|row| !row.deleted && row.valid_from <= row.valid_to);
    rows.filter_map(|row| {
        Some(Held {
            holder: holder.to_owned(),
            case_id: case.id.clone(),
            cap: whole_cap(row.decision, shape)?,
            decided: decided_cap(row.decision, shape)?,
            from: row.valid_from,
            to: row.valid_to,
        })
    })
    .collect()
}

/// The cap before it was shared; where it never was, the cap.
pub fn whole_cap(decision: &Decision, shape: &PartnerShape) -> Option<Yen> {
    field(decision, &shape.whole).or_else(|| decided_cap(decision, shape))
}

/// The cap as it was decided.
pub fn decided_cap(decision: &Decision, shape: &PartnerShape) -> Option<Yen> {
    field(decision, &shape.cap)
}

fn field(decision: &Decision, key: &str) -> Option<Yen> {
    decision.draft.content.fields.get(key).and_then(serde_json::Value::as_i64).map(Yen)
}

/// What really changes: for each stretch the certificate as it was decided takes the place of the cap that the
/// rule would have given so far, and a stretch that was already decided so is left out.
pub fn against_decided(changed: Vec<Changed>, held: &[Held]) -> Vec<(String, Changed)> {
    let own = |it: &Changed| {
        held.iter().find(|own| own.holder == it.holder && own.from <= it.from && it.from <= own.to).cloned()
    };
    let found = changed.into_iter().filter_map(|it| own(&it).map(|own| (own, it)));
    let other = found.filter(|(own, it)| own.decided != it.after);
    other.map(|(own, it)| (own.case_id, Changed { before: own.decided, ..it })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn held(holder: &str, cap: i64, decided: i64) -> Held {
        Held {
            holder: holder.to_owned(),
            case_id: format!("case_{holder}"),
            cap: Yen(cap),
            decided: Yen(decided),
            from: day("2026-04-01"),
            to: day("2027-03-31"),
        }
    }

    fn changed(holder: &str, before: i64, after: i64) -> Changed {
        let (before, after) = (Yen(before), Yen(after));
        Changed { holder: holder.to_owned(), from: day("2026-08-01"), to: day("2027-03-31"), before, after }
    }

    #[test]
    fn what_was_already_decided_so_is_no_task_and_the_rest_starts_from_what_was_decided() {
        let held = [held("a", 20_000, 10_000), held("b", 20_000, 9_750)];
        let found = against_decided(vec![changed("a", 20_000, 10_000), changed("b", 20_000, 10_000)], &held);
        assert_eq!(found, [("case_b".to_owned(), changed("b", 9_750, 10_000))]);
    }

    #[test]
    fn a_later_case_of_the_same_person_ends_the_earlier_ones_certificate() {
        let mut found = vec![held("a", 1, 1), held("b", 1, 1)];
        make_room(&mut found, "a", day("2026-10-01"));
        assert_eq!((found[0].to, found[1].to), (day("2026-09-30"), day("2027-03-31")));
        make_room(&mut found, "a", day("2026-04-01"));
        assert_eq!(found.len(), 1, "what would end before it began is gone");
    }
}
