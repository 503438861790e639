//! Canonical addresses of the extensions a form may carry.

/// Where HL7 publishes the base extensions.
pub const HL7: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Where HL7 publishes the Structured Data Capture extensions.
pub const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/";
/// Where the product's own rendering hints live; other form tools ignore them.
pub const OWN: &str = "https://madoguchi.example/fhir/StructureDefinition/";

/// Extensions of the form as a whole, by the last part of their address.
pub const ON_FORM: &[(&str, &[&str])] = &[
    (HL7, &["variable", "questionnaire-constraint", "targetConstraint", "preferredTerminologyServer"]),
    (
        SDC,
        &[
            "sdc-questionnaire-launchContext",
            "sdc-questionnaire-preferredTerminologyServer",
            "sdc-questionnaire-definitionExtract",
            "sdc-questionnaire-definitionExtractValue",
            "sdc-questionnaire-extractAllocateId",
        ],
    ),
];

/// Extensions of an item, by the last part of their address.
pub const ON_ITEM: &[(&str, &[&str])] = &[
    (
        HL7,
        &[
            "variable",
            "targetConstraint",
            "questionnaire-constraint",
            "questionnaire-minOccurs",
            "questionnaire-maxOccurs",
            "questionnaire-itemControl",
            "questionnaire-choiceOrientation",
            "questionnaire-hidden",
            "questionnaire-displayCategory",
            "questionnaire-unit",
            "entryFormat",
            "minLength",
            "regex",
            "maxDecimalPlaces",
            "minValue",
            "maxValue",
            "mimeType",
            "maxSize",
            "preferredTerminologyServer",
        ],
    ),
    (
        SDC,
        &[
            "sdc-questionnaire-enableWhenExpression",
            "sdc-questionnaire-calculatedExpression",
            "sdc-questionnaire-initialExpression",
            "sdc-questionnaire-itemPopulationContext",
            "sdc-questionnaire-shortText",
            "sdc-questionnaire-preferredTerminologyServer",
            "sdc-questionnaire-definitionExtract",
            "sdc-questionnaire-definitionExtractValue",
            "sdc-questionnaire-extractAllocateId",
        ],
    ),
    (
        OWN,
        &[
            "paper-number",
            "input-hint",
            "why",
            "furigana-of",
            "soft-required",
            "secret",
            "required-for",
            "lookup",
            "disputable",
        ],
    ),
];

/// The short name of an extension address if it is in `list`.
pub fn short_name<'a>(list: &[(&str, &[&str])], url: &'a str) -> Option<&'a str> {
    list.iter().find_map(|(base, names)| url.strip_prefix(base).filter(|name| names.contains(name)))
}
