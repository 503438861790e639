//! `program.toml`: what a program is, as data. Every struct refuses keys that it does not know, so
//! a folder can choose and add, and has no word by which to drop four eyes, reasons, 教示 or audit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use super::committee::{CommitteeShape, Question};
pub use super::coverage::Coverage;
pub use super::evidence::{EvidenceRule, EvidenceValue};
pub use super::exchange::Exchange;
use super::guard::Guard;
pub use super::household::{HouseholdShape, NamedShape, OfficeRow, PartnerShape};
pub use super::kind::KindRule;
pub use super::ledger::{LedgerKind, LedgerShape};
pub use super::mandate::MandateShape;
pub use super::measure::{Comparison, Measure};
pub use super::outcome::{DecisionField, DecisionShape, OutcomeRule};
pub use super::start::{Consent, Document, StartPage};
pub use super::straight::StraightThrough;
pub use super::subject::{SlotRule, Subject};
pub use super::submission::{SameCode, Submission};
use super::vocabulary::{Body, CaseKind, CommandName, DataClass, OptionalState, Outcome, Reach, State};
pub use super::work::{Clock, Correction, Dated, Reminder, Retention, Setting, WorkItem};

/// A program as its `program.toml` defines it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Short name: folder, address and database use it.
    pub id: String,
    /// The author's name for this edition; the content hash is what identifies it.
    pub version: String,
    /// Text key of the program's name.
    pub title: String,
    /// Prefix of reference numbers: two or three capital letters.
    pub reference_prefix: String,
    /// Statutes that the program rests on, as they are printed.
    pub legal_basis: Vec<String>,
    /// Kinds of procedure that can be started now.
    #[serde(rename = "kind", alias = "kinds")]
    pub kinds: Vec<KindRule>,
    /// States beyond the necessary ones that this program uses.
    #[serde(default)]
    pub optional_states: Vec<OptionalState>,
    /// Who receives and who decides.
    pub bodies: Bodies,
    /// Which form is what.
    pub forms: FormNames,
    /// Where the application holds the person.
    pub subject: Subject,
    /// Slots put together from answers, for letters and connectors.
    #[serde(default, rename = "slot")]
    pub slots: Vec<SlotRule>,
    /// The page before the application.
    pub start: StartPage,
    /// Consents, each given and revoked on its own.
    #[serde(default, rename = "consent")]
    pub consents: Vec<Consent>,
    /// LinkIds of sealed answers that the office may see, each time for a purpose that is recorded.
    #[serde(default)]
    pub revealed: Vec<String>,
    /// Groups of the application's items, in the order in which a clerk examines them.
    #[serde(rename = "item_group")]
    pub item_groups: Vec<ItemGroup>,
    /// Parallel duties.
    #[serde(default, rename = "work_item")]
    pub work_items: Vec<WorkItem>,
    /// What a signer must be, if some form is signed.
    #[serde(default, rename = "signer")]
    pub signers: Vec<Signer>,
    /// What a pulled record can fill in, one item after the other, when the signer accepts it.
    #[serde(default, rename = "evidence")]
    pub evidence: Vec<EvidenceRule>,
    /// Forms that may come as signed documents.
    #[serde(default, rename = "submission")]
    pub submissions: Vec<Submission>,
    /// Periods that run.
    #[serde(default, rename = "clock")]
    pub clocks: Vec<Clock>,
    /// 補正, when `optional_states` names it.
    pub correction: Option<Correction>,
    /// The committee, when `optional_states` names deliberation.
    pub committee: Option<CommitteeShape>,
    /// Conditions added to those of the core.
    #[serde(default, rename = "guard")]
    pub guards: Vec<AddedGuard>,
    /// What a decision holds.
    pub decision: DecisionShape,
    /// The outcomes that this program knows.
    #[serde(rename = "outcome")]
    pub outcomes: Vec<OutcomeRule>,
    /// Letters and the events that cause them.
    #[serde(default, rename = "letter")]
    pub letters: Vec<LetterRule>,
    /// The steps of the citizen's timeline, in order.
    #[serde(rename = "step")]
    pub steps: Vec<TimelineStep>,
    /// What the citizen reads now: the first rule that holds.
    #[serde(rename = "stage")]
    pub stages: Vec<StageRule>,
    /// Receivers of decisions outside.
    #[serde(default, rename = "connector")]
    pub connectors: Vec<Connector>,
    /// The register that is told of the ledger of vaccinations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// What a town does about its ledger of vaccinations as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// When and how a grant is renewed.
    pub renewal: Option<Renewal>,
    /// Days of the body's own work that are counted.
    #[serde(default, rename = "measure", skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Fields of a decision that are compared.
    #[serde(default, rename = "comparison", skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<Comparison>,
    /// The ledger of payments, if institutions keep one.
    pub ledger: Option<LedgerShape>,
    /// What is asked of the members of a household, if anything.
    pub household: Option<HouseholdShape>,
    /// How caps are shared with others of a household, if they are.
    pub partners: Option<PartnerShape>,
    /// What is decided by rule alone, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub straight_through: Option<StraightThrough>,
    /// Offices that apply for a person who gave them leave, if there are such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<MandateShape>,
    /// How long things are kept.
    pub retention: Retention,
    /// Who may do what.
    #[serde(rename = "role")]
    pub roles: Vec<Role>,
}

