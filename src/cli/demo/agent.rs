//! An office that applies for persons, and the person who asked it to.

use crate::domain::permission::Actor;
use crate::domain::program::vocabulary::Reach;
use crate::store::mandates;
use crate::store::users::User;
use crate::store::{Conn, StoreError};
use crate::usecases::citizen::mandates::{Typed, give};
use crate::usecases::{Caller, House};

use super::city::STAFF;

/// Enters the office of somebody who applies for persons, so that they can ask it to.
///
/// # Errors
/// When the database fails.
pub fn enter(house: &House, conn: &mut Conn, user: &User) -> Result<(), StoreError> {
    match user.institution.as_ref().filter(|_| user.roles.iter().any(|role| applies(house, role))) {
        Some(office) => mandates::keep_agency(conn, office, house.now()),
        None => Ok(()),
    }
}

fn applies(house: &House, code: &str) -> bool {
    let definitions = house.programs.definitions();
    let mut roles = definitions.iter().filter_map(|definition| definition.role(code));
    roles.any(|role| role.reach == Reach::Entrusted)
}

/// A person asks every such office of the demo, under each program that knows any.
///
/// # Errors
/// When the leave is refused.
pub fn ask(house: &House, citizen: &str) -> anyhow::Result<()> {
    let caller = Caller { actor: Actor::citizen(citizen, ""), source: "127.0.0.1".to_owned() };
    let asked = house.programs.offered().filter(|program| program.definition.mandate.is_some());
    let programs: Vec<String> = asked.map(|program| program.definition.id.clone()).collect();
    let offices = STAFF.iter().filter(|it| it.roles.iter().any(|role| applies(house, role)));
    for office in offices.filter_map(|colleague| colleague.institution) {
        for program in &programs {
            let number = office.0.to_owned();
            let typed = Typed { program: program.clone(), number, until: String::new() };
            give(house, &caller, &typed)?;
        }
    }
    Ok(())
}
