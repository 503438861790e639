//! The page of a session: what was chosen, whom it reached, how many doses of each lot.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::session::Session;
use crate::domain::immunization::{Immunization, Status, Vaccine};
use crate::domain::lang::Lang;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, immunizations};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::typed::{ROUTES, SITES};
use crate::usecases::immunization::vouchers::name_of;

use super::open;

/// What stays the same in a session.
#[derive(Clone, Debug, Serialize)]
pub struct Chosen {
    id: String,
    /// Key of the vaccine.
    pub vaccine: String,
    name: String,
    product: String,
    lot: String,
    amount: String,
    site: String,
    route: String,
    physician: String,
}

/// Somebody whom the session reached.
#[derive(Clone, Debug, Serialize)]
pub struct Reached {
    subject: String,
    line: String,
    name: String,
    dose: String,
    lot: String,
    at: DateTime<Utc>,
    status: &'static str,
    reason: String,
    doubts: Vec<String>,
    corrected: bool,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    chosen: Chosen,
    /// The newest first.
    reached: Vec<Reached>,
    /// Doses given of each lot.
    lots: Vec<(String, usize)>,
    given: usize,
}

/// The session with whom it reached today; that names were read is on record.
///
/// # Errors
/// As [`open::of`].
pub fn page(house: &House, caller: &Caller, id: &str) -> Result<Page, Error> {
    let session = open::of(house, caller, id)?;
    let vaccines = Keeping::first(house)?.vaccines(house);
    house.database.write(|conn| {
        let mut found = lines(house, conn, caller, &session)?;
        found.retain(|(_, line)| line.status != Status::EnteredInError);
        let given: Vec<&Immunization> =
            found.iter().map(|(_, line)| line).filter(|it| it.is_given()).collect();
        let mut lots: BTreeMap<String, usize> = BTreeMap::new();
        given.iter().for_each(|line| *lots.entry(line.lot.clone()).or_default() += 1);
        Ok(Page {
            chosen: chosen(&session, &vaccines),
            given: given.len(),
            lots: lots.into_iter().collect(),
            reached: found.into_iter().map(reached).collect(),
        })
    })
}

fn lines(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    session: &Session,
) -> Result<Vec<(StoredSubject, Immunization)>, Error> {
    let place = (session.institution.as_str(), session.vaccine.as_str());
    let found = immunizations::of_day(conn, &house.keys, place, session.held_on)?;
    let detail = json!({ "session": session.id, "lines": found.len() });
    house.record(conn, caller, "read_dose_session", "", "done", detail)?;
    Ok(found)
}

fn reached((of, line): (StoredSubject, Immunization)) -> Reached {
    Reached {
        subject: of.subject.id,
        name: of.subject.person.name,
        corrected: line.superseded_by.is_some(),
        line: line.id,
        dose: line.dose,
        lot: line.lot,
        at: line.at,
        status: line.status.code(),
        reason: line.content.reason,
        doubts: line.content.doubts,
    }
}

/// What stays the same, in words.
pub(super) fn chosen(session: &Session, vaccines: &[Vaccine]) -> Chosen {
    let named = |known: &[(&str, &str)], key: &str| {
        known.iter().find(|(code, _)| *code == key).map_or(key, |(_, name)| name).to_owned()
    };
    let own = vaccines.iter().find(|it| it.key == session.vaccine);
    let product = own.and_then(|it| {
        it.products.iter().find(|(key, ..)| Some(key) == session.product.as_ref()).map(|it| it.1.clone())
    });
    let content = session.content.clone();
    Chosen {
        id: session.id.clone(),
        name: name_of(vaccines, &session.vaccine, Lang::Ja),
        vaccine: session.vaccine.clone(),
        product: product.unwrap_or_default(),
        lot: session.lot.clone(),
        amount: content.amount,
        site: named(&SITES, &content.site),
        route: named(&ROUTES, &content.route),
        physician: content.physician,
    }
}
