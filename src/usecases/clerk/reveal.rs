//! Sealed answers that the office needs for its work, such as the number of an account: seen one at a time,
//! for a purpose that stands in the record of access and that the person can read there.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use crate::domain::forms::Answers;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, secrets};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

use super::head::{Head, head};
use super::may::may;

/// What a sealed answer may be seen for: code and words.
pub const PURPOSES: [(&str, &str); 2] =
    [("payment", "支払いの手続のため"), ("check", "書類と照らし合わせるため")];

/// A sealed answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// Its path.
    pub path: String,
    /// What it is.
    pub label: String,
}

/// The page with the sealed answers of a case.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// Whose.
    #[serde(skip)]
    pub program: Arc<Program>,
    /// The case.
    pub case: Head,
    /// What can be seen.
    pub sealed: Vec<Sealed>,
}

/// Whether a case has sealed answers that its reader may see.
///
/// # Errors
/// When its answers cannot be read.
pub fn offered(conn: &mut Conn, opened: &Opened) -> Result<bool, Error> {
    Ok(may(opened, CommandName::ShowSecret) && !given(opened, &standing::answers(conn, opened)?).is_empty())
}

fn given(opened: &Opened, answers: &Answers) -> Vec<String> {
    let wanted = opened.program.definition.revealed.iter();
    wanted.filter(|path| answers.get(path).is_some()).cloned().collect()
}

/// The sealed answers of a case.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn view(house: &House, caller: &Caller, case: &str) -> Result<View, Error> {
    house.read_as(caller, case, CommandName::ShowSecret, "secrets", |conn, opened| {
        let sealed = sealed(house, conn, opened)?;
        Ok(View { program: opened.program.clone(), case: head(house, conn, opened)?, sealed })
    })
}

fn sealed(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Sealed>, Error> {
    let Some(form) = opened.program.application() else { return Ok(Vec::new()) };
    let answers = standing::answers(conn, opened)?;
    let around = Surroundings::of_case(house, conn, opened)?;
    let mut labels = slots::labels(form, &answers, &around.env());
    let given = given(opened, &answers).into_iter();
    Ok(given.map(|path| Sealed { label: labels.remove(&path).unwrap_or_default(), path }).collect())
}

/// Shows a sealed answer, and records that it was shown, to whom and what for.
///
/// # Errors
/// `clerk.secret-purpose` without a purpose; [`Error::NotFound`] for what is not among the sealed answers.
pub fn reveal(
    house: &House,
    caller: &Caller,
    case: &str,
    path: &str,
    purpose: &str,
) -> Result<String, Error> {
    if !PURPOSES.iter().any(|(code, _)| *code == purpose) {
        return Err(Error::from(Refusal::new("clerk.secret-purpose").at("purpose")));
    }
    house.database.write(|conn| {
        let opened = house.open(conn, caller, case, CommandName::ShowSecret)?;
        let known = opened.program.definition.revealed.iter().any(|it| it == path);
        let own = secrets::find(conn, &opened.granted, &opened.stored, path)?.filter(|_| known);
        let value = own.ok_or(Error::NotFound)?;
        let detail = json!({ "role": opened.granted.role(), "item": path, "purpose": purpose });
        house.record(conn, caller, CommandName::ShowSecret.code(), case, "done", detail)?;
        Ok(value)
    })
}
