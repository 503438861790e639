//! What is asked before a dose of a vaccine, and which answers a physician looks at first.

use serde::{Deserialize, Serialize};

use crate::domain::forms::{Answer, Answers, SummarySection};
use crate::domain::program::vocabulary::vocabulary;

vocabulary! {
    /// Who signs the consent.
    Signer {
        /// A parent or whoever stands in their place.
        Guardian = "guardian",
        /// The person, of their own will (B類).
        Person = "person",
    }
}

/// What is asked before a dose of a vaccine on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The questionnaire, by its file stem.
    pub form: String,
    /// For whom: the questionnaire shows by it what to ask.
    pub group: String,
    /// Who consents.
    pub signer: Signer,
    /// Days before the visit from which answers count.
    pub days: u64,
    /// Temperature in tenths of a degree from which a physician thinks of a fever; the judgement stays theirs.
    pub fever_tenths: u32,
    /// Questions with the answer, yes or no, at which a physician must look.
    pub raises: Vec<(String, bool)>,
    /// Where the list of questions was read.
    pub source: String,
}

/// A question as the physician sees it, with what was said further to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Raised {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// What was said further to it.
    pub details: Vec<(String, String)>,
}

/// The answers at which a physician must look, in the order of the form. Never an automatic refusal.
pub fn raised(asked: &Asked, answers: &Answers, sections: &[SummarySection]) -> Vec<Raised> {
    let rows: Vec<_> = sections.iter().flat_map(|section| &section.rows).filter(|row| !row.heading).collect();
    let is_raised = |path: &str| {
        let wanted = asked.raises.iter().find(|(question, _)| question == path);
        wanted.is_some_and(|(_, value)| answers.get(path) == Some(&Answer::Boolean(*value)))
    };
    let further = |path: &str| {
        let mine = format!("{path}-");
        let own = rows.iter().filter(|row| row.path.starts_with(&mine));
        own.map(|row| (row.label.clone(), row.value.clone())).collect()
    };
    let found = rows.iter().filter(|row| is_raised(&row.path));
    found
        .map(|row| Raised {
            question: row.label.clone(),
            answer: row.value.clone(),
            details: further(&row.path),
        })
        .collect()
}
