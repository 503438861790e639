//! What a register was last told of a person, by the key of each row.

use std::collections::BTreeMap;

use crate::domain::program::definition::Connector;
use crate::store::Conn;
use crate::store::hub;
use crate::usecases::access::Opened;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{Person, Registration};

/// The newest that was written under a key.
pub(super) struct Told {
    pub case: String,
    pub decision: String,
    /// Whether it belongs to the certificate at hand, and not to another one of the person.
    pub own: bool,
    pub deleted: bool,
    pub registration: Registration,
    /// Its place among all that was told.
    pub place: usize,
}

/// What was told of the subject and of the certificate.
pub(super) fn of(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    subject: &str,
) -> Result<BTreeMap<String, Told>, Error> {
    let members: Vec<&str> = opened.members().iter().map(|it| it.stored.case.id.as_str()).collect();
    let mut told = BTreeMap::new();
    for (place, row) in
        hub::told(conn, &house.keys, &connector.id, subject, &members)?.into_iter().enumerate()
    {
        let own = members.contains(&row.case_id.as_str());
        let registration = serde_json::from_slice(&row.body)?;
        let newest = Told {
            case: row.case_id,
            decision: row.decision_id,
            own,
            deleted: row.deleted,
            registration,
            place,
        };
        told.insert(row.history_key, newest);
    }
    Ok(told)
}

/// Who the person is, as the register was told last.
pub(super) fn person(told: &BTreeMap<String, Told>) -> Option<Person> {
    let living = told.values().filter(|it| !it.deleted);
    living.max_by_key(|it| it.place).map(|it| it.registration.person())
}
