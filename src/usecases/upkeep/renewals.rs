//! Grants that end soon: the person is told that renewal is open, and told again near the end.

use chrono::NaiveDate;

use crate::domain::ledger::newest;
use crate::domain::periods::period_end;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, Effect};
use crate::store::{cases, grants};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::tell::{due, tell_once};
use super::{PAGE, Step, before, one};

/// Tells everybody whose renewal is open and who has not begun it; how many were told.
pub(super) fn remind(house: &House) -> Result<usize, Error> {
    let mut told = 0;
    for program in house.programs.offered() {
        let Some(opens) = opens(house, program) else { continue };
        let today = house.today();
        let mut last = String::new();
        loop {
            let days = today..=period_end(today, opens);
            let id = &program.definition.id;
            let page = house.database.read(|conn| grants::ending(conn, id, days, &last, PAGE))?;
            let Some(final_id) = page.last() else { break };
            last.clone_from(final_id);
            for case in &page {
                told += usize::from(one(look(house, case, opens), case)? == Step::Reminded);
            }
        }
    }
    Ok(told)
}

/// Days before the end on which renewal opens, where the program takes renewals.
fn opens(house: &House, program: &Program) -> Option<u32> {
    let renewal = program.definition.renewal.as_ref();
    let renewal = renewal.filter(|_| program.definition.kinds_that(Effect::Renews).next().is_some())?;
    renewal.opens_days_before.number(house.today(), &house.settings)
}

fn look(house: &House, case: &str, opens: u32) -> Result<Step, Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::RemindItem)?;
        let Some(end) = grant_end(&opened) else { return Ok(Step::Nothing) };
        if cases::follower(conn, case, &opened.program.definition.renewing())?.is_some() {
            return Ok(Step::Nothing);
        }
        let again = opened.program.definition.renewal.iter().flat_map(|it| &it.remind_days_before);
        let reached =
            std::iter::once(&opens).chain(again).filter(|days| before(end, **days) <= house.today());
        let keys: Vec<String> = reached.map(|days| format!("renew/{case}/{end}/{days}")).collect();
        let told = tell_once(house, conn, &opened, &keys, "mail.reminder.renewal", due(end))?;
        Ok(if told { Step::Reminded } else { Step::Nothing })
    })
}

/// The last day of what the certificate still grants.
fn grant_end(opened: &Opened) -> Option<NaiveDate> {
    newest(&opened.rulings()).filter(|_| !opened.effect().attaches()).map(|row| row.valid_to)
}
