//! A program: a folder of data that says which forms, work items, clocks, letters and connectors
//! its cases have. Loaded whole, checked whole, identified by the hash of its content.

pub mod answers;
pub mod cases;
pub mod check;
pub mod committee;
pub mod coverage;
pub mod definition;
pub mod display;
pub mod enquiry;
pub mod evidence;
pub mod exchange;
pub mod guard;
pub mod household;
pub mod kind;
pub mod ledger;
pub mod load;
mod lookup;
pub mod mandate;
pub mod measure;
pub mod outcome;
pub mod phrases;
pub mod run;
pub mod simple;
pub mod source;
pub mod start;
pub mod straight;
pub mod subject;
pub mod submission;
pub mod texts;
pub mod vocabulary;
pub mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::document::Profiles;
use super::forms::Form;
use super::letter::LetterTemplate;
use super::problem::Problem;
use super::tables::Tables;

pub use load::{DEFINITION, Files, Law, has_tables, is_offered, load, load_law};

/// A checked program folder.
#[derive(Clone, Debug)]
pub struct Program {
    /// `program.toml`
    pub definition: definition::Definition,
    /// Forms by file stem.
    pub forms: BTreeMap<String, Form>,
    /// Dated tables.
    pub tables: Tables,
    /// Letter templates by file stem.
    pub letters: BTreeMap<String, LetterTemplate>,
    /// `enquiries.toml`
    pub enquiries: enquiry::Enquiries,
    /// Coded reasons and 教示.
    pub phrases: phrases::Phrases,
    /// Every text for users.
    pub texts: texts::Catalogue,
    /// Worked cases by file stem.
    pub cases: BTreeMap<String, cases::WorkedCase>,
    /// Profiles of documents that others send.
    pub profiles: Profiles,
    /// What `program check` tells without refusing the folder.
    pub warnings: Vec<Problem>,
    /// SHA-256 of the folder's content; a case is pinned to it.
    pub hash: String,
    /// The folder itself, so that it can be stored and loaded again.
    pub files: Files,
}

impl Program {
    /// The applicant's form.
    pub fn application(&self) -> Option<&Form> {
        self.forms.get(&self.definition.forms.application)
    }
}
