//! 勧奨: letters to those who may be given a dose and were not. Candidates are those of the projection; whether the dose
//! may be given is asked of the rules once more, when the run is planned and when the letter is made.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::domain::calendar::{DateStyle, show};
use crate::domain::immunization::Vaccine;
use crate::domain::immunization::outlook::{Coming, ComingState};
use crate::domain::lang::Lang;
use crate::domain::letter::{Letter, Slots, compose};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::bulk::BulkItem;
use crate::store::dose_calls::{self, Call, Called};
use crate::store::dose_forecasts::{self, Next};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, StoreError, guardians, immunization_subjects, subjects};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{Keeping, at_register};
use crate::usecases::immunization::coverage::page::dose_label;
use crate::usecases::immunization::due::list::{place, question};
use crate::usecases::immunization::due::renew::outlooks;
use crate::usecases::immunization::vouchers::name_of;

use super::{AtWork, Seen, sentence};

/// What is known of a page of persons.
struct Known {
    keeping: Keeping,
    vaccines: Vec<Vaccine>,
    people: BTreeMap<String, StoredSubject>,
    /// Next doses by person, as the rules say today.
    coming: BTreeMap<String, Vec<Coming>>,
    called: BTreeSet<Called>,
    protected: BTreeSet<String>,
}

/// The next page of candidates and the place of the last one.
pub(super) fn page(
    house: &House,
    conn: &mut Conn,
    at_work: &AtWork,
    limit: i64,
) -> Result<(Vec<Seen>, Option<String>), Error> {
    let question = question(house, &at_work.caller, &at_work.order.call)?;
    let rows = dose_forecasts::page(conn, &question.wanted, &place(&at_work.run.place), limit)?;
    let last = rows.last().map(|it| item(&it.subject, &it.coming.vaccine));
    let ids: Vec<String> = rows.iter().map(|it| it.subject.clone()).collect();
    let known = known(house, conn, &at_work.caller, &ids)?;
    let seen = rows.iter().map(|it| look(house, at_work, &known, it));
    Ok((seen.collect(), last))
}

/// What stands in a run for a dose of a person.
fn item(subject: &str, vaccine: &str) -> String {
    format!("{subject}~{vaccine}")
}

fn look(house: &House, at_work: &AtWork, known: &Known, next: &Next) -> Seen {
    let (subject, vaccine, dose) = (&next.subject, &next.coming.vaccine, &next.coming.dose);
    let found = whom(known, (subject, vaccine, dose), !at_work.order.again.is_empty());
    let (would, sorted_by) = match found {
        Ok((of, coming)) => {
            let late = coming.state == ComingState::Overdue;
            let key = if late { "bulk.call-late" } else { "bulk.call-due" };
            let told = (key.to_owned(), sentence(house, None, Refusal::new(key)));
            (Ok(told), of.subject.person.postcode.clone())
        }
        Err(refusal) => (Err(refusal), String::new()),
    };
    let seen = Seen::case(subject, 0, would);
    Seen { item: item(subject, vaccine), digest: dose.clone(), sorted_by, ..seen }
}

fn known(house: &House, conn: &mut Conn, caller: &Caller, ids: &[String]) -> Result<Known, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::KeepImmunizations)?;
    let people = immunization_subjects::many(conn, &house.keys, ids)?;
    let found = outlooks(house, conn, &keeping, &people)?;
    let coming = people.iter().zip(found).map(|(it, outlook)| (it.subject.id.clone(), outlook.coming));
    let mut protected: BTreeSet<String> = subjects::protected(conn, &house.keys, ids)?.into_iter().collect();
    protected.extend(guardians::shielded(conn, ids)?);
    Ok(Known {
        vaccines: keeping.vaccines(house),
        coming: coming.collect(),
        called: dose_calls::called(conn, ids)?.into_iter().collect(),
        protected,
        people: people.into_iter().map(|it| (it.subject.id.clone(), it)).collect(),
        keeping,
    })
}

/// The person and the dose for which they are written to, or why they are not: also when another dose is next by now.
fn whom<'a>(
    known: &'a Known,
    (subject, vaccine, dose): (&str, &str, &str),
    again: bool,
) -> Result<(&'a StoredSubject, &'a Coming), Refusal> {
    let gone = || Refusal::new("bulk.gone");
    let of = known.people.get(subject).ok_or_else(gone)?;
    let next = known
        .coming
        .get(subject)
        .and_then(|all| all.iter().find(|it| it.vaccine == vaccine && it.dose == dose));
    let given_now = |it: &&Coming| it.state != ComingState::Upcoming;
    let coming = next.filter(given_now).ok_or_else(|| Refusal::new("bulk.not-due"))?;
    let person = &of.subject.person;
    if of.subject.moved_out_on.is_some() || of.subject.died_on.is_some() {
        return Err(Refusal::new("bulk.moved-out"));
    }
    if known.protected.contains(subject) {
        return Err(Refusal::new("bulk.protected"));
    }
    if person.address.is_empty() || person.postcode.is_empty() {
        return Err(Refusal::new("bulk.no-address"));
    }
    let call = (subject.to_owned(), vaccine.to_owned(), coming.dose.clone(), season(known, coming));
    if !again && known.called.contains(&call) {
        return Err(Refusal::new("bulk.called"));
    }
    Ok((of, coming))
}

