//! What the guards of a program folder may ask about a case.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::domain::program::guard::Facts;

use super::Case;
use super::work::{WorkItem, WorkState};

/// The items of the filed application with the digest of their present content, by item key.
pub type Items = BTreeMap<String, String>;

/// Codes that were answered, by linkId.
pub type Codes = BTreeMap<String, BTreeSet<String>>;

/// The facts of a case on a day.
pub fn facts(case: &Case, items: &Items, today: NaiveDate) -> Facts {
    let kinds = |wanted: &dyn Fn(&WorkItem) -> bool| -> BTreeSet<String> {
        case.work.iter().filter(|item| wanted(item)).map(|item| item.kind.clone()).collect()
    };
    Facts {
        state: case.state,
        holder: case.holder(),
        kind: case.kind.clone(),
        open: kinds(&|item| item.state.is_open() || item.state == WorkState::Planned),
        accepted: kinds(&|item| item.state == WorkState::Accepted),
        waived: kinds(&|item| item.state == WorkState::Waived),
        overdue: kinds(&|item| item.state.is_open() && item.due_on < today),
        consents: case.consents.keys().filter(|key| case.consents_to(key)).cloned().collect(),
        answers: BTreeMap::new(),
        outcome: case
            .decision()
            .map(|it| it.draft.content.outcome)
            .or_else(|| case.draft.as_ref().map(|it| it.content.outcome)),
        deliberated: case.committee.is_some(),
        unseen: unseen(case, items).next().is_some(),
    }
}

/// The items without a verdict on their present content.
pub fn unseen<'a>(case: &'a Case, items: &'a Items) -> impl Iterator<Item = &'a str> {
    items.iter().filter_map(|(key, digest)| {
        let seen = case.verdicts.get(key).is_some_and(|verdict| verdict.content == *digest);
        (!seen).then_some(key.as_str())
    })
}

/// The items that wait to be returned to the applicant.
pub fn returned(case: &Case) -> impl Iterator<Item = &str> {
    case.verdicts.iter().filter(|(_, verdict)| verdict.is_returned()).map(|(key, _)| key.as_str())
}
