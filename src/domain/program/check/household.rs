//! The others of a household: whether what a folder says about them exists.

use super::slots::Known;
use super::{Parts, Report};
use crate::domain::program::definition::{HouseholdShape, PartnerShape};
use crate::domain::program::enquiry::Enquiry;
use crate::domain::program::vocabulary::{CommandName, FieldType};

/// What can be sent about a person beside answers.
const PLAIN: [&str; 6] = ["id", "version", "name", "birth", "my_number", "tax_year"];

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    report.unique("enquiry", parts.enquiries.kinds.iter().map(|kind| kind.code.as_str()));
    for kind in &parts.enquiries.kinds {
        enquiry(parts, kind, report);
    }
    if let Some(shape) = &parts.definition.household {
        members(parts, shape, report);
    }
    if let Some(shape) = &parts.definition.partners {
        partners(parts, shape, report);
    }
}

fn enquiry(parts: &Parts<'_>, kind: &Enquiry, report: &mut Report<'_>) {
    let (definition, path) = (parts.definition, format!("enquiry {}", kind.code));
    report.known(&path, "consent", &kind.consent, &|key| definition.consent(key).is_some());
    report.known(&path, "text", [&kind.label], &|key| parts.texts.has(key));
    let office = definition.forms.office.as_ref();
    let row = kind.row.iter().flat_map(|row| [&row.group, &row.name, &row.role]);
    let answers = kind.answers.iter().map(|column| &column.item);
    let items = row.chain(answers).chain(kind.settled.keys()).chain(kind.missing.keys());
    report.known(&path, "item", items, &|id| has(parts, office, id));
    let slots = Known::of(parts);
    let known = |value: &str| PLAIN.contains(&value) || slots.answer(value);
    report.known(&path, "value", kind.sent.iter().map(|column| &column.value), &known);
    report.need(!kind.id_heading().is_empty(), &path, "no column holds the id", "send the value `id`");
    let sent = kind.sent.iter().any(|column| column.value == "version");
    let message = "a version is both named and sent, or neither";
    report.need(sent == kind.version.is_some(), &path, message, "name it, and send the value `version`");
    someone_may(parts, report, &path, &[CommandName::Enquire]);
}

fn members(parts: &Parts<'_>, shape: &HouseholdShape, report: &mut Report<'_>) {
    let definition = parts.definition;
    let application = Some(&definition.forms.application);
    let items = [&shape.name, &shape.birth, &shape.my_number];
    report.known("household", "item", items, &|id| has(parts, application, id));
    report.known("household.consents", "consent", &shape.consents, &|key| definition.consent(key).is_some());
    let documents = &definition.start.documents;
    report.known("household.document", "document", &shape.document, &|code| {
        documents.iter().any(|document| document.code == code)
    });
    someone_may(parts, report, "household", &[CommandName::InviteMember, CommandName::MemberConsent]);
}

fn partners(parts: &Parts<'_>, shape: &PartnerShape, report: &mut Report<'_>) {
    let fields = [
        ("number", &shape.number, FieldType::Text),
        ("cap", &shape.cap, FieldType::Yen),
        ("whole", &shape.whole, FieldType::Yen),
    ];
    for (name, key, kind) in fields {
        let found = parts.definition.decision.field(key).is_some_and(|field| field.kind == kind);
        let message = format!("it names no field of type {}", kind.code());
        report.need(found, &format!("partners.{name}"), &message, "name such a field of the decision");
    }
    for (index, named) in shape.named.iter().enumerate() {
        let items = [Some(&named.name), named.birth.as_ref(), named.number.as_ref()];
        let path = format!("partners.named[{index}]");
        let application = Some(&parts.definition.forms.application);
        report.known(&path, "item", items.into_iter().flatten(), &|id| has(parts, application, id));
    }
    let office = &shape.office;
    let items = [&office.exists, &office.row, &office.name, &office.program, &office.number, &office.cap];
    let form = parts.definition.forms.office.as_ref();
    report.known("partners.office", "item", items, &|id| has(parts, form, id));
    let known = |code: &str| parts.definition.kinds.iter().any(|kind| kind.code.code() == code);
    let procedure = shape.procedure.as_ref().map(|kind| kind.code());
    report.need(
        procedure.is_none_or(known),
        "partners.procedure",
        "the program has no such kind of procedure",
        "name one of its kinds",
    );
    someone_may(parts, report, "partners", &[CommandName::LinkPartner, CommandName::SettleCap]);
}

fn has(parts: &Parts<'_>, form: Option<&String>, link_id: &str) -> bool {
    let form = form.and_then(|name| parts.forms.get(name));
    form.is_some_and(|form| form.item(link_id).is_some())
}

fn someone_may(parts: &Parts<'_>, report: &mut Report<'_>, path: &str, commands: &[CommandName]) {
    for command in commands {
        let held = parts.definition.roles_for(*command).next().is_some();
        let message = format!("nobody may {}", command.code());
        report.need(held, path, &message, "give the command to a role");
    }
}
