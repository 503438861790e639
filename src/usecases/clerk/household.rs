//! The tab 世帯: what the members consented to, whose cap is shared with that of the case, and which caps are to be determined anew.

use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::enquiries;
use crate::usecases::household::members::{self, Member};
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
    members: Vec<Member>,
    enquiries: Vec<enquiries::Shown>,
    may_enquire: bool,
    named: Vec<Named>,
    linked: Vec<Partner>,
    tasks: Vec<Task>,
    may_consent: bool,
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
            members: members::of(house, conn, opened, Lang::Ja)?,
            may_consent: may(opened, CommandName::MemberConsent),
            enquiries: enquiries::of_case(house, conn, opened)?,
            may_enquire: may_enquire(opened),
            named: partners::named(house, conn, caller, opened)?,
            linked: partners::linked(house, conn, caller, opened)?,
            tasks: tasks::of_case(conn, opened)?,
            may_link: may(opened, CommandName::LinkPartner),
            may_settle: may(opened, CommandName::SettleCap),
        })
    })
}

fn may_enquire(opened: &Opened) -> bool {
    !opened.program.enquiries.kinds.is_empty() && may(opened, CommandName::Enquire)
}
