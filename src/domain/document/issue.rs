//! What is wrong with a document, for the machine and for the people who sent it.

use serde_json::{Value, json};

use crate::domain::refusal::Refusal;

/// How much an issue weighs (`http://hl7.org/fhir/issue-severity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The document is not taken.
    Error,
    /// It is taken, and somebody will look at this.
    Warning,
    /// It is taken.
    Information,
}

impl Severity {
    fn code(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        }
    }
}

/// One issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// How much it weighs.
    pub severity: Severity,
    /// Its kind (`http://hl7.org/fhir/issue-type`).
    pub kind: &'static str,
    /// The sentence, and the FHIRPath of the element as its field.
    pub refusal: Refusal,
}

impl Issue {
    /// An error.
    pub fn error(kind: &'static str, refusal: Refusal) -> Issue {
        Issue { severity: Severity::Error, kind, refusal }
    }

    /// A warning.
    pub fn warning(kind: &'static str, refusal: Refusal) -> Issue {
        Issue { severity: Severity::Warning, kind, refusal }
    }

    /// A note.
    pub fn information(refusal: Refusal) -> Issue {
        Issue { severity: Severity::Information, kind: "informational", refusal }
    }

    /// FHIRPath of the element; empty for the whole.
    pub fn expression(&self) -> &str {
        self.refusal.field.as_deref().unwrap_or_default()
    }
}

/// The issues as a FHIR OperationOutcome; `say` gives the sentence of each in the reader's language.
pub fn outcome(issues: &[Issue], say: impl Fn(&Refusal) -> String) -> Value {
    let issue = |issue: &Issue| {
        let mut written = json!({
            "severity": issue.severity.code(),
            "code": issue.kind,
            "details": { "coding": [{ "code": issue.refusal.key }], "text": say(&issue.refusal) },
        });
        if !issue.expression().is_empty() {
            written["expression"] = json!([issue.expression()]);
        }
        written
    };
    json!({ "resourceType": "OperationOutcome", "issue": issues.iter().map(issue).collect::<Vec<_>>() })
}
