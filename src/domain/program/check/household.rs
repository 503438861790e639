//! The others of a household: whether what a folder says about them exists.

use super::{Parts, Report};
use crate::domain::program::definition::{HouseholdShape, PartnerShape};
use crate::domain::program::vocabulary::{CommandName, FieldType};

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    if let Some(shape) = &parts.definition.household {
        members(parts, shape, report);
    }
    if let Some(shape) = &parts.definition.partners {
        partners(parts, shape, report);
    }
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
