//! What happened to a case.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;
use crate::domain::mandate::Agency;
use crate::domain::program::vocabulary::{CaseKind, Channel};

use super::Origin;
use super::correction::Reply;
use super::decision::Content;
use super::route::Receiver;
use super::verdict::Ruling;

/// Who made an event happen, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// When.
    pub at: DateTime<Utc>,
    /// The same moment as a day in Japan.
    pub today: NaiveDate,
    /// Id of the actor.
    pub by: String,
    /// Their name as it was shown.
    pub name: String,
}

/// Something that happened. The names and fields are stored for ever: never change their meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each field repeats the one of the command that caused it")]
pub enum Event {
    /// A draft was begun.
    Started {
        id: String,
        program: String,
        kind: CaseKind,
        definition: String,
        applicant: String,
        origin: Origin,
        lang: Lang,
        /// The case whose grant this one renews or changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follows: Option<String>,
        /// The office that begins it for the applicant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<Agency>,
    },
    /// Answers were saved.
    AnswersSaved { form: String, changed: Vec<String> },
    /// A file was attached or taken away.
    Attached { path: String, document: String, removed: bool },
    /// A consent was given.
    ConsentGiven { key: String },
    /// A consent was taken back.
    ConsentRevoked { key: String },
    /// A form's answers were fixed as a revision.
    RevisionFixed { form: String, number: i64, digest: String },
    /// The application was filed.
    Submitted {
        reference: String,
        received_at: DateTime<Utc>,
        missing: Vec<String>,
        duplicates: Vec<String>,
        /// The office that received it, where that is not the body that decides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receiver: Option<Receiver>,
    },
    /// 進達: the receiving office passed the case on.
    Forwarded { remark: String },
    /// The body that decides took the case over.
    TakenOver { arrived_on: NaiveDate },
    /// 差戻し: the case went back to the office that had passed it on.
    SentBack { reason: String },
    /// A clock began to run.
    ClockStarted { name: String, days: u32 },
    /// A clock stands still.
    ClockPaused { name: String },
    /// A clock goes on.
    ClockResumed { name: String },
    /// A clock starts anew, with its whole length.
    ClockRestarted { name: String },
    /// A clock stopped for good.
    ClockStopped { name: String },
    /// The examination began.
    ReviewBegun,
    /// A duty came into being.
    WorkPlanned { item: String, kind: String, assignee: String, name: String, due_on: NaiveDate },
    /// A duty was asked of somebody.
    WorkRequested { item: String, assignee: String, name: String, due_on: NaiveDate },
    /// The assignee began.
    WorkBegun { item: String },
    /// Somebody else prepared the form for the assignee.
    WorkPrepared { item: String },
    /// Somebody reminded the assignee, or the ladder said that it is time to.
    WorkReminded {
        item: String,
        via: Channel,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A result came in.
    WorkReceived { item: String, revision: Option<i64> },
    /// The office took the result.
    WorkAccepted { item: String },
    /// The office gave the result back.
    WorkReturned { item: String, reason: String, due_on: NaiveDate },
    /// The office does without.
    WorkWaived { item: String, reason: String },
    /// A duty is no longer needed.
    WorkCancelled { item: String },
    /// The case has another owner, or none.
    Assigned { to: Option<String> },
    /// Items were ruled on.
    Ruled { items: Vec<(String, String)>, ruling: Option<Ruling> },
    /// Verdicts ended because the content changed.
    VerdictsReset { items: Vec<String> },
    /// The applicant was asked to mend items.
    CorrectionRequested { items: Vec<String>, due_on: NaiveDate },
    /// The applicant answered.
    Resubmitted { replies: BTreeMap<String, Reply> },
    /// Nobody answered.
    CorrectionLapsed,
    /// Records were pulled.
    RecordsPulled,
    /// The case went to the committee.
    Referred {
        #[serde(default)]
        reason: String,
    },
    /// The committee gave its result.
    CommitteeFound {
        held_on: NaiveDate,
        met: bool,
        opinion: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        criterion: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<String>,
    },
    /// The committee wants to know more first.
    CommitteeAsked { held_on: NaiveDate, session: String, question: String },
    /// A decision was drafted.
    Drafted { content: Box<Content>, hash: String, levels: Vec<String> },
    /// A level signed.
    LevelApproved { level: i64, role: String },
    /// The draft went back.
    DraftReturned { remark: String },
    /// The decision is final.
    Decided { id: String, seq: i64, supersedes: Option<String> },
    /// Closed without a decision.
    Ended { code: String, reason: String },
    /// A final decision was opened again.
    Reopened { reason: String },
    /// The notice of a delay was made ready for a person to sign.
    DelayPrepared { until: NaiveDate, reason: String },
    /// A later day was told.
    PeriodExtended { until: NaiveDate, reason: String },
    /// A note or message was written.
    Said { note: bool, message: String },
    /// The suspicion of a duplicate was unfounded.
    DuplicateCleared,
    /// 支援措置 started or ended.
    ProtectionSet { on: bool },
}

impl Event {
    /// The stored code: the same word as in the JSON.
    pub fn code(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json.get("event").and_then(|code| code.as_str()).unwrap_or_default().to_owned()
    }
}
