//! Whether the parts of a program folder fit together.

mod committee;
mod guards;
mod household;
mod mandate;
mod measures;
mod outside;
mod protected;
mod references;
pub mod slots;
mod stages;
mod submissions;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use super::definition::Definition;
use super::enquiry::Enquiries;
use super::phrases::Phrases;
use super::source::Lines;
use super::texts::Catalogue;
use crate::domain::document::Profiles;
use crate::domain::forms::Form;
use crate::domain::letter::LetterTemplate;
use crate::domain::problem::Problem;

/// The parts of a program folder, each sound in itself.
pub struct Parts<'a> {
    /// `program.toml`
    pub definition: &'a Definition,
    /// `questionnaires/`, by file stem.
    pub forms: &'a BTreeMap<String, Form>,
    /// `fhir/`
    pub profiles: &'a Profiles,
    /// `letters/`, by file stem.
    pub letters: &'a BTreeMap<String, LetterTemplate>,
    /// `enquiries.toml`
    pub enquiries: &'a Enquiries,
    /// `phrases/`
    pub phrases: &'a Phrases,
    /// `texts/`
    pub texts: &'a Catalogue,
    /// Lines of `program.toml`.
    pub lines: &'a Lines,
}

/// Every fault in how the parts fit together.
pub fn check(parts: &Parts<'_>) -> Vec<Problem> {
    let mut report = Report { lines: parts.lines, problems: Vec::new() };
    references::check(parts, &mut report);
    guards::check(parts, &mut report);
    household::check(parts, &mut report);
    mandate::check(parts, &mut report);
    measures::check(parts, &mut report);
    stages::check(parts, &mut report);
    texts::check(parts, &mut report);
    outside::check(parts, &mut report);
    submissions::check(parts, &mut report);
    protected::check(parts, &mut report);
    report.problems
}

/// Collects faults of `program.toml` with their lines.
struct Report<'a> {
    lines: &'a Lines,
    problems: Vec<Problem>,
}

impl Report<'_> {
    fn add(&mut self, path: &str, message: impl Into<String>, fix: &str) {
        self.problems.push(self.lines.problem(path, message, fix));
    }

    fn need(&mut self, holds: bool, path: &str, message: &str, fix: &str) {
        if !holds {
            self.add(path, message, fix);
        }
    }

    /// Every name in `names` must be among the known ones.
    fn known<'n>(
        &mut self,
        path: &str,
        what: &str,
        names: impl IntoIterator<Item = &'n String>,
        known: &dyn Fn(&str) -> bool,
    ) {
        for name in names {
            if !known(name) {
                self.add(path, format!("there is no {what} `{name}`"), "name one that exists, or add it");
            }
        }
    }

    /// No name may come twice.
    fn unique<'n>(&mut self, path: &str, names: impl IntoIterator<Item = &'n str>) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.into_iter().enumerate() {
            if !seen.insert(name) {
                self.add(
                    &format!("{path}[{index}]"),
                    format!("`{name}` is there twice"),
                    "give each its own",
                );
            }
        }
    }
}
