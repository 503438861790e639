//! The tab 世帯の受給者: whose cap is shared with that of the case, and which caps are to be determined anew.

use serde::Serialize;

use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::partners::{self, Named, Partner};
use crate::usecases::household::tasks::{self, Task};

use super::may::may;
use super::shell::{Shell, Tab, shell};

/// The tab.
#[derive(Clone, Debug, Serialize)]
pub struct Household {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    named: Vec<Named>,
    linked: Vec<Partner>,
    tasks: Vec<Task>,
    may_link: bool,
    may_settle: bool,
}

/// The household of a case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn tab(house: &House, caller: &Caller, case: &str) -> Result<Household, Error> {
    house.read(caller, case, "household", |conn, opened| {
        Ok(Household {
            shell: shell(house, conn, opened, Tab::Household)?,
            named: partners::named(house, conn, caller, opened)?,
            linked: partners::linked(house, conn, caller, opened)?,
            tasks: tasks::of_case(conn, opened)?,
            may_link: may(opened, CommandName::LinkPartner),
            may_settle: may(opened, CommandName::SettleCap),
        })
    })
}
