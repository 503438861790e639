//! What the office does in a road.

use madoguchi::domain::case::command::Command;
use madoguchi::domain::program::vocabulary::CommandName;
use madoguchi::store::users;
use madoguchi::usecases::{Caller, Order, carry_out, sessions};

use super::people;
use super::town::Town;

/// Somebody of the office as a caller.
fn caller(town: &Town, login: &str) -> Caller {
    let house = town.house();
    let user = house.database.read(|conn| users::find(conn, &house.keys, &people::id(login))).unwrap();
    Caller { actor: sessions::actor_of(&user), source: "127.0.0.1".to_owned() }
}

/// Takes the examination of a case up.
pub fn begin_review(town: &Town, login: &str, case: &str) {
    let order = Order::new(case, CommandName::BeginReview);
    carry_out(town.house(), &caller(town, login), &order, |_| Ok(Command::BeginReview)).unwrap();
}
