//! The closed words of a program definition: a program chooses among them, it cannot add any.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Declares an enum whose variants each have one fixed code in program folders, events and storage.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every word of this vocabulary, in its customary order.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// The code by which program folders and storage know the word.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// The word of a code, or `None` for an unknown one.
            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

pub(in crate::domain) use vocabulary;

mod committee;
mod field;
mod rights;

pub use committee::{Conclusion, Exclusion, View};
pub use field::{Audience, FieldSource, FieldType};
pub use rights::{DataClass, Reach};

vocabulary! {
    /// A core state of a case. What is not here is a facet or a work item.
    State {
        /// Not filed; the applicant and helpers hold it.
        Draft = "draft",
        /// Arrived, the legal arrival time is fixed, not yet examined.
        Submitted = "submitted",
        /// Examination; work items run.
        InReview = "in_review",
        /// 補正: the applicant must act on the listed items.
        Correction = "correction",
        /// A committee has the case.
        Deliberation = "deliberation",
        /// A decision is drafted and 決裁 runs.
        Approval = "approval",
        /// There is a final decision.
        Decided = "decided",
        /// Closed without a decision.
        Ended = "ended",
    }
}

vocabulary! {
    /// A state that a program may do without.
    OptionalState {
        /// 補正 by the applicant.
        Correction = "correction",
        /// Examination by a committee.
        Deliberation = "deliberation",
    }
}

/// The kind of procedure of a case. Its codes are a program's own; what a kind does is an [`Effect`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseKind(pub(super) Cow<'static, str>);

vocabulary! {
    /// What a decision that grants a kind of procedure does to a certificate.
    Effect {
        /// Opens one: 新規, 転入.
        Opens = "opens",
        /// Opens one that goes on where another ends: 更新.
        Renews = "renews",
        /// Changes what one says from a day on: 変更, 職権変更.
        Changes = "changes",
        /// Prints one again as it stands: 再交付.
        Reprints = "reprints",
        /// Ends one: 資格喪失, 返還, 取消.
        Ends = "ends",
        /// Pays money for a time that one covers: 償還払い.
        Pays = "pays",
        /// Attests a finding apart from any certificate: 登録者証.
        Attests = "attests",
        /// Gives money by itself, apart from any certificate: 救済給付.
        Awards = "awards",
    }
}

vocabulary! {
    /// The outcome of a decision.
    Outcome {
        /// As asked.
        Granted = "granted",
        /// Granted, but in part not as asked.
        GrantedModified = "granted_modified",
        /// 不認定: examined and not granted.
        Refused = "refused",
        /// 却下: not examined on its merits.
        Dismissed = "dismissed",
    }
}

impl Outcome {
    /// Whether the person receives the benefit.
    pub fn grants(self) -> bool {
        matches!(self, Outcome::Granted | Outcome::GrantedModified)
    }
}

