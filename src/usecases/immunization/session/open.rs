//! A session is opened: vaccine, product, lot, amount, site, way and physician of the day.

use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::Vaccine;
use crate::domain::immunization::session::{Content, Session};
use crate::domain::lang::Lang;
use crate::domain::permission::Desk;
use crate::domain::refusal::Refusal;
use crate::store::{StoreError, dose_sessions};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::form::{Choice, choice, choices};
use crate::usecases::immunization::typed::{self, Entry, ROUTES, SITES, Typed};
use crate::usecases::immunization::vouchers::name_of;
use crate::usecases::ledger::append::institution;

/// A session in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    id: String,
    vaccine: String,
    lot: String,
    physician: String,
}

/// The form of a new session, and those of today.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// Products of every vaccine, each named with its vaccine.
    products: Vec<Choice>,
    sites: Vec<Choice>,
    routes: Vec<Choice>,
    held: Vec<Held>,
}

/// What can be chosen, and the sessions of the caller's institution today.
///
/// # Errors
/// `permission.denied`.
pub fn start(house: &House, caller: &Caller) -> Result<Start, Error> {
    house.seat(caller, Desk::Clinic)?;
    let all = Keeping::first(house)?.vaccines(house);
    let current: Vec<_> = all.iter().filter(|it| it.current).collect();
    let mut products = Vec::new();
    for vaccine in &current {
        let shown = vaccine.products.iter().filter(|(.., past)| !past);
        products.extend(shown.map(|(key, name, _)| {
            choice(&format!("{}/{key}", vaccine.key), &format!("{}：{name}", vaccine.name))
        }));
    }
    let sessions = house.database.read(|conn| {
        let here = institution(house, conn, caller)?.code;
        Ok::<_, Error>(dose_sessions::of_day(conn, &house.keys, &here, house.today())?)
    })?;
    let held = |it: Session| Held {
        vaccine: name_of(&all, &it.vaccine, Lang::Ja),
        id: it.id,
        lot: it.lot,
        physician: it.content.physician,
    };
    Ok(Start {
        products,
        sites: choices(&SITES),
        routes: choices(&ROUTES),
        held: sessions.into_iter().map(held).collect(),
    })
}

/// Opens a session for today, and gives its id. The same page opens one.
///
/// # Errors
/// What was typed wrong, each at its field; `permission.denied`.
pub fn open(house: &House, caller: &Caller, typed: &Typed) -> Result<String, Error> {
    house.seat(caller, Desk::Clinic)?;
    let vaccines = Keeping::first(house)?.vaccines(house);
    let entry = chosen(house, typed, &vaccines)?;
    house.database.write(|conn| {
        let here = institution(house, conn, caller)?;
        let id = match typed.request.strip_prefix("req_") {
            Some(unique) => format!("ses_{unique}"),
            None => house.new_id("ses")?,
        };
        match dose_sessions::find(conn, &house.keys, &here.code, &id) {
            Err(StoreError::NotFound) => {}
            found => return Ok(found?.id),
        }
        let session = Session {
            id: id.clone(),
            institution: here.code,
            held_on: house.today(),
            vaccine: entry.vaccine,
            product: entry.product,
            lot: entry.lot,
            content: Content {
                amount: entry.content.amount,
                site: entry.content.site,
                route: entry.content.route,
                physician: entry.content.physician,
            },
            author: caller.actor.id.clone(),
        };
        dose_sessions::insert(conn, &house.keys, &session, house.now())?;
        let detail = json!({ "session": id, "vaccine": session.vaccine, "lot": session.lot });
        house.record(conn, caller, "open_dose_session", "", "done", detail)?;
        Ok(id)
    })
}

/// What stays the same, read as that of a dose given today. The product is chosen with its vaccine.
fn chosen(house: &House, typed: &Typed, vaccines: &[Vaccine]) -> Result<Entry, Error> {
    let today = house.today();
    let dose =
        Typed { outcome: "given".to_owned(), dose: "1".to_owned(), on: today.to_string(), ..typed.clone() };
    let at_product = |fault: Refusal| {
        if fault.field.as_deref() == Some("vaccine") { fault.at("product") } else { fault }
    };
    let read = typed::read(&dose, today, vaccines, today);
    let entry = read.map_err(|faults| Error::Refused(faults.into_iter().map(at_product).collect()))?;
    if entry.expires.is_some_and(|last| last < today) {
        return Err(Refusal::new("session.package").at("lot").into());
    }
    Ok(entry)
}

/// The session of the caller's institution.
///
/// # Errors
/// [`Error::NotFound`]; `session.over` once its day is over.
pub(super) fn of(house: &House, caller: &Caller, id: &str) -> Result<Session, Error> {
    house.seat(caller, Desk::Clinic)?;
    let session = house.database.read(|conn| {
        let here = institution(house, conn, caller)?.code;
        Ok::<_, Error>(dose_sessions::find(conn, &house.keys, &here, id)?)
    })?;
    if session.held_on == house.today() { Ok(session) } else { Err(Refusal::new("session.over").into()) }
}
