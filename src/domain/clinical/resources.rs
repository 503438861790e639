//! The seven resources, element by element.

use super::bundle::{Around, told};
use super::evidence::{
    Allergy, Code, Concept, Coverage, Diagnosis, Drug, Evidence, FlagKind, Identifier, Lab, Origin, Patient,
    PersonName, Subject, Verification,
};
use super::node::Node;
use super::systems;

/// Reads a resource of a known type; others stay in the kept bytes only.
pub(super) fn read(kind: &str, node: &Node, around: &Around, evidence: &mut Evidence) {
    let origin = origin(kind, node, around);
    let new = match kind {
        "Patient" => add(&mut evidence.patients, node, origin, patient, |entry| &entry.origin),
        "Coverage" => add(&mut evidence.coverages, node, origin, coverage, |entry| &entry.origin),
        "Condition" => add(&mut evidence.diagnoses, node, origin, diagnosis, |entry| &entry.origin),
        "Observation" => add(&mut evidence.labs, node, origin, lab, |entry| &entry.origin),
        "MedicationRequest" => add(&mut evidence.drugs, node, origin, drug, |entry| &entry.origin),
        "AllergyIntolerance" => add(&mut evidence.allergies, node, origin, allergy, |entry| &entry.origin),
        _ => false,
    };
    if new && (node.has("modifierExtension") || node.has("implicitRules")) {
        node.note(FlagKind::UnknownModifier);
    }
}

/// Adds an entry unless the very same version of it is there: pages overlap when a record is written
/// while it is paged through, and one person's several Patient resources may share their entries.
fn add<T>(
    list: &mut Vec<T>,
    node: &Node,
    origin: Origin,
    read: fn(&Node, Origin) -> T,
    origin_of: fn(&T) -> &Origin,
) -> bool {
    let new = !list.iter().any(|other| same_version(origin_of(other), &origin));
    if new {
        list.push(read(node, origin));
    }
    new
}

fn same_version(one: &Origin, other: &Origin) -> bool {
    let datable = one.id.is_some() && (one.version.is_some() || one.last_updated.is_some());
    let key = |origin: &Origin| {
        (origin.id.clone(), origin.full_url.clone(), origin.version.clone(), origin.last_updated.clone())
    };
    datable && key(one) == key(other)
}

fn origin(kind: &str, node: &Node, around: &Around) -> Origin {
    let meta = node.object("meta");
    Origin {
        place: node.place.clone(),
        resource_type: kind.to_owned(),
        id: node.text("id"),
        full_url: around.full_url.clone(),
        version: meta.as_ref().and_then(|meta| meta.text("versionId")),
        last_updated: meta.as_ref().and_then(|meta| meta.date("lastUpdated")),
        institution: institution(node),
        told: told(node).max(around.told),
    }
}

fn institution(node: &Node) -> Option<String> {
    let stated =
        node.extension("InstitutionNumber").and_then(|extension| extension.object("valueIdentifier"));
    stated.and_then(|identifier| identifier.text("value")).or_else(|| {
        let systems =
            node.objects("identifier").into_iter().filter_map(|identifier| identifier.text("system"));
        systems
            .into_iter()
            .find_map(|system| system.strip_prefix(systems::LOCAL_PATIENT_PREFIX).map(str::to_owned))
    })
}

fn patient(node: &Node, origin: Origin) -> Patient {
    Patient {
        origin,
        identifiers: identifiers(node),
        names: node.objects("name").iter().map(name).collect(),
        birth_date: node.date("birthDate"),
        gender: node.text("gender"),
        address: node.objects("address").iter().find_map(|address| address.text("text")),
    }
}

fn name(node: &Node) -> PersonName {
    PersonName {
        writing: node
            .extension("iso21090-EN-representation")
            .and_then(|extension| extension.text("valueCode")),
        text: node.text("text"),
        family: node.text("family"),
        given: node.texts("given"),
    }
}

fn coverage(node: &Node, origin: Origin) -> Coverage {
    let period = node.object("period");
    let insured = |part: &str| node.extension(part).and_then(|extension| extension.text("valueString"));
    Coverage {
        origin,
        subject: subject(node, "beneficiary"),
        status: node.text("status"),
        kind: concept(node, "type"),
        identifiers: identifiers(node),
        subscriber: node.text("subscriberId"),
        symbol: insured("JP_Coverage_InsuredPersonSymbol"),
        number: insured("JP_Coverage_InsuredPersonNumber"),
        branch: insured("JP_Coverage_InsuredPersonSubNumber"),
        valid_from: period.as_ref().and_then(|period| period.date("start")),
        valid_to: period.as_ref().and_then(|period| period.date("end")),
        payor: node.objects("payor").first().and_then(payor),
    }
}

fn payor(node: &Node) -> Option<String> {
    node.text("display").or_else(|| node.object("identifier").and_then(|identifier| identifier.text("value")))
}

fn diagnosis(node: &Node, origin: Origin) -> Diagnosis {
    let entry = Diagnosis {
        origin,
        subject: subject(node, "subject"),
        concept: concept(node, "code"),
        clinical_status: status(node, "clinicalStatus"),
        verification: verification(node),
        principal: principal(node),
        onset: moment(node, "onset"),
        ended: moment(node, "abatement"),
        recorded: node.date("recordedDate"),
    };
    flag_verification(node, entry.verification);
    if entry.suspected() {
        node.note(FlagKind::Unconfirmed);
    }
    entry
}

