//! What a program's rules propose, with the working shown.
//!
//! A rule never decides. It proposes values for the fields of a decision, each with the steps
//! that led to it (inputs, table row, article), and it points out what a person must look at.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::forms::Answers;
use super::tables::{Row, RowRef};

/// Everything the rules have to say about a case on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Proposed values by the name of the decision's field.
    pub fields: BTreeMap<String, ProposedValue>,
    /// What a person must know, find out, or mend before deciding.
    pub findings: Vec<Finding>,
}

impl Proposal {
    /// Proposes `value` for `field`.
    pub fn put(&mut self, field: &str, value: ProposedValue) {
        self.fields.insert(field.to_owned(), value);
    }

    /// The proposed value of `field` as stored in a decision.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).map(|proposed| &proposed.value)
    }

    /// Whether a finding forbids deciding as proposed.
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Block)
    }
}

/// With what the form of a committee's result begins, and whether that can be concluded together with others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuggestedResult {
    /// Answers by linkId.
    pub answers: Answers,
    /// Whether it can be concluded as suggested, in one go with others.
    pub simple: bool,
    /// What was looked at for that, by a name of the program's texts.
    pub grounds: BTreeMap<String, ProposedValue>,
}

/// One proposed value and how it came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedValue {
    /// The value as the decision stores it; `null` when the rules cannot say.
    pub value: Value,
    /// The value as a Japanese-reading clerk sees it.
    pub shown: String,
    /// The working, first step first.
    pub steps: Vec<WorkingStep>,
}

impl ProposedValue {
    /// A value with the form shown and its working.
    pub fn new(value: impl Into<Value>, shown: impl Into<String>, steps: Vec<WorkingStep>) -> ProposedValue {
        ProposedValue { value: value.into(), shown: shown.into(), steps }
    }
}

/// One step of the working: from which inputs, by which row of which table, under which article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingStep {
    /// Key of the text catalogue that says what the step does.
    pub what: String,
    /// The inputs, in the order in which the step uses them.
    pub inputs: Vec<StepInput>,
    /// Name of the table, if one was used.
    pub table: Option<String>,
    /// The row used, as [`RowRef::row`](super::tables::RowRef) names it.
    pub row: Option<String>,
    /// The article the step rests on.
    pub article: Option<String>,
    /// The result as shown.
    pub result: String,
}

/// A value that went into a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepInput {
    /// Where it comes from: a slot path such as `office.tax.person[0]/tax.shotokuwari`, or the
    /// bare name of an earlier result.
    pub path: String,
    /// The value as shown.
    pub value: String,
}

impl WorkingStep {
    /// A step named by a key of the text catalogue.
    pub fn new(what: &str) -> WorkingStep {
        WorkingStep { what: what.to_owned(), ..WorkingStep::default() }
    }

    /// The same step with one more input.
    pub fn input(mut self, path: &str, value: impl fmt::Display) -> WorkingStep {
        self.inputs.push(StepInput { path: path.to_owned(), value: value.to_string() });
        self
    }

    /// The same step resting on `row`, and on the row's article.
    pub fn by(mut self, row: &Row) -> WorkingStep {
        let reference = row.reference();
        self.table = Some(reference.table);
        self.row = Some(reference.row);
        self.article = Some(reference.article);
        self
    }

    /// The same step resting on an article alone.
    pub fn under(mut self, article: &str) -> WorkingStep {
        self.article = Some(article.to_owned());
        self
    }

    /// The same step with its result.
    pub fn gives(mut self, result: impl fmt::Display) -> WorkingStep {
        self.result = result.to_string();
        self
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// A person must judge or ask before relying on the proposal.
    Ask,
    /// The case cannot be granted as it stands.
    Block,
}

/// Something a person must know, ask or mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Key of the sentence in the text catalogue.
    pub key: String,
    /// Values for the sentence's slots.
    pub args: BTreeMap<String, String>,
    /// Slot path of the item it is about, if it is about one.
    pub field: Option<String>,
}

impl Finding {
    /// A finding of a given weight.
    pub fn new(severity: Severity, key: &str) -> Finding {
        Finding { severity, key: key.to_owned(), args: BTreeMap::new(), field: None }
    }

    /// The same finding with a slot filled.
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Finding {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// The same finding, about the item at `path`.
    pub fn at(mut self, path: &str) -> Finding {
        self.field = Some(path.to_owned());
        self
    }
}

/// On what a match between a recorded diagnosis and an entry of the program rests, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchBasis {
    /// The record carries the entry's own number.
    Number,
    /// The record carries the entry's code in an ontology of such entries.
    Ontology,
    /// The record's words are the entry's name.
    Name,
    /// The record's words are the entry's name in another writing, or one of its joined names.
    FoldedName,
    /// The record's ICD-10 code is one listed for the entry.
    Icd10,
    /// The record's ICD-10 code is in the three-character category of a listed one.
    Icd10Category,
}

/// An entry that a recorded diagnosis may be: a suggestion, never a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Which of the diagnoses given, from 0.
    pub diagnosis: usize,
    /// Number of the entry.
    pub number: i64,
    /// Name of the entry.
    pub name: String,
    /// What the match rests on.
    pub basis: MatchBasis,
    /// The code or words of the record that matched.
    pub matched: String,
    /// The row of the entry.
    pub row: RowRef,
    /// The record itself is unsure: suspected, differential, refuted or entered in error.
    pub uncertain: bool,
}

/// The result of one rule, with its working and with what came to light on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worked<T> {
    /// The result.
    pub value: T,
    /// The working, first step first.
    pub steps: Vec<WorkingStep>,
    /// What a person must know, ask or mend.
    pub findings: Vec<Finding>,
}

impl<T> Worked<T> {
    /// A result that took one step.
    pub fn by(value: T, step: WorkingStep) -> Worked<T> {
        Worked { value, steps: vec![step], findings: Vec::new() }
    }

    /// The same result with one more finding.
    pub fn noting(mut self, finding: Finding) -> Worked<T> {
        self.findings.push(finding);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_stored_and_read_back_unchanged() {
        let step = WorkingStep::new("working.cap")
            .input("tier", "一般所得Ⅰ")
            .under("施行令1条1項")
            .gives("10,000円");
        let mut proposal = Proposal::default();
        proposal.put("cap", ProposedValue::new(10_000, "10,000円", vec![step]));
        proposal.findings.push(Finding::new(Severity::Ask, "finding.x").with("n", 3).at("office.a"));
        let stored = serde_json::to_string(&proposal).unwrap();
        assert_eq!(serde_json::from_str::<Proposal>(&stored).unwrap(), proposal);
        assert_eq!(proposal.value("cap"), Some(&Value::from(10_000)));
    }

    #[test]
    fn only_a_blocking_finding_blocks() {
        let mut proposal = Proposal::default();
        proposal.findings.push(Finding::new(Severity::Ask, "a"));
        assert!(!proposal.is_blocked());
        proposal.findings.push(Finding::new(Severity::Block, "b"));
        assert!(proposal.is_blocked());
    }
}
