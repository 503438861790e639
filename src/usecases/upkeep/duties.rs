//! Results that do not come and periods that run out: whoever is late is reminded step by step, and the notice
//! of a delay is made ready in time.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::case::command::Command;
use crate::domain::case::delay;
use crate::domain::case::reminding;
use crate::domain::lang::Lang;
use crate::domain::periods::period_end;
use crate::domain::program::Program;
use crate::domain::program::definition::WorkItem as Shape;
use crate::domain::program::vocabulary::{Channel, CommandName};
use crate::store::{Conn, upkeep};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::figures::forecast;
use crate::usecases::house::House;

use super::tell::tell_once;
use super::{PAGE, Step, one};

/// Looks at every case with something due; how many reminders were given and notices made ready.
pub(super) fn run(house: &House) -> Result<usize, Error> {
    let mut done = 0;
    for program in house.programs.offered() {
        done += of_program(house, program)?;
    }
    Ok(done)
}

fn of_program(house: &House, program: &Program) -> Result<usize, Error> {
    let (mut done, mut after) = (0, String::new());
    let Some(ahead) = ahead(house, program).max() else { return Ok(done) };
    let (id, until) = (&program.definition.id, period_end(house.today(), ahead));
    loop {
        let page = house.database.read(|conn| upkeep::due_until(conn, id, until, &after, PAGE))?;
        let Some(last) = page.last() else { return Ok(done) };
        after.clone_from(last);
        for case in &page {
            done += usize::from(one(look(house, case), case)? == Step::Reminded);
        }
    }
}

/// Days before the end of a duty or a period in which something of the program can fall due.
fn ahead<'a>(house: &'a House, program: &'a Program) -> impl Iterator<Item = u32> + 'a {
    let today = house.today();
    let ladders = program.definition.work_items.iter().filter_map(move |shape| {
        let days = shape.stage_days.number(today, &house.settings)?;
        Some(days.saturating_sub(shape.reminders.first()?.day))
    });
    let delays = program.definition.clocks.iter().filter_map(|clock| clock.delay.as_ref());
    ladders.chain(delays.filter_map(move |delay| delay.before_days.number(today, &house.settings)))
}

fn look(house: &House, case: &str) -> Result<Step, Error> {
    let (steps, notice) = house.database.read(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::RemindItem)?;
        Ok::<_, Error>((steps(house, &opened), notice(house, conn, &opened)?))
    })?;
    let found = !steps.is_empty() || notice.is_some();
    for (item, via) in steps {
        remind(house, case, item, via)?;
    }
    if let Some(command) = notice {
        let order = Order::new(case, CommandName::PrepareDelay);
        carry_out(house, &Caller::system(), &order, |_| Ok(command))?;
    }
    Ok(if found { Step::Reminded } else { Step::Nothing })
}

/// The next step of every item's ladder. A ladder climbs one step a look.
fn steps(house: &House, opened: &Opened) -> Vec<(String, Channel)> {
    let items = opened.stored.case.work.iter().filter_map(|item| {
        let shape = opened.program.definition.work_item(&item.kind)?;
        Some((item.id.clone(), reminding::due(shape, item, house.today())?))
    });
    items.collect()
}

fn remind(house: &House, case: &str, item: String, via: Channel) -> Result<(), Error> {
    let order = Order::new(case, CommandName::RemindItem);
    let key = format!("ladder/{item}/{}", house.today());
    let command = Command::RemindItem { item: item.clone(), via, note: String::new() };
    carry_out(house, &Caller::system(), &order, |_| Ok(command))?;
    if via == Channel::Mail { told(house, case, &item, key) } else { Ok(()) }
}

/// The applicant learns by mail that the result is still awaited, so that they can ask for it.
fn told(house: &House, case: &str, item: &str, key: String) -> Result<(), Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, &Caller::system(), case, CommandName::RemindItem)?;
        let item = opened.stored.case.work.iter().find(|it| it.id == item).ok_or(Error::NotFound)?;
        let shape = opened.program.definition.work_item(&item.kind).ok_or(Error::NotFound)?;
        let args = BTreeMap::from([("what".to_owned(), label(&opened, shape, opened.stored.case.lang))]);
        tell_once(house, conn, &opened, &[key], "mail.reminder.work", args)?;
        Ok(())
    })
}

fn label(opened: &Opened, shape: &Shape, lang: Lang) -> String {
    opened.program.texts.text(lang, &shape.label, &BTreeMap::new())
}

/// The notice that is due, as a person will find it: until when, and why.
fn notice(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Command>, Error> {
    let (case, today) = (&opened.stored.case, house.today());
    let Some(period) = delay::due(case, &opened.program.definition, today, &house.settings) else {
        return Ok(None);
    };
    let further = period.rule.further_days.number(today, &house.settings).unwrap_or(1).max(1);
    let usual = period_end(period.ends_on, further);
    let expected = forecast::of(conn, opened, today)?.map(|it| it.expected_on());
    let until = expected.filter(|day| *day > period.ends_on).unwrap_or(usual);
    Ok(Some(Command::PrepareDelay {
        until: until.max(latest_duty(opened)),
        reason: why(opened, period.rule),
    }))
}

fn latest_duty(opened: &Opened) -> NaiveDate {
    let open = opened.stored.case.work.iter().filter(|item| item.state.is_open());
    open.map(|item| item.due_on).max().unwrap_or(NaiveDate::MIN)
}

/// Why it takes longer, from what is still open. The notice is written in Japanese.
fn why(opened: &Opened, rule: &crate::domain::program::work::Delay) -> String {
    let shapes = &opened.program.definition.work_items;
    let open = |shape: &&Shape| opened.stored.case.work_of(&shape.kind).is_some_and(|it| !it.state.is_done());
    let waits: Vec<String> = shapes.iter().filter(open).map(|shape| label(opened, shape, Lang::Ja)).collect();
    let key = if waits.is_empty() { &rule.why_at_last } else { &rule.why };
    let args = BTreeMap::from([("waits".to_owned(), waits.join("、"))]);
    opened.program.texts.text(Lang::Ja, key, &args)
}
