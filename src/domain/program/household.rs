//! What a program says about the others of a household.

use serde::{Deserialize, Serialize};

use super::vocabulary::CaseKind;
use super::work::Setting;

/// Where the application names the members of a household, and what is asked of each of them. Each field is the
/// linkId of an item in the row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdShape {
    /// Name.
    pub name: String,
    /// Birth date.
    pub birth: String,
    /// 個人番号.
    pub my_number: String,
    /// Keys of the consents that each member gives for themself.
    pub consents: Vec<String>,
    /// Code of the document that a member hands in who does not consent.
    pub document: Option<String>,
    /// Age in years from which nobody consents for a member.
    pub of_age: Setting,
    /// Hours for which a member's code opens their page.
    pub code_hours: Setting,
}

/// Where decisions and forms hold what is needed to share a cap with others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerShape {
    /// Key of the decision's field with the recipient's number.
    pub number: String,
    /// Key of the decision's field with the cap of a month.
    pub cap: String,
    /// Key of the decision's field with the cap before it was shared; it stays empty where it was not.
    pub whole: String,
    /// Kind of procedure by which the office determines a shared cap anew.
    pub procedure: Option<CaseKind>,
    /// Where the application names others.
    pub named: Vec<NamedShape>,
    /// Where the office's form takes those who were accepted.
    pub office: OfficeRow,
}

/// Rows of the application in which others are named. Each field is the linkId of an item in the row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedShape {
    /// Name.
    pub name: String,
    /// Birth date, where it is asked.
    pub birth: Option<String>,
    /// Recipient's number, where it is asked.
    pub number: Option<String>,
}

/// The row of the office's form for an accepted partner, by linkIds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeRow {
    /// The question whether there are any.
    pub exists: String,
    /// The group that repeats.
    pub row: String,
    /// Name.
    pub name: String,
    /// Program under which the other's certificate was granted.
    pub program: String,
    /// The code of this program in that question.
    pub program_code: String,
    /// Recipient's number.
    pub number: String,
    /// Cap before it is shared.
    pub cap: String,
}
