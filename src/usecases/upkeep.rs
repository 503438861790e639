//! What follows from time alone: answers that did not come, reminders, drafts nobody went on with,
//! and what nobody needs any more.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use crate::domain::calendar::{DateStyle, show};
use crate::domain::case::command::Command;
use crate::domain::program::vocabulary::CommandName;
use crate::ports::clock::day_in_japan;
use crate::store::idempotency::{self, Done as Noted};
use crate::store::letters::{self, Delivery};
use crate::store::{Conn, StoreError, cases, sessions, upkeep};

use super::access::{Caller, Opened};
use super::carry_out::{Order, carry_out, working_answers};
use super::error::Error;
use super::house::House;
use super::letters::{Told, enqueue};
use super::slots;

/// Cases looked at in one step.
const PAGE: i64 = 200;
/// Files looked at in one step.
const FILES: usize = 500;
/// A file without a row is removed after this many seconds; until then its row may still come.
const ORPHAN_SECONDS: u64 = 24 * 3600;
/// Keys of commands are kept this long; nobody repeats a command later than that.
const KEY_DAYS: i64 = 90;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Corrections that nobody answered.
    pub lapsed: usize,
    /// Reminders and warnings that were given.
    pub reminded: usize,
    /// Drafts that were deleted.
    pub expired: usize,
    /// Sessions that were over.
    pub sessions: usize,
    /// Keys that were forgotten.
    pub keys: usize,
    /// Files that no row named.
    pub files: usize,
}

/// Does everything that is due. Each case is its own transaction; one that fails is reported and
/// does not stop the others.
///
/// # Errors
/// When the database or the file storage fails.
pub fn run(house: &House) -> Result<Kept, Error> {
    let mut kept = Kept::default();
    corrections(house, &mut kept)?;
    drafts(house, &mut kept)?;
    let now = house.now();
    kept.sessions = house.database.write(|conn| sessions::sweep(conn, now))?;
    kept.keys = house.database.write(|conn| idempotency::sweep(conn, now - TimeDelta::days(KEY_DAYS)))?;
    kept.files = orphans(house)?;
    Ok(kept)
}

/// Runs `work` on every case in a state.
fn each(house: &House, state: &str, mut work: impl FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let since = house.now() + TimeDelta::microseconds(1);
        let page = house.database.read(|conn| cases::unchanged_since(conn, state, since, &after, PAGE))?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for case in &page {
            match work(case) {
                Ok(()) => {}
                Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
                Err(error) => tracing::warn!(%case, %error, "the upkeep of a case failed"),
            }
        }
    }
}

fn corrections(house: &House, kept: &mut Kept) -> Result<(), Error> {
    each(house, "correction", |case| {
        match correction(house, case)? {
            Step::Lapse => {
                let order = Order::new(case, CommandName::LapseCorrection);
                carry_out(house, &Caller::system(), &order, |_| Ok(Command::LapseCorrection))?;
                kept.lapsed += 1;
            }
            Step::Remind => kept.reminded += 1,
            Step::Wait => {}
        }
        Ok(())
    })
}

enum Step {
    Wait,
    Remind,
    Lapse,
}

/// Reminds of an open correction, or finds that its time and the days of grace are over.
fn correction(house: &House, case: &str) -> Result<Step, Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::LapseCorrection)?;
        let stored = &opened.stored.case;
        let rule = opened.program.definition.correction.as_ref();
        let (Some(round), Some(rule)) = (stored.open_correction(), rule) else { return Ok(Step::Wait) };
        let today = house.today();
        let grace = rule.grace_days.number(today, &house.settings).unwrap_or(0);
        if round.due_on.checked_add_days(Days::new(u64::from(grace))).is_some_and(|end| end < today) {
            return Ok(Step::Lapse);
        }
        let key = |days: u32| format!("remind/{case}/{}/{days}", stored.corrections.len());
        let dates = rule.remind_days_before.iter().map(|days| (key(*days), before(round.due_on, *days)));
        let due: Vec<String> = dates.filter(|(_, day)| *day <= today).map(|(key, _)| key).collect();
        let args = BTreeMap::from([("due".to_owned(), show(round.due_on, DateStyle::WarekiFirst))]);
        let told = today <= round.due_on && tell_once(house, conn, &opened, &due, "mail.reminder.correction", args)?;
        Ok(if told { Step::Remind } else { Step::Wait })
    })
}

fn before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(day)
}

fn drafts(house: &House, kept: &mut Kept) -> Result<(), Error> {
    each(house, "draft", |case| {
        match draft(house, case)? {
            Step::Lapse => kept.expired += 1,
            Step::Remind => kept.reminded += 1,
            Step::Wait => {}
        }
        Ok(())
    })
}

