//! A case: one person's application under one program, and everything that happened to it.
//!
//! The aggregate is plain data. [`decide`](decide::decide) says what a command does to it,
//! [`apply`](apply::apply) makes one event part of it; replaying all events gives the same case.

pub mod apply;
pub mod clock;
pub mod command;
pub mod correction;
pub mod decide;
pub mod decision;
pub mod delay;
pub mod entitlement;
pub mod event;
pub mod facts;
pub mod forwarding;
pub mod holding;
pub mod measured;
pub mod reminding;
pub mod route;
pub mod straight;
pub mod verdict;
pub mod work;

mod deliberation;
mod review;
mod ruling;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;
use crate::domain::mandate::Agency;
use crate::domain::program::vocabulary::{CaseKind, State};

use clock::Clock;
use correction::CorrectionRound;
use decision::{Decision, Draft};
use route::Route;
use verdict::Verdict;
use work::WorkItem;

/// How an application reached the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Filed on line.
    Online,
    /// Came on paper and was entered by staff.
    Paper,
}

impl Origin {
    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Origin::Online => "online",
            Origin::Paper => "paper",
        }
    }
}

/// A consent as it stands: when it was given and, if so, taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// When the person gave it.
    pub given_at: DateTime<Utc>,
    /// When the person took it back.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// That the applicant was told of a later day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The day by which there should be a decision.
    pub until: NaiveDate,
    /// Why it takes longer.
    pub reason: String,
    /// The day on which it was told.
    pub told_on: NaiveDate,
}

/// A notice of a delay that waits for a person to sign it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedDelay {
    /// The day by which there should be a decision, as it is proposed.
    pub until: NaiveDate,
    /// Why it takes longer, as it is proposed.
    pub reason: String,
    /// The day on which it was made ready.
    pub on: NaiveDate,
}

/// A fixed revision of the answers to one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Number, from 1; revision 0 is the draft and is not listed.
    pub number: i64,
    /// SHA-256 of the stored QuestionnaireResponse.
    pub digest: String,
    /// When it was fixed.
    pub at: DateTime<Utc>,
}

/// How a case ended without a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// `withdrawn`, `deceased`, `moved_out`, `duplicate` or `filed_in_error`.
    pub code: String,
    /// What was said about it.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What the committee found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitteeResult {
    /// The day of the session.
    pub held_on: NaiveDate,
    /// Whether the committee holds that the conditions are met.
    pub met: bool,
    /// Its opinion in words.
    pub opinion: String,
    /// Code of the refusal reason that names the condition not met.
    #[serde(default)]
    pub criterion: Option<String>,
    /// The session.
    #[serde(default)]
    pub session: Option<String>,
}

/// What the committee wants to know before it concludes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitteeQuestion {
    /// The day of the session.
    pub held_on: NaiveDate,
    /// The question.
    pub question: String,
}

/// The aggregate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Id, `case_…`.
    pub id: String,
    /// The number told to the applicant; given at filing.
    pub reference: Option<String>,
    /// The program's id.
    pub program: String,
    /// Kind of procedure.
    pub kind: CaseKind,
    /// Content hash of the program folder to which the case is pinned.
    pub definition: String,
    /// Core state.
    pub state: State,
    /// Number of commands carried out; every command names the version it was built on.
    pub version: i64,
    /// Number of events so far.
    pub events: i64,
    /// The citizen, `cit_…`, or the clerk who entered a paper application.
    pub applicant: String,
    /// The case whose grant this one renews or changes, if there is one.
    #[serde(default)]
    pub follows: Option<String>,
    /// The office that began it for the applicant, if one did.
    #[serde(default)]
    pub agency: Option<Agency>,
    /// How it came.
    pub origin: Origin,
    /// The applicant's language.
    pub lang: Lang,
    /// When the draft was begun.
    pub started_at: DateTime<Utc>,
    /// The legal time of arrival.
    pub received_at: Option<DateTime<Utc>>,
    /// Its way, where an office received it that does not decide.
    #[serde(default)]
    pub route: Option<Route>,
    /// Fixed revisions of each form's answers, oldest first, by form name.
    pub revisions: BTreeMap<String, Vec<Revision>>,
    /// Items of the application that may still be missing, as found at filing.
    pub missing: Vec<String>,
    /// Consents by key.
    pub consents: BTreeMap<String, Consent>,
    /// Verdicts by item: `form:instance path`.
    pub verdicts: BTreeMap<String, Verdict>,
    /// Work items, in the order of their opening.
    pub work: Vec<WorkItem>,
    /// Rounds of 補正, the newest last.
    pub corrections: Vec<CorrectionRound>,
    /// Clocks that were started.
    pub clocks: Vec<Clock>,
    /// The user who owns the case.
    pub assignee: Option<String>,
    /// References of cases that may be the same application.
    pub duplicates: Vec<String>,
    /// Whether the suspicion of a duplicate was cleared.
    pub duplicate_cleared: bool,
    /// 支援措置: the person's whereabouts must not be shown or sent.
    pub protected: bool,
    /// 延期: until when the period was extended last.
    #[serde(default)]
    pub extension: Option<Extension>,
    /// 延期通知 that was made ready and not sent.
    #[serde(default)]
    pub delay: Option<PreparedDelay>,
    /// What the committee found, if it was asked.
    pub committee: Option<CommitteeResult>,
    /// Why the case was passed to the committee last.
    #[serde(default)]
    pub referral: Option<String>,
    /// What the committee wants to know, until the case is passed to it again.
    #[serde(default)]
    pub asked: Option<CommitteeQuestion>,
    /// The draft in 決裁, or the last one given back.
    pub draft: Option<Draft>,
    /// Final decisions, oldest first.
    pub decisions: Vec<Decision>,
    /// How it ended without a decision.
    pub ending: Option<Ending>,
    /// Whether records were pulled, and when last.
    pub pulled_at: Option<DateTime<Utc>>,
}

impl Case {
    /// The newest fixed revision of a form's answers.
    pub fn revision(&self, form: &str) -> Option<&Revision> {
        self.revisions.get(form).and_then(|list| list.last())
    }

    /// The round of 補正 that waits for the applicant, if one does.
    pub fn open_correction(&self) -> Option<&CorrectionRound> {
        self.corrections.last().filter(|round| round.answered_at.is_none() && round.lapsed_at.is_none())
    }

    /// The newest final decision.
    pub fn decision(&self) -> Option<&Decision> {
        self.decisions.last()
    }

    /// Whether a consent is given and not taken back.
    pub fn consents_to(&self, key: &str) -> bool {
        self.consents.get(key).is_some_and(|consent| consent.revoked_at.is_none())
    }

    /// The newest work item of a kind that was not cancelled.
    pub fn work_of(&self, kind: &str) -> Option<&WorkItem> {
        self.work.iter().rev().find(|item| item.kind == kind && item.state != work::WorkState::Cancelled)
    }

    /// Whether the applicant may still take the application back.
    pub fn can_withdraw(&self) -> bool {
        !matches!(self.state, State::Draft | State::Decided | State::Ended)
    }
}

/// A text that must say something.
fn review_text(text: &str, key: &str, field: &str) -> Result<String, crate::domain::refusal::Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(crate::domain::refusal::Refusal::new(key).at(field));
    }
    Ok(text.to_owned())
}
