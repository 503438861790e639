//! Drafts that nobody goes on with: the owner is warned, and then they are deleted.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::domain::calendar::day_in_japan;
use crate::domain::periods::period_end;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{Conn, StoreError, cases, upkeep};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::tell::{due, tell_once};
use super::{Step, before};

/// Warns the owner of a draft, or deletes it when every warning was given and the last one is old enough.
pub(super) fn look(house: &House, case: &str) -> Result<Step, Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::ExpireDraft)?;
        let Some(fate) = Fate::of(house, conn, &opened)? else { return Ok(Step::Nothing) };
        let told = tell_once(house, conn, &opened, &fate.warnings, "mail.reminder.draft", due(fate.ends))?;
        if told {
            return Ok(Step::Reminded);
        }
        if !fate.all_warned || house.today() < fate.ends {
            return Ok(Step::Nothing);
        }
        delete(house, conn, &opened).map(|()| Step::Ended)
    })
}

/// What is to become of a draft that nobody goes on with.
struct Fate {
    /// Keys of the warnings that are due by now.
    warnings: Vec<String>,
    /// Whether these are all there are.
    all_warned: bool,
    /// The day on which it is deleted.
    ends: NaiveDate,
}

impl Fate {
    fn of(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Fate>, Error> {
        let case = &opened.stored.case;
        let rule = &opened.program.definition.retention;
        let today = house.today();
        let Some(days) = rule.draft_days.number(today, &house.settings) else { return Ok(None) };
        let ends = period_end(day_in_japan(upkeep::changed_at(conn, &case.id)?), days);
        let reached = rule.draft_warnings.iter().filter(|days| before(ends, **days) <= today);
        let warnings: Vec<String> =
            reached.map(|days| format!("warn/{}/{}/{days}", case.id, case.version)).collect();
        // A warning that came late still leaves its time: nothing is deleted right after it.
        let time = rule.draft_warnings.iter().copied().min().unwrap_or(0);
        let warned = last_warning(conn, &warnings)?.map_or(today, day_in_japan);
        let all_warned = warnings.len() == rule.draft_warnings.len();
        let ends = if all_warned { ends.max(period_end(warned, time)) } else { ends };
        Ok(Some(Fate { warnings, all_warned, ends }))
    }
}

fn last_warning(conn: &mut Conn, keys: &[String]) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut last = None;
    for key in keys {
        last = last.max(upkeep::noted_at(conn, key)?);
    }
    Ok(last)
}

fn delete(house: &House, conn: &mut Conn, opened: &Opened) -> Result<(), Error> {
    let case = &opened.stored.case;
    upkeep::forget_deliveries(conn, &case.id)?;
    cases::delete_draft(conn, &case.id)?;
    let detail = json!({ "program": case.program, "kind": case.kind.code() });
    house.record(conn, &Caller::system(), CommandName::ExpireDraft.code(), &case.id, "done", detail)
}
