//! Offices that apply for persons: whether what they fill in and read is there, and that they do no more.

use super::references::dated;
use super::{Parts, Report};
use crate::domain::program::mandate::{MandateShape, Value};
use crate::domain::program::vocabulary::{CommandName, Reach};

/// What somebody may do whom the person asked to apply for them. Consents, corrections and the withdrawal stay
/// with the person.
const HELPING: [CommandName; 7] = [
    CommandName::StartDraft,
    CommandName::SaveAnswers,
    CommandName::Attach,
    CommandName::Submit,
    CommandName::Read,
    CommandName::ReadClient,
    CommandName::ReadPapers,
];

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    let asked = definition.roles.iter().any(|role| role.reach == Reach::Entrusted);
    let message = "[mandate] and a role of the reach `entrusted` belong together";
    report.need(asked == definition.mandate.is_some(), "mandate", message, "give both or neither");
    for (index, role) in definition.roles.iter().enumerate() {
        let more = role.commands.iter().find(|command| !HELPING.contains(command));
        if let Some(command) = more.filter(|_| role.reach == Reach::Entrusted) {
            let message = format!("a role of the reach `entrusted` may {}", command.code());
            report.need(false, &format!("role[{index}]"), &message, "leave it to the person");
        }
    }
    if let Some(shape) = &definition.mandate {
        names(parts, shape, report);
    }
}

fn names(parts: &Parts<'_>, shape: &MandateShape, report: &mut Report<'_>) {
    let definition = parts.definition;
    dated("mandate.longest_months", &shape.longest_months, report);
    let kinds: Vec<String> = shape.kinds.iter().map(|kind| kind.code().to_owned()).collect();
    let kind = |code: &str| definition.kinds.iter().any(|it| it.code.code() == code);
    report.known("mandate.kinds", "kind of procedure", &kinds, &kind);
    let application = parts.forms.get(&definition.forms.application);
    let item = |id: &str| application.is_some_and(|form| form.item(id).is_some());
    report.known("mandate.ask_again", "item", &shape.ask_again, &item);
    report.known("mandate.fill", "item", shape.fills.iter().map(|fill| &fill.item), &item);
    let fields = shape.fills.iter().filter_map(|fill| match &fill.with {
        Value::Granted(key) => Some(key),
        _ => None,
    });
    report.known("mandate.fill", "decision field", fields, &|key| definition.decision.field(key).is_some());
    report.known("mandate.consent", "consent", [&shape.consent], &|key| definition.consent(key).is_some());
    for (index, paper) in shape.papers.iter().enumerate() {
        let path = format!("mandate.paper[{index}]");
        let form = parts.forms.get(&paper.form);
        report.known(&path, "form", [&paper.form], &|_| form.is_some());
        let items = paper.closed.iter().map(|closed| &closed.item);
        report.known(&path, "item", items, &|id| form.is_some_and(|form| form.item(id).is_some()));
    }
}