fn principal(node: &Node) -> bool {
    let kind =
        node.extension("JP_eCS_DiagnosisType").map(|extension| concept(&extension, "valueCodeableConcept"));
    kind.is_some_and(|kind| kind.codes.iter().any(|code| code.code.as_deref() == Some("principal")))
}

/// A choice element: as a date, as the start of a period, or in words.
fn moment(node: &Node, stem: &str) -> Option<String> {
    let period = node.object(&format!("{stem}Period")).and_then(|period| period.date("start"));
    node.date(&format!("{stem}DateTime")).or(period).or_else(|| node.text(&format!("{stem}String")))
}

fn lab(node: &Node, origin: Origin) -> Lab {
    let entry = Lab {
        origin,
        subject: subject(node, "subject"),
        concept: concept(node, "code"),
        status: node.text("status"),
        value: lab_value(node),
        unit: node
            .object("valueQuantity")
            .and_then(|quantity| quantity.text("unit").or_else(|| quantity.text("code"))),
        effective: moment(node, "effective"),
    };
    flag_status(node, entry.status.as_deref());
    entry
}

fn lab_value(node: &Node) -> Option<String> {
    if let Some(quantity) = node.object("valueQuantity") {
        let comparator = quantity.text("comparator").unwrap_or_default();
        return quantity.number("value").map(|value| format!("{comparator}{value}"));
    }
    let coded =
        node.has("valueCodeableConcept").then(|| concept(node, "valueCodeableConcept").label().to_owned());
    node.text("valueString").or(coded).or_else(|| node.number("valueInteger"))
}

fn drug(node: &Node, origin: Origin) -> Drug {
    let entry = Drug {
        origin,
        subject: subject(node, "subject"),
        concept: medication(node),
        status: node.text("status"),
        authored: node.date("authoredOn"),
        dosage: node.objects("dosageInstruction").iter().filter_map(|dosage| dosage.text("text")).collect(),
    };
    flag_status(node, entry.status.as_deref());
    entry
}

/// The drug in place, or in the contained Medication that is referred to.
fn medication(node: &Node) -> Concept {
    let Some(reference) = node.object("medicationReference") else {
        return concept(node, "medicationCodeableConcept");
    };
    let target = reference.text("reference").unwrap_or_default();
    let contained = node.objects("contained").into_iter();
    let found =
        contained.into_iter().find(|inner| inner.text("id").is_some_and(|id| target == format!("#{id}")));
    match found {
        Some(medication) => concept(&medication, "code"),
        None => Concept { text: reference.text("display"), ..Concept::default() },
    }
}

fn allergy(node: &Node, origin: Origin) -> Allergy {
    let entry = Allergy {
        origin,
        subject: subject(node, "patient"),
        concept: concept(node, "code"),
        categories: node.texts("category"),
        criticality: node.text("criticality"),
        clinical_status: status(node, "clinicalStatus"),
        verification: verification(node),
    };
    flag_verification(node, entry.verification);
    entry
}

fn flag_verification(node: &Node, verification: Verification) {
    match verification {
        Verification::EnteredInError => node.note(FlagKind::EnteredInError),
        Verification::Refuted => node.note(FlagKind::Refuted),
        _ => {}
    }
}

fn flag_status(node: &Node, status: Option<&str>) {
    if status == Some("entered-in-error") {
        node.note(FlagKind::EnteredInError);
    }
}

fn identifiers(node: &Node) -> Vec<Identifier> {
    node.objects("identifier").iter().filter_map(identifier).collect()
}

fn identifier(node: &Node) -> Option<Identifier> {
    let system = node.text("system").map(|system| systems::canonical(&system).into_owned());
    Some(Identifier { system, value: node.text("value")? })
}

fn subject(node: &Node, name: &str) -> Subject {
    let Some(node) = node.object(name) else { return Subject::default() };
    Subject {
        reference: node.text("reference"),
        identifier: node.object("identifier").as_ref().and_then(identifier),
    }
}

fn concept(node: &Node, name: &str) -> Concept {
    let Some(node) = node.object(name) else { return Concept::default() };
    Concept {
        codes: node.objects("coding").iter().map(code).collect(),
        text: node.text("text"),
        prefixes: modifiers(&node, "JP_Condition_DiseasePrefixModifier"),
        suffixes: modifiers(&node, "JP_Condition_DiseasePostfixModifier"),
    }
}

fn modifiers(node: &Node, suffix: &str) -> Vec<String> {
    let found = node.extensions(suffix);
    found.iter().map(|extension| concept(extension, "valueCodeableConcept").label().to_owned()).collect()
}

fn code(node: &Node) -> Code {
    Code {
        system: node.text("system").map(|system| systems::canonical(&system).into_owned()),
        code: node.text("code"),
        display: node.text("display"),
    }
}

fn status(node: &Node, name: &str) -> Option<String> {
    concept(node, name).codes.into_iter().find_map(|code| code.code)
}

fn verification(node: &Node) -> Verification {
    match status(node, "verificationStatus").as_deref() {
        Some("confirmed") => Verification::Confirmed,
        Some("unconfirmed") => Verification::Unconfirmed,
        Some("provisional") => Verification::Provisional,
        Some("differential") => Verification::Differential,
        Some("refuted") => Verification::Refuted,
        Some("entered-in-error") => Verification::EnteredInError,
        _ => Verification::Unstated,
    }
}
