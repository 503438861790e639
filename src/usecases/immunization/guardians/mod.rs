//! Several guardians of one person: who sees and acts for them, how another joins, and when nobody may.

pub mod invite;
pub mod join;
pub mod office;
pub mod shield;
pub mod shown;

use crate::domain::periods::age_on;
use crate::usecases::house::House;

use super::access::Ledger;

/// Whether the person is of age, and so lets nobody but themself act for them by an invitation of another.
fn is_of_age(house: &House, ledger: &Ledger) -> bool {
    let age = age_on(ledger.subject().birth, house.today()).unwrap_or_default();
    ledger.keeping.household_rule(house, "of-age").is_some_and(|of_age| age >= of_age)
}
