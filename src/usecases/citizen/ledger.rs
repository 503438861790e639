//! What the person sees of their own ledger: how far this month has come, and every month with its lines.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::ledger::{Criterion, of_month};
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::ledger::sheet;
use crate::usecases::ledger::shown::{self, ShownMonth};

use super::sheet::{Head, head, text};

/// How far the current month has come.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// First day of the month.
    pub first: NaiveDate,
    /// The cap in yen.
    pub cap: i64,
    /// What was paid.
    pub paid: i64,
    /// What may still come.
    pub left: i64,
    /// How much of the cap is used, in percent.
    pub percent: i64,
}

/// A criterion in words.
#[derive(Clone, Debug, Serialize)]
pub struct Hint {
    /// Its name.
    pub name: String,
    /// A month counts above this amount.
    pub above: i64,
    /// Months that count.
    pub counted: i64,
    /// Months that are needed.
    pub needed: i64,
    /// Whether it is met.
    pub met: bool,
    /// First day of the first month looked at.
    pub from: NaiveDate,
    /// Article on which it rests.
    pub article: String,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Own {
    /// Title line.
    pub head: Head,
    /// Every month that has something to show, the newest first.
    pub months: Vec<ShownMonth>,
    /// The criteria.
    pub hints: Vec<Hint>,
}

/// How far the current month of a granted case has come; none where there is no ledger.
///
/// # Errors
/// When the ledger cannot be read.
pub fn card(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Card>, Error> {
    let today = house.today();
    if of_month(&opened.rulings(), today).is_none() {
        return Ok(None);
    }
    let sheet = match sheet::of(conn, opened, today) {
        Ok(sheet) => sheet,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let month = shown::month(opened, &sheet, Lang::Ja);
    let ShownMonth { first, cap, paid, left, percent, .. } = month;
    Ok(Some(Card { first, cap, paid, left, percent }))
}

/// The person's own ledger.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub fn page(house: &House, caller: &Caller, lang: Lang, case: &str) -> Result<Own, Error> {
    house.read(caller, case, "own", |conn, opened| {
        let today = house.today();
        let sheets = sheet::recent(conn, opened, today)?;
        if sheets.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(Own {
            head: head(opened, lang),
            hints: hints(opened, &sheets, today, lang)?,
            months: sheets.iter().map(|sheet| shown::month(opened, sheet, lang)).collect(),
        })
    })
}

/// The criteria in words of a language.
///
/// # Errors
/// [`Error::NotFound`] for a program without a ledger.
pub fn hints(
    opened: &Opened,
    sheets: &[sheet::Sheet],
    today: NaiveDate,
    lang: Lang,
) -> Result<Vec<Hint>, Error> {
    let hint = |it: Criterion| Hint {
        met: it.met(),
        name: text(&opened.program, lang, &format!("ledger.criterion.{}", it.code)),
        above: it.above.0,
        counted: it.counted,
        needed: it.needed,
        from: it.from,
        article: it.article,
    };
    Ok(sheet::criteria(opened, sheets, today)?.into_iter().map(hint).collect())
}
