//! What a final decision does to the others of a household, in its transaction: the certificate becomes
//! findable, a renewal takes the links of what it renews, and every cap that changes becomes a task.

use serde_json::Value;

use crate::domain::apportionment::{Changed, Held, against_decided, certificates};
use crate::domain::case::Case;
use crate::domain::case::decision::Decision;
use crate::domain::case::event::Stamp;
use crate::domain::numbers::RecipientNumber;
use crate::domain::program::definition::PartnerShape;
use crate::domain::program::vocabulary::Effect;
use crate::domain::text::search_key;
use crate::store::cap_tasks::{self, CapTask};
use crate::store::{Conn, partners};
use crate::usecases::access::Opened;
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots;

use super::linked;

/// Lets everything follow.
///
/// # Errors
/// When the database fails.
pub fn decided(house: &House, conn: &mut Conn, opened: &Opened, stamp: &Stamp) -> Result<(), Error> {
    let Some(shape) = &opened.program.definition.partners else { return Ok(()) };
    index(house, conn, opened, shape)?;
    inherit(house, conn, opened, stamp)?;
    let case = &opened.stored.case;
    let newest = case.decision().map(|decision| decision.id.clone()).unwrap_or_default();
    let others = linked::others(house, conn, case)?;
    let others = others.iter().map(|(case, effect)| (case, *effect));
    let all: Vec<(&Case, Effect)> = others.chain([(case, opened.effect())]).collect();
    let before = certificates(&all, shape, |decision| decision.id != newest);
    let after = certificates(&all, shape, |_| true);
    finish(conn, opened, &after, stamp)?;
    redetermine(house, conn, opened, [&before, &after], stamp)
}

/// Closes the tasks of the person's cases that the decision has done: the cap is now as they say.
fn finish(conn: &mut Conn, opened: &Opened, after: &[Held], stamp: &Stamp) -> Result<(), Error> {
    let case = &opened.stored.case;
    let own: Vec<&Held> = after.iter().filter(|it| it.holder == case.id || it.case_id == case.id).collect();
    let line = own.iter().map(|it| it.case_id.clone()).chain(case.follows.clone());
    let line: Vec<String> = line.chain([case.id.clone()]).collect();
    let done = |task: &CapTask| {
        own.iter().any(|it| it.from <= task.from && task.from <= it.to && it.decided == task.after)
    };
    let open = cap_tasks::open_of(conn, &opened.granted, &line)?;
    let done: Vec<String> = open.into_iter().filter(done).map(|task| task.id).collect();
    Ok(cap_tasks::finish(conn, &done, &stamp.by, stamp.at)?)
}

/// Stores a task for every cap that the rule changes, in place of those that an earlier decision made.
///
/// # Errors
/// When the database fails.
pub fn redetermine(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    [before, after]: [&[Held]; 2],
    stamp: &Stamp,
) -> Result<(), Error> {
    let rules = house.programs.rules(&opened.program.definition.id);
    let Some(rule) = rules.and_then(|rules| rules.share) else { return Ok(()) };
    let changed = rule(before, after, &opened.program.tables, stamp.today);
    let cause = &opened.stored.case.id;
    for it in &changed {
        let cases: Vec<String> =
            after.iter().filter(|own| own.holder == it.holder).map(|own| own.case_id.clone()).collect();
        cap_tasks::replace(conn, cause, &cases, it.from, (&stamp.by, stamp.at))?;
    }
    for (case, it) in against_decided(changed, after) {
        cap_tasks::insert(conn, &task(house, case, cause, it, stamp)?)?;
    }
    Ok(())
}

fn task(house: &House, case: String, cause: &str, it: Changed, stamp: &Stamp) -> Result<CapTask, Error> {
    Ok(CapTask {
        id: house.new_id("cap")?,
        case_id: case,
        cause: cause.to_owned(),
        from: it.from,
        to: it.to,
        before: it.before,
        after: it.after,
        state: "open".to_owned(),
        at: stamp.at,
        closed_at: None,
        reason: String::new(),
    })
}

fn index(house: &House, conn: &mut Conn, opened: &Opened, shape: &PartnerShape) -> Result<(), Error> {
    let case = &opened.stored.case;
    let decision = case.decision().filter(|it| it.draft.content.outcome.grants());
    let Some(decision) = decision else { return Ok(()) };
    let application = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, application)?.unwrap_or_default();
    let (name, _, birth) = slots::person(&opened.program, &answers);
    let number = number_of(decision, shape).and_then(|number| number_token(house, &number));
    let tokens: Vec<String> = number.into_iter().chain(person_token(house, &name, &birth)).collect();
    Ok(partners::keep(conn, &case.id, &tokens)?)
}

/// The recipient's number of a decision.
pub fn number_of(decision: &Decision, shape: &PartnerShape) -> Option<String> {
    decision.draft.content.fields.get(&shape.number).and_then(Value::as_str).map(str::to_owned)
}

/// The keyed hash of a recipient's number; none for what is no such number.
pub fn number_token(house: &House, typed: &str) -> Option<String> {
    let number = RecipientNumber::parse(typed).ok()?;
    Some(house.keys.lookup.hash("partner-number", &number.to_string()))
}

/// The keyed hash of a person by name and birth date; none while one of them is unknown.
pub fn person_token(house: &House, name: &str, birth: &str) -> Option<String> {
    let folded: String = search_key(name).chars().filter(|c| !c.is_whitespace()).collect();
    let known = !folded.is_empty() && !birth.is_empty();
    known.then(|| house.keys.lookup.hash("partner-person", &format!("{folded}\n{birth}")))
}

/// A case that follows another keeps its partners.
fn inherit(house: &House, conn: &mut Conn, opened: &Opened, stamp: &Stamp) -> Result<(), Error> {
    let case = &opened.stored.case;
    let Some(earlier) = &case.follows else { return Ok(()) };
    let own = partners::links(conn, std::slice::from_ref(&case.id))?;
    let known: Vec<String> = own.iter().map(|link| link.other(&case.id).to_owned()).collect();
    for link in partners::links(conn, std::slice::from_ref(earlier))? {
        let other = link.other(earlier).to_owned();
        if other != case.id && !known.contains(&other) {
            let id = house.new_id("par")?;
            partners::link(conn, &id, [&case.id, &other], &stamp.by, stamp.at)?;
        }
    }
    Ok(())
}
