//! Kinds of procedure: each program names its own, and says by a closed word what a decision of the
//! kind does to a certificate.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::immunization::record::{Category, Origin};

use super::vocabulary::{Body, CaseKind, Effect};
use super::work::{Setting, Settings};

/// One kind of procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct KindRule {
    /// Its code; `kind.<code>` is the text key of its name.
    pub code: CaseKind,
    /// What a decision that grants it does.
    pub effect: Effect,
    /// The sides that begin it.
    pub by: Vec<Body>,
    /// Steps of the application that are about the procedure itself: they say nothing of the person that
    /// would hold afterwards.
    pub own: Vec<String>,
    /// Key of the yes-or-no field of a decision that it attests: a decision that refuses a benefit and has
    /// it offers this kind.
    pub attests: Option<String>,
    /// Whether it can be begun, as the authority says for each day: [`OFFERED`] or anything else. Without it,
    /// always.
    pub offered: Option<Setting>,
    /// How the doses of which it tells enter the ledger of vaccinations when it is granted; none where they do not.
    pub enters: Option<Enters>,
}

/// How the doses of an application that is granted become lines of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enters {
    /// Where the lines say that they come from.
    pub origin: Origin,
    /// Under what the doses were given.
    pub category: Category,
    /// Whether a dose takes the place of the line that has the same number.
    #[serde(default)]
    pub corrects: bool,
}

/// The value of [`KindRule::offered`] with which a kind can be begun.
pub const OFFERED: &str = "yes";

/// A kind as a folder writes it: in full, or only the code of one whose meaning is usual.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Usual(CaseKind),
    Full(Full),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    code: CaseKind,
    effect: Effect,
    #[serde(default = "anybody")]
    by: Vec<Body>,
    #[serde(default)]
    own: Vec<String>,
    attests: Option<String>,
    offered: Option<Setting>,
    enters: Option<Enters>,
}

fn anybody() -> Vec<Body> {
    vec![Body::Applicant, Body::Forwarding, Body::Receiving, Body::Deciding]
}

impl From<Written> for KindRule {
    fn from(written: Written) -> KindRule {
        match written {
            Written::Full(Full { code, effect, by, own, attests, offered, enters }) => {
                KindRule { code, effect, by, own, attests, offered, enters }
            }
            Written::Usual(code) => {
                let effect = if code.code() == "renewal" { Effect::Renews } else { Effect::Opens };
                let (own, attests) = (Vec::new(), None);
                KindRule { code, effect, by: anybody(), own, attests, offered: None, enters: None }
            }
        }
    }
}

impl KindRule {
    /// Whether it can be begun on a day.
    pub fn is_offered(&self, day: NaiveDate, settings: &Settings) -> bool {
        self.offered.as_ref().is_none_or(|setting| setting.text(day, settings).as_deref() == Some(OFFERED))
    }
}

impl CaseKind {
    /// A kind whose code is written in the program text, as in tests.
    pub const fn of(code: &'static str) -> CaseKind {
        CaseKind(Cow::Borrowed(code))
    }

    /// The code by which program folders and storage know the kind.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// The kind of a code that was read somewhere; whether a program has it is another question.
    pub fn read(code: &str) -> CaseKind {
        CaseKind(Cow::Owned(code.to_owned()))
    }
}

impl Effect {
    /// Whether a case of it needs a certificate to which it belongs.
    pub fn attaches(self) -> bool {
        !matches!(self, Effect::Opens | Effect::Renews | Effect::Attests | Effect::Awards)
    }

    /// Whether its decision is about what a certificate says and for how long.
    pub fn certifies(self) -> bool {
        matches!(self, Effect::Opens | Effect::Renews | Effect::Changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::program::work::SettingValue;

    fn read(text: &str) -> KindRule {
        #[derive(Deserialize)]
        struct Holder {
            kind: Vec<KindRule>,
        }
        toml::from_str::<Holder>(text).unwrap().kind.remove(0)
    }

    #[test]
    fn a_code_alone_has_its_usual_meaning() {
        assert_eq!(read("kind = ['renewal']").effect, Effect::Renews);
        assert_eq!(read("kind = ['new']").effect, Effect::Opens);
    }

    #[test]
    fn a_kind_is_offered_as_the_authority_says_for_the_day() {
        let rule = read(
            "[[kind]]\ncode = 'away'\neffect = 'opens'\n[kind.offered]\nsetting = 'away'\nvalues = [\
             { value = 'yes', valid_from = '2026-01-01', valid_to = '2026-12-31', source = 'x' }, \
             { value = 'no', valid_from = '2027-01-01', source = 'x' }]",
        );
        let on = |day: &str| day.parse::<NaiveDate>().unwrap();
        let none = Settings::new();
        assert!(rule.is_offered(on("2026-12-31"), &none));
        assert!(!rule.is_offered(on("2027-01-01"), &none));
        let own = Settings::from([("away".to_owned(), SettingValue::Text("no".to_owned()))]);
        assert!(!rule.is_offered(on("2026-12-31"), &own));
        assert!(read("kind = ['new']").is_offered(on("2027-01-01"), &own));
    }

    #[test]
    fn in_full_it_says_what_it_does_and_who_begins_it() {
        let rule = read("[[kind]]\ncode = 'loss'\neffect = 'ends'\nby = ['deciding']");
        assert_eq!((rule.code.code(), rule.effect), ("loss", Effect::Ends));
        assert_eq!(rule.by, [Body::Deciding]);
    }
}
