//! What a register is told so that it comes to hold what it should, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::build::Wanted;
use super::told::Told;
use super::{Aim, Registration, history_key};

/// One row that the register is told.
pub(super) struct Step {
    pub key: String,
    pub case: String,
    pub decision: String,
    /// The row should never have existed.
    pub deleted: bool,
    /// It does not wait for the night.
    pub urgent: bool,
    pub registration: Registration,
}

/// Rows that only say again what the one before them says are one row with it: a change of name or
/// address ends nothing. The row is then the newest decision's.
pub(super) fn joined(rows: Vec<Wanted>) -> Vec<Wanted> {
    let mut joined: Vec<Wanted> = Vec::new();
    for row in rows {
        match joined.last_mut() {
            Some(before) if before.registration.goes_on_as(&row.registration) => {
                before.registration.valid_to = row.registration.valid_to;
                (before.case, before.decision) = (row.case, row.decision);
            }
            _ => joined.push(row),
        }
    }
    joined
}

impl Aim<'_> {
    /// The key of a row. A key that was withdrawn is never used again, nor one under another 個人番号.
    pub(super) fn key(&self, row: &Wanted) -> String {
        let base = history_key(self.connector, self.certificate, row.seq);
        let names = std::iter::once(base.clone()).chain((2..).map(|again| format!("{base}_{again}")));
        let usable = |key: &String| {
            self.told
                .get(key)
                .is_none_or(|told| !told.deleted && told.registration.number == row.registration.number)
        };
        names.into_iter().find(usable).unwrap_or(base)
    }

    /// Everything that the register has to be told.
    pub(super) fn steps(&self, today: NaiveDate) -> Vec<Step> {
        let mut steps: Vec<Step> = self.wanted.iter().filter_map(|row| self.told_anew(row, today)).collect();
        steps.extend(self.withdrawn());
        steps.extend(self.elsewhere());
        in_order(steps, &self.told)
    }

    fn told_anew(&self, row: &Wanted, today: NaiveDate) -> Option<Step> {
        let key = self.key(row);
        let before = self.told.get(&key);
        if before.is_some_and(|told| told.registration == row.registration) {
            return None;
        }
        let urgent =
            before.is_some_and(|told| presses(&self.wanted, &told.registration, &row.registration, today));
        let registration = row.registration.clone();
        Some(Step {
            key,
            case: row.case.clone(),
            decision: row.decision.clone(),
            deleted: false,
            urgent,
            registration,
        })
    }

    /// Rows of the certificate that should not be there, as they were told: also the 個人番号 is that one.
    fn withdrawn(&self) -> impl Iterator<Item = Step> {
        let kept: BTreeSet<String> = self.wanted.iter().map(|row| self.key(row)).collect();
        let gone =
            self.told.iter().filter(move |(key, told)| told.own && !told.deleted && !kept.contains(*key));
        gone.map(|(key, told)| told.again(key, told.registration.clone(), true, true))
    }

    /// Rows of the person's other certificates, where they say who the person is or who may see it.
    fn elsewhere(&self) -> impl Iterator<Item = Step> {
        let others = self.told.iter().filter(|(_, told)| !told.own && !told.deleted);
        others.filter_map(|(key, told)| {
            let now = told.registration.about(&self.person, self.withheld);
            let urgent = now.is_withheld() != told.registration.is_withheld();
            (now != told.registration).then(|| told.again(key, now, false, urgent))
        })
    }
}

/// Whether a change cannot wait: who may see the row changes, or entitlement ends by today and nothing goes on.
fn presses(wanted: &[Wanted], before: &Registration, after: &Registration, today: NaiveDate) -> bool {
    let ends = after.valid_to < before.valid_to && after.valid_to <= today && before.valid_to >= today;
    let next = after.valid_to.succ_opt();
    let goes_on = wanted.iter().any(|row| next.is_some_and(|day| row.registration.covers(day)));
    before.is_withheld() != after.is_withheld() || (ends && !goes_on)
}

impl Told {
    fn again(&self, key: &str, registration: Registration, deleted: bool, urgent: bool) -> Step {
        let (case, decision) = (self.case.clone(), self.decision.clone());
        Step { key: key.to_owned(), case, decision, deleted, urgent, registration }
    }
}

/// What is withdrawn goes first, then whatever has room among the rows that stand at that moment: the
/// register takes no row whose days meet another's.
fn in_order(mut steps: Vec<Step>, told: &BTreeMap<String, Told>) -> Vec<Step> {
    let standing = told.iter().filter(|(_, told)| !told.deleted);
    let mut standing: BTreeMap<String, Registration> =
        standing.map(|(key, told)| (key.clone(), told.registration.clone())).collect();
    let mut ordered = Vec::new();
    while !steps.is_empty() {
        let first = steps.iter().position(|step| step.deleted);
        let next = first.or_else(|| steps.iter().position(|step| has_room(step, &standing)));
        let step = steps.remove(next.unwrap_or(0));
        if step.deleted {
            standing.remove(&step.key);
        } else {
            standing.insert(step.key.clone(), step.registration.clone());
        }
        ordered.push(step);
    }
    ordered
}

