//! Invitations on paper to renew: to those whom a mail does not reach, or who did not answer it.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::case::decision::Decision;
use crate::domain::ledger::newest;
use crate::domain::periods::period_end;
use crate::domain::program::Program;
use crate::domain::refusal::Refusal;
use crate::store::bulk::BulkItem;
use crate::store::idempotency::{self, Done};
use crate::store::{Conn, cases, upkeep};
use crate::usecases::access::Opened;
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{letters, slots};

use super::{AtWork, Seen, refusal_of};

/// What would come of a grant that ends.
pub(super) fn look(house: &House, conn: &mut Conn, at_work: &AtWork, case: &str) -> Result<Seen, Error> {
    let opened = house.open(conn, &at_work.caller, case, at_work.order.action.command())?;
    let would = refusal_of(whom(house, conn, &opened))?;
    let told = |why: &str| (why.to_owned(), super::sentence(house, None, Refusal::new(why)));
    Ok(Seen::case(case, opened.stored.case.version, would.map(|(why, _)| told(why))))
}

/// Why somebody is written to, and the grant that ends.
fn whom<'a>(
    house: &House,
    conn: &mut Conn,
    opened: &'a Opened,
) -> Result<(&'static str, (&'a Decision, NaiveDate)), Error> {
    let case = &opened.stored.case;
    let held = newest(&opened.rulings()).filter(|_| !opened.effect().attaches());
    let ending = held.map(|row| (row.decision, row.valid_to));
    let (decision, end) = ending.ok_or_else(|| Error::refused("bulk.no-grant"))?;
    let opens = opens(house, &opened.program).ok_or_else(|| Error::refused("bulk.no-renewal"))?;
    if end < house.today() || end > period_end(house.today(), opens) {
        return Err(Error::refused("bulk.window"));
    }
    if cases::follower(conn, &case.id, &opened.program.definition.renewing())?.is_some() {
        return Err(Error::refused("bulk.renewing"));
    }
    if upkeep::noted_at(conn, &key(&case.id, end))?.is_some() {
        return Err(Error::refused("bulk.invited"));
    }
    let definition = &opened.program.definition;
    let answers = fixed_answers(conn, opened, &definition.forms.application)?.unwrap_or_default();
    let mail = definition.subject.email.as_ref().and_then(|item| slots::text(&answers, item));
    if mail.is_none_or(|mail| mail.is_empty()) || house.mailer.is_none() {
        return Ok(("bulk.no-mail", (decision, end)));
    }
    match upkeep::noted_at(conn, &format!("renew/{}/{end}/{opens}", case.id))? {
        Some(_) => Ok(("bulk.no-answer", (decision, end))),
        None => Err(Error::refused("bulk.to-be-told")),
    }
}

fn key(case: &str, end: NaiveDate) -> String {
    format!("invite/{case}/{end}")
}

/// Days before the end on which renewal opens.
fn opens(house: &House, program: &Program) -> Option<u32> {
    let renewal = program.definition.renewal.as_ref()?;
    renewal.opens_days_before.number(house.today(), &house.settings)
}

/// Composes the invitation and puts it to the letters that wait for the post.
pub(super) fn act(house: &House, at_work: &AtWork, item: &BulkItem) -> Result<(), Error> {
    let caller = &at_work.caller;
    house.database.write(|conn| {
        cases::hold(conn, &item.case_id)?;
        let opened = house.open(conn, caller, &item.case_id, at_work.order.action.command())?;
        if done_by(conn, &opened, at_work)? {
            return Ok(());
        }
        let (_, (decision, end)) = whom(house, conn, &opened)?;
        let renewal = opened.program.definition.renewal.as_ref();
        let kind = renewal.and_then(|it| it.letter.as_deref()).ok_or(Error::NotFound)?;
        let stamp = house.stamp(&caller.actor);
        let letter = letters::on_paper(house, conn, &opened, kind, decision, &stamp)?;
        for key in [key(&item.case_id, end), mark(at_work, &item.case_id)] {
            idempotency::note(conn, &key, &noted(at_work, &opened), stamp.at)?;
        }
        let detail = json!({ "letter": letter, "run": at_work.run.id });
        house.record(conn, caller, "invite_renewal", &item.case_id, "done", detail)
    })
}

fn mark(at_work: &AtWork, case: &str) -> String {
    format!("bulk/{}/{case}", at_work.run.id)
}

fn done_by(conn: &mut Conn, opened: &Opened, at_work: &AtWork) -> Result<bool, Error> {
    Ok(idempotency::find(conn, &mark(at_work, &opened.stored.case.id))?.is_some())
}

fn noted(at_work: &AtWork, opened: &Opened) -> Done {
    let case = &opened.stored.case;
    Done {
        actor: at_work.caller.actor.id.clone(),
        command: "invite_renewal".to_owned(),
        case_id: case.id.clone(),
        version: case.version,
    }
}
