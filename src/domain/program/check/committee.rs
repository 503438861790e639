//! The committee: whether what it asks, withholds and refuses with is there, and who may do what for it.

use super::references::dated;
use super::{Parts, Report};
use crate::domain::program::vocabulary::{CommandName, OptionalState, Reach};

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    let told = definition.uses(OptionalState::Deliberation) == definition.committee.is_some();
    let message = "deliberation and [committee] belong together";
    report.need(told, "optional_states", message, "give both or neither");
    let Some(shape) = &definition.committee else { return };
    dated("committee.term_months", &shape.term_months, report);
    dated("committee.quorum_percent", &shape.quorum_percent, report);
    let asks = !shape.questions.is_empty();
    report.need(asks, "committee.question", "the committee is asked nothing", "add a question");
    report.unique("committee.question", shape.questions.iter().map(|it| it.code.as_str()));
    let phrase = |code: &str| parts.phrases.refusal(code).is_some();
    let reasons = shape.questions.iter().map(|it| &it.reason);
    report.known("committee.question", "refusal phrase", reasons, &phrase);
    let certificate = definition.forms.certificate.as_ref().and_then(|name| parts.forms.get(name));
    let item = |link_id: &str| certificate.is_some_and(|form| form.item(link_id).is_some());
    report.known("committee.withheld", "item", &shape.withheld, &item);
    rights(parts, report);
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
