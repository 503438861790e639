//! What can be asked of a case.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::committee::Sitting;
use crate::domain::program::vocabulary::{Channel, CommandName};

use super::correction::Reply;
use super::decision::Content;
use super::route::Receiver;
use super::verdict::Ruling;

/// A command with its content. Texts are bounded by the use case that builds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Answers of a form were saved; the answers themselves are stored beside the case.
    SaveAnswers {
        /// The form.
        form: String,
        /// Instance paths that changed.
        changed: Vec<String>,
    },
    /// A file was attached at, or removed from, an item.
    Attach {
        /// Instance path of the item.
        path: String,
        /// The document's id.
        document: String,
        /// Whether it was taken away again.
        removed: bool,
    },
    /// A consent is given.
    GiveConsent {
        /// Its key.
        key: String,
    },
    /// A consent is taken back.
    RevokeConsent {
        /// Its key.
        key: String,
    },
    /// The application is filed (T2), or entered from paper (T3).
    Submit {
        /// The number told to the applicant.
        reference: String,
        /// Digest of the answers.
        digest: String,
        /// Items still missing that may be handed in later.
        missing: Vec<String>,
        /// Whether the declaration was accepted.
        declared: bool,
        /// References of cases that may be the same.
        duplicates: Vec<String>,
        /// The legal time of arrival, where it is not now: a paper application's.
        received_at: Option<DateTime<Utc>>,
        /// The office that receives it, where that is not the body that decides.
        receiver: Option<Receiver>,
    },
    /// 進達: the receiving office passes the case on.
    Forward {
        /// What it wants to say; may be empty.
        remark: String,
    },
    /// The body that decides takes the case over.
    TakeOver {
        /// The day on which it arrived there.
        arrived_on: NaiveDate,
    },
    /// 差戻し: the case goes back to the office that passed it on.
    SendBack {
        /// What is to be done there.
        reason: String,
    },
    /// The examination begins (T4).
    BeginReview,
    /// The case is taken, given or returned to the pool.
    Assign {
        /// The new owner.
        to: Option<String>,
    },
    /// Items are ruled on.
    SetVerdict {
        /// Item keys with the digest of the content that was looked at.
        items: Vec<(String, String)>,
        /// The ruling; none takes the verdict back.
        ruling: Option<Ruling>,
    },
    /// The returned items go to the applicant (T5).
    RequestCorrection {
        /// The day by which an answer is asked.
        due_on: NaiveDate,
    },
    /// The applicant answers (T6).
    Resubmit {
        /// Digest of the answers.
        digest: String,
        /// A reply for every returned item.
        replies: BTreeMap<String, Reply>,
        /// Digests of the returned items as they are now, by item key.
        contents: BTreeMap<String, String>,
    },
    /// Nobody answered in time (T7).
    LapseCorrection,
    /// Records were pulled.
    PullRecords,
    /// A work item is asked of somebody.
    StartItem {
        /// Its kind.
        kind: String,
        /// The user who shall do it.
        assignee: String,
        /// What the applicant is told they are called.
        name: String,
    },
    /// The assignee's form was saved.
    SaveItem {
        /// The work item.
        item: String,
    },
    /// Whoever is late with a work item is reminded.
    RemindItem {
        /// The work item.
        item: String,
        /// By which way.
        via: Channel,
        /// What was said; empty for a step of the ladder.
        note: String,
    },
    /// Somebody filled the form in for its assignee, who is to look at it.
    PrepareItem {
        /// The work item.
        item: String,
    },
    /// The notice of a delay is made ready for a person to sign.
    PrepareDelay {
        /// The day by which there should be a decision.
        until: NaiveDate,
        /// Why it takes longer.
        reason: String,
    },
    /// The result is handed in; a physician has signed it.
    CompleteItem {
        /// The work item.
        item: String,
        /// Digest of the answers.
        digest: String,
    },
    /// The office takes the result.
    AcceptItem {
        /// The work item.
        item: String,
    },
    /// The office gives the result back.
    ReturnItem {
        /// The work item.
        item: String,
        /// What is to be done.
        reason: String,
    },
    /// The office does without.
    WaiveItem {
        /// The work item.
        item: String,
        /// Code of the reason.
        reason: String,
    },
    /// To the committee (T8).
    ReferToCommittee {
        /// What the committee is asked to look at.
        reason: String,
    },
    /// From the committee (T9).
    RecordCommitteeResult {
        /// The session, and how many sat for this case.
        sitting: Sitting,
        /// Whether it holds the conditions met.
        met: bool,
        /// Code of the refusal reason that names the condition not met.
        criterion: Option<String>,
        /// Its opinion.
        opinion: String,
        /// Digest of the form of the result, where it concludes by one.
        result: Option<String>,
    },
    /// From the committee with a question (T9b).
    AskByCommittee {
        /// The session, and how many sat for this case.
        sitting: Sitting,
        /// What it wants to know.
        question: String,
    },
    /// 起案 (T10).
    DraftDecision {
        /// What is proposed.
        content: Box<Content>,
    },
    /// 決裁 on the next level; the last one makes the decision final (T11, T14).
    ApproveLevel {
        /// Hash of the draft as it was displayed.
        hash: String,
        /// Id for the decision, if this is the last level.
        decision: String,
    },
    /// Granted by rule alone, without a drafter and a signature.
    DecideByRule {
        /// What the rules propose.
        content: Box<Content>,
        /// Id for the decision.
        decision: String,
    },
    /// The draft goes back (T12).
    ReturnDraft {
        /// Why.
        remark: String,
    },
    /// The applicant takes the application back (T15).
    Withdraw {
        /// In their own words; may be empty.
        reason: String,
    },
    /// Closed without a decision (T16).
    EndWithoutDecision {
        /// Code of the ending.
        code: String,
        /// The evidence.
        reason: String,
    },
    /// A final decision is opened again (T17).
    ReviseDecision {
        /// Legal ground and reason.
        reason: String,
    },
    /// A later day is told (T21).
    ExtendPeriod {
        /// The expected day.
        until: NaiveDate,
        /// Why.
        reason: String,
    },
    /// A note or message was written.
    Say {
        /// Internal, or to the other side.
        note: bool,
        /// Id of the stored text.
        message: String,
    },
    /// The suspicion of a duplicate is unfounded.
    ClearDuplicate,
    /// 支援措置 starts or ends.
    SetProtection {
        /// Whether it holds.
        on: bool,
    },
}

