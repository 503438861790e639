//! Measures and comparisons: whether the moments and fields that they name are there.

use super::references::dated;
use super::{Parts, Report};
use crate::domain::program::measure::Measure;
use crate::domain::program::vocabulary::OptionalState;

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    let measures = definition.measures.iter().map(|it| it.code.as_str());
    let comparisons = definition.comparisons.iter().map(|it| it.code.as_str());
    report.unique("measure", measures.chain(comparisons));
    for (index, measure) in definition.measures.iter().enumerate() {
        moments(parts, report, &format!("measure[{index}]"), measure);
    }
    let field = |key: &str| definition.decision.field(key).is_some();
    for (index, rule) in definition.comparisons.iter().enumerate() {
        report.known(&format!("comparison[{index}]"), "field", [&rule.first, &rule.last], &field);
    }
}

fn moments(parts: &Parts<'_>, report: &mut Report<'_>, path: &str, measure: &Measure) {
    let definition = parts.definition;
    let differ = measure.from != measure.to;
    report.need(differ, path, "it begins where it ends", "name two moments");
    for moment in [&measure.from, &measure.to] {
        let named = moment.work_item().map(str::to_owned);
        report.known(path, "work item", &named, &|kind| definition.work_item(kind).is_some());
        let held = !moment.needs_committee() || definition.uses(OptionalState::Deliberation);
        report.need(held, path, "there is no committee", "name another moment");
    }
    let kind = |code: &str| definition.kinds.iter().any(|it| it.code.code() == code);
    let named: Vec<String> = measure.kinds.iter().map(|it| it.code().to_owned()).collect();
    report.known(path, "kind", &named, &kind);
    if let Some(setting) = &measure.over_days {
        dated(&format!("{path}.over_days"), setting, report);
    }
}
