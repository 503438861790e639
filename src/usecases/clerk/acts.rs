//! Acts on a case that need no page of their own: begin, assign, refer, extend, end and the like.

use std::sync::Arc;

use serde::Serialize;

use crate::domain::case::command::Command;
use crate::domain::program::Program;
use crate::domain::program::definition::Definition;
use crate::domain::program::vocabulary::{CommandName, Reach};
use crate::domain::refusal::Refusal;
use crate::store::{Conn, users};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, Stage, carry_out};
use crate::usecases::committee::packet;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::dossier::Choice;
use super::head::{Head, head};
use super::may::may;
use super::typed::{bounded, day};
use super::verdict::Known;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// T4
    Begin,
    /// Take, give or return a case.
    Assign,
    /// T7
    Lapse,
    /// T8
    Refer,
    /// T21
    Extend,
    /// T15, on written request.
    Withdraw,
    /// T16
    End,
    /// T17
    Revise,
    /// 支援措置
    Protection,
    /// 進達
    Forward,
    /// Receipt of a 進達.
    TakeOver,
    /// 差戻し to the office that passed the case on.
    SendBack,
}

/// What was typed; each act reads what concerns it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// A reason, an opinion.
    pub reason: String,
    /// A day.
    pub day: String,
    /// A choice: a user, an ending, `yes` or `no`.
    pub choice: String,
}

/// The page of an act.
#[derive(Clone, Debug, Serialize)]
pub struct ActPage {
    /// The case.
    pub case: Head,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// The choice that holds now.
    pub chosen: String,
    /// What can be said as a reason, to be changed.
    pub reason: String,
    /// The day that is proposed, as it is typed; empty when none is.
    pub day: String,
    /// The program, for its texts.
    #[serde(skip)]
    pub program: Arc<Program>,
}

