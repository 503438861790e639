//! From what the rules forecast to the lines of a calendar.

use std::collections::BTreeMap;

use crate::domain::immunization::calendar::{Given, Line, Next, Standing, in_order};
use crate::domain::immunization::{Forecast, Immunization, Vaccine};
use crate::domain::lang::Lang;
use crate::store::Conn;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Ledger;

/// The calendar of a person as of today, in order.
///
/// # Errors
/// When the ledger cannot be read.
pub(in crate::usecases::immunization) fn of(
    house: &House,
    conn: &mut Conn,
    ledger: &Ledger,
    lang: Lang,
) -> Result<Vec<Line>, Error> {
    let records = ledger.lines(conn)?;
    let known = ledger.known(house, &records);
    let tables = &ledger.keeping.program.tables;
    let forecasts = (ledger.keeping.rules.forecast)(&known, tables, house.today());
    let vaccines = ledger.keeping.vaccines(house);
    let found = lines(&forecasts, &records, &vaccines, lang);
    Ok(in_order(found, ledger.subject().birth, house.today()))
}

fn lines(forecasts: &[Forecast], records: &[Immunization], vaccines: &[Vaccine], lang: Lang) -> Vec<Line> {
    let names: BTreeMap<&str, &Vaccine> = vaccines.iter().map(|it| (it.key.as_str(), it)).collect();
    let line = |forecast: &Forecast| Line {
        vaccine: forecast.vaccine.clone(),
        name: names.get(forecast.vaccine.as_str()).map_or(&forecast.vaccine, |it| name(it, lang)).clone(),
        standing: standing(&forecast.state),
        given: given(records, &forecast.vaccine),
        next: next(forecast),
    };
    forecasts.iter().map(line).collect()
}

fn name(vaccine: &Vaccine, lang: Lang) -> &String {
    if lang == Lang::En { &vaccine.name_en } else { &vaccine.name }
}

fn standing(state: &str) -> Standing {
    let code = serde_json::Value::from(state);
    serde_json::from_value(code).unwrap_or(Standing::NeedsInformation)
}

fn given(records: &[Immunization], vaccine: &str) -> Vec<Given> {
    let own = records.iter().filter(|it| it.is_given() && it.vaccine == vaccine);
    own.map(|it| Given { number: it.dose.clone(), date: it.on }).collect()
}

fn next(forecast: &Forecast) -> Next {
    let Ok(verdict) = &forecast.verdict else { return Next::default() };
    Next {
        number: verdict.dose.clone().unwrap_or_default(),
        earliest: verdict.earliest,
        advised_from: forecast.standard.0,
        advised_to: forecast.standard.1,
        finish_by: forecast.finish_by,
        latest: verdict.latest,
    }
}
