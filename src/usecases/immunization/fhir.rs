//! The ledger of a person for programs, as FHIR: to the person themself, and to the record system of an institution to
//! which they showed themselves. Every reading is on record.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::immunization::fhir::{self, Frame};
use crate::domain::immunization::{Immunization, Vaccine};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, immunizations};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::{self, Ledger};

/// Resources of a page, where nobody asks for fewer.
const PAGE: usize = 50;
/// Resources of a page at most.
const MOST: usize = 200;

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The person, as FHIR writes the id or a reference to them.
    pub patient: String,
    /// `date` as FHIR writes it, each with `ge`, `le` or no prefix.
    pub dates: Vec<String>,
    /// Identifier of one line, with or without its system.
    pub identifier: String,
    /// Resources of a page.
    pub count: Option<usize>,
    /// The line after which the page begins.
    pub after: String,
}

impl Search {
    /// Resources of the page that is asked for.
    pub(super) fn count(&self) -> usize {
        self.count.unwrap_or(PAGE).clamp(1, MOST)
    }
}

/// One line.
///
/// # Errors
/// [`Error::NotFound`] as well for a line of whom the caller must not know.
pub fn read(house: &House, caller: &Caller, base: &str, id: &str) -> Result<Value, Error> {
    house.database.write(|conn| {
        let line = fhir::ours(id);
        let subject = immunizations::subject_of(conn, &line)?;
        let (ledger, vaccines) = open(house, conn, caller, &subject)?;
        let line = immunizations::find(conn, &ledger.stored, &line)?;
        Ok(Frame { base, subject: &subject, vaccines: &vaccines }.immunization(&line))
    })
}

/// The lines that stand, a page of them.
///
/// # Errors
/// `fhir.patient` without a person, `fhir.date` for what is no date; [`Error::NotFound`].
pub fn search(house: &House, caller: &Caller, base: &str, asked: &Search) -> Result<Value, Error> {
    let subject = patient(&asked.patient)?;
    let spans = asked.dates.iter().map(|text| Span::read(text)).collect::<Result<Vec<_>, _>>()?;
    house.database.write(|conn| {
        let (ledger, vaccines) = open(house, conn, caller, &subject)?;
        let wanted = asked.identifier.rsplit('|').next().unwrap_or_default();
        let fits = |line: &Immunization| {
            line.superseded_by.is_none()
                && spans.iter().all(|span| span.holds(line))
                && (wanted.is_empty() || fhir::id(&line.id) == wanted)
        };
        let lines: Vec<Immunization> = ledger.lines(conn)?.into_iter().filter(fits).collect();
        let frame = Frame { base, subject: &subject, vaccines: &vaccines };
        Ok(page(&frame, &lines, asked))
    })
}

fn page(frame: &Frame<'_>, lines: &[Immunization], asked: &Search) -> Value {
    let count = asked.count();
    let seen = lines.iter().position(|it| fhir::id(&it.id) == asked.after).map_or(0, |place| place + 1);
    let shown = lines.get(seen..).unwrap_or_default();
    let own = address(frame, asked, count, &asked.after);
    let last = shown.get(..count).filter(|_| shown.len() > count).and_then(|page| page.last());
    let next = last.map(|line| address(frame, asked, count, &fhir::id(&line.id)));
    let entry = |line: &Immunization| {
        (format!("{}/Immunization/{}", frame.base, fhir::id(&line.id)), frame.immunization(line))
    };
    fhir::found(&own, next.as_deref(), shown.iter().take(count).map(entry).collect())
}

fn address(frame: &Frame<'_>, asked: &Search, count: usize, after: &str) -> String {
    let mut address = format!("{}/Immunization?patient={}", frame.base, fhir::id(frame.subject));
    for date in &asked.dates {
        address.push_str(&format!("&date={date}"));
    }
    address.push_str(&format!("&_count={count}"));
    if after.is_empty() { address } else { format!("{address}&after={after}") }
}

/// What comes next for a person.
///
/// # Errors
/// As [`search`].
pub fn recommendation(house: &House, caller: &Caller, base: &str, person: &str) -> Result<Value, Error> {
    let subject = patient(person)?;
    house.database.write(|conn| {
        let (ledger, vaccines) = open(house, conn, caller, &subject)?;
        let lines = ledger.lines(conn)?;
        let known = ledger.known(house, &lines);
        let keeping = &ledger.keeping;
        let forecasts = (keeping.rules.forecast)(&known, &keeping.program.tables, house.today());
        let frame = Frame { base, subject: &subject, vaccines: &vaccines };
        Ok(frame.recommendation(&forecasts, &lines, house.today()))
    })
}

/// The same as a page of one.
///
/// # Errors
/// As [`search`].
pub fn recommendations(house: &House, caller: &Caller, base: &str, person: &str) -> Result<Value, Error> {
    let resource = recommendation(house, caller, base, person)?;
    let own = format!("{base}/ImmunizationRecommendation?patient={}", fhir::id(&patient(person)?));
    let place = format!("{base}/ImmunizationRecommendation/{}", fhir::id(&patient(person)?));
    Ok(fhir::found(&own, None, vec![(place, resource)]))
}

/// The id of a person, from `sub-…` or `Patient/sub-…`.
pub(super) fn patient(text: &str) -> Result<String, Refusal> {
    let id = text.rsplit('/').next().unwrap_or_default();
    if id.is_empty() { Err(Refusal::new("fhir.patient")) } else { Ok(fhir::ours(id)) }
}

fn open(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    subject: &str,
) -> Result<(Ledger, Vec<Vaccine>), Error> {
    let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
    let detail = json!({ "subject": subject, "role": ledger.granted.role(), "form": "fhir" });
    house.record(conn, caller, "read_immunizations", subject, "done", detail)?;
    let vaccines = ledger.keeping.vaccines(house);
    Ok((ledger, vaccines))
}

/// Days within which a dose was given.
struct Span {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Span {
    fn read(text: &str) -> Result<Span, Refusal> {
        let (sign, day) =
            text.split_at_checked(2).filter(|(sign, _)| matches!(*sign, "ge" | "le")).unwrap_or(("", text));
        let day: NaiveDate = day.parse().map_err(|_| Refusal::new("fhir.date"))?;
        let (from, to) = (sign != "le", sign != "ge");
        Ok(Span { from: from.then_some(day), to: to.then_some(day) })
    }

    /// A day that is known only to the month counts where one of its days does.
    fn holds(&self, line: &Immunization) -> bool {
        self.from.is_none_or(|day| line.on.latest() >= day)
            && self.to.is_none_or(|day| line.on.earliest() <= day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_by_an_id_or_a_reference() {
        for text in ["sub-01a2", "Patient/sub-01a2", "https://example.jp/api/fhir/Patient/sub-01a2"] {
            assert_eq!(patient(text).unwrap(), "sub_01a2");
        }
        assert_eq!(patient("").unwrap_err().key, "fhir.patient");
    }

    #[test]
    fn dates_are_read_with_their_signs() {
        let span = |text: &str| Span::read(text).map(|it| (it.from.is_some(), it.to.is_some())).ok();
        assert_eq!(span("2026-10-15"), Some((true, true)));
        assert_eq!(span("ge2026-10-15"), Some((true, false)));
        assert_eq!(span("le2026-10-15"), Some((false, true)));
        assert_eq!((span("gt2026-10-15"), span("x")), (None, None));
    }
}
