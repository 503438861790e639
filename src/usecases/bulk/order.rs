//! What is wanted of a run, as somebody typed it.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::bulk::Criteria;
use crate::domain::calendar::start_in_japan;
use crate::domain::permission::could;
use crate::domain::program::Program;
use crate::domain::program::definition::KindRule;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::bulk_pages::Wanted;
use crate::usecases::access::Caller;
use crate::usecases::clerk::typed::{bounded, day};
use crate::usecases::immunization::due::list::FIELDS;

/// Days that a run about letters or ends of validity may span.
const LONGEST: u64 = 400;

/// What a run does with each of its cases or letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 起案 as the rules propose.
    Draft,
    /// 決裁 of the drafts that were shown.
    Approve,
    /// Printing of letters.
    Print,
    /// Invitations on paper to renew.
    Invite,
    /// Letters to those who were not vaccinated.
    Call,
}

impl Action {
    /// All of them, in the order of the work.
    pub const ALL: [Action; 5] =
        [Action::Draft, Action::Approve, Action::Print, Action::Invite, Action::Call];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Action::Draft => "draft",
            Action::Approve => "approve",
            Action::Print => "print",
            Action::Invite => "invite",
            Action::Call => "call",
        }
    }

    /// The action of a code.
    pub fn from_code(code: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.code() == code)
    }

    /// In the words of the office.
    pub fn words(self) -> &'static str {
        match self {
            Action::Draft => "提案どおりの起案",
            Action::Approve => "起案の決裁",
            Action::Print => "通知の印刷",
            Action::Invite => "更新のお知らせ（郵送）",
            Action::Call => "未接種者への通知（勧奨）",
        }
    }

    /// The command under which each case is opened.
    pub fn command(self) -> CommandName {
        match self {
            Action::Draft => CommandName::DraftDecision,
            Action::Approve => CommandName::ApproveLevel,
            Action::Print => CommandName::Read,
            Action::Invite => CommandName::RemindItem,
            Action::Call => CommandName::KeepImmunizations,
        }
    }

    /// Whether a caller may be offered the action for a program.
    pub fn is_open_to(self, caller: &Caller, program: &Program) -> bool {
        let definition = &program.definition;
        let invites = definition.renewal.as_ref().is_some_and(|renewal| renewal.letter.is_some());
        let calls = definition.coverage.as_ref().is_some_and(|it| it.call.is_some());
        (self != Action::Invite || invites)
            && (self != Action::Call || calls)
            && could(&caller.actor, self.command(), definition)
    }
}

/// The form as posted, by field.
pub type Typed = BTreeMap<String, String>;

/// What is wanted of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What is done.
    pub action: Action,
    /// The program.
    pub program: String,
    /// Kind of procedure; empty for any.
    pub kind: String,
    /// An owner: an id or `none`; empty for any.
    pub owner: String,
    /// Days: of the end of the grant, or of the letters. None where they do not narrow.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// How strictly cases are chosen.
    pub criteria: Criteria,
    /// Kind of letter; empty for any.
    pub letter: String,
    /// Why letters that were printed before are printed once more; empty where they are not.
    pub again: String,
    /// Who is written to about a dose, by the fields of the list of those who were not vaccinated.
    #[serde(default)]
    pub call: BTreeMap<String, String>,
}

impl Order {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `bulk.days`, `bulk.again`, `clerk.choose`, and what is wrong with a date.
    pub fn read(action: Action, program: &Program, caller: &Caller, typed: &Typed) -> Result<Order, Refusal> {
        let get = |name: &str| typed.get(name).map_or("", |value| value.trim());
        let known = |kind: &&KindRule| kind.code.code() == get("kind");
        let kind = program.definition.kinds.iter().find(known).map_or("", |kind| kind.code.code());
        let letters = &program.definition.letters;
        let letter = letters.iter().find(|rule| rule.code == get("letter"));
        let owner = match get("owner") {
            "me" => caller.actor.id.as_str(),
            "none" => "none",
            _ => "",
        };
        Ok(Order {
            action,
            program: program.definition.id.clone(),
            kind: kind.to_owned(),
            owner: owner.to_owned(),
            // Of letters about doses, these are days of birth.
            days: if action == Action::Call { None } else { days(action, get("from"), get("until"))? },
            criteria: Criteria { questions: get("questions") == "yes", changed: get("changed") == "yes" },
            letter: letter.map(|rule| rule.code.clone()).unwrap_or_default(),
            again: again(get("again") == "yes", get("reason"))?,
            call: if action == Action::Call { called(&get)? } else { BTreeMap::new() },
        })
    }

    /// The cases among which the run looks.
    pub fn wanted(&self) -> Wanted {
        let state = if self.action == Action::Approve { State::Approval } else { State::InReview };
        Wanted {
            program: self.program.clone(),
            state: state.code().to_owned(),
            kind: self.kind.clone(),
            assignee: self.owner.clone(),
            ends: self.days,
        }
    }

    /// The time in which the letters were composed, Japanese days.
    pub fn time(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let (first, last) = self.days.unwrap_or_default();
        (start_in_japan(first), start_in_japan(last.succ_opt().unwrap_or(last)))
    }
}

/// The fields of the list of those who were not vaccinated; the vaccine is always named.
fn called<'a>(get: &impl Fn(&str) -> &'a str) -> Result<BTreeMap<String, String>, Refusal> {
    if get("vaccine").is_empty() {
        return Err(Refusal::new("clerk.choose").at("vaccine"));
    }
    Ok(FIELDS.map(|name| (name.to_owned(), get(name).to_owned())).into())
}

/// Both days or none; letters and invitations need them.
fn days(action: Action, from: &str, until: &str) -> Result<Option<(NaiveDate, NaiveDate)>, Refusal> {
    let needed = matches!(action, Action::Print | Action::Invite);
    if from.is_empty() && until.is_empty() && !needed {
        return Ok(None);
    }
    let (first, last) = (day(from, "from")?, day(until, "until")?);
    let latest = first.checked_add_days(Days::new(LONGEST)).unwrap_or(first);
    if first > last || last > latest {
        return Err(Refusal::new("bulk.days").with("most", LONGEST).at("until"));
    }
    Ok(Some((first, last)))
}

fn again(wanted: bool, reason: &str) -> Result<String, Refusal> {
    if !wanted {
        return Ok(String::new());
    }
    let reason = bounded(reason, "reason")?;
    if reason.is_empty() { Err(Refusal::new("bulk.again").at("reason")) } else { Ok(reason) }
}