/// Warns the owner of a draft that nobody goes on with, and deletes it when every warning was given
/// and the last one is old enough.
fn draft(house: &House, case: &str) -> Result<Step, Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::ExpireDraft)?;
        let rule = &opened.program.definition.retention;
        let today = house.today();
        let Some(days) = rule.draft_days.number(today, &house.settings) else { return Ok(Step::Wait) };
        let changed = day_in_japan(upkeep::changed_at(conn, case)?);
        let end = changed.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX);
        let version = opened.stored.case.version;
        let key = |days: u32| format!("warn/{case}/{version}/{days}");
        let warnings = rule.draft_warnings.iter().map(|days| (key(*days), before(end, *days)));
        let due: Vec<String> = warnings.filter(|(_, day)| *day <= today).map(|(key, _)| key).collect();
        let last = rule.draft_warnings.iter().copied().min().unwrap_or(0);
        let end = end.max(last_warning(conn, &due)?.map_or(NaiveDate::MIN, |at| day_in_japan(at) + Days::new(u64::from(last))));
        let args = BTreeMap::from([("due".to_owned(), show(end.max(today + Days::new(u64::from(last))), DateStyle::WarekiFirst))]);
        if tell_once(house, conn, &opened, &due, "mail.reminder.draft", args)? {
            return Ok(Step::Remind);
        }
        if due.len() < rule.draft_warnings.len() || today < end {
            return Ok(Step::Wait);
        }
        delete(house, conn, &opened).map(|()| Step::Lapse)
    })
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

/// Tells the applicant once for all of the keys that are due and were not noted yet; whether it did.
fn tell_once(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    keys: &[String],
    text: &str,
    args: BTreeMap<String, String>,
) -> Result<bool, Error> {
    let mut news = false;
    for key in keys {
        if upkeep::noted_at(conn, key)?.is_none() {
            idempotency::note(conn, key, &noted(opened), house.now())?;
            news = true;
        }
    }
    if news {
        send(house, conn, opened, text, args)?;
    }
    Ok(news)
}

fn noted(opened: &Opened) -> Noted {
    let case = &opened.stored.case;
    Noted {
        actor: "system".to_owned(),
        command: "remind".to_owned(),
        case_id: case.id.clone(),
        version: case.version,
    }
}

/// Queues a mail, where there is an address and a mail server; the pages of the case show the date anyway.
fn send(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    text: &str,
    mut args: BTreeMap<String, String>,
) -> Result<(), Error> {
    let to = address(conn, opened)?;
    if to.is_empty() || house.mailer.is_none() {
        return Ok(());
    }
    let case = &opened.stored.case;
    args.extend([
        ("reference".to_owned(), case.reference.clone().unwrap_or_default()),
        ("url".to_owned(), format!("{}/a/{}", house.public_url, case.id)),
        ("office".to_owned(), house.office.get("name").cloned().unwrap_or_default()),
        ("phone".to_owned(), house.office.get("phone").cloned().unwrap_or_default()),
    ]);
    let words = |key: &str| house.texts.text(case.lang, key, &args);
    let told = Told { to, text: format!("{}\n\n{}\n", words(text), words("mail.footer")) };
    let stamp = house.stamp(&Caller::system().actor);
    let delivery = Delivery {
        id: house.new_id("dlv")?,
        case_id: case.id.clone(),
        letter_id: None,
        channel: "mail".to_owned(),
        state: "queued".to_owned(),
        subject: words("mail.subject"),
        body: serde_json::to_vec(&told)?,
        attempts: 0,
        problem: String::new(),
        at: stamp.at,
    };
    letters::queue(conn, &opened.stored, &delivery)?;
    enqueue(house, conn, "mail", &delivery.id, &stamp)
}

fn address(conn: &mut Conn, opened: &Opened) -> Result<String, Error> {
    let definition = &opened.program.definition;
    let Some(item) = &definition.subject.email else { return Ok(String::new()) };
    let answers = working_answers(conn, opened, &definition.forms.application)?;
    Ok(slots::text(&answers, item).unwrap_or_default())
}

/// Removes files that no row has named for a day: an upload or a drawing that was cut short.
fn orphans(house: &House) -> Result<usize, Error> {
    let (mut removed, mut after) = (0, String::new());
    loop {
        let page = house.files.older_than(ORPHAN_SECONDS, &after, FILES)?;
        let Some(last) = page.last() else { return Ok(removed) };
        after.clone_from(last);
        let named = house.database.read(|conn| upkeep::named_files(conn, &page))?;
        for name in page.iter().filter(|name| is_ours(name) && !named.contains(name)) {
            house.files.remove(name)?;
            removed += 1;
        }
    }
}

/// Only names that a row could hold are judged; anything else was put there by somebody else.
fn is_ours(name: &str) -> bool {
    let hash = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    hash || name.starts_with("let_") || name.starts_with("doc_")
}

#[cfg(test)]
mod tests;
