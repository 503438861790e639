//! Which grants can be renewed, and what a renewal starts from.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::domain::calendar::{day_in_japan, show_in};
use crate::domain::case::Case;
use crate::domain::forms::{Answer, Answers, Secret, carry_over, see_through};
use crate::domain::lang::Lang;
use crate::domain::ledger::newest;
use crate::domain::program::Program;
use crate::domain::program::definition::LateRenewal;
use crate::domain::program::vocabulary::{Effect, State};
use crate::store::{Conn, cases};
use crate::usecases::access::Opened;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::{previous, standing};

use super::filer::Filer;
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
    /// What it means that this day is over, once it is.
    pub late: Option<String>,
}

/// Everything that can be renewed now for an applicant, under one program or under all.
///
/// # Errors
/// When the database fails.
pub fn due(
    house: &House,
    conn: &mut Conn,
    filer: &Filer<'_>,
    lang: Lang,
    program: Option<&str>,
) -> Result<Vec<Renewal>, Error> {
    let all = cases::of_applicant(conn, &house.keys, filer.applicant)?;
    let renewed = renewed(house, all.iter().map(|stored| &stored.case));
    let mut found = Vec::new();
    for case in all.iter().map(|stored| &stored.case) {
        let wanted = program.is_none_or(|program| case.program == program);
        if wanted && case.decision().is_some() && !renewed.contains(&case.id) {
            let opened = house.open(conn, filer.caller, &case.id, filer.reading())?;
            let newest = house.programs.newest(&case.program)?;
            found.extend(open_today(house, &opened).map(|due_on| Renewal {
                head: head(&opened, lang),
                program: case.program.clone(),
                due_on,
                late: late_note(house, &newest, lang, due_on),
            }));
        }
    }
    Ok(found)
}

/// Cases that a renewal, still alive, already follows.
pub(in crate::usecases) fn renewed<'a>(
    house: &House,
    cases: impl Iterator<Item = &'a Case>,
) -> BTreeSet<String> {
    let renews = |case: &&Case| {
        let program = house.programs.newest(&case.program);
        program.is_ok_and(|program| program.definition.effect(&case.kind) == Effect::Renews)
    };
    let living = cases.filter(|case| case.state != State::Ended).filter(renews);
    living.filter_map(|case| case.follows.clone()).collect()
}

/// The last day of the case's grant, when it can be renewed today: in its last months, or a while after its end
/// where the program takes late renewals. What was given back or revoked before its end is not renewed.
pub(in crate::usecases) fn open_today(house: &House, opened: &Opened) -> Option<NaiveDate> {
    let definition = &opened.program.definition;
    let today = house.today();
    let newest_program = house.programs.newest(&definition.id).ok()?;
    newest_program.definition.kinds_that(Effect::Renews).next()?;
    let rulings = opened.rulings();
    let grant = newest(&rulings).filter(|_| !opened.effect().attaches())?;
    let whole = grant.decision.draft.content.valid_to.is_none_or(|granted| granted == grant.valid_to);
    let days = definition.renewal.as_ref()?.opens_days_before.number(today, &house.settings)?;
    let opens = grant.valid_to.checked_sub_days(Days::new(u64::from(days)))?;
    let late = late(&newest_program).and_then(|late| late.days.number(today, &house.settings));
    let closes = grant.valid_to.checked_add_days(Days::new(u64::from(late.unwrap_or(0))))?;
    (whole && (opens..=closes).contains(&today)).then_some(grant.valid_to)
}

fn late(program: &Program) -> Option<&LateRenewal> {
    program.definition.renewal.as_ref()?.late.as_ref()
}

/// What it means that a grant until a day is renewed only now; nothing before its end.
fn late_note(house: &House, program: &Program, lang: Lang, until: NaiveDate) -> Option<String> {
    let late = late(program).filter(|_| house.today() > until)?;
    Some(program.texts.text(lang, &late.note, &[("until".to_owned(), show_in(until, lang))].into()))
}

/// What it means that a draft renews a grant that has ended; nothing for any other draft.
///
/// # Errors
/// When the database fails.
pub fn told_late(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    lang: Lang,
) -> Result<Option<String>, Error> {
    let follows = opened.stored.case.follows.as_ref().filter(|_| opened.effect() == Effect::Renews);
    let Some(follows) = follows else { return Ok(None) };
    let earlier = previous::followed(house, conn, opened, follows)?;
    let until = newest(&earlier.rulings()).map(|grant| grant.valid_to);
    Ok(until.and_then(|until| late_note(house, &opened.program, lang, until)))
}

/// The answers with which a case that follows another begins: what holds of the person, for a renewal
/// without what has to be asked anew.
///
/// # Errors
/// [`Error::NotFound`] when the filer may not read the earlier case.
pub fn answers(house: &House, conn: &mut Conn, filer: &Filer<'_>, opened: &Opened) -> Result<Answers, Error> {
    let follows = opened.stored.case.follows.clone().ok_or(Error::NotFound)?;
    let earlier = house.open(conn, filer.caller, &follows, filer.reading())?;
    let mut given = standing::now(conn, &earlier)?;
    refill_secrets(conn, &earlier, &mut given)?;
    let filed_on = earlier.stored.case.received_at.map_or_else(|| house.today(), day_in_japan);
    let form = opened.program.application().ok_or(Error::NotFound)?;
    let renews = opened.effect() == Effect::Renews;
    let renewal = opened.program.definition.renewal.as_ref().filter(|_| renews);
    let of_office = opened.program.definition.mandate.as_ref().filter(|_| renews && filer.office.is_some());
    let of_person = renewal.map_or(&[][..], |renewal| &renewal.ask_again);
    let ask_again = of_office.map_or(of_person, |shape| &shape.ask_again);
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
