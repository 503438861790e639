//! Certificates whose caps are shared, and what a decision about one of them does to the others. The rule is
//! the program's; these are the words between it and the rest of the house.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::case::Case;
use crate::domain::case::decision::Decision;
use crate::domain::case::entitlement::{Ruling, held, rulings_of};
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

/// The certificates of the cases of a household, as some of their decisions leave them: those that `counts`
/// lets pass. Each case comes with what its kind does.
pub fn certificates(
    cases: &[(&Case, Effect)],
    shape: &PartnerShape,
    counts: impl Fn(&Decision) -> bool,
) -> Vec<Held> {
    let mut found: Vec<Held> = Vec::new();
    for (root, members) in by_certificate(cases) {
        let holder = holder(cases, root);
        let own = of_certificate(&holder, &rulings_of(members, &counts), shape);
        if let Some(first) = own.iter().map(|it| it.from).min() {
            make_room(&mut found, &holder, first);
        }
        found.extend(own);
    }
    found
}

/// The cases of each certificate by the id of the one that opened it, oldest first.
fn by_certificate<'a>(cases: &[(&'a Case, Effect)]) -> BTreeMap<&'a str, Vec<(&'a Case, Effect)>> {
    let mut found: BTreeMap<&str, Vec<(&Case, Effect)>> = BTreeMap::new();
    for (case, effect) in cases {
        let root = case.follows.as_deref().filter(|_| effect.attaches()).unwrap_or(&case.id);
        found.entry(root).or_default().push((case, *effect));
    }
    found
}

/// The first case of a person's line of cases: the name under which its certificates belong together.
fn holder(cases: &[(&Case, Effect)], root: &str) -> String {
    let by_id: BTreeMap<&str, &Case> = cases.iter().map(|(case, _)| (case.id.as_str(), *case)).collect();
    let mut first = root;
    for _ in 0..cases.len() {
        match by_id.get(first).and_then(|case| case.follows.as_deref()).filter(|id| by_id.contains_key(id)) {
            Some(earlier) => first = earlier,
            None => break,
        }
    }
    first.to_owned()
}

/// A later case of the same person ends what an earlier one began before it.
fn make_room(found: &mut Vec<Held>, holder: &str, first: NaiveDate) {
    let eve = first.pred_opt().unwrap_or(first);
    for own in found.iter_mut().filter(|own| own.holder == holder) {
        own.to = own.to.min(eve);
    }
    found.retain(|own| own.from <= own.to);
}

fn of_certificate(holder: &str, rulings: &[Ruling<'_>], shape: &PartnerShape) -> Vec<Held> {
    let granting: Vec<Outcome> = Outcome::ALL.iter().copied().filter(|outcome| outcome.grants()).collect();
    let rows = held(rulings, &granting);
    let rows = rows.iter().filter(|row| !row.deleted && row.valid_from <= row.valid_to);
    rows.filter_map(|row| {
        Some(Held {
            holder: holder.to_owned(),
            case_id: row.case.to_owned(),
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
    use crate::domain::case::testing::{begun, decision};

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

    /// A granted case with a cap, from the start of 2026 to its end.
    fn granted(id: &str, kind: &str, follows: Option<&str>, from: &str) -> Case {
        let mut case = begun(id, kind, follows);
        let mut decision = decision(1, Outcome::Granted, from, "2026-12-31");
        decision.id = format!("dec_{id}");
        decision.draft.content.fields.insert("cap".to_owned(), 10_000.into());
        case.decisions.push(decision);
        case
    }

    fn shape() -> PartnerShape {
        let office =
            "exists = 'x'\nrow = 'x'\nname = 'x'\nprogram = 'x'\nprogram_code = 'x'\nnumber = 'x'\ncap = 'x'";
        let text = format!("number = 'no'\ncap = 'cap'\nwhole = 'whole'\nnamed = []\n[office]\n{office}");
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn an_end_in_another_case_of_the_certificate_ends_what_is_shared() {
        let first = granted("case_1", "new", None, "2026-01-01");
        let end = granted("case_2", "return", Some("case_1"), "2026-07-01");
        let cases = [(&first, Effect::Opens), (&end, Effect::Ends)];
        let last = |counts: &dyn Fn(&Decision) -> bool| {
            let found = certificates(&cases, &shape(), counts);
            found.iter().map(|it| (it.holder.clone(), it.to.to_string())).collect::<Vec<_>>()
        };
        let until = |day: &str| vec![("case_1".to_owned(), day.to_owned())];
        assert_eq!(last(&|_| true), until("2026-06-30"));
        assert_eq!(last(&|it| it.id != "dec_case_2"), until("2026-12-31"));
    }

    #[test]
    fn a_renewal_is_a_certificate_of_the_same_holder() {
        let first = granted("case_1", "new", None, "2026-01-01");
        let renewal = granted("case_2", "renewal", Some("case_1"), "2026-10-01");
        let found = certificates(&[(&first, Effect::Opens), (&renewal, Effect::Renews)], &shape(), |_| true);
        let told: Vec<_> =
            found.iter().map(|it| (it.holder.as_str(), it.case_id.as_str(), it.to.to_string())).collect();
        let eve = "2026-09-30".to_owned();
        assert_eq!(told, [("case_1", "case_1", eve), ("case_1", "case_2", "2026-12-31".to_owned())]);
    }
}
