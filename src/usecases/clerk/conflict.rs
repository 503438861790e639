//! What happened meanwhile, for somebody whose command came too late.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::event::{Event, Stamp};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::approval::Difference;
use super::events;
use super::head::title;
use super::names::Names;
use super::work::who;

/// The case in one line.
#[derive(Clone, Debug, Serialize)]
pub struct Brief {
    id: String,
    reference: String,
    title: String,
}

/// The page of a conflict.
#[derive(Clone, Debug, Serialize)]
pub struct Meanwhile {
    case: Brief,
    by: String,
    at: DateTime<Utc>,
    changes: Vec<Difference>,
}

/// What others did to a case since the caller looked.
///
/// # Errors
/// [`Error::NotFound`].
pub fn meanwhile(
    house: &House,
    caller: &Caller,
    case: &str,
    changes: &[(Event, Stamp)],
) -> Result<Meanwhile, Error> {
    house.read(caller, case, "conflict", |conn, opened| {
        let mut names = Names::default();
        let mut rows = Vec::new();
        for (event, stamp) in changes {
            let (label, new) = events::words(&opened.program, event);
            let who = who(house, conn, &mut names, stamp)?;
            rows.push(Difference {
                label,
                old: None,
                new: new.or_else(|| Some("済み".to_owned())),
                who: Some(who),
            });
        }
        let case = &opened.stored.case;
        let by = rows.last().and_then(|row| row.who.clone()).unwrap_or_else(|| "ほかの人".to_owned());
        let brief = Brief {
            id: case.id.clone(),
            reference: case.reference.clone().unwrap_or_default(),
            title: title(opened),
        };
        let at = changes.last().map_or_else(|| house.now(), |(_, stamp)| stamp.at);
        Ok(Meanwhile { case: brief, by, at, changes: rows })
    })
}