/// Who receives and who decides; in small places one office is both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bodies {
    /// Text key: what the receiving body is called.
    pub receiving: String,
    /// Text key: what the deciding body is called.
    pub deciding: String,
}

/// File stems in `questionnaires/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormNames {
    /// The applicant's form.
    pub application: String,
    /// The form that a physician signs, if there is one.
    pub certificate: Option<String>,
    /// The office's findings, if they have a form.
    pub office: Option<String>,
    /// Other forms that work items or the committee fill in. Slots and rules know each by its own name.
    #[serde(default)]
    pub further: Vec<String>,
}

impl FormNames {
    /// Every form with the name by which slots know it: `answers`, `certificate`, `findings`, or its own.
    pub fn by_slot(&self) -> impl Iterator<Item = (&str, &str)> {
        let certificate = self.certificate.iter().map(|name| ("certificate", name.as_str()));
        let office = self.office.iter().map(|name| ("findings", name.as_str()));
        let further = self.further.iter().map(|name| (name.as_str(), name.as_str()));
        [("answers", self.application.as_str())].into_iter().chain(certificate).chain(office).chain(further)
    }

    /// The form that an input of a rule is from: the part of its path before the first dot.
    pub fn of_input(&self, root: &str) -> Option<&str> {
        let slot = if root == "office" { "findings" } else { root };
        let found = self.by_slot().find(|(name, _)| *name == slot);
        Some(found.map_or(self.application.as_str(), |(_, form)| form))
            .filter(|_| found.is_some() || !["certificate", "findings"].contains(&slot))
    }
}

/// Items of the application that a clerk examines together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemGroup {
    /// Short name.
    pub code: String,
    /// Text key of the heading.
    pub label: String,
    /// LinkIds of top-level groups or single items of the application form.
    pub items: Vec<String>,
    /// Codes of the return reasons offered here; empty means all.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// The class of data that the answers belong to; whoever may not see it is not shown them.
    #[serde(default = "identity")]
    pub class: DataClass,
    /// LinkIds of the attachments that prove the answers, shown beside them.
    #[serde(default)]
    pub evidence: Vec<String>,
}

fn identity() -> DataClass {
    DataClass::Identity
}

/// What a person must be to sign a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// Code of the designation.
    pub designation: String,
    /// Text key of its name.
    pub label: String,
    /// Stem of the form.
    pub form: String,
    /// Kinds of procedure for which this designation may sign.
    pub kinds: Vec<CaseKind>,
}

/// A condition added to a command. The core's own conditions always hold as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedGuard {
    /// The command.
    pub command: CommandName,
    /// Holds or the command is refused.
    pub require: Guard,
    /// Text key of the refusal: what to do.
    pub refusal: String,
}