fn has_room(step: &Step, standing: &BTreeMap<String, Registration>) -> bool {
    let new = &step.registration;
    let meets = |it: &Registration| it.valid_from <= new.valid_to && new.valid_from <= it.valid_to;
    standing.iter().all(|(key, it)| *key == step.key || it.number != new.number || !meets(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(cap: &str, from: &str, to: &str) -> Registration {
        Registration {
            certificate_type: "54A".to_owned(),
            number: "123456789018".to_owned(),
            fields: [("monthly_cap".to_owned(), cap.to_owned())].into(),
            details: Vec::new(),
            valid_from: from.parse().unwrap(),
            valid_to: to.parse().unwrap(),
        }
    }

    fn wanted(seq: i64, registration: Registration) -> Wanted {
        Wanted { seq, case: format!("case_{seq}"), decision: String::new(), registration }
    }

    fn step(key: &str, deleted: bool, registration: Registration) -> Step {
        let (case, decision) = (String::new(), String::new());
        Step { key: key.to_owned(), case, decision, deleted, urgent: false, registration }
    }

    fn told(rows: &[(&str, Registration)]) -> BTreeMap<String, Told> {
        let each = rows.iter().enumerate().map(|(place, (key, registration))| {
            let (case, decision, registration) = (String::new(), String::new(), registration.clone());
            ((*key).to_owned(), Told { case, decision, own: true, deleted: false, registration, place })
        });
        each.collect()
    }

    fn order(steps: Vec<Step>, told: &BTreeMap<String, Told>) -> Vec<String> {
        in_order(steps, told).into_iter().map(|step| step.key).collect()
    }

    #[test]
    fn rows_that_say_the_same_one_after_the_other_are_one() {
        let rows = vec![
            wanted(1, says("10000", "2026-01-01", "2026-06-30")),
            wanted(2, says("10000", "2026-07-01", "2026-12-31")),
            wanted(3, says("5000", "2027-01-01", "2027-06-30")),
            wanted(4, says("5000", "2027-07-02", "2027-12-31")),
        ];
        let joined = joined(rows);
        let each =
            joined.iter().map(|row| (row.seq, row.case.as_str(), row.registration.valid_to.to_string()));
        let ends = ["2026-12-31", "2027-06-30", "2027-12-31"].map(str::to_owned);
        let [first, second, third] = ends;
        assert_eq!(
            each.collect::<Vec<_>>(),
            [(1, "case_2", first), (3, "case_3", second), (4, "case_4", third)]
        );
    }

    #[test]
    fn room_is_made_before_it_is_taken() {
        let held = told(&[
            ("a", says("1", "2026-01-01", "2026-06-30")),
            ("b", says("2", "2026-07-01", "2026-12-31")),
        ]);
        let grows = || step("a", false, says("1", "2026-01-01", "2026-08-31"));
        let shrinks = || step("b", false, says("2", "2026-09-01", "2026-12-31"));
        assert_eq!(order(vec![grows(), shrinks()], &held), ["b", "a"]);
        let gone = step("b", true, says("2", "2026-07-01", "2026-12-31"));
        assert_eq!(order(vec![grows(), gone], &held), ["b", "a"]);
        let new = step("c", false, says("3", "2026-04-01", "2026-06-30"));
        let ended = step("a", false, says("1", "2026-01-01", "2026-03-31"));
        assert_eq!(order(vec![new, ended], &held), ["a", "c"]);
    }

    #[test]
    fn only_an_end_by_today_after_which_nothing_goes_on_cannot_wait() {
        let today = "2026-07-01".parse().unwrap();
        let before = says("1", "2026-01-01", "2026-12-31");
        let until = |to: &str| says("1", "2026-01-01", to);
        let alone = |to: &str| presses(&[wanted(1, until(to))], &before, &until(to), today);
        assert_eq!([alone("2026-06-30"), alone("2026-07-01"), alone("2026-07-02")], [true, true, false]);
        let next = [wanted(1, until("2026-06-30")), wanted(2, says("2", "2026-07-01", "2026-12-31"))];
        assert!(!presses(&next, &before, &until("2026-06-30"), today), "another row goes on");
        let over = says("1", "2025-01-01", "2025-12-31");
        assert!(!presses(&[], &over, &says("1", "2025-01-01", "2025-10-31"), today), "it was over before");
    }
}