impl Act {
    const ALL: [(&'static str, Act); 12] = [
        ("forward", Act::Forward),
        ("take-over", Act::TakeOver),
        ("send-back", Act::SendBack),
        ("begin", Act::Begin),
        ("assign", Act::Assign),
        ("lapse", Act::Lapse),
        ("refer", Act::Refer),
        ("extend", Act::Extend),
        ("withdraw", Act::Withdraw),
        ("end", Act::End),
        ("revise", Act::Revise),
        ("protection", Act::Protection),
    ];

    /// The act of an address.
    pub fn from_code(code: &str) -> Option<Act> {
        Act::ALL.iter().find(|(name, _)| *name == code).map(|(_, act)| *act)
    }

    /// The command that it is.
    pub fn command(self) -> CommandName {
        match self {
            Act::Begin => CommandName::BeginReview,
            Act::Assign => CommandName::Assign,
            Act::Lapse => CommandName::LapseCorrection,
            Act::Refer => CommandName::ReferToCommittee,
            Act::Extend => CommandName::ExtendPeriod,
            Act::Withdraw => CommandName::Withdraw,
            Act::End => CommandName::EndWithoutDecision,
            Act::Revise => CommandName::ReviseDecision,
            Act::Protection => CommandName::SetProtection,
            Act::Forward => CommandName::Forward,
            Act::TakeOver => CommandName::TakeOver,
            Act::SendBack => CommandName::SendBack,
        }
    }
}

/// The page of an act.
///
/// # Errors
/// [`Error::NotFound`] when the caller must not do it.
pub fn page(house: &House, caller: &Caller, case: &str, act: Act) -> Result<ActPage, Error> {
    house.read(caller, case, act.command().code(), |conn, opened| {
        if !may(opened, act.command()) {
            return Err(Error::NotFound);
        }
        let choices = choices(house, conn, opened, act)?;
        let case = &opened.stored.case;
        let chosen = match act {
            Act::Assign => case.assignee.clone().unwrap_or_default(),
            Act::Protection => if case.protected { "yes" } else { "no" }.to_owned(),
            _ => String::new(),
        };
        let reason = match act {
            Act::Refer => packet::unmet(house, conn, opened)?.join("\n"),
            Act::Extend => case.delay.as_ref().map(|it| it.reason.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        let ready = case.delay.as_ref().filter(|_| act == Act::Extend);
        let day = ready.map(|it| it.until.to_string()).unwrap_or_default();
        let case = head(house, conn, opened)?;
        Ok(ActPage { case, choices, chosen, reason, day, program: opened.program.clone() })
    })
}

fn choices(house: &House, conn: &mut Conn, opened: &Opened, act: Act) -> Result<Vec<Choice>, Error> {
    let fixed = |pairs: &[(&str, &str)]| {
        let choice =
            |(value, label): &(&str, &str)| Choice { value: (*value).into(), label: (*label).into() };
        pairs.iter().map(choice).collect()
    };
    Ok(match act {
        Act::Assign => colleagues(house, conn, opened)?,
        Act::Protection => {
            fixed(&[("yes", "支援措置あり（所在を表示・連携しない）"), ("no", "支援措置なし")])
        }
        Act::End => fixed(&[
            ("deceased", "本人の死亡"),
            ("moved_out", "転出"),
            ("duplicate", "重複した申請"),
            ("filed_in_error", "誤った申請"),
        ]),
        _ => Vec::new(),
    })
}

/// Those who can own a case: they work in the program, at the office of whoever assigns it.
fn colleagues(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Choice>, Error> {
    let (users, office) = (users::all(conn, &house.keys)?, &opened.granted.actor().office);
    let definition = &opened.program.definition;
    let fits =
        |user: &users::User| user.active && user.office == *office && works_in(definition, &user.roles);
    Ok(users.into_iter().filter(fits).map(|user| Choice { value: user.id, label: user.name }).collect())
}

fn works_in(definition: &Definition, roles: &[String]) -> bool {
    let assigns = |code: &String| {
        definition.role(code).is_some_and(|role| {
            role.reach == Reach::Organisation && role.commands.contains(&CommandName::Assign)
        })
    };
    roles.iter().any(assigns)
}

/// Does it.
///
/// # Errors
/// What was typed wrong, or as [`carry_out`].
pub fn perform(
    house: &House,
    caller: &Caller,
    known: &Known,
    act: Act,
    typed: &Typed,
) -> Result<Done, Error> {
    carry_out(house, caller, &known.order(act.command()), |stage| command(stage, act, typed))
}

/// The caller takes the case.
///
/// # Errors
/// As [`carry_out`].
pub fn take(house: &House, caller: &Caller, known: &Known) -> Result<Done, Error> {
    let me = caller.actor.id.clone();
    carry_out(house, caller, &known.order(CommandName::Assign), |_| Ok(Command::Assign { to: Some(me) }))
}

fn command(stage: &mut Stage, act: Act, typed: &Typed) -> Result<Command, Error> {
    let reason = bounded(&typed.reason, "reason")?;
    Ok(match act {
        Act::Begin => Command::BeginReview,
        Act::Lapse => Command::LapseCorrection,
        Act::Refer => Command::ReferToCommittee { reason },
        Act::Assign => Command::Assign { to: owner(stage, &typed.choice)? },
        Act::Extend => Command::ExtendPeriod { until: day(&typed.day, "day")?, reason },
        Act::Withdraw if reason.is_empty() => return Err(Refusal::new("clerk.withdraw").at("reason").into()),
        Act::Withdraw => Command::Withdraw { reason },
        Act::End => Command::EndWithoutDecision { code: typed.choice.clone(), reason },
        Act::Revise => Command::ReviseDecision { reason },
        Act::Protection => Command::SetProtection { on: yes(&typed.choice)? },
        Act::Forward => Command::Forward { remark: reason },
        Act::TakeOver => Command::TakeOver { arrived_on: day(&typed.day, "day")? },
        Act::SendBack => Command::SendBack { reason },
    })
}

fn yes(choice: &str) -> Result<bool, Refusal> {
    match choice {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Refusal::new("clerk.choose").at("choice")),
    }
}

/// The new owner; nobody when the case goes back to the pool.
fn owner(stage: &mut Stage, choice: &str) -> Result<Option<String>, Error> {
    if choice.is_empty() {
        return Ok(None);
    }
    let colleagues = colleagues(stage.house, stage.conn, stage.opened)?;
    match colleagues.into_iter().find(|it| it.value == choice) {
        Some(found) => Ok(Some(found.value)),
        None => Err(Refusal::new("clerk.choose").at("choice").into()),
    }
}
