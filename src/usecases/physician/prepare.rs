//! What an assistant prepares (医師事務作業補助者): the physician is told by whom, and what changed since.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, Change, changes};
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::store::answers::{self, PREPARED};

use super::sheet::Sheet;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// That somebody prepared the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preparation {
    /// Their name.
    pub name: String,
    /// When they said that it was ready to be looked at.
    pub at: DateTime<Utc>,
    /// What was entered or changed after that, by whomever.
    pub since: Vec<Change>,
}

/// Tells the physician that the certificate is prepared, and keeps a copy of it as it is now.
///
/// # Errors
/// `work.nothing-entered` before anything was saved; `permission.denied`; [`Error::NotFound`].
pub fn prepare(house: &House, caller: &Caller, case_id: &str, key: &str) -> Result<(), Error> {
    let order = Order::new(case_id, CommandName::PrepareItem).once(key);
    carry_out(house, caller, &order, |stage| {
        let sheet = Sheet::of(stage.house, stage.conn, stage.opened, caller)?;
        stage.keep_prepared(&sheet.name, sheet.answers.clone())?;
        Ok(Command::PrepareItem { item: sheet.item.id.clone() })
    })?;
    Ok(())
}

/// Who prepared a certificate, and what is otherwise now.
///
/// # Errors
/// When the prepared copy cannot be read.
pub fn preparation(conn: &mut Conn, opened: &Opened, sheet: &Sheet) -> Result<Option<Preparation>, Error> {
    let Some(prepared) = &sheet.item.prepared else { return Ok(None) };
    let copy = answers::find(conn, &opened.granted, &opened.stored, &sheet.name, PREPARED)?;
    let then: Answers = copy.map(|it| serde_json::from_slice(&it.body)).transpose()?.unwrap_or_default();
    let since = changes(sheet.form, &then, &sheet.answers, &sheet.env());
    Ok(Some(Preparation { name: prepared.name.clone(), at: prepared.at, since }))
}
