//! Ids of people as the names that colleagues know.

use std::collections::BTreeMap;

use crate::store::{Conn, StoreError, users};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Names that were looked up once.
#[derive(Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// The name of an id; somebody who is gone keeps the id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(&mut self, house: &House, conn: &mut Conn, id: &str) -> Result<String, Error> {
        if let Some(name) = self.0.get(id) {
            return Ok(name.clone());
        }
        let name = look_up(house, conn, id)?;
        self.0.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}

fn look_up(house: &House, conn: &mut Conn, id: &str) -> Result<String, Error> {
    if id.starts_with("cit_") {
        return Ok("申請者".to_owned());
    }
    let pool = match id {
        "system" | "engine" => Some("システム"),
        "clerk" => Some("担当課"),
        "physician" => Some("医師（これから決まります）"),
        "surveyor" => Some("調査員（これから決まります）"),
        "citizen" => Some("申請者"),
        _ => None,
    };
    if let Some(pool) = pool {
        return Ok(pool.to_owned());
    }
    match users::find(conn, &house.keys, id) {
        Ok(user) => Ok(user.name),
        Err(StoreError::NotFound) => Ok(id.to_owned()),
        Err(error) => Err(error.into()),
    }
}
