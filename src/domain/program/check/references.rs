//! Names in `program.toml` that must lead somewhere.

use super::{Parts, Report};
use crate::domain::forms::Form;
use crate::domain::permission::ENGINE;
use crate::domain::program::definition::{Definition, EvidenceValue, Setting};
use crate::domain::program::vocabulary::{CommandName, FieldType, OptionalState};

/// Commands without which no case can run its course.
const NECESSARY: [CommandName; 8] = [
    CommandName::StartDraft,
    CommandName::SaveAnswers,
    CommandName::Submit,
    CommandName::BeginReview,
    CommandName::SetVerdict,
    CommandName::DraftDecision,
    CommandName::ApproveLevel,
    CommandName::Withdraw,
];

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    identity(parts.definition, report);
    names(parts.definition, report);
    forms(parts, report);
    work_items(parts, report);
    revealed(parts, report);
    decision(parts, report);
    ledger(parts.definition, report);
    roles(parts.definition, report);
    settings(parts.definition, report);
    optional_states(parts.definition, report);
    super::committee::check(parts, report);
}

fn identity(definition: &Definition, report: &mut Report<'_>) {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    let id = !definition.id.is_empty() && definition.id.chars().all(plain);
    report.need(id, "id", "the id is not plain", "use small letters, digits and hyphens");
    let prefix = &definition.reference_prefix;
    let capitals = (2..=3).contains(&prefix.len()) && prefix.chars().all(|it| it.is_ascii_uppercase());
    report.need(capitals, "reference_prefix", "the prefix is not plain", "use two or three capital letters");
    report.need(
        !definition.legal_basis.is_empty(),
        "legal_basis",
        "no statute is named",
        "name the statutes",
    );
    report.need(
        !definition.kinds.is_empty(),
        "kinds",
        "nothing can be applied for",
        "name a kind, such as new",
    );
}

fn names(definition: &Definition, report: &mut Report<'_>) {
    report.unique("consent", definition.consents.iter().map(|it| it.key.as_str()));
    report.unique("item_group", definition.item_groups.iter().map(|it| it.code.as_str()));
    report.unique("work_item", definition.work_items.iter().map(|it| it.kind.as_str()));
    report.unique("clock", definition.clocks.iter().map(|it| it.code.as_str()));
    report.unique("decision.field", definition.decision.fields.iter().map(|it| it.key.as_str()));
    for kind in definition.kinds.iter().map(|kind| &kind.code) {
        let named = definition.outcomes.iter().filter(|it| it.kinds.contains(kind));
        report.unique("outcome", named.map(|it| it.code.code()));
    }
    let general = definition.outcomes.iter().filter(|it| it.kinds.is_empty());
    report.unique("outcome", general.map(|it| it.code.code()));
    report.unique("step", definition.steps.iter().map(|it| it.code.as_str()));
    report.unique("stage", definition.stages.iter().map(|it| it.code.as_str()));
    report.unique("connector", definition.connectors.iter().map(|it| it.id.as_str()));
    report.unique("role", definition.roles.iter().map(|it| it.code.as_str()));
    report.unique("start.document", definition.start.documents.iter().map(|it| it.code.as_str()));
}

fn forms(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    let form = |name: &str| parts.forms.contains_key(name);
    report.known("forms.application", "form", [&definition.forms.application], &form);
    report.known("forms.certificate", "form", &definition.forms.certificate, &form);
    report.known("forms.office", "form", &definition.forms.office, &form);
    report.known("forms.further", "form", &definition.forms.further, &form);
    for (index, signer) in definition.signers.iter().enumerate() {
        report.known(&format!("signer[{index}].form"), "form", [&signer.form], &form);
    }
    let certificate = definition.forms.certificate.as_ref().and_then(|name| parts.forms.get(name));
    let certified = |link_id: &str| certificate.is_some_and(|form| form.item(link_id).is_some());
    report.known("evidence.item", "item", definition.evidence.iter().map(|rule| &rule.item), &certified);
    for rule in definition.evidence.iter().filter(|rule| rule.from == EvidenceValue::Lab) {
        let named = !rule.names.is_empty() && !rule.units.is_empty();
        let message = format!("the laboratory test for `{}` has no name or no unit", rule.item);
        report.need(named, "evidence", &message, "add `names` and `units`");
    }
    let Some(application) = parts.forms.get(&definition.forms.application) else { return };
    let item = |link_id: &str| application.item(link_id).is_some();
    for (index, document) in definition.start.documents.iter().enumerate() {
        report.known(&format!("start.document[{index}].item"), "item", &document.item, &item);
    }
    report.known("subject", "item", definition.subject.link_ids(), &item);
    for (index, work) in definition.work_items.iter().enumerate() {
        report.known(&format!("work_item[{index}].assignee_name"), "item", &work.assignee_name, &item);
    }
    let asked_again = definition.renewal.iter().flat_map(|renewal| &renewal.ask_again);
    report.known("renewal.ask_again", "item", asked_again, &item);
    groups(parts, report, &item);
    for step in application.steps() {
        let covered = definition.item_groups.iter().any(|group| group.items.contains(&step.link_id));
        let message = format!("no group examines the step `{}` of the application", step.link_id);
        report.need(covered, "item_group", &message, "add it to a group");
    }
}

