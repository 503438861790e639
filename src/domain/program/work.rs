//! Work items, clocks and periods of a program definition.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::guard::Guard;
use super::vocabulary::{Assignee, CaseKind, Channel, ClockKind, CommandName, ReturnEffect};

/// A duty that somebody carries out beside others, with its own form and clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkItem {
    /// Name, unique in the program.
    pub kind: String,
    /// Text key of its name.
    pub label: String,
    /// Asked after every command; the first time it holds, the item is requested.
    pub opens: Guard,
    /// Who carries it out.
    pub assignee: Assignee,
    /// LinkIds of the application with the assignee's name, as the applicant knows it.
    #[serde(default)]
    pub assignee_name: Vec<String>,
    /// File stem of the form that takes its result; without one it is accepted as done.
    pub form: Option<String>,
    /// Kinds of procedure that have it; empty means all.
    #[serde(default)]
    pub kinds: Vec<CaseKind>,
    /// Calendar days from the request to the due date.
    pub stage_days: Setting,
    /// What happens while it is open, by days since the request.
    #[serde(default, rename = "reminder")]
    pub reminders: Vec<Reminder>,
    /// Commands that wait until it is accepted or waived.
    #[serde(default)]
    pub join: Vec<CommandName>,
    /// Roles that may accept or return its result.
    pub accepted_by: Vec<String>,
    /// Roles that may waive it; empty means nobody.
    #[serde(default)]
    pub waived_by: Vec<String>,
    /// Codes of the waive phrases that are reasons for it.
    #[serde(default)]
    pub waive_reasons: Vec<String>,
    /// Its form may be taken along on a device to where there is no network.
    #[serde(default)]
    pub offline: bool,
    /// Whoever delivers its result is paid for it: the results are counted by institution and month.
    #[serde(default)]
    pub paid: bool,
    /// Months within which its result must be signed before the filing.
    pub fresh_months: Option<u32>,
}

/// A step of the ladder that reminds an assignee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Days since the request.
    pub day: u32,
    /// By which way.
    pub via: Channel,
}

/// A period that runs from arrival to the final decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Name, unique in the program.
    pub code: String,
    /// Text key of its name.
    pub label: String,
    /// What it measures.
    pub kind: ClockKind,
    /// Calendar days.
    pub days: Setting,
    /// Kinds of procedure in which it runs; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<CaseKind>,
    /// Returned items with these effects stop it while the applicant has the case.
    #[serde(default)]
    pub pause_on: Vec<ReturnEffect>,
    /// Returned items with these effects start it anew when the applicant has answered.
    #[serde(default)]
    pub restart_on: Vec<ReturnEffect>,
    /// What is told in time when it will not be kept; none where no notice belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
}

/// 延期通知: the notice that a period will not be kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// Calendar days before the end of the period on which the notice is made ready.
    pub before_days: Setting,
    /// Calendar days by which it is expected to be longer, where the body's own figures say nothing.
    pub further_days: Setting,
    /// Text key: why it takes longer, with the slot `waits`.
    pub why: String,
    /// Text key: why it takes longer when nothing but the decision is open.
    pub why_at_last: String,
    /// Text key: what the applicant may do once the period has passed.
    pub missed: String,
}

/// 補正: how long the applicant has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Calendar days to answer.
    pub answer_days: Setting,
    /// Calendar days after the due date before the round lapses.
    pub grace_days: Setting,
    /// Days before the due date on which the applicant is reminded.
    pub remind_days_before: Vec<u32>,
}

/// How long things are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Days after the last change before a draft is deleted.
    pub draft_days: Setting,
    /// Days before its deletion on which the owner of a draft is warned.
    pub draft_warnings: Vec<u32>,
    /// Years after the end of a case or of its grant.
    pub case_years: Setting,
}

/// A value of the authority, with what holds until the authority sets its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Name of the installation's setting that takes precedence.
    pub setting: Option<String>,
    /// Dated values.
    pub values: Vec<Dated>,
}

/// A value with the days on which it holds and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// The value: a number for periods, text for identifiers.
    pub value: SettingValue,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// Last day on which it holds; none while it is in force.
    pub valid_to: Option<NaiveDate>,
    /// Statute or page, or why it is only a default.
    pub source: String,
    /// True for an invented default that an authority must replace before use.
    #[serde(default)]
    pub demo: bool,
}

/// The value of a [`Setting`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// Days, months, years or a count.
    Number(u32),
    /// An identifier.
    Text(String),
}

/// The installation's own values, by the name in [`Setting::setting`].
pub type Settings = BTreeMap<String, SettingValue>;

impl Setting {
    /// The value on a day: the installation's if it has one, otherwise the dated one.
    pub fn on(&self, day: NaiveDate, settings: &Settings) -> Option<SettingValue> {
        let own = self.setting.as_ref().and_then(|name| settings.get(name));
        own.cloned().or_else(|| self.dated(day).map(|entry| entry.value.clone()))
    }

    /// The value on a day as a number; `None` if there is none or it is text.
    pub fn number(&self, day: NaiveDate, settings: &Settings) -> Option<u32> {
        match self.on(day, settings)? {
            SettingValue::Number(number) => Some(number),
            SettingValue::Text(_) => None,
        }
    }

    /// The value on a day as text.
    pub fn text(&self, day: NaiveDate, settings: &Settings) -> Option<String> {
        self.on(day, settings).map(|value| match value {
            SettingValue::Number(number) => number.to_string(),
            SettingValue::Text(text) => text,
        })
    }

    /// The dated value that holds on a day.
    pub fn dated(&self, day: NaiveDate) -> Option<&Dated> {
        self.values.iter().find(|it| it.valid_from <= day && it.valid_to.is_none_or(|end| day <= end))
    }
}