/// A letter and what causes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterRule {
    /// File stem in `letters/`.
    pub code: String,
    /// Text key of its name.
    pub label: String,
    /// The command whose success causes it.
    pub on: CommandName,
    /// Only for these outcomes; empty means any.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// Only for these kinds of procedure; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<CaseKind>,
    /// Only for an application that came on paper, with something of the person's that stays at the office.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_paper: bool,
    /// Text key of the mail that tells of it, if one goes.
    pub mail: Option<String>,
}

/// A step of the timeline that the citizen sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineStep {
    /// Short name.
    pub code: String,
    /// Text key.
    pub label: String,
    /// Which cases have the step; without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Guard>,
}

/// One answer to "who is awaited now".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRule {
    /// Short name, for queues and statistics.
    pub code: String,
    /// When it applies.
    pub when: Guard,
    /// Text key of "now", may use the slots of [`super::display::SLOTS`].
    pub now: String,
    /// Text key of "next".
    pub next: Option<String>,
    /// Steps of the timeline that are under way.
    pub steps: Vec<String>,
    /// Steps of the timeline that are behind.
    #[serde(default)]
    pub done: Vec<String>,
    /// Whom the case waits for.
    pub waits_for: WaitsFor,
}

/// Whom a case waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// The applicant.
    Applicant,
    /// The physician and the institution.
    Physician,
    /// The office.
    Office,
    /// The committee.
    Committee,
    /// Nobody: it is over.
    Nobody,
}

/// A receiver of decisions. Its adapter knows the published names; here stand ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connector {
    /// Which adapter.
    pub id: String,
    /// Commands whose success writes a row.
    pub on: Vec<CommandName>,
    /// Outcomes that are sent.
    pub outcomes: Vec<Outcome>,
    /// The setting with the body's own identifier of the certificate type.
    pub certificate_type: Setting,
    /// Key of one history row; slots `{certificate_id}` and `{seq}`.
    pub history_key: String,
    /// Slot path of the number by which the register knows the person, where that is not 個人番号.
    pub number: Option<String>,
    /// Our name of a value → its slot path, after `shown:` a slot in words, or after `=` a literal.
    pub fields: BTreeMap<String, String>,
    /// What is printed on the certificate, in order.
    #[serde(default, rename = "detail")]
    pub details: Vec<ConnectorDetail>,
}

/// The kind of work item whose newest result a path dates: `work.<kind>.received_on`.
pub fn received_work(path: &str) -> Option<&str> {
    path.strip_prefix("work.")?.strip_suffix(".received_on")
}

/// Before the slot path of a connector's value: the value in words instead of its code.
pub const SHOWN: &str = "shown:";

/// One printed line of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorDetail {
    /// Code of the line, capitals and underscores.
    pub code: String,
    /// Its name as printed.
    pub name: String,
    /// Slot path of its value.
    pub value: String,
}

/// When and how a grant is renewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// Days before the end on which renewal opens.
    pub opens_days_before: Setting,
    /// Days before the end on which a person who has not renewed is told again.
    #[serde(default)]
    pub remind_days_before: Vec<u32>,
    /// The letter that invites to renew on paper, by its file stem in `letters/`.
    pub letter: Option<String>,
    /// LinkIds that are asked again instead of prefilled.
    #[serde(default)]
    pub ask_again: Vec<String>,
    /// Renewals that are begun on line after the end; without it there are none.
    pub late: Option<LateRenewal>,
}

/// How long after the end a renewal can still be begun on line. What it then counts as, the office decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateRenewal {
    /// Days after the end, the last of them included.
    pub days: Setting,
    /// Text key: what being late means to the person. Its slot `until` is the last day of the grant.
    pub note: String,
}

/// A bundle of rights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Name of the role.
    pub code: String,
    /// Text key.
    pub label: String,
    /// The side on which it stands.
    pub body: Body,
    /// What it may do.
    pub commands: Vec<CommandName>,
    /// On which cases.
    pub reach: Reach,
    /// Which data it sees.
    #[serde(default)]
    pub sees: Vec<DataClass>,
    /// States in which it may act; empty means all.
    #[serde(default)]
    pub states: Vec<State>,
    /// Roles that one person must not hold on the same case.
    #[serde(default)]
    pub incompatible: Vec<String>,
}