fn groups(parts: &Parts<'_>, report: &mut Report<'_>, item: &dyn Fn(&str) -> bool) {
    for (index, group) in parts.definition.item_groups.iter().enumerate() {
        report.known(&format!("item_group[{index}].items"), "item", &group.items, item);
        report.known(&format!("item_group[{index}].evidence"), "item", &group.evidence, item);
        let reason = |code: &str| parts.phrases.returned(code).is_some();
        report.known(&format!("item_group[{index}].reasons"), "return reason", &group.reasons, &reason);
    }
}

fn work_items(parts: &Parts<'_>, report: &mut Report<'_>) {
    let role = |code: &str| parts.definition.role(code).is_some();
    let reason = |code: &str| parts.phrases.waived(code).is_some();
    for (index, item) in parts.definition.work_items.iter().enumerate() {
        let path = |field: &str| format!("work_item[{index}].{field}");
        report.known(&path("form"), "form", &item.form, &|name| parts.forms.contains_key(name));
        report.known(&path("accepted_by"), "role", &item.accepted_by, &role);
        report.known(&path("waived_by"), "role", &item.waived_by, &role);
        report.known(&path("waive_reasons"), "waive reason", &item.waive_reasons, &reason);
        let both = item.waived_by.is_empty() == item.waive_reasons.is_empty();
        report.need(
            both,
            &path("waived_by"),
            "a waiver needs both a role and a reason",
            "name both or neither",
        );
        let form = item.form.as_ref().and_then(|name| parts.forms.get(name));
        let apart = item.assignee.signs() && form.is_some_and(Form::works_apart);
        report.need(
            !item.offline || apart,
            &path("offline"),
            "only a form to be signed without files, rows and sealed numbers may be taken along",
            "leave `offline` out, or take these questions out of the form",
        );
        report.need(
            !item.paid || item.assignee.signs(),
            &path("paid"),
            "only somebody outside the office is paid for a result",
            "leave `paid` out",
        );
    }
}

fn revealed(parts: &Parts<'_>, report: &mut Report<'_>) {
    let application = parts.forms.get(&parts.definition.forms.application);
    let sealed = |id: &str| application.is_some_and(|form| form.item(id).is_some_and(|item| item.secret));
    report.known("revealed", "sealed item of the application", &parts.definition.revealed, &sealed);
}

fn decision(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    report.known("decision.listed", "field of the decision", &definition.decision.listed, &|key| {
        definition.decision.field(key).is_some()
    });
    let shape = &definition.decision;
    let stops = shape.stops.iter().map(|key| ("stops", key));
    for (name, key) in [("starts", &shape.starts), ("ends", &shape.ends)].into_iter().chain(stops) {
        let date = definition.decision.field(key).is_some_and(|field| field.kind == FieldType::Date);
        report.need(date, &format!("decision.{name}"), "it names no field of type date", "name a date field");
    }
    for (index, field) in definition.decision.fields.iter().enumerate() {
        let path = format!("decision.field[{index}]");
        let listed = (field.kind == FieldType::Enum) != field.options.is_empty();
        report.need(
            listed,
            &path,
            "an enum, and only an enum, has options",
            "list the codes, or remove them",
        );
        for outcome in &field.required {
            let known = definition.knows(*outcome);
            report.need(
                known,
                &path,
                "it is required for an outcome that the program lacks",
                "add the outcome",
            );
        }
    }
    for (index, outcome) in definition.outcomes.iter().enumerate() {
        let path = |field: &str| format!("outcome[{index}].{field}");
        let approves = |code: &str| {
            definition.role(code).is_some_and(|role| role.commands.contains(&CommandName::ApproveLevel))
        };
        report.known(&path("approvers"), "role with approve_level called", &outcome.approvers, &approves);
        let fits = |code: &str| {
            parts.phrases.refusal(code).is_some_and(|phrase| phrase.outcomes.contains(&outcome.code))
        };
        report.known(&path("reasons"), "refusal reason for this outcome called", &outcome.reasons, &fits);
        report.known(&path("appeal"), "appeal phrase", &outcome.appeal, &|code| {
            parts.phrases.appeal(code).is_some()
        });
        let told = outcome.require.is_some() == outcome.refusal.is_some();
        report.need(told, &path("require"), "a condition needs its refusal text", "give both or neither");
    }
}

