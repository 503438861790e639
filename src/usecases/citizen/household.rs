//! The members of the household on the applicant's pages: whose consent is missing, and how it is given.

use serde::Serialize;

use crate::domain::lang::Lang;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::members::{self, Member};

use super::sheet::{Head, head};

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Household {
    /// Title line.
    pub head: Head,
    /// Each member.
    pub members: Vec<Member>,
}

/// The members of the household of a case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Household, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        Ok(Household { head: head(opened, lang), members: members::of(house, conn, opened, lang)? })
    })
}
