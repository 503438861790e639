//! The committee: whether what it asks, withholds and refuses with is there, and who may do what for it.

use super::references::dated;
use super::{Parts, Report};
use crate::domain::program::committee::CommitteeShape;
use crate::domain::program::vocabulary::{CommandName, OptionalState, Reach};

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    let told = definition.uses(OptionalState::Deliberation) == definition.committee.is_some();
    let message = "deliberation and [committee] belong together";
    report.need(told, "optional_states", message, "give both or neither");
    let Some(shape) = &definition.committee else { return };
    dated("committee.term_months", &shape.term_months, report);
    dated("committee.quorum_percent", &shape.quorum_percent, report);
    shape.panel_size.iter().for_each(|size| dated("committee.panel_size", size, report));
    report.unique("committee.field", shape.fields.iter().map(|it| it.code.as_str()));
    let asks = shape.questions.is_empty() == shape.result.is_some();
    let message = "the committee answers questions or fills in a form";
    report.need(asks, "committee.question", message, "add a question or `[committee.result]`, not both");
    report.unique("committee.question", shape.questions.iter().map(|it| it.code.as_str()));
    let phrase = |code: &str| parts.phrases.refusal(code).is_some();
    let reasons = shape.questions.iter().map(|it| &it.reason);
    report.known("committee.question", "refusal phrase", reasons, &phrase);
    report.known("committee.papers", "form", &shape.papers, &|name| parts.forms.contains_key(name));
    let read: Vec<&String> = match shape.papers.is_empty() {
        true => definition.forms.certificate.iter().collect(),
        false => shape.papers.iter().collect(),
    };
    let read: Vec<_> = read.into_iter().filter_map(|name| parts.forms.get(name)).collect();
    let item = |link_id: &str| read.iter().any(|form| form.item(link_id).is_some());
    report.known("committee.withheld", "item", &shape.withheld, &item);
    result(parts, shape, report);
    rights(parts, report);
}

/// The form of the result, its item, and the reasons with which it refuses.
fn result(parts: &Parts<'_>, shape: &CommitteeShape, report: &mut Report<'_>) {
    let Some(result) = &shape.result else { return };
    let form = |name: &str| parts.definition.forms.further.iter().any(|it| it == name);
    report.known("committee.result.form", "further form", [&result.form], &form);
    let found = parts.forms.get(&result.form);
    let item = |link_id: &str| found.is_some_and(|form| form.item(link_id).is_some());
    report.known("committee.result.item", "item", [&result.item], &item);
    let phrase = |code: &str| parts.phrases.refusal(code).is_some();
    report.known("committee.result.refused", "refusal phrase", result.refused.values(), &phrase);
}

/// Whoever writes the result down has no opinion of their own, and members reach only their sessions.
fn rights(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    for command in [CommandName::Convene, CommandName::ReadPacket, CommandName::GiveOpinion] {
        let held = definition.roles_for(command).next().is_some();
        let message = format!("nobody may {}", command.code());
        report.need(held, "committee", &message, "give the command to a role");
    }
    for (index, role) in definition.roles.iter().enumerate() {
        let path = format!("role[{index}]");
        let sits = role.commands.contains(&CommandName::GiveOpinion);
        let writes = role.commands.contains(&CommandName::RecordCommitteeResult);
        report.need(!(sits && writes), &path, "one role both sits and records", "split it into two roles");
        let reach = !sits || role.reach == Reach::Seated;
        report.need(reach, &path, "a member reaches more than their sessions", "let its reach be `seated`");
    }
}
