//! Rights to doses and what was given of them, as sums: nothing by which a person could be found.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{dose_rights, immunization_subjects};

/// Which rights are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The program.
    pub program: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// The day on which they had begun, and on which the person lived in the town.
    pub on: NaiveDate,
    /// Only those that were fulfilled by a valid dose up to that day.
    pub fulfilled: bool,
}

/// Equal rights.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Sum {
    /// Number of the dose.
    pub dose: String,
    /// Year of birth, as the vaccine puts people together.
    pub cohort: i32,
    /// District of the town; empty where it is not known.
    pub district: String,
    /// How many there are.
    pub count: i64,
}

/// How many rights are alike in dose, year of birth and district.
///
/// # Errors
/// When the database fails.
pub fn sums(conn: &mut Conn, wanted: &Wanted) -> Result<Vec<Sum>, StoreError> {
    let alike = (dose_rights::dose, dose_rights::cohort, immunization_subjects::district);
    let (came, left) = (immunization_subjects::moved_in_on, immunization_subjects::moved_out_on);
    let died = immunization_subjects::died_on;
    let mut query = dose_rights::table
        .inner_join(immunization_subjects::table)
        .filter(immunization_subjects::program.eq(&wanted.program))
        .filter(dose_rights::vaccine.eq(&wanted.vaccine))
        .filter(dose_rights::opens_on.le(wanted.on))
        .filter(came.is_null().or(came.le(wanted.on)))
        .filter(left.is_null().or(left.gt(wanted.on)))
        .filter(died.is_null().or(died.gt(wanted.on)))
        .group_by(alike)
        .order(alike)
        .select((dose_rights::dose, dose_rights::cohort, immunization_subjects::district, count_star()))
        .into_boxed();
    if wanted.fulfilled {
        query = query.filter(dose_rights::valid.eq(true)).filter(dose_rights::given_on.le(wanted.on));
    }
    Ok(query.load(conn)?)
}
