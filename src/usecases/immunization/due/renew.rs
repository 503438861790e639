//! What the rules say of every person of the ledger, computed anew for the day, some at a time.

use chrono::{Days, NaiveDate};

use crate::domain::immunization::outlook::{Cohort, Outlook};
use crate::domain::immunization::record::known;
use crate::domain::immunization::{Known, Vaccine};
use crate::store::dose_forecasts::{self, Computed};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, immunization_subjects, immunizations};
use crate::usecases::clerk::proposal::settings;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;

/// Persons of one transaction.
const PAGE: i64 = 50;
/// Days for which a right whose last day is over is kept for the figures: ten years.
const KEPT: u64 = 3652;

/// Computes everybody who was not computed for today or whose record changed since; how many they were. Each part is a
/// transaction of its own, so that what was done stays done.
///
/// # Errors
/// When the database fails.
pub fn all(house: &House) -> Result<usize, Error> {
    let Ok(keeping) = Keeping::first(house) else { return Ok(0) };
    let (mut done, mut after) = (0, String::new());
    loop {
        let part = house.database.write(|conn| part(house, conn, &keeping, &after))?;
        let Some(last) = part.last() else { return Ok(done) };
        after.clone_from(last);
        done += part.len();
    }
}

/// The next persons by their ids.
fn part(house: &House, conn: &mut Conn, keeping: &Keeping, after: &str) -> Result<Vec<String>, Error> {
    let today = house.today();
    let ids = dose_forecasts::outdated(conn, &keeping.program.definition.id, today, after, PAGE)?;
    if !ids.is_empty() {
        let people = immunization_subjects::many(conn, &house.keys, &ids)?;
        compute(house, conn, keeping, &people)?;
    }
    Ok(ids)
}

fn compute(house: &House, conn: &mut Conn, keeping: &Keeping, people: &[StoredSubject]) -> Result<(), Error> {
    let outlooks = outlooks(house, conn, keeping, people)?;
    let (vaccines, today) = (keeping.vaccines(house), house.today());
    let computed = people.iter().zip(outlooks).map(|(it, outlook)| kept(&vaccines, it, outlook, today));
    let computed: Vec<Computed<'_>> = computed.collect();
    Ok(dose_forecasts::replace(conn, today, &computed)?)
}

/// What the rules say today of some persons, in their order.
///
/// # Errors
/// When the database fails or a line cannot be opened.
pub fn outlooks(
    house: &House,
    conn: &mut Conn,
    keeping: &Keeping,
    people: &[StoredSubject],
) -> Result<Vec<Outlook>, Error> {
    let owners: Vec<&StoredSubject> = people.iter().collect();
    let lines = immunizations::of_subjects(conn, &owners)?;
    let settings = settings(house);
    let known = |it: &StoredSubject| {
        let lines = lines.get(&it.subject.id).map(Vec::as_slice).unwrap_or_default();
        Known { settings: settings.clone(), ..known(&it.subject, lines) }
    };
    let all: Vec<Known> = people.iter().map(known).collect();
    Ok((keeping.rules.outlooks)(&all, &keeping.program.tables, house.today()))
}

/// What is stored of what the rules say: nothing comes next for who does not live here, and rights that ended long ago
/// or have not begun are in no figure.
fn kept<'a>(
    vaccines: &[Vaccine],
    of: &'a StoredSubject,
    mut outlook: Outlook,
    today: NaiveDate,
) -> Computed<'a> {
    let subject = &of.subject;
    if subject.moved_out_on.is_some() || subject.died_on.is_some() {
        outlook.coming.clear();
    }
    let oldest = today - Days::new(KEPT);
    outlook.rights.retain(|it| it.from <= today && it.to.is_none_or(|to| to >= oldest));
    let cohort = |key: &str| {
        let known = vaccines.iter().find(|it| it.key == key);
        known.map_or(Cohort::Fiscal, |it| it.cohort).year(subject.birth)
    };
    let cohorts = outlook.rights.iter().map(|it| cohort(&it.vaccine)).collect();
    Computed { subject: &subject.id, outlook, cohorts }
}
