//! From the hub's results to answers for our rows, so that nothing unclear passes for a success.

use crate::ports::hub::{Defect, RowOutcome, RowResult};
use crate::store::hub_moves::Answer;

use super::faults::{self, Fault};
use super::ledger::Line;

/// The hub's code for the withdrawal of a row that it does not hold.
const ABSENT: &str = "E3004";

/// The outcome of every row of a batch, where there is one. A result belongs to a row only when
/// position and history key agree; two that contradict each other are none.
pub(super) fn outcomes(lines: &[Line], results: Vec<RowResult>) -> Vec<Option<RowOutcome>> {
    let mut outcomes = vec![None; lines.len()];
    for result in results {
        let Some(at) = result.row else { continue };
        let (Some(line), Some(slot)) = (lines.get(at), outcomes.get_mut(at)) else { continue };
        let same_key = result.history_key.as_deref() == Some(line.history_key.as_str());
        let outcome = if same_key { result.outcome } else { RowOutcome::NotUnderstood };
        *slot = match slot.take() {
            Some(before) if before != outcome => Some(RowOutcome::NotUnderstood),
            _ => Some(outcome),
        };
    }
    outcomes
}

/// Whether a row has an outcome that says something.
pub(super) fn is_clear(outcome: &Option<RowOutcome>) -> bool {
    !matches!(outcome, None | Some(RowOutcome::NotUnderstood))
}

/// Fills unclear outcomes from another reading.
pub(super) fn merge(
    known: Vec<Option<RowOutcome>>,
    read: Vec<Option<RowOutcome>>,
) -> Vec<Option<RowOutcome>> {
    let pairs = known.into_iter().zip(read);
    pairs.map(|(before, now)| if is_clear(&before) || now.is_none() { before } else { now }).collect()
}

/// The answers to all rows, each with its case.
pub(super) fn answers(lines: &[Line], outcomes: &[Option<RowOutcome>], task: &str) -> Vec<(String, Answer)> {
    let each = lines.iter().zip(outcomes);
    each.map(|(line, outcome)| (line.case.clone(), answer(line, outcome.as_ref(), task))).collect()
}

fn answer(line: &Line, outcome: Option<&RowOutcome>, task: &str) -> Answer {
    let taken = |state, word: &str| Answer {
        row: line.row.clone(),
        state,
        problem: String::new(),
        receipt: format!("{task} {word}"),
    };
    match outcome {
        Some(RowOutcome::Registered) => taken("accepted", "registered"),
        Some(RowOutcome::Updated) => taken("accepted", "updated"),
        Some(RowOutcome::Unchanged) => taken("accepted", "unchanged"),
        Some(RowOutcome::Deleted) => taken("accepted", "deleted"),
        Some(RowOutcome::Superseded) => taken("superseded", "superseded"),
        // What is withdrawn and was never there is as it should be.
        Some(RowOutcome::Rejected(defects)) if line.deleted && is_absent(defects) => {
            taken("accepted", "absent")
        }
        Some(RowOutcome::Rejected(defects)) if !defects.is_empty() => {
            rejected(line, &defects.iter().map(Fault::from).collect::<Vec<_>>())
        }
        Some(RowOutcome::Rejected(_) | RowOutcome::NotUnderstood) => {
            rejected(line, &[Fault::new("not-understood")])
        }
        None => rejected(line, &[Fault::new("no-answer")]),
    }
}

fn is_absent(defects: &[Defect]) -> bool {
    !defects.is_empty() && defects.iter().all(|defect| defect.code.ends_with(ABSENT))
}

/// The answer that rejects a row.
pub(super) fn rejected(line: &Line, faults: &[Fault]) -> Answer {
    Answer {
        row: line.row.clone(),
        state: "rejected",
        problem: faults::write(faults),
        receipt: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        let line = |n: usize| Line {
            row: format!("r{n}"),
            case: format!("c{n}"),
            history_key: format!("k{n}"),
            deleted: n == 2,
        };
        (0..3).map(line).collect()
    }

    fn result(row: usize, key: &str, outcome: RowOutcome) -> RowResult {
        RowResult { row: Some(row), history_key: Some(key.to_owned()), outcome }
    }

    fn states(results: Vec<RowResult>) -> Vec<&'static str> {
        let lines = lines();
        answers(&lines, &outcomes(&lines, results), "t").into_iter().map(|(_, answer)| answer.state).collect()
    }

    #[test]
    fn results_are_matched_by_position_and_key_in_any_order() {
        let results = vec![
            result(2, "k2", RowOutcome::Unchanged),
            result(0, "k0", RowOutcome::Registered),
            result(1, "k1", RowOutcome::Superseded),
        ];
        assert_eq!(states(results), ["accepted", "superseded", "accepted"]);
    }

    #[test]
    fn a_result_for_another_key_or_position_is_no_success() {
        let results = vec![
            result(0, "k1", RowOutcome::Registered),
            result(7, "k1", RowOutcome::Registered),
            RowResult { row: None, history_key: Some("k2".to_owned()), outcome: RowOutcome::Registered },
        ];
        assert_eq!(states(results), ["rejected"; 3]);
    }

    #[test]
    fn a_repeated_result_counts_once_and_a_contradicting_one_not_at_all() {
        let results = vec![
            result(0, "k0", RowOutcome::Registered),
            result(0, "k0", RowOutcome::Registered),
            result(1, "k1", RowOutcome::Registered),
            result(1, "k1", RowOutcome::Rejected(Vec::new())),
        ];
        assert_eq!(states(results), ["accepted", "rejected", "rejected"]);
    }

    #[test]
    fn a_rejection_keeps_its_codes() {
        let defect = Defect {
            row: Some(0),
            field: Some("incomeSegment".to_owned()),
            code: "PMH-E2003".to_owned(),
            message: String::new(),
        };
        let lines = lines();
        let found = outcomes(&lines, vec![result(0, "k0", RowOutcome::Rejected(vec![defect]))]);
        let (_, answer) = answers(&lines, &found, "t").remove(0);
        assert_eq!(faults::read(&answer.problem), vec![Fault::at("PMH-E2003", "incomeSegment")]);
    }

    #[test]
    fn to_withdraw_what_is_not_there_is_no_fault() {
        let absent = |row: usize| {
            let code = "PMH-E3004".to_owned();
            let defect = Defect { row: Some(row), field: None, code, message: String::new() };
            result(row, &format!("k{row}"), RowOutcome::Rejected(vec![defect]))
        };
        let others = result(1, "k1", RowOutcome::Registered);
        assert_eq!(states(vec![absent(0), others, absent(2)]), ["rejected", "accepted", "accepted"]);
    }

    #[test]
    fn another_reading_fills_gaps_and_takes_nothing_away() {
        let first = vec![Some(RowOutcome::Registered), None, Some(RowOutcome::NotUnderstood)];
        let second = vec![None, Some(RowOutcome::Updated), Some(RowOutcome::Deleted)];
        let merged = merge(first, second);
        assert_eq!(
            merged,
            [Some(RowOutcome::Registered), Some(RowOutcome::Updated), Some(RowOutcome::Deleted)]
        );
    }
}
