//! How the grants of a case stand on a day: what the register of holders (受給者台帳) says of it.

use chrono::NaiveDate;

use crate::domain::program::vocabulary::Outcome;

use super::decision::Decision;
use super::entitlement::{Entitlement, Ruling, held};

/// How a grant stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It holds.
    Valid,
    /// It begins later.
    Future,
    /// It is over.
    Ended,
    /// It was taken back as if it had never been.
    Withdrawn,
}

impl Standing {
    /// All of them.
    pub const ALL: [Standing; 4] = [Standing::Valid, Standing::Future, Standing::Ended, Standing::Withdrawn];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Future => "future",
            Standing::Ended => "ended",
            Standing::Withdrawn => "withdrawn",
        }
    }

    /// The standing of a code.
    pub fn from_code(code: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.code() == code)
    }
}

/// The grant that counts on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding<'a> {
    /// The decision whose content it shows.
    pub decision: &'a Decision,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, as later decisions left it.
    pub valid_to: NaiveDate,
    /// How it stands.
    pub standing: Standing,
}

/// The grant of a certificate that counts on a day: the one that holds, else the next to begin, else the last that
/// was over, else one that was taken back. None without any grant.
///
/// This alone says what the register shows of a case.
pub fn holding<'a>(rulings: &[Ruling<'a>], day: NaiveDate) -> Option<Holding<'a>> {
    let grants: Vec<Outcome> = Outcome::ALL.iter().copied().filter(|outcome| outcome.grants()).collect();
    let mut rows: Vec<Holding<'a>> = held(rulings, &grants).iter().map(|row| as_held(row, day)).collect();
    rows.sort_by_key(|row| (row.standing, nearness(row, day)));
    rows.into_iter().next()
}

fn as_held<'a>(row: &Entitlement<'a>, day: NaiveDate) -> Holding<'a> {
    let standing = match row {
        row if row.deleted => Standing::Withdrawn,
        row if row.valid_from > day => Standing::Future,
        row if row.valid_to < day => Standing::Ended,
        _ => Standing::Valid,
    };
    Holding { decision: row.decision, valid_from: row.valid_from, valid_to: row.valid_to, standing }
}

/// Days between a grant and a day.
fn nearness(row: &Holding<'_>, day: NaiveDate) -> i64 {
    let end = if row.standing == Standing::Future { row.valid_from } else { row.valid_to };
    end.signed_duration_since(day).num_days().abs()
}

#[cfg(test)]
mod tests {
    use crate::domain::case::testing::decision;
    use crate::domain::program::vocabulary::Effect;

    use super::*;

    fn told(decisions: &[Decision], day: &str) -> Option<(i64, Standing, String)> {
        let ruling = |decision| Ruling { case: "case_1", effect: Effect::Opens, decision, undone: false };
        let rulings: Vec<Ruling> = decisions.iter().map(ruling).collect();
        let found = holding(&rulings, day.parse().unwrap())?;
        Some((found.decision.seq, found.standing, found.valid_to.to_string()))
    }

    #[test]
    fn the_grant_that_holds_on_the_day_counts() {
        let decisions = [
            decision(1, Outcome::Granted, "2026-01-01", "2026-12-31"),
            decision(2, Outcome::Granted, "2026-07-01", "2026-12-31"),
        ];
        let on = |day| told(&decisions, day).unwrap();
        assert_eq!(on("2025-12-31"), (1, Standing::Future, "2026-06-30".to_owned()));
        assert_eq!(on("2026-06-30"), (1, Standing::Valid, "2026-06-30".to_owned()));
        assert_eq!(on("2026-07-01"), (2, Standing::Valid, "2026-12-31".to_owned()));
        assert_eq!(on("2027-01-01"), (2, Standing::Ended, "2026-12-31".to_owned()));
    }

    #[test]
    fn what_was_taken_back_never_holds() {
        let granted = decision(1, Outcome::Granted, "2026-01-01", "2026-12-31");
        let decisions = [granted, decision(2, Outcome::Refused, "", "")];
        assert_eq!(told(&decisions, "2026-06-01").map(|it| it.1), Some(Standing::Withdrawn));
        assert_eq!(told(&decisions[1..], "2026-06-01"), None);
    }
}
