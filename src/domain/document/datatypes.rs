//! The general-purpose data types of FHIR R4 as far as profiles here use them.
//!
//! Source: HL7 FHIR R4 (4.0.1), "Data Types" and "Metadata Types".

use super::element::{Element, Type};

/// Name, type, whether it is a list.
type Row = (&'static str, &'static str, bool);

const IDENTIFIER: [Row; 6] = [
    ("use", "code", false),
    ("type", "CodeableConcept", false),
    ("system", "uri", false),
    ("value", "string", false),
    ("period", "Period", false),
    ("assigner", "Reference", false),
];
const HUMAN_NAME: [Row; 7] = [
    ("use", "code", false),
    ("text", "string", false),
    ("family", "string", false),
    ("given", "string", true),
    ("prefix", "string", true),
    ("suffix", "string", true),
    ("period", "Period", false),
];
const ADDRESS: [Row; 10] = [
    ("use", "code", false),
    ("type", "code", false),
    ("text", "string", false),
    ("line", "string", true),
    ("city", "string", false),
    ("district", "string", false),
    ("state", "string", false),
    ("postalCode", "string", false),
    ("country", "string", false),
    ("period", "Period", false),
];
const CONTACT_POINT: [Row; 5] = [
    ("system", "code", false),
    ("value", "string", false),
    ("use", "code", false),
    ("rank", "positiveInt", false),
    ("period", "Period", false),
];
const CODEABLE_CONCEPT: [Row; 2] = [("coding", "Coding", true), ("text", "string", false)];
const CODING: [Row; 5] = [
    ("system", "uri", false),
    ("version", "string", false),
    ("code", "code", false),
    ("display", "string", false),
    ("userSelected", "boolean", false),
];
const PERIOD: [Row; 2] = [("start", "dateTime", false), ("end", "dateTime", false)];
const REFERENCE: [Row; 4] = [
    ("reference", "string", false),
    ("type", "uri", false),
    ("identifier", "Identifier", false),
    ("display", "string", false),
];
const META: [Row; 6] = [
    ("versionId", "id", false),
    ("lastUpdated", "instant", false),
    ("source", "uri", false),
    ("profile", "canonical", true),
    ("security", "Coding", true),
    ("tag", "Coding", true),
];
const EXTENSION: [Row; 1] = [("url", "uri", false)];

/// The elements of a type; none for a primitive one or one that is not known here.
pub(super) fn elements(code: &str) -> Vec<Element> {
    let rows: &[Row] = match code {
        "Identifier" => &IDENTIFIER,
        "HumanName" => &HUMAN_NAME,
        "Address" => &ADDRESS,
        "ContactPoint" => &CONTACT_POINT,
        "CodeableConcept" => &CODEABLE_CONCEPT,
        "Coding" => &CODING,
        "Period" => &PERIOD,
        "Reference" => &REFERENCE,
        "Meta" => &META,
        "Extension" => &EXTENSION,
        _ => return Vec::new(),
    };
    rows.iter().map(element).collect()
}

fn element((name, code, list): &Row) -> Element {
    Element {
        name: (*name).to_owned(),
        max: (!list).then_some(1),
        list: *list,
        types: vec![Type { code: (*code).to_owned(), ..Type::default() }],
        ..Element::default()
    }
}
