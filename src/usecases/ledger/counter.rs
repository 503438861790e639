//! What somebody at the counter of an institution sees of a presented certificate: whose it is, how far the
//! month has come, and the lines of their own institution. Never those of others.

use chrono::{Months, NaiveDate};
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::ledger::{end_of_month, in_force, newest, of_month};
use crate::domain::periods::month_of;
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::store::users::Institution;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::dossier::Choice;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

use super::append::institution;
use super::sheet::{self, Row, Sheet, month_code};

/// What stands above the counter's pages.
#[derive(Clone, Debug, Serialize)]
pub struct Holder {
    /// Id of the case, which says nothing outside this installation.
    pub case: String,
    /// The recipient.
    pub name: String,
    /// First day of the certificate.
    pub valid_from: NaiveDate,
    /// Last day of the certificate.
    pub valid_to: NaiveDate,
    /// Whether it holds today.
    pub valid_today: bool,
}

/// How far a month has come.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    /// As addresses name it.
    pub code: String,
    /// Its first day.
    pub first: NaiveDate,
    /// The cap in yen.
    pub cap: i64,
    /// What the person has paid.
    pub paid: i64,
    /// What may still come.
    pub left: i64,
    /// Whether the cap is reached.
    pub full: bool,
}

/// A line of the caller's own institution.
#[derive(Clone, Debug, Serialize)]
pub struct OwnLine {
    /// Its id.
    pub id: String,
    /// Day of care.
    pub care_on: NaiveDate,
    /// Kind of care, as the program names it.
    pub kind_code: String,
    /// Kind of care in words.
    pub kind: String,
    /// Total cost (10割) in yen.
    pub total: i64,
    /// What was collected.
    pub collected: i64,
    /// What the person pays as the month stands now; none once it is corrected.
    pub pays: Option<i64>,
    /// What was collected beyond that; negative where too little was.
    pub difference: i64,
    /// Whether the cap had been reached before.
    pub struck: bool,
    /// Whether another line corrects it.
    pub corrected: bool,
}

/// The ledger as a counter sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Counter {
    /// Whose it is.
    pub holder: Holder,
    /// The month that is shown.
    pub month: Month,
    /// The month before and after, where the certificate holds.
    pub previous: Option<String>,
    /// See `previous`.
    pub next: Option<String>,
    /// Lines of the caller's own institution.
    pub lines: Vec<OwnLine>,
    /// Kinds of care.
    pub kinds: Vec<Choice>,
    /// The institution.
    pub institution: String,
    /// The kind of care that it usually gives.
    pub usual: String,
    /// The last day of the shown month that care can have: today, or the end of the month.
    pub last_day: NaiveDate,
}

/// The ledger of a presented certificate in a month; the current one, or the last that it covers, when none is named.
///
/// # Errors
/// [`Error::NotFound`] when the certificate was not presented, or does not cover the month.
pub fn page(house: &House, caller: &Caller, case: &str, month: Option<NaiveDate>) -> Result<Counter, Error> {
    house.read_as(caller, case, CommandName::ReadLedger, "ledger", |conn, opened| {
        let holder = holder(house, conn, opened)?;
        let today = house.today();
        let month = month_of(month.unwrap_or_else(|| today.min(holder.valid_to)));
        let place = institution(house, conn, caller)?;
        if month > today || of_month(&opened.rulings(), month).is_none() {
            return Err(Error::NotFound);
        }
        let sheet = sheet::of(conn, opened, month)?;
        Ok(Counter {
            previous: neighbour(opened, month.checked_sub_months(Months::new(1)), today),
            next: neighbour(opened, month.checked_add_months(Months::new(1)), today),
            lines: own_lines(opened, &sheet, &place),
            month: month_view(&sheet),
            kinds: kinds(opened)?,
            institution: place.name,
            usual: place.kind,
            last_day: today.min(holder.valid_to).min(end_of_month(month)),
            holder,
        })
    })
}

