//! 補正 that waits for an answer: the applicant is reminded, and at last the office goes on without.

use crate::domain::case::command::Command;
use crate::domain::periods::period_end;
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::tell::{due, tell_once};
use super::{Step, before};

/// Reminds of an open correction, or lets it lapse when its time and the days of grace are over.
pub(super) fn look(house: &House, case: &str) -> Result<Step, Error> {
    let step = house.database.write(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::LapseCorrection)?;
        if is_over(house, &opened) { Ok(Step::Ended) } else { remind(house, conn, &opened) }
    })?;
    if step == Step::Ended {
        let order = Order::new(case, CommandName::LapseCorrection);
        carry_out(house, &Caller::system(), &order, |_| Ok(Command::LapseCorrection))?;
    }
    Ok(step)
}

fn is_over(house: &House, opened: &Opened) -> bool {
    let rule = opened.program.definition.correction.as_ref();
    let (Some(round), Some(rule)) = (opened.stored.case.open_correction(), rule) else { return false };
    let today = house.today();
    let grace = rule.grace_days.number(today, &house.settings).unwrap_or(0);
    period_end(round.due_on, grace) < today
}

fn remind(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Step, Error> {
    let case = &opened.stored.case;
    let rule = opened.program.definition.correction.as_ref();
    let (Some(round), Some(rule)) = (case.open_correction(), rule) else { return Ok(Step::Nothing) };
    let today = house.today();
    if round.due_on < today {
        return Ok(Step::Nothing);
    }
    let reached = rule.remind_days_before.iter().filter(|days| before(round.due_on, **days) <= today);
    let keys: Vec<String> =
        reached.map(|days| format!("remind/{}/{}/{days}", case.id, case.corrections.len())).collect();
    let told = tell_once(house, conn, opened, &keys, "mail.reminder.correction", due(round.due_on))?;
    Ok(if told { Step::Reminded } else { Step::Nothing })
}
