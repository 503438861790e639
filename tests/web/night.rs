//! What happens without anybody at a page: letters are drawn and mailed, and the register is told.

use std::sync::Arc;

use madoguchi::jobs::{Dispatcher, JobsPlan, Kind, Runner};
use madoguchi::store::audit;

use super::town::{ORG_CODE, Town};

fn plan() -> JobsPlan {
    JobsPlan::new(ORG_CODE).hurried()
}

/// Works the outbox through until nothing is left in it.
pub async fn letters_go_out(town: &Town) {
    let dispatcher = Dispatcher::new(town.app.house.clone(), plan().retry, Arc::default());
    dispatcher.drain().await.unwrap();
}

/// Sends what waits for the register, and reads it back.
pub async fn registers(town: &Town) {
    let runner = Runner::new(town.app.house.clone(), plan().hub);
    let ended = runner.run_now(Kind::Nightly, &|_| {}).await.unwrap();
    assert!(ended.note.is_empty(), "{}", ended.note);
}

/// Tells the register what does not wait for the night; something must be due.
pub async fn registers_at_once(town: &Town) {
    let runner = Runner::new(town.app.house.clone(), plan().hub);
    let ended = runner.run_due(Kind::Urgent, &|_| {}).await.unwrap().expect("nothing is urgent");
    assert!(ended.note.is_empty(), "{}", ended.note);
}

/// Whether the record of who did and read what is whole.
pub fn record_is_sound(town: &Town) -> bool {
    let house = town.house();
    house.database.read(|conn| audit::verify(conn, &house.keys)).unwrap().is_ok_and(|rows| rows > 20)
}
