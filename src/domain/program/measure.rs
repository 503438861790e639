//! What a body counts of its own work: the days between two moments of a case, and how often what was
//! decided differs from what stood before.

use serde::{Deserialize, Serialize};

use super::vocabulary::CaseKind;
use super::work::Setting;

/// Days between two moments of each decided case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Name, unique among measures and comparisons.
    pub code: String,
    /// Text key of its name.
    pub label: String,
    /// From when the days are counted; the day itself is not.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Calendar days above which a case is counted apart.
    pub over_days: Option<Setting>,
    /// Kinds of procedure that are counted; empty means all.
    #[serde(default)]
    pub kinds: Vec<CaseKind>,
}

/// How often two fields of a decision differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Name, unique among measures and comparisons.
    pub code: String,
    /// Text key of its name.
    pub label: String,
    /// Key of the field with what stood before.
    pub first: String,
    /// Key of the field with what was decided.
    pub last: String,
    /// The value for which a refusal stands where `last` has none.
    pub refused: Option<String>,
}

/// A moment in the life of a case, known to the day. In program files it is a word, where it is about a
/// work item with the item's kind: `received`, `requested(survey)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Moment {
    /// `received`: the legal day of arrival.
    Received,
    /// `decided`: the first final decision.
    Decided,
    /// `requested(x)`: the work item was first asked of somebody.
    Requested(String),
    /// `handed_in(x)`: the newest result of the work item came.
    HandedIn(String),
    /// `accepted(x)`: the office took the result.
    Accepted(String),
    /// `referred`: the case went to the committee the last time.
    Referred,
    /// `deliberated`: the session at which the committee concluded.
    Deliberated,
    /// `told_of_delay`: the applicant was first told of a later day.
    ToldOfDelay,
}

/// A word that is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no moment `{0}`")]
pub struct UnknownMoment(String);

impl Moment {
    /// The kind of work item that it is about.
    pub fn work_item(&self) -> Option<&str> {
        match self {
            Moment::Requested(kind) | Moment::HandedIn(kind) | Moment::Accepted(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether the first of several counts; otherwise the newest does.
    pub fn is_the_first(&self) -> bool {
        matches!(self, Moment::Requested(_) | Moment::ToldOfDelay)
    }

    /// Whether only a committee brings it about.
    pub fn needs_committee(&self) -> bool {
        matches!(self, Moment::Referred | Moment::Deliberated)
    }
}

impl TryFrom<String> for Moment {
    type Error = UnknownMoment;

    fn try_from(text: String) -> Result<Moment, UnknownMoment> {
        let with_item = text.strip_suffix(')').and_then(|open| open.split_once('('));
        match with_item {
            None => match text.as_str() {
                "received" => Ok(Moment::Received),
                "decided" => Ok(Moment::Decided),
                "referred" => Ok(Moment::Referred),
                "deliberated" => Ok(Moment::Deliberated),
                "told_of_delay" => Ok(Moment::ToldOfDelay),
                _ => Err(UnknownMoment(text)),
            },
            Some(("requested", kind)) => Ok(Moment::Requested(kind.to_owned())),
            Some(("handed_in", kind)) => Ok(Moment::HandedIn(kind.to_owned())),
            Some(("accepted", kind)) => Ok(Moment::Accepted(kind.to_owned())),
            Some(_) => Err(UnknownMoment(text)),
        }
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> String {
        match moment {
            Moment::Received => "received".to_owned(),
            Moment::Decided => "decided".to_owned(),
            Moment::Requested(kind) => format!("requested({kind})"),
            Moment::HandedIn(kind) => format!("handed_in({kind})"),
            Moment::Accepted(kind) => format!("accepted({kind})"),
            Moment::Referred => "referred".to_owned(),
            Moment::Deliberated => "deliberated".to_owned(),
            Moment::ToldOfDelay => "told_of_delay".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_it_is_read() {
        for word in ["received", "decided", "referred", "deliberated", "told_of_delay", "requested(survey)"] {
            let moment = Moment::try_from(word.to_owned()).unwrap();
            assert_eq!(String::from(moment), word);
        }
        let handed_in = Moment::try_from("handed_in(opinion)".to_owned()).unwrap();
        assert_eq!(handed_in.work_item(), Some("opinion"));
    }

    #[test]
    fn other_words_are_no_moments() {
        for word in ["", "requested", "received(survey)", "ended", "requested(survey"] {
            assert!(Moment::try_from(word.to_owned()).is_err(), "{word}");
        }
    }
}
