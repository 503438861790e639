//! How often somebody may look in vain for what is a person's own, wherever a number or a name opens it.

use chrono::Duration;
use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::store::{Conn, cards};

use super::access::Caller;
use super::error::Error;
use super::house::House;

/// Look-ups that may find nothing within [`REST`] minutes.
const TRIES: i64 = 10;
/// Minutes over which they are counted.
const REST: i64 = 60;

/// What was found, or the key of why nothing was. Not an error: the transaction goes on, so that the count and the
/// record stay.
pub type Found = Result<String, &'static str>;

/// Looks for something, counts when there is nothing, and says `rest` once that was too often. What found nothing is
/// put on record under `action`.
///
/// # Errors
/// When the database fails, or whatever `look` fails with.
pub fn counted(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    (action, rest): (&str, &'static str),
    look: impl FnOnce(&mut Conn) -> Result<Found, Error>,
) -> Result<Found, Error> {
    let now = house.now();
    let (failures, since) = cards::tries(conn, &caller.actor.id, now)?;
    let (failures, since) = if since > now - Duration::minutes(REST) { (failures, since) } else { (0, now) };
    let found = if failures >= TRIES { Err(rest) } else { look(conn)? };
    if let Err(key) = found {
        if failures < TRIES {
            cards::set_tries(conn, &caller.actor.id, failures + 1, since)?;
        }
        house.record(conn, caller, action, "", "refused", json!({ "keys": [key] }))?;
    }
    Ok(found)
}

/// What a person is told who found nothing, at the field they looked by.
pub fn refusal(key: &str, field: &str) -> Refusal {
    Refusal::new(key).with("minutes", REST).at(field)
}
