//! Two applications that may be one: what is equal, what differs, and the judgement.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::command::Command;
use crate::domain::forms::changes;
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, Order, carry_out, fixed_answers};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

use super::approval::Difference;
use super::head::{Head, head, title};
use super::shell::{other, twins};
use super::talk;
use super::typed::bounded;
use super::verdict::Known;
use super::words;

/// The other case.
#[derive(Clone, Debug, Serialize)]
pub struct TwinView {
    id: String,
    reference: String,
    person: String,
    title: String,
    received_on: Option<NaiveDate>,
    state_label: &'static str,
}

/// The comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The case.
    pub case: Head,
    twin: TwinView,
    same: [&'static str; 2],
    rows: Vec<Difference>,
}

/// Compares a case with the first that may be the same.
///
/// # Errors
/// [`Error::NotFound`] when none is suspected.
pub fn compare(house: &House, caller: &Caller, case: &str) -> Result<Comparison, Error> {
    house.read(caller, case, "duplicate", |conn, opened| {
        let twin = twins(house, conn, opened)?.into_iter().next().ok_or(Error::NotFound)?;
        let against = other(house, conn, opened, &twin.id)?;
        house.record(
            conn,
            caller,
            "read",
            &twin.id,
            "done",
            serde_json::json!({ "purpose": "duplicate" }),
        )?;
        let received = against.stored.case.received_at.map(day_in_japan);
        Ok(Comparison {
            case: head(house, conn, opened)?,
            rows: differences(house, conn, opened, &against)?,
            same: ["氏名（カナ）", "生年月日"],
            twin: TwinView {
                id: twin.id,
                reference: twin.reference,
                person: twin.person,
                title: title(&against),
                received_on: received,
                state_label: words::state(against.stored.case.state),
            },
        })
    })
}

fn differences(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    against: &Opened,
) -> Result<Vec<Difference>, Error> {
    let name = &opened.program.definition.forms.application;
    let Some(form) = opened.program.application() else { return Ok(Vec::new()) };
    let ours = fixed_answers(conn, opened, name)?.unwrap_or_default();
    let theirs = fixed_answers(conn, against, name)?.unwrap_or_default();
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let found = changes(form, &ours, &theirs, &around.env());
    let shown = |text: String| Some(text).filter(|it| !it.is_empty());
    let row = |it: crate::domain::forms::Change| Difference {
        label: it.label,
        old: shown(it.before),
        new: shown(it.after),
        who: None,
    };
    Ok(found.into_iter().map(row).collect())
}

/// The two are different applications: the suspicion is cleared, the reason stays as a note.
///
/// # Errors
/// `clerk.reason`, or as [`carry_out`].
pub fn clear(house: &House, caller: &Caller, known: &Known, reason: &str) -> Result<Done, Error> {
    let reason = needed(reason)?;
    let done =
        carry_out(house, caller, &known.order(CommandName::ClearDuplicate), |_| Ok(Command::ClearDuplicate))?;
    let request = if known.request.is_empty() { String::new() } else { format!("{}-note", known.request) };
    let after = Known { case: known.case.clone(), version: done.case.version, request };
    talk::note(house, caller, &after, &format!("重複ではないと判断した理由：{reason}"), "")
}

/// The two are one: this case ends, the other goes on.
///
/// # Errors
/// `clerk.reason`, or as [`carry_out`].
pub fn merge(house: &House, caller: &Caller, known: &Known, reason: &str) -> Result<Done, Error> {
    let reason = needed(reason)?;
    let order: Order<'_> = known.order(CommandName::EndWithoutDecision);
    let command = Command::EndWithoutDecision { code: "duplicate".to_owned(), reason };
    carry_out(house, caller, &order, |_| Ok(command))
}

fn needed(reason: &str) -> Result<String, Refusal> {
    let reason = bounded(reason, "reason")?;
    if reason.is_empty() { Err(Refusal::new("clerk.reason").at("reason")) } else { Ok(reason) }
}
