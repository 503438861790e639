//! A committee that examines cases: who sits on it, who is excluded from what, when it can conclude, what
//! its members are shown and say. Pure; a program says which committee it has in `[committee]`.

pub mod opinion;
pub mod packet;

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::program::committee::Field;
use crate::domain::program::vocabulary::Exclusion;

/// A member's appointment for a term. Whoever is appointed again has another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Id, `mem_…`.
    pub id: String,
    /// The member's account.
    pub user: String,
    /// Their name.
    pub name: String,
    /// Their profession or field.
    pub profession: String,
    /// Whether they are a designated physician (指定医).
    pub designated: bool,
    /// 医療機関コード of where they work; empty if unknown.
    pub institution_code: String,
    /// Its name; empty if they work at none.
    pub institution: String,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// Last day of the term.
    pub ends_on: NaiveDate,
    /// Whether they preside over the whole committee (会長).
    pub chair: bool,
    /// Whether they preside over their panel (合議体の長, 介護保険法施行令9条).
    pub panel_chair: bool,
    /// The panel (合議体) to which they belong; empty for none.
    pub panel: String,
    /// Code of the field for which they sit; empty where the program names none.
    pub field: String,
    /// How often they were appointed before.
    pub before: u32,
}

impl Appointment {
    /// Whether the term runs on a day.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && day <= self.ends_on
    }

    /// Whether they preside where a panel sits, or the whole committee where none is named.
    pub fn heads(&self, panel: &str) -> bool {
        if panel.is_empty() { self.chair } else { self.panel_chair && self.panel == panel }
    }
}

/// The fields of a committee for which nobody among some members sits.
pub fn lacking<'a>(fields: &'a [Field], members: &[&Appointment]) -> Vec<&'a Field> {
    fields.iter().filter(|field| members.iter().all(|member| member.field != field.code)).collect()
}

/// The last day of a term of so many months from its first day: two years from 1 April end on 31 March.
pub fn term_end(starts_on: NaiveDate, months: u32) -> NaiveDate {
    let following = starts_on.checked_add_months(Months::new(months));
    following.and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX)
}

/// To whom and to which institutions a case is tied by its certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ties {
    /// Accounts of physicians who signed, or were asked to.
    pub people: BTreeSet<String>,
    /// Codes and names of their institutions.
    pub institutions: BTreeSet<String>,
}

/// Why a member has no part in a case; none where nothing ties them to it.
pub fn exclusion(member: &Appointment, ties: &Ties) -> Option<Exclusion> {
    if ties.people.contains(&member.user) {
        return Some(Exclusion::Signer);
    }
    let places = [&member.institution_code, &member.institution];
    let tied = places.into_iter().any(|place| !place.is_empty() && ties.institutions.contains(place));
    tied.then_some(Exclusion::Institution)
}

/// How many sat for one case at a session. Who is excluded from the case does not count as present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// The session.
    pub session: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Members whose term runs on that day.
    pub members: u32,
    /// Those of them who were present for the case.
    pub present: u32,
}

/// How many must sit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// More than so many of a hundred members.
    pub more_than_percent: u32,
}

impl Quorum {
    /// Whether enough of the members are present; never without any.
    pub fn holds(self, present: u32, members: u32) -> bool {
        u64::from(present) * 100 > u64::from(members) * u64::from(self.more_than_percent)
    }

    /// The smallest number that is enough of so many members.
    pub fn least(self, members: u32) -> u32 {
        let share = u64::from(members) * u64::from(self.more_than_percent) / 100;
        u32::try_from(share + 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
