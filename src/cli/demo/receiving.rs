//! The city beside the demo's office: it only receives, and passes on.

use anyhow::Context;

use crate::domain::case::command::Command;
use crate::domain::permission::{Actor, OPERATOR};
use crate::domain::program::vocabulary::CommandName;
use crate::usecases::offices::{self, NewOffice};
use crate::usecases::{Caller, House};

use super::city::RECEIVING;
use super::road::Road;

/// How far a case has come that was filed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Desk {
    /// Filed.
    Filed,
    /// Looked at, ready to be passed on.
    LookedAt,
    /// Passed on, not taken over.
    PassedOn,
    /// Sent back.
    SentBack,
}

/// Where each case has come, and days ago it was filed.
pub const PLAN: [(Desk, i64); 5] =
    [(Desk::Filed, 0), (Desk::Filed, 2), (Desk::LookedAt, 4), (Desk::PassedOn, 6), (Desk::SentBack, 11)];

/// Registers the city's office.
///
/// # Errors
/// When the database fails.
pub fn open(house: &House) -> anyhow::Result<()> {
    let operator = Caller { actor: Actor::with_roles("cli", "cli", [OPERATOR]), source: "cli".to_owned() };
    let [code, name, covers] = [RECEIVING.0, RECEIVING.1, RECEIVING.2].map(str::to_owned);
    offices::add(house, &operator, &NewOffice { code, name, covers })?;
    Ok(())
}

/// Files a case there and goes on to a desk.
///
/// # Errors
/// The first command that was refused.
pub fn go_to(road: &Road, desk: Desk) -> anyhow::Result<()> {
    let case = road.draft()?;
    road.file(&case)?;
    if desk == Desk::Filed {
        return Ok(());
    }
    let city = road.colleague("midori")?;
    road.days_later(1);
    road.by(&city, &case, CommandName::BeginReview, |_| Ok(Command::BeginReview))?;
    road.accept_items(&city, &case)?;
    if desk == Desk::LookedAt {
        return Ok(());
    }
    road.days_later(3);
    road.by(&city, &case, CommandName::Forward, |_| Ok(Command::Forward { remark: String::new() }))?;
    if desk == Desk::PassedOn {
        return Ok(());
    }
    come_back(road, &case).context("the way back")
}

fn come_back(road: &Road, case: &str) -> anyhow::Result<()> {
    let clerk = road.colleague("tantou")?;
    road.days_later(5);
    let arrived_on = road.house.today();
    road.by(&clerk, case, CommandName::TakeOver, |_| Ok(Command::TakeOver { arrived_on }))?;
    road.days_later(7);
    let reason = "資格情報のお知らせの裏面がありません。申請者に確かめてください。".to_owned();
    road.by(&clerk, case, CommandName::SendBack, |_| Ok(Command::SendBack { reason }))?;
    Ok(())
}
