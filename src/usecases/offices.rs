//! Offices that receive and pass on: which there are, and which one receives an application.

use serde_json::json;

use crate::domain::case::route::Receiver;
use crate::domain::numbers::MunicipalityCode;
use crate::domain::permission::Desk;
use crate::domain::program::definition::Subject;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;
use crate::store::offices::{self, ReceivingOffice};
use crate::store::{Conn, StoreError};

use super::access::Caller;
use super::error::Error;
use super::house::House;
use super::slots;
use crate::domain::forms::Answers;

/// Most characters of a name and of what an office covers.
const LONGEST: usize = 100;

/// An office that is to be registered.
#[derive(Clone, Debug)]
pub struct NewOffice {
    /// 全国地方公共団体コード.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How the addresses begin for which it receives what is filed on line; empty for none.
    pub covers: String,
}

/// Every office that was ever registered.
///
/// # Errors
/// `permission.denied`.
pub fn list(house: &House, caller: &Caller) -> Result<Vec<ReceivingOffice>, Error> {
    house.seat(caller, Desk::Operation)?;
    Ok(house.database.read(offices::all)?)
}

/// Registers an office.
///
/// # Errors
/// `office.code`, `office.name`, `office.covers`; `permission.denied`.
pub fn add(house: &House, caller: &Caller, new: &NewOffice) -> Result<ReceivingOffice, Error> {
    house.seat(caller, Desk::Operation)?;
    let office = checked(house, new)?;
    house.database.write(|conn| {
        match offices::insert(conn, &office) {
            Err(StoreError::Duplicate(_)) => return Err(Refusal::new("office.code").at("code").into()),
            other => other?,
        }
        note(house, conn, caller, "add_office", &office.code)
    })?;
    Ok(office)
}

fn checked(house: &House, new: &NewOffice) -> Result<ReceivingOffice, Refusal> {
    let code = MunicipalityCode::parse(&new.code).map_err(|_| Refusal::new("office.code").at("code"))?;
    let (name, covers) = (new.name.trim(), new.covers.trim());
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(Refusal::new("office.name").at("name"));
    }
    if covers.chars().count() > LONGEST {
        return Err(Refusal::new("office.covers").at("covers"));
    }
    Ok(ReceivingOffice {
        code: code.as_str().to_owned(),
        name: name.to_owned(),
        covers: covers.to_owned(),
        created_at: house.now(),
        closed_at: None,
    })
}

/// Closes an office: it receives nothing new, and what it has can still be passed on.
///
/// # Errors
/// [`Error::NotFound`]; `permission.denied`.
pub fn close(house: &House, caller: &Caller, code: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        offices::close(conn, code, house.now())?;
        note(house, conn, caller, "close_office", code)
    })
}

fn note(house: &House, conn: &mut Conn, caller: &Caller, action: &str, code: &str) -> Result<(), Error> {
    house.record(conn, caller, action, "", "done", json!({ "office": code }))
}

/// The office that receives what is filed on line from the address in the answers; none where the body
/// that decides receives it itself.
///
/// # Errors
/// When the database fails.
pub fn of_answers(conn: &mut Conn, subject: &Subject, answers: &Answers) -> Result<Option<Receiver>, Error> {
    let address: String = subject.address.iter().filter_map(|item| slots::text(answers, item)).collect();
    Ok(nearest(offices::all(conn)?, &address).map(receiver))
}

/// The office whose clerk registers an application on paper.
///
/// # Errors
/// When the database fails.
pub fn of_clerk(conn: &mut Conn, caller: &Caller) -> Result<Option<Receiver>, Error> {
    let code = caller.actor.office.as_deref();
    Ok(code.map(|code| offices::find(conn, code)).transpose()?.map(receiver))
}

fn receiver(office: ReceivingOffice) -> Receiver {
    Receiver { code: office.code, name: office.name }
}

/// The open office that covers an address most closely. Width and blanks do not count.
fn nearest(offices: Vec<ReceivingOffice>, address: &str) -> Option<ReceivingOffice> {
    let key = |text: &str| fold_width(text).chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let address = key(address);
    let covers = |it: &ReceivingOffice| !it.covers.is_empty() && address.starts_with(&key(&it.covers));
    let open = offices.into_iter().filter(|it| it.closed_at.is_none() && covers(it));
    open.max_by_key(|office| office.covers.chars().count())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn office(code: &str, covers: &str, closed: bool) -> ReceivingOffice {
        let at = DateTime::UNIX_EPOCH;
        let closed_at = closed.then_some(at);
        ReceivingOffice {
            code: code.to_owned(),
            name: code.to_owned(),
            covers: covers.to_owned(),
            created_at: at,
            closed_at,
        }
    }

    fn found(address: &str) -> Option<String> {
        let offices = vec![
            office("city", "架空県みどり市", false),
            office("branch", "架空県みどり市北区", false),
            office("closed", "架空県あお町", true),
            office("paper-only", "", false),
        ];
        nearest(offices, address).map(|office| office.code)
    }

    #[test]
    fn the_office_that_covers_an_address_most_closely_receives() {
        assert_eq!(found("架空県みどり市中央１丁目").as_deref(), Some("city"));
        assert_eq!(found("架空県　みどり市 北区1-1").as_deref(), Some("branch"));
    }

    #[test]
    fn where_no_open_office_covers_an_address_the_body_that_decides_receives() {
        assert_eq!(found("架空県あお町1番地"), None);
        assert_eq!(found("架空県まどか市1番地"), None);
    }
}