/// The last day of the season, of what is given anew with each.
fn season(known: &Known, coming: &Coming) -> String {
    let anew = known.vaccines.iter().any(|it| it.key == coming.vaccine && it.anew);
    coming.latest.filter(|_| anew).map(|day| day.to_string()).unwrap_or_default()
}

/// Makes the letter.
pub(super) fn act(house: &House, at_work: &AtWork, work: &BulkItem) -> Result<(), Error> {
    let (subject, vaccine) = place(&work.item);
    let (caller, run, again) = (&at_work.caller, &at_work.run.id, !at_work.order.again.is_empty());
    house.database.write(|conn| {
        if dose_calls::is_made(conn, run, &subject, &vaccine)? {
            return Ok(());
        }
        let known = known(house, conn, caller, std::slice::from_ref(&subject))?;
        let (of, coming) = whom(&known, (&subject, &vaccine, &work.digest), again)?;
        let call = Call {
            id: house.new_id("let")?,
            run: run.clone(),
            vaccine: vaccine.clone(),
            dose: coming.dose.clone(),
            season: season(&known, coming),
            again,
            body: serde_json::to_vec(&letter(house, &known, of, coming)?)?,
            on: house.today(),
        };
        match dose_calls::insert(conn, of, &call) {
            Err(StoreError::Duplicate(_)) => return Err(Error::refused("bulk.called")),
            other => other?,
        }
        let detail =
            json!({ "run": run, "letter": call.id, "vaccine": vaccine, "dose": call.dose, "again": again });
        house.record(conn, caller, "call_dose", &subject, "done", detail)
    })
}

fn letter(house: &House, known: &Known, of: &StoredSubject, coming: &Coming) -> Result<Letter, Error> {
    let program = &known.keeping.program;
    let kind = program.definition.coverage.as_ref().and_then(|it| it.call.as_ref()).ok_or(Error::NotFound)?;
    let template = program.letters.get(kind).ok_or(Error::NotFound)?;
    let (subject, person) = (&of.subject, &of.subject.person);
    let name = if person.guardian.is_empty() { &person.name } else { &person.guardian };
    let day = |day| show(day, DateStyle::WarekiFirst);
    let mut slots = Slots::default();
    let own = [
        ("addressee.name", name.clone()),
        ("addressee.postcode", person.postcode.clone()),
        ("addressee.address", person.address.clone()),
        ("dose.person", person.name.clone()),
        ("dose.birth_date", day(subject.birth)),
        ("dose.vaccine", name_of(&known.vaccines, &coming.vaccine, Lang::Ja)),
        ("dose.number", dose_label(&coming.dose)),
        ("dose.advised_until", coming.standard.1.map(day).unwrap_or_default()),
        ("dose.latest", coming.latest.map(day).unwrap_or_default()),
    ];
    slots.values.extend(own.map(|(key, value)| (key.to_owned(), value)));
    slots.values.extend(house.office.iter().map(|(key, value)| (format!("office.{key}"), value.clone())));
    slots.values.insert("letter.issued_on".to_owned(), day(house.today()));
    compose(template, &slots, &program.phrases.for_letters(), house.today())
        .map_err(|error| Error::Fault(error.to_string()))
}

/// The letter of an item that was done, for somebody who keeps the ledger.
pub(super) fn made(house: &House, conn: &mut Conn, item: &BulkItem) -> Result<Letter, Error> {
    let (subject, vaccine) = place(&item.item);
    let of = immunization_subjects::find(conn, &house.keys, &subject)?;
    Ok(serde_json::from_slice(&dose_calls::body(conn, &of, &item.run_id, &vaccine)?)?)
}

/// Names of the persons of some items, by their ids.
pub(super) fn names(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    items: &[BulkItem],
) -> Result<BTreeMap<String, String>, Error> {
    at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let ids: Vec<String> = items.iter().map(|it| it.case_id.clone()).collect();
    let people = immunization_subjects::many(conn, &house.keys, &ids)?;
    Ok(people.into_iter().map(|it| (it.subject.id, it.subject.person.name)).collect())
}
