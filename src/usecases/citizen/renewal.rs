//! Which grants can be renewed, and what a renewal starts from.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::domain::calendar::day_in_japan;
use crate::domain::case::Case;
use crate::domain::forms::{Answer, Answers, Secret, carry_over, see_through};
use crate::domain::lang::Lang;
use crate::domain::ledger::newest;
use crate::domain::program::vocabulary::{CommandName, Effect, State};
use crate::store::{Conn, cases};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::standing;

use super::sheet::{Head, head};

/// A grant that can be renewed now.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Renewal {
    /// Title line of the case with the grant.
    pub head: Head,
    /// The program.
    pub program: String,
    /// The last day of the grant.
    pub due_on: NaiveDate,
}

/// Everything that the caller can renew now, under one program or under all.
///
/// # Errors
/// When the database fails.
pub fn due(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    lang: Lang,
    program: Option<&str>,
) -> Result<Vec<Renewal>, Error> {
    let all = cases::of_applicant(conn, &house.keys, &caller.actor.id)?;
    let renewed = renewed(house, all.iter().map(|stored| &stored.case));
    let mut found = Vec::new();
    for case in all.iter().map(|stored| &stored.case) {
        let wanted = program.is_none_or(|program| case.program == program);
        if wanted && case.decision().is_some() && !renewed.contains(&case.id) {
            let opened = house.open(conn, caller, &case.id, CommandName::Read)?;
            let due_on = ends_soon(house, &opened);
            found.extend(due_on.map(|due_on| Renewal {
                head: head(&opened, lang),
                program: case.program.clone(),
                due_on,
            }));
        }
    }
    Ok(found)
}

/// Cases that a renewal, still alive, already follows.
fn renewed<'a>(house: &House, cases: impl Iterator<Item = &'a Case>) -> BTreeSet<String> {
    let renews = |case: &&Case| {
        let program = house.programs.newest(&case.program);
        program.is_ok_and(|program| program.definition.effect(&case.kind) == Effect::Renews)
    };
    let living = cases.filter(|case| case.state != State::Ended).filter(renews);
    living.filter_map(|case| case.follows.clone()).collect()
}

/// The last day of the case's grant, when its renewal is open today.
pub fn ends_soon(house: &House, opened: &Opened) -> Option<NaiveDate> {
    let definition = &opened.program.definition;
    let today = house.today();
    house.programs.newest(&definition.id).ok()?.definition.kinds_that(Effect::Renews).next()?;
    let rulings = opened.rulings();
    let due_on = newest(&rulings).filter(|_| !opened.effect().attaches())?.valid_to;
    let days = definition.renewal.as_ref()?.opens_days_before.number(today, &house.settings)?;
    let opens = due_on.checked_sub_days(Days::new(u64::from(days)))?;
    (opens..=due_on).contains(&today).then_some(due_on)
}

/// The answers with which a case that follows another begins: what holds of the person, for a renewal
/// without what has to be asked anew.
///
/// # Errors
/// [`Error::NotFound`] when the caller may not read the earlier case.
pub fn answers(house: &House, conn: &mut Conn, caller: &Caller, opened: &Opened) -> Result<Answers, Error> {
    let follows = opened.stored.case.follows.clone().ok_or(Error::NotFound)?;
    let earlier = house.open(conn, caller, &follows, CommandName::Read)?;
    let mut given = standing::now(conn, &earlier)?;
    refill_secrets(conn, &earlier, &mut given)?;
    let filed_on = earlier.stored.case.received_at.map_or_else(|| house.today(), day_in_japan);
    let form = opened.program.application().ok_or(Error::NotFound)?;
    let renews = opened.effect() == Effect::Renews;
    let renewal = opened.program.definition.renewal.as_ref().filter(|_| renews);
    let ask_again = renewal.map_or(&[][..], |renewal| &renewal.ask_again);
    let around = Surroundings::of_case(house, conn, opened)?;
    let mut answers = carry_over(form, &given, ask_again, filed_on, &around.env());
    if renews {
        see_through(form, &mut answers, ask_again, &around.env());
    }
    Ok(answers)
}

/// Secrets lie apart under the earlier case's key; the new case seals them under its own.
fn refill_secrets(conn: &mut Conn, earlier: &Opened, answers: &mut Answers) -> Result<(), Error> {
    let masked = answers.iter().filter(|(_, answer)| matches!(answer, Answer::Secret(_)));
    let masked: Vec<String> = masked.map(|(path, _)| path.to_owned()).collect();
    for path in masked {
        if let Some(value) = standing::secret(conn, earlier, &path)? {
            answers.set(&path, Answer::Secret(Secret::new(value)));
        }
    }
    Ok(())
}