impl Command {
    /// The name under which roles, guards and letters know the command.
    pub fn name(&self) -> CommandName {
        match self {
            Command::SaveAnswers { .. } => CommandName::SaveAnswers,
            Command::Attach { .. } => CommandName::Attach,
            Command::GiveConsent { .. } => CommandName::GiveConsent,
            Command::RevokeConsent { .. } => CommandName::RevokeConsent,
            Command::Submit { received_at: Some(_), .. } => CommandName::RegisterPaper,
            Command::Submit { .. } => CommandName::Submit,
            Command::Forward { .. } => CommandName::Forward,
            Command::TakeOver { .. } => CommandName::TakeOver,
            Command::SendBack { .. } => CommandName::SendBack,
            Command::BeginReview => CommandName::BeginReview,
            Command::Assign { .. } => CommandName::Assign,
            Command::SetVerdict { .. } => CommandName::SetVerdict,
            Command::RequestCorrection { .. } => CommandName::RequestCorrection,
            Command::Resubmit { .. } => CommandName::Resubmit,
            Command::LapseCorrection => CommandName::LapseCorrection,
            Command::PullRecords => CommandName::PullRecords,
            Command::StartItem { .. } => CommandName::StartItem,
            Command::SaveItem { .. } => CommandName::SaveItem,
            Command::PrepareItem { .. } => CommandName::PrepareItem,
            Command::RemindItem { .. } => CommandName::RemindItem,
            Command::PrepareDelay { .. } => CommandName::PrepareDelay,
            Command::CompleteItem { .. } => CommandName::CompleteItem,
            Command::AcceptItem { .. } => CommandName::AcceptItem,
            Command::ReturnItem { .. } => CommandName::ReturnItem,
            Command::WaiveItem { .. } => CommandName::WaiveItem,
            Command::ReferToCommittee { .. } => CommandName::ReferToCommittee,
            Command::RecordCommitteeResult { .. } => CommandName::RecordCommitteeResult,
            Command::AskByCommittee { .. } => CommandName::AskByCommittee,
            Command::DraftDecision { .. } => CommandName::DraftDecision,
            Command::ApproveLevel { .. } => CommandName::ApproveLevel,
            Command::DecideByRule { .. } => CommandName::DecideByRule,
            Command::ReturnDraft { .. } => CommandName::ReturnDraft,
            Command::Withdraw { .. } => CommandName::Withdraw,
            Command::EndWithoutDecision { .. } => CommandName::EndWithoutDecision,
            Command::ReviseDecision { .. } => CommandName::ReviseDecision,
            Command::ExtendPeriod { .. } => CommandName::ExtendPeriod,
            Command::Say { note: true, .. } => CommandName::AddNote,
            Command::Say { note: false, .. } => CommandName::SendMessage,
            Command::ClearDuplicate => CommandName::ClearDuplicate,
            Command::SetProtection { .. } => CommandName::SetProtection,
        }
    }
}
