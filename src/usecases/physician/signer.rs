//! Whether a physician may sign, by the designation on their account.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::domain::case::Case;
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::definition::Definition;
use crate::store::Conn;
use crate::store::users::{self, Designation, User};

use crate::usecases::error::Error;
use crate::usecases::house::House;

/// A designation that ends within so many days is pointed out.
const WARN_DAYS: u64 = 60;

/// A physician as pages name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// Name.
    pub name: String,
    /// The authority's number.
    pub number: String,
    /// Kind of designation in words.
    pub kind: String,
    /// The medical institution.
    pub institution: String,
    /// Last day of the designation.
    pub valid_to: NaiveDate,
    /// That it has ended or soon will.
    pub warning: Option<String>,
}

/// A physician's account and designation.
///
/// # Errors
/// `signer.none` for an account without a designation.
pub fn account(house: &House, conn: &mut Conn, id: &str) -> Result<(User, Designation), Error> {
    let user = users::find(conn, &house.keys, id)?;
    let designation = user.designation.clone().ok_or_else(|| Error::refused("signer.none"))?;
    Ok((user, designation))
}

/// Whether a designation allows its holder to sign a form for a case on a day.
pub fn entitled(
    definition: &Definition,
    form: &str,
    case: &Case,
    designation: &Designation,
    day: NaiveDate,
) -> bool {
    let valid = designation.valid_from <= day && day <= designation.valid_to;
    valid && definition.signers(form, &case.kind).any(|signer| signer.designation == designation.kind)
}

/// A physician for a page.
pub fn view(user: &User, designation: &Designation, program: Option<&Program>, today: NaiveDate) -> Signer {
    Signer {
        name: user.name.clone(),
        number: designation.number.clone(),
        kind: kind(program, &designation.kind),
        institution: designation.institution.clone(),
        valid_to: designation.valid_to,
        warning: warning(designation, today).map(str::to_owned),
    }
}

fn kind(program: Option<&Program>, code: &str) -> String {
    let words = |program: &Program| {
        let signer = program.definition.signers.iter().find(|signer| signer.designation == code)?;
        Some(program.texts.text(Lang::Ja, &signer.label, &Default::default()))
    };
    program.and_then(words).unwrap_or_else(|| code.to_owned())
}

fn warning(designation: &Designation, today: NaiveDate) -> Option<&'static str> {
    let soon = today.checked_add_days(Days::new(WARN_DAYS)).unwrap_or(today);
    if designation.valid_to < today {
        Some("指定の有効期間が終わっています。更新されるまで署名できません。")
    } else if today < designation.valid_from {
        Some("指定の有効期間がまだ始まっていません。始まるまで署名できません。")
    } else if designation.valid_to <= soon {
        Some("指定の有効期間がまもなく終わります。更新の手続きを確かめてください。")
    } else {
        None
    }
}
