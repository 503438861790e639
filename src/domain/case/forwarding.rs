//! 進達, its receipt by the deciding body, and 差戻し.

use chrono::NaiveDate;

use crate::domain::program::vocabulary::{Holder, ReturnEffect};
use crate::domain::refusal::Refusal;

use super::command::Command;
use super::decide::{Context, Outcome};
use super::event::Event;
use super::facts::{returned, unseen};
use super::route::Route;
use super::verdict::Ruling;
use super::{Case, review_text};

pub(super) fn step(case: &Case, command: &Command, context: &Context) -> Outcome {
    let route = case.route.as_ref().ok_or_else(|| Refusal::new("forwarding.none"))?;
    match command {
        Command::Forward { remark } => forward(case, route, remark, context),
        Command::TakeOver { arrived_on } => take_over(route, *arrived_on, context),
        Command::SendBack { reason } => send_back(route, reason),
        _ => Err(Refusal::new("case.state")),
    }
}

/// 進達: every item was looked at and none waits for the applicant. The office that decides looks at
/// each item for itself, so what was said about form ends here.
fn forward(case: &Case, route: &Route, remark: &str, context: &Context) -> Outcome {
    must_be(route, Holder::Receiving)?;
    if returned(case).next().is_some() {
        return Err(Refusal::new("forwarding.returned"));
    }
    if unseen(case, context.items).next().is_some() {
        return Err(Refusal::new("forwarding.unseen"));
    }
    let items = route.looked_at.iter().cloned().collect();
    Ok(vec![Event::Forwarded { remark: remark.trim().to_owned() }, Event::VerdictsReset { items }])
}

/// The day of arrival lies between the day of sending and today.
fn take_over(route: &Route, arrived_on: NaiveDate, context: &Context) -> Outcome {
    must_be(route, Holder::OnTheWay)?;
    let sent_on = route.legs.last().map_or(arrived_on, |leg| leg.sent_on);
    if arrived_on < sent_on || arrived_on > context.stamp.today {
        return Err(Refusal::new("forwarding.arrival").with("sent", sent_on).at("arrived_on"));
    }
    Ok(vec![Event::TakenOver { arrived_on }])
}

fn send_back(route: &Route, reason: &str) -> Outcome {
    must_be(route, Holder::Deciding)?;
    let reason = review_text(reason, "forwarding.reason", "reason")?;
    Ok(vec![Event::SentBack { reason }])
}

fn must_be(route: &Route, holder: Holder) -> Result<(), Refusal> {
    if route.holder() == holder { Ok(()) } else { Err(Refusal::new("forwarding.elsewhere")) }
}

/// An office that only receives asks for what is missing, old or illegible; whether something is right,
/// and what can be done without, is for the body that decides (難病法施行規則12条2項, 行政手続法7条).
pub(super) fn about_form(case: &Case, ruling: Option<&Ruling>) -> Result<(), Refusal> {
    let formal = match ruling {
        None | Some(Ruling::Accepted) => true,
        Some(Ruling::Waived { .. }) => false,
        Some(Ruling::Returned { effect, .. }) => is_formal(*effect),
    };
    if formal || case.holder() != Holder::Receiving {
        return Ok(());
    }
    Err(Refusal::new("forwarding.form-only").at("reason"))
}

/// Whether a reason to return an item is about form.
pub fn is_formal(effect: ReturnEffect) -> bool {
    matches!(effect, ReturnEffect::Incomplete | ReturnEffect::Outdated | ReturnEffect::Illegible)
}
