//! Attached files: sealed under their case's key beside the database, handed out only when harmless.

use crate::store::Conn;
use crate::store::cases::Stored;
use crate::store::documents::{self, Document};

use super::access::Opened;
use super::error::Error;
use super::house::House;

/// State of a document that nobody has looked into yet.
pub const QUARANTINED: &str = "quarantined";
/// State of a document that was found harmless.
pub const CLEAN: &str = "clean";
/// State of a document that must not be opened.
pub const REFUSED: &str = "infected";
/// State of a document that was taken away.
pub const REMOVED: &str = "removed";

/// Stores the bytes of a document under its id; durable when it returns.
///
/// # Errors
/// When they could not be stored.
pub fn keep(house: &House, stored: &Stored, id: &str, bytes: &[u8]) -> Result<(), Error> {
    Ok(house.files.put(id, &stored.key.seal_bytes(&place(id), bytes)?)?)
}

/// The bytes of a document in whatever state. Not for people.
///
/// # Errors
/// [`Error::NotFound`], or when they were altered.
pub fn open(house: &House, stored: &Stored, id: &str) -> Result<Vec<u8>, Error> {
    Ok(stored.key.open_bytes(&place(id), &house.files.get(id)?)?)
}

/// A document of an opened case with its bytes, if it was found harmless.
///
/// # Errors
/// [`Error::NotFound`] as well for one in quarantine.
pub fn read(house: &House, conn: &mut Conn, opened: &Opened, id: &str) -> Result<(Document, Vec<u8>), Error> {
    let found = documents::of_case(conn, &opened.granted, &opened.stored)?;
    let document = found.into_iter().find(|it| it.id == id && it.state == CLEAN).ok_or(Error::NotFound)?;
    let bytes = open(house, &opened.stored, id)?;
    Ok((document, bytes))
}

fn place(id: &str) -> String {
    format!("files.{id}")
}