vocabulary! {
    /// Something that can be done to a case; roles are bundles of these.
    CommandName {
        /// Begin a draft.
        StartDraft = "start_draft",
        /// Save answers of a draft or of returned items.
        SaveAnswers = "save_answers",
        /// Attach a file.
        Attach = "attach",
        /// Give a consent.
        GiveConsent = "give_consent",
        /// Take a consent back.
        RevokeConsent = "revoke_consent",
        /// File the draft.
        Submit = "submit",
        /// Enter an application that came on paper.
        RegisterPaper = "register_paper",
        /// Take the examination up.
        BeginReview = "begin_review",
        /// Take, give or return the ownership of a case.
        Assign = "assign",
        /// Set the verdict of one item.
        SetVerdict = "set_verdict",
        /// Ask the applicant for 補正.
        RequestCorrection = "request_correction",
        /// Answer a request for 補正.
        Resubmit = "resubmit",
        /// Take a case back whose 補正 was not answered in time.
        LapseCorrection = "lapse_correction",
        /// Fetch medical records from the platform.
        PullRecords = "pull_records",
        /// Begin a work item.
        StartItem = "start_item",
        /// Save a work item's form.
        SaveItem = "save_item",
        /// Tell the assignee of a work item that its form was prepared for them.
        PrepareItem = "prepare_item",
        /// Hand in, and for a physician sign, a work item's result.
        CompleteItem = "complete_item",
        /// Accept the result of a work item.
        AcceptItem = "accept_item",
        /// Give the result of a work item back.
        ReturnItem = "return_item",
        /// Do without a work item.
        WaiveItem = "waive_item",
        /// Remind the assignee of a work item.
        RemindItem = "remind_item",
        /// Make the notice of a delay ready.
        PrepareDelay = "prepare_delay",
        /// Pass the case to the committee.
        ReferToCommittee = "refer_to_committee",
        /// Record what the committee found.
        RecordCommitteeResult = "record_committee_result",
        /// Take a case back from the committee with its question.
        AskByCommittee = "ask_by_committee",
        /// Keep the register of members, and prepare and hold sessions.
        Convene = "convene",
        /// As a member, read the packet of a case on the agenda.
        ReadPacket = "read_packet",
        /// As a member, say before the session what one thinks of a case.
        GiveOpinion = "give_opinion",
        /// 起案: draft the decision.
        DraftDecision = "draft_decision",
        /// 決裁: approve the draft on one level.
        ApproveLevel = "approve_level",
        /// Give the draft back.
        ReturnDraft = "return_draft",
        /// Make the decision final after the last level.
        Finalise = "finalise",
        /// Grant what leaves nothing to ask, without a clerk, where the program says so.
        DecideByRule = "decide_by_rule",
        /// Take the application back.
        Withdraw = "withdraw",
        /// Close without a decision.
        EndWithoutDecision = "end_without_decision",
        /// Open a final decision again.
        ReviseDecision = "revise_decision",
        /// 延期通知: tell a later expected date.
        ExtendPeriod = "extend_period",
        /// Delete an old draft.
        ExpireDraft = "expire_draft",
        /// Write an internal note.
        AddNote = "add_note",
        /// Write a message between applicant and office.
        SendMessage = "send_message",
        /// Mark a suspected duplicate as cleared.
        ClearDuplicate = "clear_duplicate",
        /// 進達: pass a case on to the body that decides.
        Forward = "forward",
        /// Take a case over that an office passed on.
        TakeOver = "take_over",
        /// 差戻し: give a case back to the office that passed it on.
        SendBack = "send_back",
        /// Withhold or show the person's data (支援措置).
        SetProtection = "set_protection",
        /// Record what a connector's receiver answered.
        RecordSync = "record_sync",
        /// Record what became of a letter.
        RecordDelivery = "record_delivery",
        /// Read a case.
        Read = "read",
        /// Read who read a case.
        ReadLog = "read_log",
        /// Look at the month of somebody whose certificate is presented.
        ReadLedger = "read_ledger",
        /// Post or correct a line of one's own institution in the ledger of payments.
        PostLedger = "post_ledger",
        /// Type lines of a ledger on paper in, or correct those.
        TypeLedger = "type_ledger",
        /// Give a member of the household a code for their consents.
        InviteMember = "invite_member",
        /// Give, record or take back a consent of a member of the household.
        MemberConsent = "member_consent",
        /// Make, send, answer or take enquiries.
        Enquire = "enquire",
        /// Say whose cap is shared with that of a case, or that it no longer is.
        LinkPartner = "link_partner",
        /// Close the task to determine a cap anew.
        SettleCap = "settle_cap",
        /// See how the case of a person stands for whom one's office applies, and what was decided.
        ReadClient = "read_client",
        /// Read the forms of such a case that the person lets the office read.
        ReadPapers = "read_papers",
        /// See the ledger of vaccinations of a person.
        ReadImmunizations = "read_immunizations",
        /// Let another guardian see and act for a person of the ledger, or take that back.
        ShareImmunizations = "share_immunizations",
        /// Record at an institution that a dose was given or not, or correct one's own record.
        RecordImmunization = "record_immunization",
        /// Keep the ledger of vaccinations: take records in, correct any of them, enter that somebody moved out.
        KeepImmunizations = "keep_immunizations",
        /// Answer the questions before a dose (予診票), for oneself or a child.
        AnswerScreening = "answer_screening",
        /// Judge by such a form at an institution: lock it, and write down judgement and consent.
        JudgeScreening = "judge_screening",
        /// Report at an institution a reaction after a dose (副反応疑い報告).
        ReportReaction = "report_reaction",
        /// See a sealed answer, such as the number of an account, for a purpose that is recorded.
        ShowSecret = "show_secret",
    }
}

vocabulary! {
    /// The side on which a role stands.
    Body {
        /// The person and those who act for them.
        Applicant = "applicant",
        /// 受付: receives applications at the body that decides.
        Receiving = "receiving",
        /// 経由機関: another office, which receives applications and passes them on.
        Forwarding = "forwarding",
        /// 処分庁: decides.
        Deciding = "deciding",
        /// A medical institution.
        Institution = "institution",
        /// The installation itself.
        System = "system",
    }
}

vocabulary! {
    /// Who has a filed case, where the office that received it may be another than the one that decides.
    Holder {
        /// The office that received it and only passes it on.
        Receiving = "receiving",
        /// Nobody: it was passed on, and the body that decides has not taken it over.
        OnTheWay = "on_the_way",
        /// The body that decides.
        Deciding = "deciding",
    }
}

vocabulary! {
    /// Who carries a work item out.
    Assignee {
        /// The applicant.
        Citizen = "citizen",
        /// A physician of the named institution.
        Physician = "physician",
        /// A surveyor, of the office or commissioned by it.
        Surveyor = "surveyor",
        /// Staff of the office.
        Clerk = "clerk",
        /// The installation, by the program's rules.
        Engine = "engine",
    }
}

impl Assignee {
    /// Whether it is carried out by one named person, whose designation the program asks for, and who signs.
    pub fn signs(self) -> bool {
        matches!(self, Assignee::Physician | Assignee::Surveyor)
    }
}

vocabulary! {
    /// Why an item goes back; decides what the clocks do.
    ReturnEffect {
        /// Something required is missing.
        Incomplete = "incomplete",
        /// Something contradicts.
        Incorrect = "incorrect",
        /// Something is too old.
        Outdated = "outdated",
        /// Something cannot be read.
        Illegible = "illegible",
        /// Only a question.
        Question = "question",
    }
}

vocabulary! {
    /// What a clock measures.
    ClockKind {
        /// A period of law or one the body published under it.
        Legal = "legal",
        /// An estimate told to the applicant, without legal force.
        Promise = "promise",
    }
}

vocabulary! {
    /// The way by which a reminder goes.
    Channel {
        /// The inbox of the installation.
        Inbox = "inbox",
        /// E-mail.
        Mail = "mail",
        /// A list of calls to make.
        CallList = "call_list",
        /// Paper.
        Letter = "letter",
    }
}
