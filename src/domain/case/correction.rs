//! 補正: what the applicant was asked to mend, and what they answered.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What the applicant answers to one returned item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Reply {
    /// 直した
    Fixed,
    /// 出せない, with the reason.
    Cannot {
        /// Why not.
        reason: String,
    },
    /// 質問がある
    Question {
        /// The question.
        text: String,
    },
}

/// One round: the items returned together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRound {
    /// Instance paths of the returned items of the application; exactly these are open.
    pub items: Vec<String>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// The day by which an answer is asked.
    pub due_on: NaiveDate,
    /// The replies by item, once given.
    pub replies: BTreeMap<String, Reply>,
    /// When the applicant sent the answers.
    pub answered_at: Option<DateTime<Utc>>,
    /// When the office went on without an answer.
    pub lapsed_at: Option<DateTime<Utc>>,
}
