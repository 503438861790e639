//! `enquiries.toml`: what the office asks of others about a person, and how the files for it look.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guard::Guard;
use super::work::Setting;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enquiries {
    /// Each kind of enquiry.
    #[serde(default, rename = "enquiry")]
    pub kinds: Vec<Enquiry>,
}

/// A kind of enquiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enquiry {
    /// Short name.
    pub code: String,
    /// Text key of its name.
    pub label: String,
    /// On what it rests, as it is shown.
    pub basis: String,
    /// Version of the layout of both files, where they say one: an answer in another is refused as a whole.
    pub version: Option<String>,
    /// Whether it is about the members of the household as well.
    pub members: bool,
    /// Key of the consent that each person must have given; none where law asks for no consent.
    pub consent: Option<String>,
    /// Asked when enquiries are made: while it does not hold, there is nothing to ask yet.
    pub when: Option<Guard>,
    /// Calendar days until an answer should be there.
    pub days: Setting,
    /// The row of the office's form that an answer fills, if it has one for each person.
    pub row: Option<AnswerRow>,
    /// Columns of the file that is sent, in their order.
    pub sent: Vec<SentColumn>,
    /// Columns of the file with the answers; the first column of it always holds the number of the enquiry.
    #[serde(rename = "answer")]
    pub answers: Vec<AnswerColumn>,
    /// What an answer means for the office's form beside its own values, by linkId.
    #[serde(default)]
    pub settled: BTreeMap<String, String>,
    /// What stands in the office's form when no answer came, by linkId; empty where nothing follows.
    #[serde(default)]
    pub missing: BTreeMap<String, String>,
}

/// The row for one person in the office's form, by linkIds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRow {
    /// The group that repeats.
    pub group: String,
    /// Name.
    pub name: String,
    /// What the person is to the patient.
    pub role: String,
    /// Code of the patient's role.
    pub patient: String,
    /// Codes for members: the first whose yes-or-no item in the row of the application is answered with yes, or
    /// that names none.
    pub members: Vec<MemberRole>,
}

/// The role of a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRole {
    /// Its code.
    pub code: String,
    /// LinkId of the item in the member's row that says so.
    pub item: Option<String>,
}

/// A column that is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentColumn {
    /// Heading.
    pub heading: String,
    /// `id`, `version`, `name`, `birth`, `my_number`, `tax_year`, or a form by its slot name with a linkId, such as
    /// `answers.…` for the application. Choices go by their codes, several of them with `;` between.
    pub value: String,
}

/// A column of the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerColumn {
    /// Heading.
    pub heading: String,
    /// LinkId of the office's form.
    pub item: String,
    /// Whether an answer without it is none.
    #[serde(default)]
    pub required: bool,
    /// Words of the file with what they mean in the form; empty where they are the same.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl Enquiries {
    /// The kind of a code.
    pub fn kind(&self, code: &str) -> Option<&Enquiry> {
        self.kinds.iter().find(|kind| kind.code == code)
    }
}

impl Enquiry {
    /// Heading of the column with the number of the enquiry, in both files.
    pub fn id_heading(&self) -> &str {
        self.heading_of("id").unwrap_or_default()
    }

    /// Heading of the column with the version, in both files, and the version; none where they say none.
    pub fn version(&self) -> Option<(&str, &str)> {
        Some((self.heading_of("version")?, self.version.as_deref()?))
    }

    fn heading_of(&self, value: &str) -> Option<&str> {
        self.sent.iter().find(|column| column.value == value).map(|column| column.heading.as_str())
    }
}