fn ledger(definition: &Definition, report: &mut Report<'_>) {
    let Some(shape) = &definition.ledger else { return };
    report.unique("ledger.kind", shape.kinds.iter().map(|kind| kind.code.as_str()));
    let fields = [
        ("number", &shape.number, FieldType::Text),
        ("cap", &shape.cap, FieldType::Yen),
        ("share", &shape.share, FieldType::Integer),
    ];
    for (name, key, kind) in fields {
        let found = definition.decision.field(key).is_some_and(|field| field.kind == kind);
        let message = format!("it names no field of type {}", kind.code());
        report.need(found, &format!("ledger.{name}"), &message, "name such a field of the decision");
    }
    for command in [CommandName::ReadLedger, CommandName::PostLedger, CommandName::TypeLedger] {
        let held = definition.roles_for(command).next().is_some();
        let message = format!("nobody may {}", command.code());
        report.need(held, "ledger", &message, "give the command to a role");
    }
}

fn roles(definition: &Definition, report: &mut Report<'_>) {
    for (index, role) in definition.roles.iter().enumerate() {
        let path = format!("role[{index}].incompatible");
        report.known(&path, "role", &role.incompatible, &|code| definition.role(code).is_some());
    }
    for command in NECESSARY {
        let held = definition.roles_for(command).next().is_some();
        let message = format!("nobody may {}", command.code());
        report.need(held, "role", &message, "give the command to a role");
    }
    let ladders = definition.work_items.iter().any(|item| !item.reminders.is_empty());
    let delays = definition.clocks.iter().any(|clock| clock.delay.is_some());
    let engine = definition.role(ENGINE);
    for (needed, command) in [(ladders, CommandName::RemindItem), (delays, CommandName::PrepareDelay)] {
        let held = engine.is_some_and(|role| role.commands.contains(&command));
        let message = format!("the engine may not {}", command.code());
        report.need(!needed || held, "role", &message, "give the command to the role `engine`");
    }
}

fn settings(definition: &Definition, report: &mut Report<'_>) {
    let items = definition.work_items.iter().enumerate();
    let items = items.map(|(index, item)| (format!("work_item[{index}].stage_days"), &item.stage_days));
    let clocks = definition.clocks.iter().enumerate();
    let clocks = clocks.map(|(index, clock)| (format!("clock[{index}].days"), &clock.days));
    let delays =
        definition.clocks.iter().enumerate().filter_map(|(index, it)| Some((index, it.delay.as_ref()?)));
    let delays = delays.flat_map(|(index, it)| {
        let path = |field: &str| format!("clock[{index}].delay.{field}");
        [(path("before_days"), &it.before_days), (path("further_days"), &it.further_days)]
    });
    let connectors = definition.connectors.iter().enumerate();
    let connectors =
        connectors.map(|(index, it)| (format!("connector[{index}].certificate_type"), &it.certificate_type));
    let correction = definition.correction.iter().flat_map(|it| {
        [("correction.answer_days", &it.answer_days), ("correction.grace_days", &it.grace_days)]
    });
    let renewal = definition.renewal.iter().map(|it| ("renewal.opens_days_before", &it.opens_days_before));
    let late = definition.renewal.iter().filter_map(|it| it.late.as_ref());
    let renewal = renewal.chain(late.map(|it| ("renewal.late.days", &it.days)));
    let kinds = definition.kinds.iter().enumerate();
    let kinds =
        kinds.filter_map(|(index, it)| Some((format!("kind[{index}].offered"), it.offered.as_ref()?)));
    let kept = [
        ("retention.draft_days", &definition.retention.draft_days),
        ("retention.case_years", &definition.retention.case_years),
    ];
    let single = correction.chain(renewal).chain(kept).map(|(path, setting)| (path.to_owned(), setting));
    for (path, setting) in items.chain(clocks).chain(delays).chain(connectors).chain(kinds).chain(single) {
        dated(&path, setting, report);
    }
}

pub(super) fn dated(path: &str, setting: &Setting, report: &mut Report<'_>) {
    report.need(!setting.values.is_empty(), path, "there is no value", "give a dated value with its source");
    for pair in setting.values.windows(2) {
        if let [earlier, later] = pair {
            let follows = earlier.valid_to.and_then(|end| end.succ_opt()) == Some(later.valid_from);
            report.need(
                follows,
                path,
                "its values overlap or leave a gap",
                "end each the day before the next",
            );
        }
    }
    let sourced = setting.values.iter().all(|value| !value.source.trim().is_empty());
    report.need(sourced, path, "a value has no source", "say where it is from, or that it is a default");
}

fn optional_states(definition: &Definition, report: &mut Report<'_>) {
    let correction = definition.uses(OptionalState::Correction);
    let told = correction == definition.correction.is_some();
    report.need(
        told,
        "optional_states",
        "correction and [correction] belong together",
        "give both or neither",
    );
    for (state, commands) in [
        (OptionalState::Correction, [CommandName::RequestCorrection, CommandName::Resubmit]),
        (OptionalState::Deliberation, [CommandName::ReferToCommittee, CommandName::RecordCommitteeResult]),
    ] {
        for command in commands {
            let held = definition.roles_for(command).next().is_some();
            let message = format!("{} and the command {} belong together", state.code(), command.code());
            report.need(held == definition.uses(state), "optional_states", &message, "give both or neither");
        }
    }
}
