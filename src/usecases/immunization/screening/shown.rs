//! Forms in lists: what a guardian can begin or go on with, and what a clinic finds.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::domain::immunization::screening::{Screening, ScreeningState};
use crate::domain::immunization::{Forecast, Vaccine};
use crate::domain::lang::Lang;
use crate::store::{Conn, screenings};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Ledger;
use crate::usecases::immunization::vouchers::name_of;

use super::sheet::asked;

/// A form, or a dose for which one can be begun.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Id of the form; none while there is none.
    pub id: Option<String>,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Its name.
    pub name: String,
    /// Number of the dose.
    pub dose: String,
    /// How it stands; `none` while there is no form.
    pub state: &'static str,
    /// When it was answered or confirmed.
    pub answered_on: Option<NaiveDate>,
    /// Whether its answers are recent enough for today.
    pub fresh: bool,
    /// Name of the institution that judges by it.
    pub institution: String,
}

/// The next dose of a vaccine and its last day, if it can be given by the end of the days for which answers count.
pub(super) fn next_dose(
    house: &House,
    conn: &mut Conn,
    ledger: &Ledger,
    vaccine: &str,
    days: u64,
) -> Result<Option<(String, Option<NaiveDate>)>, Error> {
    let found = forecasts(house, conn, ledger)?;
    let one = found.iter().find(|it| it.vaccine == vaccine);
    Ok(one.and_then(|it| near(it, house.today(), days)))
}

fn forecasts(house: &House, conn: &mut Conn, ledger: &Ledger) -> Result<Vec<Forecast>, Error> {
    let known = ledger.known(house, &ledger.lines(conn)?);
    Ok((ledger.keeping.rules.forecast)(&known, &ledger.keeping.program.tables, house.today()))
}

fn near(one: &Forecast, today: NaiveDate, days: u64) -> Option<(String, Option<NaiveDate>)> {
    let verdict = one.verdict.as_ref().ok()?;
    let by = today.checked_add_days(Days::new(days)).unwrap_or(today);
    let open = match one.state.as_str() {
        "due" | "overdue" => true,
        "upcoming" => verdict.earliest.is_some_and(|first| first <= by),
        _ => false,
    };
    open.then(|| Some((verdict.dose.clone()?, verdict.latest))).flatten()
}

/// For a guardian: the living forms, and the doses for which one can be begun.
///
/// # Errors
/// When the ledger cannot be read.
pub fn to_answer(house: &House, conn: &mut Conn, ledger: &Ledger, lang: Lang) -> Result<Vec<Line>, Error> {
    let vaccines = ledger.keeping.vaccines(house);
    let mut lines = living(house, conn, ledger, &vaccines, lang)?;
    for one in forecasts(house, conn, ledger)? {
        let days = asked(house, &ledger.keeping, &one.vaccine).map(|it| it.days);
        let Some((dose, _)) = days.and_then(|days| near(&one, house.today(), days)) else { continue };
        if !lines.iter().any(|it| it.vaccine == one.vaccine && it.dose == dose) {
            lines.push(Line {
                id: None,
                name: name_of(&vaccines, &one.vaccine, lang),
                vaccine: one.vaccine,
                dose,
                state: "none",
                answered_on: None,
                fresh: false,
                institution: String::new(),
            });
        }
    }
    Ok(lines)
}

/// The living forms of a person.
///
/// # Errors
/// When a form cannot be opened.
pub fn living(
    house: &House,
    conn: &mut Conn,
    ledger: &Ledger,
    vaccines: &[Vaccine],
    lang: Lang,
) -> Result<Vec<Line>, Error> {
    let forms = screenings::of_subject(conn, &ledger.stored)?;
    let open = forms.into_iter().filter(|it| it.state.is_living() && !it.is_over(house.today()));
    Ok(open.map(|it| line(house, ledger, vaccines, it, lang)).collect())
}

fn line(house: &House, ledger: &Ledger, vaccines: &[Vaccine], form: Screening, lang: Lang) -> Line {
    let days = asked(house, &ledger.keeping, &form.vaccine).map_or(0, |it| it.days);
    let locked = form.state == ScreeningState::Locked;
    Line {
        name: name_of(vaccines, &form.vaccine, lang),
        state: form.state.code(),
        answered_on: form.answered_on,
        fresh: form.state == ScreeningState::Answered && form.is_fresh(house.today(), days),
        institution: if locked { form.content.institution } else { String::new() },
        id: Some(form.id),
        vaccine: form.vaccine,
        dose: form.dose,
    }
}
