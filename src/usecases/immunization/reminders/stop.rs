//! Whoever has a mail stops the mails, without signing in. Nothing is told of whether they ever went out.

use serde_json::json;

use crate::domain::permission::Actor;
use crate::store::dose_reminders;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::stop_hash;

/// Stops the mails of whoever has the secret.
///
/// # Errors
/// When the database fails.
pub fn stop(house: &House, secret: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let Some(citizen) = dose_reminders::stop(conn, &stop_hash(secret), house.now())? else {
            return Ok(());
        };
        let caller = Caller { actor: Actor::citizen(&citizen, ""), source: "mail".to_owned() };
        house.record(conn, &caller, "stop_dose_reminders", "", "done", json!({ "way": "mail" }))
    })
}