fn holder(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Holder, Error> {
    let answers = standing::now(conn, opened)?;
    let case = &opened.stored.case;
    let today = house.today();
    let rulings = opened.rulings();
    let held = in_force(&rulings, today);
    let valid_today = held.is_some();
    let held = held.or_else(|| newest(&rulings)).ok_or(Error::NotFound)?;
    Ok(Holder {
        case: case.id.clone(),
        name: slots::person(&opened.program, &answers).0,
        valid_from: held.valid_from,
        valid_to: held.valid_to,
        valid_today,
    })
}

fn month_view(sheet: &Sheet) -> Month {
    Month {
        code: month_code(sheet.month),
        first: sheet.month,
        cap: sheet.cap.0,
        paid: sheet.paid.0,
        left: sheet.left().0,
        full: sheet.paid == sheet.cap,
    }
}

fn neighbour(opened: &Opened, month: Option<NaiveDate>, today: NaiveDate) -> Option<String> {
    let month = month.filter(|month| *month <= today)?;
    of_month(&opened.rulings(), month).map(|_| month_code(month))
}

fn own_lines(opened: &Opened, sheet: &Sheet, place: &Institution) -> Vec<OwnLine> {
    let own = |row: &&Row| !row.line.paper && row.line.content.institution_code == place.code;
    sheet.rows.iter().filter(own).map(|row| own_line(opened, row)).collect()
}

fn own_line(opened: &Opened, row: &Row) -> OwnLine {
    OwnLine {
        id: row.line.id.clone(),
        care_on: row.line.care_on,
        kind_code: row.line.kind.clone(),
        kind: kind_words(opened, &row.line.kind, Lang::Ja),
        total: row.line.total.0,
        collected: row.line.collected.0,
        pays: row.entry.map(|entry| entry.pay.0),
        difference: row.difference().0,
        struck: row.entry.is_some_and(|entry| entry.struck),
        corrected: row.entry.is_none(),
    }
}

/// The kinds of care as choices.
///
/// # Errors
/// [`Error::NotFound`] for a program without a ledger.
pub fn kinds(opened: &Opened) -> Result<Vec<Choice>, Error> {
    let (shape, _) = sheet::shape(opened)?;
    let choice = |code: &String| Choice { value: code.clone(), label: kind_words(opened, code, Lang::Ja) };
    Ok(shape.kinds.iter().map(|kind| choice(&kind.code)).collect())
}

/// A kind of care in words.
pub fn kind_words(opened: &Opened, code: &str, lang: Lang) -> String {
    let label = opened.program.definition.ledger.as_ref().and_then(|shape| shape.kind(code));
    let text = |key: &String| opened.program.texts.text(lang, key, &Default::default());
    label.map_or_else(|| code.to_owned(), |kind| text(&kind.label))
}

/// What came of a line: what is to be collected now.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// Whose ledger it is.
    pub holder: Holder,
    /// The month as it stands with the line.
    pub month: Month,
    /// The line.
    pub line: OwnLine,
    /// The share before the cap.
    pub share: i64,
    /// What had been collected for the line that it corrects.
    pub before: Option<i64>,
    /// What is still to be collected, or, when negative, to be given back.
    pub now: i64,
    /// The institution.
    pub institution: String,
    /// Kinds of care, for a correction.
    pub kinds: Vec<Choice>,
}

/// What came of a line of the caller's own institution.
///
/// # Errors
/// [`Error::NotFound`] for a line of another one, and when the certificate was not presented.
pub fn receipt(house: &House, caller: &Caller, case: &str, line: &str) -> Result<Receipt, Error> {
    house.read_as(caller, case, CommandName::ReadLedger, "ledger", |conn, opened| {
        let place = institution(house, conn, caller)?;
        let sheet = sheet_of_line(conn, opened, line)?;
        let row = sheet.row(line).filter(|row| !row.line.paper).ok_or(Error::NotFound)?;
        if row.line.content.institution_code != place.code {
            return Err(Error::NotFound);
        }
        let corrected = row.line.corrects.as_deref().and_then(|id| sheet.row(id));
        let before = corrected.map(|row| row.line.collected.0);
        Ok(Receipt {
            holder: holder(house, conn, opened)?,
            month: month_view(&sheet),
            share: row.entry.map_or(0, |entry| entry.share.0),
            now: row.line.collected.0 - before.unwrap_or_default(),
            before,
            line: own_line(opened, row),
            kinds: kinds(opened)?,
            institution: place.name,
        })
    })
}

/// The month in which a line stands.
///
/// # Errors
/// [`Error::NotFound`].
pub fn sheet_of_line(conn: &mut Conn, opened: &Opened, line: &str) -> Result<Sheet, Error> {
    let found = crate::store::ledger::find(conn, &opened.granted, &opened.stored, line)?;
    sheet::of(conn, opened, found.month)
}
