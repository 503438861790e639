//! What a program of vaccination answers about doses, beside what it proposes for applications.

use chrono::NaiveDate;

use super::Inputs;
use crate::domain::immunization::law::{Exemption, Fee};
use crate::domain::immunization::outlook::Outlook;
use crate::domain::immunization::reaction::Period;
use crate::domain::immunization::screening::Asked;
use crate::domain::immunization::{
    Entitled, Forecast, Given, Known, Lacking, Past, Vaccine, Verdict, Wanted,
};
use crate::domain::proposal::Finding;
use crate::domain::tables::Tables;

/// What is doubtful about many doses, each with the birth of its person, in their order.
pub type ManyDoubts = fn(&[(Given, NaiveDate)], &Tables, NaiveDate) -> Vec<Vec<Finding>>;

/// What the rules say of many persons on a day, in their order.
pub type ManyOutlooks = fn(&[Known], &Tables, NaiveDate) -> Vec<Outlook>;

/// The rules about doses. Each is pure; doses that cannot be are left out and told by `doubts`.
#[derive(Clone, Copy, Debug)]
pub struct ImmunizationRules {
    /// Every vaccine of the tables in their order, with its products on the day.
    pub vaccines: fn(&Tables, NaiveDate) -> Vec<Vaccine>,
    /// Whether the next dose of a vaccine may be given on a day.
    pub decide: fn(&Wanted<'_>, &Known, &Tables) -> Result<Verdict, Lacking>,
    /// What comes next, for every vaccine, on a day.
    pub forecast: fn(&Known, &Tables, NaiveDate) -> Vec<Forecast>,
    /// The same for many persons in their order, with the doses to which there is or was a right; the tables are read
    /// once.
    pub outlooks: ManyOutlooks,
    /// Each past dose by the rules of its own day.
    pub evaluate: fn(&Known, &Tables, NaiveDate) -> Vec<Past>,
    /// What cannot be or is doubtful in one dose of somebody, on a day: before the birth, in the future, of a
    /// vaccine, product or lot that the tables do not have or call back.
    pub doubts: fn(&Given, NaiveDate, &Tables, NaiveDate) -> Vec<Finding>,
    /// The same for many doses, each with the birth of its person, in their order: the tables are read once.
    pub doubts_of_all: ManyDoubts,
    /// To which doses a case gives a right if it is granted.
    pub entitled: fn(&Inputs<'_>, &Tables, NaiveDate) -> Entitled,
    /// What is asked before a dose of a vaccine on a day; `None` where the town has no form for it.
    pub asked: fn(&str, &Tables, NaiveDate) -> Option<Asked>,
    /// What the town pays for a visit with a vaccine that ended so (`given`, `not_done`) on a day; `None` where it has
    /// set nothing.
    pub fee: fn(&str, &str, &Tables, NaiveDate) -> Option<Fee>,
    /// Who is exempt from the regular share of a vaccine on a day; nobody where the town has set nothing.
    pub exemptions: fn(&str, &Tables, NaiveDate) -> Vec<Exemption>,
    /// Within how long symptoms after a dose of a vaccine have to be reported, on the day of the dose.
    pub reaction_periods: fn(&str, &Tables, NaiveDate) -> Vec<Period>,
    /// The questionnaire of 副反応疑い報告, by its file stem.
    pub reaction_form: &'static str,
    /// A number of a day by which guardians join and are reminded, by the name of its rule; `None` where the tables have
    /// none.
    pub household_rule: fn(&str, &Tables, NaiveDate) -> Option<u32>,
    /// The last day on which the record of a dose has to be kept; `None` where no rule says.
    pub keep_until: fn(&Tables, NaiveDate) -> Option<NaiveDate>,
}
