//! Pure law: one room a program, strangers to one another. Adding a program with rules of its own
//! means a folder here and a line in [`ALL`].

pub mod ask;
mod ask_error;
mod immunization;
pub mod kaigo;
pub mod nanbyo;
mod paid;
pub mod read;
pub mod yobo;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::apportionment::{Changed, Held};
use crate::domain::clinical::Diagnosis;
use crate::domain::forms::Answers;
use crate::domain::ledger::{Criterion, MonthTotal};
use crate::domain::problem::Problem;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Match, Proposal, SuggestedResult};
use crate::domain::tables::Tables;
use ask::Question;
pub use immunization::ImmunizationRules;
pub use paid::{Paid, Posted, Stretch};

/// What the rules of a program read.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The kind of procedure.
    pub kind: &'a CaseKind,
    /// The day on which the office received the application; today while it is a draft.
    pub received_on: NaiveDate,
    /// The applicant's form.
    pub application: &'a Answers,
    /// The certificate in force, if there is one.
    pub certificate: Option<&'a Answers>,
    /// The office's findings, if there are any.
    pub office: Option<&'a Answers>,
    /// The newest answers to each further form of the program, by its name.
    pub further: &'a BTreeMap<String, Answers>,
    /// Fields of the decision that the case renews or changes; empty when there is none.
    pub before: &'a BTreeMap<String, Value>,
    /// What was granted for which days and what the ledger has of it; empty where no money is asked back.
    pub paid: &'a Paid,
    /// Values the deciding body has set, by key, such as `common_end`.
    pub settings: &'a BTreeMap<String, String>,
}

/// A form that somebody signs, while it is written or afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'a> {
    /// Name of the form.
    pub form: &'a str,
    /// What is in it.
    pub answers: &'a Answers,
    /// The kind of procedure for which it is written.
    pub kind: &'a CaseKind,
}

/// A remark that given answers of a form raise together. Told beforehand, so that a device without
/// network can make it.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// Questions of the form with the code that each must have.
    pub all: Vec<(String, String)>,
    /// The remark.
    pub finding: Finding,
}

/// The rules of a program's ledger of payments.
#[derive(Clone, Copy, Debug)]
pub struct LedgerRules {
    /// The share of a kind of care in percent, where it is not the person's own.
    pub percent: fn(&str, NaiveDate, &Tables) -> Option<u32>,
    /// The criteria that look at the totals of months, as they stand on a day.
    pub criteria: fn(&[MonthTotal], NaiveDate, &Tables) -> Vec<Criterion>,
}

/// Compares the certificates of a household before and after a decision.
pub type ShareRule = fn(&[Held], &[Held], &Tables, NaiveDate) -> Vec<Changed>;

/// The rules of one program. Each is a pure function; the last argument is the day that counts as
/// today, or for a certificate the day of receipt.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Name of the program: its folder under `forms/`.
    pub program: &'static str,
    /// Everything that can be proposed for a decision.
    pub propose: fn(&Inputs<'_>, &Tables, NaiveDate) -> Proposal,
    /// Outcomes of a signed form alone, shown as information to whoever signs it.
    pub assess_paper: fn(&Paper<'_>, &Tables, NaiveDate) -> Proposal,
    /// What stands against a signed form.
    pub review_paper: fn(&Paper<'_>, &Tables, NaiveDate) -> Vec<Finding>,
    /// Those remarks on a form that follow from its given answers alone, by its name.
    pub prompts: fn(&str, &Tables, NaiveDate) -> Vec<Prompt>,
    /// With what the committee's form begins, where it concludes by one.
    pub suggest_result: Option<fn(&Inputs<'_>, &Tables, NaiveDate) -> SuggestedResult>,
    /// Which entries of the program the recorded diagnoses may be.
    pub match_diagnosis: fn(&[Diagnosis], &Tables, NaiveDate) -> Vec<Match>,
    /// The ledger of payments, if institutions keep one.
    pub ledger: Option<LedgerRules>,
    /// Whose cap is another when the certificates of a household are other ones, if caps are shared.
    pub share: Option<ShareRule>,
    /// The rules about doses, if the program keeps a ledger of vaccinations.
    pub immunization: Option<ImmunizationRules>,
    /// What can be asked from plain values, without a case.
    pub questions: &'static [Question],
    /// What is wrong with the tables beyond what they say of themselves.
    pub check_tables: fn(&Tables) -> Vec<Problem>,
}

impl Rules {
    /// Rules that can only be asked: nobody applies under them, so they propose and find nothing.
    pub const fn asked_only(
        program: &'static str,
        questions: &'static [Question],
        check_tables: fn(&Tables) -> Vec<Problem>,
    ) -> Rules {
        Rules {
            program,
            propose: |_, _, _| Proposal::default(),
            assess_paper: |_, _, _| Proposal::default(),
            review_paper: |_, _, _| Vec::new(),
            prompts: |_, _, _| Vec::new(),
            suggest_result: None,
            match_diagnosis: |_, _, _| Vec::new(),
            ledger: None,
            share: None,
            immunization: None,
            questions,
            check_tables,
        }
    }

    /// The question of that name.
    pub fn question(&self, name: &str) -> Option<&'static Question> {
        self.questions.iter().find(|question| question.name == name)
    }
}

/// Every program that has rules of its own.
pub const ALL: &[Rules] = &[kaigo::RULES, nanbyo::RULES, yobo::RULES];

/// The rules of a program, or `None` if it has none of its own.
pub fn rules(program: &str) -> Option<&'static Rules> {
    ALL.iter().find(|rules| rules.program == program)
}
